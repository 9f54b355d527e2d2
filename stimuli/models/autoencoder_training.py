"""Train a deep autoencoder: pretraining layer by layer, then from raw recordings to stems; exact resumption.

The loss is the mean absolute error of magnitudes. Everything random in an iteration follows from
(seed, stage, iteration), and the state is written after each, so that a training that was stopped goes on
along the trajectory it would have had.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import skip_init
from tqdm import tqdm

from evalkit import seeds
from evalkit.errors import ConfigError, DataError
from stimuli.models.autoencoder import Autoencoder, make_autoencoder, start_outputs
from stimuli.models.autoencoder_plan import AutoencoderConfig, AutoencoderPlan
from stimuli.models.autoencoder_state import Progress, identity_of, read_state, write_state
from stimuli.models.devices import is_out_of_memory
from stimuli.models.stem_features import FrameTable

STEM = "stem"  # the last stage; those of pretraining are "whole", or "layer 1", "layer 2" ...
FRAMES_AT_ONCE = 8192  # of a validation


@dataclass(frozen=True, kw_only=True, slots=True)
class Trained:
    """The best network of a training, and how it came about."""

    network: Autoencoder
    best_iteration: int
    best_loss: float
    seconds: float
    log: list[dict[str, Any]]


def stages_of(config: AutoencoderConfig, plan: AutoencoderPlan) -> tuple[tuple[str, int], ...]:
    """Return the names of a training's stages, and how many iterations each has."""
    before: Sequence[str] = {
        "greedy": [f"layer {number}" for number in range(1, len(config.sizes) - 1)],
        "whole": ["whole"],
        "none": [],
    }[plan.pretraining]
    return (*((name, plan.pretraining_iterations) for name in before), (STEM, plan.iterations))


