"""Mixing systems, one module each; the module's name is the system's name.

A module holds a class ``System`` that satisfies :class:`MixingSystem`. Systems that learn also
have ``fit``, and save what they learned as a folder: a model file and ``card.json``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from pydantic import BaseModel

from evalkit import registry
from evalkit.audio import Audio
from evalkit.errors import ConfigError
from evalkit.manifest import Manifest, Multitrack

KIND = "stimuli.systems"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendering:
    """A whole item as one system mixes it.

    ``audio`` is float64 (samples, 2), of the item's exact length, not normalised; ``clipped``
    counts the samples that the method itself clips; ``provenance`` says what was decided.
    """

    audio: Audio
    clipped: int = 0
    provenance: dict[str, Any] = field(default_factory=dict)


class Fitted(Protocol):
    """What a trainable system learned; its ``card`` says on what, how, and with which scores."""

    @property
    def card(self) -> Mapping[str, Any]: ...

    def save(self, folder: Path) -> None:
        """Write the model file and ``card.json`` into an existing folder."""


@runtime_checkable
class Summarised(Protocol):
    """What a learned state offers besides, if training ends with figures that people should see."""

    def summary(self) -> str:
        """Return them as text of some lines."""


@runtime_checkable
class MixingSystem(Protocol):
    """What every system offers. ``Options`` is a pydantic model that imports nothing heavy."""

    trainable: bool
    Options: type[BaseModel]

    def __init__(self, options: Any) -> None: ...

    def render(
        self,
        item: Multitrack,
        task: str | None,
        *,
        fitted: Any,
        rng: np.random.Generator,
        device: str,
    ) -> Rendering:
        """Mix a whole item; its files are left alone, the result is the same for the same ``rng``."""


@runtime_checkable
class TrainableSystem(MixingSystem, Protocol):
    """A system that learns from items before it mixes others."""

    def fit(
        self,
        items: Sequence[Multitrack],
        task: str | None,
        *,
        rng: np.random.Generator,
        device: str,
        manifest: Manifest | None = None,
        work: Path | None = None,
    ) -> Fitted:
        """Learn from items that have a target mix for the task.

        Parameters
        ----------
        manifest : where the items come from, for the card
        work : folder in which a long training keeps its state, so that the same call goes on from
            there; what is fitted in seconds needs none
        """

    def load(self, folder: Path) -> Fitted:
        """Read what ``Fitted.save`` wrote."""

    def shipped(self, task: str | None) -> Path | None:
        """Return the folder of weights that ship for these options and this task, if any do."""


@runtime_checkable
class SharesLearning(Protocol):
    """What a trainable system offers besides, if what it learns serves several tasks.

    Where it comes from is then looked up, fitted and saved once for all of them.
    """

    def learned_task(self, task: str | None) -> str | None:
        """Return the task whose target mixes are learned from, to mix for this task."""


def load_system(name: str) -> type[MixingSystem]:
    """Import a system's class by its name.

    Raises
    ------
    ConfigError
        If there is no such system.
    """
    module = registry.load(KIND, name)
    system = getattr(module, "System", None)
    if system is None:
        raise ConfigError(f"the system '{name}' has no class System in {module.__name__}")
    return system  # type: ignore[no-any-return]


def needed_task(task: str | None, system: str) -> str:
    """Return the task of a system that has to have one.

    Raises
    ------
    ConfigError
        If there is none.
    """
    if task is None:
        raise ConfigError(f"{system}: needs a task, such as dry or wet: the target mixes that it aims at")
    return task
