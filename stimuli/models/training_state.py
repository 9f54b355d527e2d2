"""What a training keeps in its folder: its state at a step, its log, a picture of its curves."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from evalkit.errors import DataError
from evalkit.provenance import sha256_json
from stimuli.models.training_curves import CURVES_FILE, draw_curves
from stimuli.models.training_data import Example
from stimuli.models.training_plan import TrainingPlan
from stimuli.models.wave_u_net_config import WaveUNetConfig

STATE_FILE = "state.pt"
LOG_FILE = "log.csv"
WHEN_TO_STOP = ("patience", "max_epochs")  # they may change between two sittings: no step taken depends on them
LOG_FIELDS = ("epoch", "stage", "step", "learning_rate", "training_loss", "validation_loss", "seconds")


@dataclass(slots=True)
class Progress:
    """Where a training stands; ``log`` has a row per epoch, ``best`` the weights of the lowest loss.

    ``step`` is that at which the epoch began, ``epoch_steps`` and ``epoch_loss`` what was done of it, and the sum of
    the losses.
    """

    stage: int
    step: int
    stage_epochs: int
    stale_epochs: int
    best_loss: float
    best_step: int
    seconds: float
    log: list[dict[str, Any]]
    best: dict[str, Tensor]
    epoch_steps: int = 0
    epoch_loss: float = 0.0


def identity_of(
    config: WaveUNetConfig, plan: TrainingPlan, seed: int, training: Sequence[Example], validation: Sequence[Example]
) -> str:
    """Hash all that a training's steps depend on."""
    return sha256_json(
        {
            "config": config.as_json(),
            "plan": {name: value for name, value in plan.as_json().items() if name not in WHEN_TO_STOP},
            "seed": seed,
            "training": [example.material_sha256 for example in training],
            "validation": [example.material_sha256 for example in validation],
        }
    )


def saved_state(folder: Path, identity: str, *, device: str) -> dict[str, Any] | None:
    """Return what an interrupted training of any network wrote, if the folder holds it; raises as ``read_state``."""
    path = folder / STATE_FILE
    if not path.is_file():
        return None
    try:
        state = torch.load(path, map_location=device, weights_only=True)
    except Exception as error:  # torch raises many kinds for a damaged file
        raise DataError(f"{path}: not a readable training state ({error}): delete it to start again") from error
    if state["identity"] != identity:
        raise DataError(
            f"{path}: the state of another training (of other items, settings or seed): "
            f"delete the folder {folder.parent} to start again, or choose another --out"
        )
    return dict(state)


def read_state(
    folder: Path, identity: str, network: nn.Module, optimiser: torch.optim.Optimizer, *, device: str
) -> Progress | None:
    """Put an interrupted training's state into the network and the optimiser, if the folder holds one.

    Parameters
    ----------
    identity : of the training that is to go on, see :func:`identity_of`

    Raises
    ------
    DataError
        If the state is damaged, or another training's.
    """
    state = saved_state(folder, identity, device=device)
    if state is None:
        return None
    network.load_state_dict(state["network"])
    optimiser.load_state_dict(state["optimiser"])
    return Progress(**state["progress"])


def write_state(
    folder: Path, identity: str, network: nn.Module, optimiser: torch.optim.Optimizer, progress: Progress
) -> None:
    """Write the state and, after an epoch, the log and the picture."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        "identity": identity,
        "network": network.state_dict(),
        "optimiser": optimiser.state_dict(),
        "progress": asdict(progress),
    }
    partial = folder / (STATE_FILE + ".partial")
    torch.save(state, partial)
    partial.replace(folder / STATE_FILE)
    if progress.log and not progress.epoch_steps:
        write_log(progress.log, folder)


def write_log(log: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """Write a training's log of at least one epoch as ``log.csv``, and its picture as ``curves.png``."""
    with (folder / LOG_FILE).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, LOG_FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(log)
    draw_curves(log, folder / CURVES_FILE)
