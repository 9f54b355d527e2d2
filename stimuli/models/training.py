"""Train a Wave-U-Net: Adam, stages with patience, validation on whole items, exact resumption.

Everything random in a step follows from (seed, step), so that a training that was stopped goes on
along the trajectory it would have had: ``state.pt`` is written after every validation.
"""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

from evalkit import seeds
from evalkit.errors import DataError
from evalkit.provenance import sha256_json
from stimuli.models.devices import exact_float32, has_fast_bfloat16
from stimuli.models.inference import mix_whole
from stimuli.models.linear_start import nearest_filters, start_as_linear_mix
from stimuli.models.losses import LOSSES
from stimuli.models.training_data import Example, snippets
from stimuli.models.training_plan import TrainingPlan
from stimuli.models.wave_u_net import WaveUNet
from stimuli.models.wave_u_net_config import WaveUNetConfig

STATE_FILE = "state.pt"
LOG_FILE = "log.csv"
WHEN_TO_STOP = ("patience", "max_epochs")  # they may change between two sittings: no step taken depends on them
LOG_FIELDS = ("epoch", "stage", "step", "learning_rate", "training_loss", "validation_loss", "seconds")


@dataclass(slots=True)
class Progress:
    """Where a training stands; ``log`` has a row per epoch, ``best`` the weights of the lowest loss."""

    stage: int
    step: int
    stage_epochs: int
    stale_epochs: int
    best_loss: float
    best_step: int
    seconds: float
    log: list[dict[str, Any]]
    best: dict[str, Tensor]


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
    show_progress: bool = True,
) -> Trained:
    """Train a network from scratch, or go on where the folder says that it stopped.

    Parameters
    ----------
    training, validation : whole items; without validation items the training loss decides
    seed : of the initial weights and of the snippets
    folder : for ``state.pt`` and ``log.csv``; None keeps nothing
    show_progress : draw a bar with loss, steps per second and the time that remains, in a terminal

    Raises
    ------
    DataError
        If there are no training items, the folder holds another training, or the loss is not finite.
    """
    if not training:
        raise DataError("training: no items of the training split with this task's target")
    run = _Run(training, validation, config, plan, seed, device, folder)
    progress = run.resume() or run.begin()
    longest = sum(plan.max_epochs) * plan.steps_per_epoch
    hidden = None if show_progress else True  # None: only where standard error is a terminal
    with tqdm(total=longest, initial=progress.step, unit="step", disable=hidden, smoothing=0.05) as bar:
        while run.enter_stage(progress):
            run.epoch(progress, bar)
            run.keep_best(progress)
            run.save(progress)
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
    ) -> None:
        self.training, self.validation = training, validation
        self.config, self.plan, self.seed, self.device, self.folder = config, plan, seed, device, folder
        self.loss = LOSSES[plan.loss]
        self.bfloat16 = plan.precision == "bfloat16" and has_fast_bfloat16(device)
        self.output_samples = config.output_samples(plan.snippet_samples)
        generator = torch.Generator().manual_seed(seed)
        self.network = WaveUNet(config, generator=generator).to(device)
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=plan.learning_rates[0])
        self.identity = sha256_json(
            {
                "config": config.as_json(),
                "plan": {name: value for name, value in plan.as_json().items() if name not in WHEN_TO_STOP},
                "seed": seed,
                "training": [example.sha256 for example in training],
                "validation": [example.sha256 for example in validation],
            }
        )

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
        if self.folder is None or not (self.folder / STATE_FILE).is_file():
            return None
        path = self.folder / STATE_FILE
        try:
            state = torch.load(path, map_location=self.device, weights_only=True)
        except Exception as error:  # torch raises many kinds for a damaged file
            raise DataError(f"{path}: not a readable training state ({error}): delete it to start again") from error
        if state["identity"] != self.identity:
            raise DataError(
                f"{path}: the state of another training (of other items, settings or seed): "
                "choose another folder, or delete it"
            )
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        return Progress(**state["progress"])

    def save(self, progress: Progress) -> None:
        """Write the state and the log, each whole or not at all."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        state = {
            "identity": self.identity,
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "progress": asdict(progress),
        }
        partial = self.folder / (STATE_FILE + ".partial")
        torch.save(state, partial)
        partial.replace(self.folder / STATE_FILE)
        with (self.folder / LOG_FILE).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, LOG_FIELDS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(progress.log)

    def enter_stage(self, progress: Progress) -> bool:
        """Go on to the next stage where this one's patience or epochs are used up; False after the last."""
        while progress.stage < len(self.plan.learning_rates):
            used_up = progress.stage_epochs >= self.plan.max_epochs[progress.stage]
            if not used_up and progress.stale_epochs < self.plan.patience:
                return True
            progress.stage += 1
            progress.stage_epochs = progress.stale_epochs = 0
            self.network.load_state_dict(progress.best)
        return False

    def epoch(self, progress: Progress, bar: Any) -> None:
        """Take an epoch's steps, validate, and enter the result."""
        began = time.perf_counter()
        rate = self.plan.learning_rates[progress.stage]
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        total = 0.0
        for step in range(progress.step, progress.step + self.plan.steps_per_epoch):
            total += self.take_step(step)
            bar.update()
            bar.set_postfix(
                loss=f"{total / (step - progress.step + 1):.4f}", best=f"{progress.best_loss:.4f}", refresh=False
            )
        progress.step += self.plan.steps_per_epoch
        training_loss = total / self.plan.steps_per_epoch
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

    def take_step(self, step: int) -> float:
        """Descend once on a batch of random snippets; the batch follows from (seed, step)."""
        self.network.train()
        rng = seeds.stream(self.seed, "snippets", str(step))
        inputs, targets = (
            torch.from_numpy(part).to(self.device)
            for part in snippets(self.training, self.config, self.output_samples, self.plan.batch, rng)
        )
        self.optimiser.zero_grad(set_to_none=True)
        with torch.autocast(self.device.partition(":")[0], torch.bfloat16, enabled=self.bfloat16):
            estimate = self.network(inputs)
        loss = self.loss(estimate.float(), targets)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise DataError(f"training: the loss is {value} at step {step}: lower the learning rate, check the audio")
        loss.backward()
        self.optimiser.step()
        return value

    def validate(self) -> float:
        """Return the loss over whole validation items, tails included, weighted by length."""
        total = samples = 0.0
        for estimate, target in self._whole_items():
            length = target.shape[-1]
            with torch.inference_mode():
                total += float(self.loss(estimate, target)) * length
            samples += length
        return total / samples

    def keep_best(self, progress: Progress) -> None:
        """Count the epoch, and keep its weights if they are the best so far."""
        loss = progress.log[-1]["validation_loss"]
        progress.stage_epochs += 1
        if loss < progress.best_loss:
            progress.best_loss, progress.best_step = loss, progress.step
            progress.best, progress.stale_epochs = self._weights(), 0
        else:
            progress.stale_epochs += 1

    def _whole_items(self) -> Iterator[tuple[Tensor, Tensor]]:
        with exact_float32():
            for example in self.validation:
                mix = mix_whole(self.network, example.inputs.T, device=self.device)
                estimate = torch.from_numpy(mix.T).to(self.device, torch.float32).unsqueeze(0)
                target = torch.from_numpy(example.target).to(self.device, torch.float32).unsqueeze(0)
                yield estimate, target

    def _weights(self) -> dict[str, Tensor]:
        return {name: tensor.detach().cpu().clone() for name, tensor in self.network.state_dict().items()}
