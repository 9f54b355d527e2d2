"""Train a Wave-U-Net: Adam, stages with patience, validation on whole items, exact resumption.

Everything random in a step follows from (seed, step), so that a training that was stopped goes on
along the trajectory it would have had: its state is written after every validation and, in long epochs,
every few minutes. Several
processes (:mod:`stimuli.models.ranks`) follow it, too, but for the order of sums: each mixes its rows
of a batch, and all take the loss of the whole batch.

On a GPU Adam is fused. On a processor it is not: it takes 1 % of a step there, fused 0.3 %, and would
round otherwise than in trainings that were published.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from tqdm import tqdm

from evalkit import seeds
from evalkit.errors import ConfigError, DataError
from stimuli.models.augmentations import augments, draw_factors
from stimuli.models.devices import exact_float32, has_fast_bfloat16, is_out_of_memory
from stimuli.models.inference import mix_whole
from stimuli.models.linear_start import nearest_filters, start_as_linear_mix
from stimuli.models.losses import LOSSES
from stimuli.models.ranks import Ranks
from stimuli.models.training_data import Example, snippets
from stimuli.models.training_plan import TrainingPlan
from stimuli.models.training_state import Progress, identity_of, read_state, write_state
from stimuli.models.wave_u_net import WaveUNet
from stimuli.models.wave_u_net_config import WaveUNetConfig

SAVE_EVERY_S = 300.0  # within an epoch: 2000 steps of the paper's preset take hours on a processor
GPU_STEPS_PER_READING = 50  # reading a loss waits for the GPU, which then waits for the next batch


@dataclass(frozen=True, kw_only=True, slots=True)
class Trained:
    """The best network of a training, and how it came about."""

    network: WaveUNet
    steps: int
    best_step: int
    validation_loss: float
    seconds: float
    precision: str
    log: list[dict[str, Any]]


def train(
    training: Sequence[Example],
    validation: Sequence[Example],
    *,
    config: WaveUNetConfig,
    plan: TrainingPlan,
    seed: int,
    device: str = "cpu",
    folder: Path | None = None,
    label: str = "",
    show_progress: bool = True,
    ranks: Ranks = Ranks(),  # noqa: B008 (it is frozen)
) -> Trained:
    """Train a network from scratch, or go on where the folder says that it stopped.

    Parameters
    ----------
    training, validation : whole items; without validation items the training loss decides
    seed : of the initial weights and of the snippets
    folder : for ``state.pt``, ``log.csv`` and ``curves.png``; None keeps nothing
    label : whose network it is, for the progress
    show_progress : draw a bar with loss, steps per second and the time that remains, in a terminal; elsewhere
        write a line per epoch to standard error
    ranks : this process among those that train together, which have joined; the first of them writes

    Raises
    ------
    DataError
        If there are no training items, the folder holds another training, or the loss is not finite.
    ConfigError
        If a step does not fit into memory, or a batch cannot be shared among the processes.
    """
    if not training:
        raise DataError("training: no items of the training split with this task's target")
    run = _Run(training, validation, config, plan, seed, device, folder, ranks)
    progress = run.resume() or run.begin()
    run.parallel = ranks.parallel(run.network)
    longest = sum(plan.max_epochs) * plan.steps_per_epoch
    shown = show_progress and ranks.first
    done = progress.step + progress.epoch_steps
    bar = tqdm(
        total=longest,
        initial=done,
        unit="step",
        desc=label,
        disable=None if shown else True,  # None: only where standard error is a terminal
        smoothing=0.05,
    )
    with bar, _repeatable(device):
        while run.enter_stage(progress):
            run.epoch(progress, bar)
            run.keep_best(progress)
            run.save(progress)
            if shown and bar.disable:
                print(_epoch_line(label, progress, longest), file=sys.stderr, flush=True)
    run.network.load_state_dict(progress.best)
    return Trained(
        network=run.network,
        steps=progress.step,
        best_step=progress.best_step,
        validation_loss=progress.best_loss,
        seconds=progress.seconds,
        precision="bfloat16" if run.bfloat16 else "float32",
        log=progress.log,
    )


class _Run:
    """The moving parts of one training: network, optimiser, data."""

    def __init__(
        self,
        training: Sequence[Example],
        validation: Sequence[Example],
        config: WaveUNetConfig,
        plan: TrainingPlan,
        seed: int,
        device: str,
        folder: Path | None,
        ranks: Ranks,
    ) -> None:
        self.training, self.validation = training, validation
        self.config, self.plan, self.seed, self.device, self.folder = config, plan, seed, device, folder
        self.ranks, self.rows = ranks, ranks.share(plan.batch)
        self.loss = LOSSES[plan.loss]
        self.bfloat16 = plan.precision == "bfloat16" and has_fast_bfloat16(device)
        self.output_samples = config.output_samples(plan.snippet_samples)
        generator = torch.Generator().manual_seed(seed)
        self.network = WaveUNet(config, generator=generator).to(device)
        self.parallel: torch.nn.Module = self.network
        self.on_gpu = device.startswith("cuda")
        self.steps_per_reading = GPU_STEPS_PER_READING if self.on_gpu else 1
        fused = True if self.on_gpu else None
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=plan.learning_rates[0], fused=fused)
        self.identity = identity_of(config, plan, seed, training, validation)

    def begin(self) -> Progress:
        """Return the progress of a training that has not begun."""
        if self.plan.start == "linear_mix":
            filters = nearest_filters(self.training, taps=self.config.down_kernel)
            start_as_linear_mix(self.network, filters)
        return Progress(
            stage=0,
            step=0,
            stage_epochs=0,
            stale_epochs=0,
            best_loss=math.inf,
            best_step=0,
            seconds=0.0,
            log=[],
            best=self._weights(),
        )

    def resume(self) -> Progress | None:
        """Read the state of an interrupted training, if the folder holds one."""
        if self.folder is None:
            return None
        return read_state(self.folder, self.identity, self.network, self.optimiser, device=self.device)

    def save(self, progress: Progress) -> None:
        """Write the state, the log and the curves; the first of several processes does."""
        if self.folder is not None and self.ranks.first:
            write_state(self.folder, self.identity, self.network, self.optimiser, progress)

    def enter_stage(self, progress: Progress) -> bool:
        """Go on to the next stage where this one's patience or epochs are used up; False after the last."""
        while progress.stage < len(self.plan.learning_rates):
            used_up = progress.stage_epochs >= self.plan.max_epochs[progress.stage]
            if not used_up and progress.stale_epochs < self.plan.patience:
                return True
            progress.stage += 1
            progress.stage_epochs = progress.stale_epochs = progress.epoch_steps = 0
            progress.epoch_loss = 0.0
            if self.plan.fine_tune_from == "best":
                self.network.load_state_dict(progress.best)
        return False

    def epoch(self, progress: Progress, bar: Any) -> None:
        """Take an epoch's steps, validate, and enter the result."""
        rate = self.plan.learning_rates[progress.stage]
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self._take_steps(progress, bar)
        began = time.perf_counter()
        training_loss = progress.epoch_loss / self.plan.steps_per_epoch
        progress.step += self.plan.steps_per_epoch
        progress.epoch_steps, progress.epoch_loss = 0, 0.0
        validation_loss = self.validate() if self.validation else training_loss
        progress.seconds += time.perf_counter() - began
        progress.log.append(
            {
                "epoch": len(progress.log) + 1,
                "stage": progress.stage + 1,
                "step": progress.step,
                "learning_rate": rate,
                "training_loss": training_loss,
                "validation_loss": validation_loss,
                "seconds": round(progress.seconds, 1),
            }
        )

    def _take_steps(self, progress: Progress, bar: Any) -> None:
        """Take what steps an epoch has left, and write the state every few minutes."""
        began = saved = time.perf_counter()
        unread: list[Tensor] = []
        while progress.epoch_steps + len(unread) < self.plan.steps_per_epoch:
            unread.append(self.take_step(progress.step + progress.epoch_steps + len(unread)))
            now = time.perf_counter()
            ends = progress.epoch_steps + len(unread) == self.plan.steps_per_epoch
            due = now - saved >= SAVE_EVERY_S
            if not (ends or due or len(unread) >= self.steps_per_reading):
                continue
            for value in _read(unread, progress.step + progress.epoch_steps):
                progress.epoch_loss += value
            progress.epoch_steps += len(unread)
            bar.update(len(unread))
            unread.clear()
            mean = progress.epoch_loss / progress.epoch_steps
            bar.set_postfix(loss=f"{mean:.4f}", best=f"{progress.best_loss:.4f}", refresh=False)
            if due and not ends:
                progress.seconds += now - began
                self.save(progress)
                began = saved = time.perf_counter()
        progress.seconds += time.perf_counter() - began

    def take_step(self, step: int) -> Tensor:
        """Descend once on a batch of random snippets, and return the loss of the whole batch, on the device.

        Raises
        ------
        ConfigError
            If there is not enough memory.
        """
        try:
            return self._descend(step)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            plan = self.plan
            raise ConfigError(
                f"training: out of memory on {self.device} in a step of {plan.batch} snippets of {self.output_samples} "
                f"samples: choose a smaller snippet_samples (it is {plan.snippet_samples}), or a smaller batch"
            ) from error

    def _descend(self, step: int) -> Tensor:
        self.parallel.train()
        inputs, targets = self.batch(step)
        self.optimiser.zero_grad(set_to_none=True)
        with torch.autocast(self.device.partition(":")[0], torch.bfloat16, enabled=self.bfloat16):
            estimate = self.parallel(inputs)
        loss = self.loss(self.ranks.whole_batch(estimate.float()), targets)
        (loss * self.ranks.count).backward()  # each process has its rows' part of the gradient; their mean is taken
        self.optimiser.step()
        return loss.detach()

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """Cut a step's microphones, of this process's rows, and targets, of all; both follow from (seed, step)."""
        rng = seeds.stream(self.seed, "snippets", str(step))
        inputs, targets = snippets(self.training, self.config, self.output_samples, self.plan.batch, rng, self.rows)
        if augments(self.plan):
            rng = seeds.stream(self.seed, "augmentations", str(step))
            of_microphones, of_mixes = draw_factors(self.plan, self.plan.batch, self.config.inputs, rng)
            inputs *= of_microphones[self.rows]
            targets *= of_mixes
        return self._moved(inputs), self._moved(targets)

    def _moved(self, array: npt.NDArray[np.float32]) -> Tensor:
        """Move a batch to the device; to a GPU without waiting until it is there."""
        tensor = torch.from_numpy(array)
        return tensor.pin_memory().to(self.device, non_blocking=True) if self.on_gpu else tensor.to(self.device)

    def validate(self) -> float:
        """Return the loss over whole validation items, tails included, weighted by length."""
        own: list[tuple[int, float, int]] = []
        with torch.inference_mode():
            for index, estimate, target in self._whole_items():
                own.append((index, float(self.loss(estimate, target)), target.shape[-1]))
        found = sorted(self.ranks.all_of(own))  # summed in one order, whoever mixed them
        return sum(loss * samples for _, loss, samples in found) / sum(samples for _, _, samples in found)

    def keep_best(self, progress: Progress) -> None:
        """Count the epoch, and keep its weights if they are the best so far."""
        loss = progress.log[-1]["validation_loss"]
        progress.stage_epochs += 1
        if loss < progress.best_loss:
            progress.best_loss, progress.best_step = loss, progress.step
            progress.best, progress.stale_epochs = self._weights(), 0
        else:
            progress.stale_epochs += 1

    def _whole_items(self) -> Iterator[tuple[int, Tensor, Tensor]]:
        with exact_float32():
            for index in range(self.ranks.rank, len(self.validation), self.ranks.count):
                example = self.validation[index]
                mix = mix_whole(self.network, example.inputs.T, device=self.device)
                estimate = torch.from_numpy(mix.T).to(self.device, torch.float32).unsqueeze(0)
                target = torch.tensor(example.target, dtype=torch.float32, device=self.device).unsqueeze(0)
                yield index, estimate, target

    def _weights(self) -> dict[str, Tensor]:
        return {name: tensor.detach().cpu().clone() for name, tensor in self.network.state_dict().items()}