def train(
    training: FrameTable,
    validation: FrameTable,
    *,
    config: AutoencoderConfig,
    plan: AutoencoderPlan,
    seed: int,
    device: str = "cpu",
    folder: Path | None = None,
    show_progress: bool = True,
) -> Trained:
    """Train a network from scratch, or go on where the folder says that it stopped.

    Parameters
    ----------
    training, validation : frames of songs apart; the network of the lowest validation loss is kept, of no
        validation frames the last one, as published
    seed : of the initial weights, the order of frames and the dropout
    folder : for ``state.pt``; None keeps nothing
    show_progress : draw a bar with the loss and the time that remains, in a terminal

    Raises
    ------
    DataError
        If there are no training frames, the folder holds another training, or the loss is not finite.
    ConfigError
        If a step does not fit into memory.
    """
    if len(training) == 0:
        raise DataError("training: no frames to learn from")
    run = _Run(training, validation, config, plan, seed, device, folder)
    steps = -(-len(training) // plan.batch)
    total = steps * sum(iterations for _, iterations in run.stages)
    done = steps * len(run.progress.log)
    hidden = None if show_progress else True  # None: only where standard error is a terminal
    with tqdm(total=total, initial=done, unit="step", desc=config.group, disable=hidden, smoothing=0.05) as bar:
        while run.enter_stage():
            run.iterate(bar)
            run.save()
    run.network.load_state_dict(run.progress.best)
    run.network.eval()
    return Trained(
        network=run.network,
        best_iteration=run.progress.best_iteration,
        best_loss=run.progress.best_loss,
        seconds=run.progress.seconds,
        log=run.progress.log,
    )


class _Run:
    """The moving parts of one training: network, the decoder of a layer in pretraining, optimiser, data."""

    def __init__(
        self,
        training: FrameTable,
        validation: FrameTable,
        config: AutoencoderConfig,
        plan: AutoencoderPlan,
        seed: int,
        device: str,
        folder: Path | None,
    ) -> None:
        self.training, self.validation = training, validation
        self.plan, self.seed, self.device, self.folder = plan, seed, device, folder
        self.stages = stages_of(config, plan)
        self.network = make_autoencoder(config, dropout=plan.dropout, seed=seed).to(device)
        self.identity = identity_of(config, plan, seed, training.keys, validation.keys)
        self.progress = Progress()
        self._begin_stage()
        state = None if folder is None else read_state(folder, self.identity, device=device)
        if state is not None:
            self.progress = state.progress
            self._begin_stage()
            self.network.load_state_dict(state.network)
            self.optimiser.load_state_dict(state.optimiser)
            if self.decoder is not None:
                self.decoder.load_state_dict(state.decoder)

    @property
    def stage(self) -> str:
        """Name of the stage."""
        return self.stages[self.progress.stage][0]

    def enter_stage(self) -> bool:
        """Go on to the next stage where this one's iterations are used up; False after the last."""
        if self.progress.iteration < self.stages[self.progress.stage][1]:
            return True
        if self.stage == STEM:
            return False
        self.progress.stage += 1
        self.progress.iteration = 0
        self._begin_stage()
        return True

    def _begin_stage(self) -> None:
        self.decoder: nn.Linear | None = None
        learning = list(self.network.parameters())
        if self.stage.startswith("layer"):
            layer = self.network.layers[self._layer]
            self.decoder = skip_init(nn.Linear, layer.out_features, layer.in_features)
            start_outputs(self.decoder, torch.Generator().manual_seed(self.seed + self.progress.stage + 1))
            self.decoder.to(self.device)
            learning = [*layer.parameters(), *self.decoder.parameters()]
        self.optimiser = torch.optim.Adam(learning, lr=self.plan.learning_rate)

    @property
    def _layer(self) -> int:
        return int(self.stage.removeprefix("layer ")) - 1

    def iterate(self, bar: Any) -> None:
        """Pass over all training frames once, validate, and enter the result."""
        began = time.perf_counter()
        place = (str(self.progress.stage), str(self.progress.iteration))
        order = seeds.stream(self.seed, "frames", *place).permutation(len(self.training))
        self.network.train()
        total = 0.0
        with _drawn_from(int(seeds.stream(self.seed, "dropout", *place).integers(2**31)), self.device):
            for start in range(0, order.size, self.plan.batch):
                frames = order[start : start + self.plan.batch]
                total += self._step(frames) * frames.size
                bar.update()
                bar.set_postfix(stage=self.stage, loss=f"{total / (start + frames.size):.4f}", refresh=False)
        training_loss = total / order.size
        validation_loss = self.validate() if self.stage == STEM and len(self.validation) else None
        progress = self.progress
        progress.iteration += 1
        progress.seconds += time.perf_counter() - began
        progress.log.append(
            {
                "stage": self.stage,
                "iteration": progress.iteration,
                "training_loss": training_loss,
                "validation_loss": validation_loss,
                "seconds": round(progress.seconds, 1),
            }
        )
        if self.stage == STEM and (validation_loss is None or validation_loss < progress.best_loss):
            progress.best_loss = training_loss if validation_loss is None else validation_loss
            progress.best_iteration = progress.iteration
            progress.best = {name: value.detach().cpu().clone() for name, value in self.network.state_dict().items()}

    def _step(self, frames: np.ndarray[Any, np.dtype[np.int64]]) -> float:
        """Descend once, and return the loss."""
        try:
            raw, stem = (torch.from_numpy(side).to(self.device) for side in self.training.batch(frames))
            self.optimiser.zero_grad(set_to_none=True)
            loss = self._loss(raw, stem)
            value = float(loss.detach())
            if not math.isfinite(value):
                raise DataError(f"training: the loss is {value} in {self.stage}: lower the learning rate")
            loss.backward()
            self.optimiser.step()
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            raise ConfigError(
                f"training: out of memory on {self.device} in a step of {self.plan.batch} frames: "
                "choose a smaller batch"
            ) from error
        return value

    def _loss(self, raw: Tensor, stem: Tensor) -> Tensor:
        if self.decoder is None:
            target = stem if self.stage == STEM else raw
            return torch.mean(torch.abs(self.network.compressed(self.network(raw)) - self.network.compressed(target)))
        values = self.network.compressed(raw)
        with torch.no_grad():
            for layer in self.network.layers[: self._layer]:
                values = torch.relu(layer(values))
        noisy = nn.functional.dropout(values, self.plan.dropout)
        code = torch.relu(self.network.layers[self._layer](noisy))
        return torch.mean(torch.abs(torch.relu(self.decoder(code)) - values))

    @torch.inference_mode()
    def validate(self) -> float:
        """Return the loss over all validation frames, without dropout."""
        self.network.eval()
        total, count = 0.0, len(self.validation)
        for start in range(0, count, FRAMES_AT_ONCE):
            frames = np.arange(start, min(count, start + FRAMES_AT_ONCE))
            raw, stem = (torch.from_numpy(side).to(self.device) for side in self.validation.batch(frames))
            total += float(self._loss(raw, stem)) * frames.size
        return total / count

    def save(self) -> None:
        """Write the state, if there is a folder for it."""
        if self.folder is not None:
            write_state(self.folder, self.identity, self.progress, self.network, self.decoder, self.optimiser)


@contextmanager
def _drawn_from(seed: int, device: str) -> Iterator[None]:
    """Draw the dropout from a seed, and leave torch's own generators as they were."""
    devices = [device] if device.startswith("cuda") else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        yield
