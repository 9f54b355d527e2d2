"""What the training of an autoencoder keeps in its folder, so that it can go on after it was stopped."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from evalkit.provenance import sha256_json
from stimuli.models.autoencoder_plan import AutoencoderConfig, AutoencoderPlan
from stimuli.models.training_state import STATE_FILE, saved_state


@dataclass(slots=True)
class Progress:
    """Where a training stands; ``log`` has a row per iteration, ``best`` the weights of the lowest loss."""

    stage: int = 0
    iteration: int = 0
    best_loss: float = math.inf
    best_iteration: int = 0
    seconds: float = 0.0
    log: list[dict[str, Any]] = field(default_factory=list)
    best: dict[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """A state as it was read: ``decoder`` is empty outside of greedy pretraining."""

    progress: Progress
    network: Mapping[str, Tensor]
    decoder: Mapping[str, Tensor]
    optimiser: Mapping[str, Any]


def identity_of(
    config: AutoencoderConfig, plan: AutoencoderPlan, seed: int, training: Sequence[str], validation: Sequence[str]
) -> str:
    """Hash all that a training's steps depend on.

    Parameters
    ----------
    training, validation : keys of the clips' features
    """
    return sha256_json(
        {
            "config": config.as_json(),
            "plan": plan.as_json(),
            "seed": seed,
            "training": list(training),
            "validation": list(validation),
        }
    )


def read_state(folder: Path, identity: str, *, device: str) -> State | None:
    """Read the state of an interrupted training, if the folder holds one.

    Raises
    ------
    DataError
        If the state is damaged, or another training's.
    """
    state = saved_state(folder, identity, device=device)
    if state is None:
        return None
    return State(
        progress=Progress(**state["progress"]),
        network=state["network"],
        decoder=state["decoder"],
        optimiser=state["optimiser"],
    )


def write_state(
    folder: Path,
    identity: str,
    progress: Progress,
    network: nn.Module,
    decoder: nn.Module | None,
    optimiser: torch.optim.Optimizer,
) -> None:
    """Write the state whole, or leave the last one."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        "identity": identity,
        "progress": asdict(progress),
        "network": network.state_dict(),
        "decoder": {} if decoder is None else decoder.state_dict(),
        "optimiser": optimiser.state_dict(),
    }
    partial = folder / (STATE_FILE + ".partial")
    torch.save(state, partial)
    partial.replace(folder / STATE_FILE)