def _read(losses: Sequence[Tensor], first: int) -> list[float]:
    """Return the losses of the steps from ``first`` on, all finite."""
    values: list[float] = torch.stack(list(losses)).tolist()
    for step, value in enumerate(values, first):
        if not math.isfinite(value):
            raise DataError(f"training: the loss is {value} at step {step}: lower the learning rate, check the audio")
    return values


def _epoch_line(label: str, progress: Progress, longest: int) -> str:
    row = progress.log[-1]
    best = " (the best)" if row["step"] == progress.best_step else ""
    return (
        f"{label or 'training'}: epoch {row['epoch']}, step {row['step']} of at most {longest}, learning rate "
        f"{row['learning_rate']:g}, training loss {row['training_loss']:.4f}, validation loss "
        f"{row['validation_loss']:.4f}{best}, {row['seconds'] / 60:.1f} min"
    )


@contextmanager
def _repeatable(device: str) -> Iterator[None]:
    """Have a GPU add up in the same order each time; processors do with the same number of threads."""
    before = torch.are_deterministic_algorithms_enabled(), torch.backends.cudnn.benchmark
    if device.startswith("cuda"):
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read when cuBLAS is first used
        torch.use_deterministic_algorithms(True, warn_only=True)
        torch.backends.cudnn.benchmark = False
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before[0])
        torch.backends.cudnn.benchmark = before[1]
