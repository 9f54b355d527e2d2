"""Shape and training of a deep autoencoder: every setting, and the presets as a table; free of torch.

Where the paper [1]_ and its authors' program differ, the settings name both. The program
reshapes its spectra without transposing them, so that its rows are not spectra; that is not offered.

References
----------
.. [1] M. A. Martinez Ramirez, J. D. Reiss, "Deep learning and intelligent audio mixing", Workshop on
   Intelligent Music Production, 2017, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from evalkit.errors import ConfigError

BINS = 1025
Layers = Literal["paper", "code"]
Pretraining = Literal["greedy", "whole", "none"]
Magnitudes = Literal["linear", "log1p"]
Output = Literal["spectrum", "ratio"]


@dataclass(frozen=True, kw_only=True, slots=True)
class AutoencoderConfig:
    """What must fit before weights may be used.

    Attributes
    ----------
    group : of instruments, see :mod:`stimuli.models.stem_groups`
    layers : ``paper``, three hidden layers of ``hidden`` units; ``code``, two, of 1025 and ``hidden`` units
    hidden : units of a hidden layer
    magnitudes : ``linear`` as published; ``log1p`` maps log(1 + magnitude), where quiet bins count for more
    output : ``spectrum`` as published: the stem's magnitudes; ``ratio``: a gain for each of the raw recording's
        magnitudes, as in an experiment of the program (which learned the ratios themselves; here the loss
        is that of the stem's magnitudes, as ratios of quiet bins mean nothing)
    """

    group: str
    layers: Layers = "paper"
    hidden: int = 1024
    magnitudes: Magnitudes = "linear"
    output: Output = "spectrum"

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of every layer, input and output included."""
        inner = (self.hidden,) * 3 if self.layers == "paper" else (BINS, self.hidden)
        return (BINS, *inner, BINS)

    def as_json(self) -> dict[str, Any]:
        """Return the configuration as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> AutoencoderConfig:
        """Read what :meth:`as_json` gave."""
        return cls(**values)


@dataclass(frozen=True, kw_only=True, slots=True)
class AutoencoderPlan:
    """Settings of one training; the defaults are the paper's, and its program's where the paper is silent.

    Attributes
    ----------
    pretraining : ``greedy``, as the paper says: each hidden layer learns to give back its own input, which is the
        code of the layers before, frozen; ``whole``, as in the program: the whole network learns to
        give back the raw recordings; ``none``
    pretraining_iterations : passes over the frames, of each greedy layer or of the whole network
    iterations : passes over the frames from raw recordings to stems
    batch : frames per step; the program's is one clip
    learning_rate : of Adam
    dropout : of hidden units in training, and of inputs in greedy pretraining
    shift_range, shift_step : pitch shifts of a clip beside itself, in semitones
    """

    pretraining: Pretraining = "greedy"
    pretraining_iterations: int = 100
    iterations: int = 100
    batch: int = 431
    learning_rate: float = 1e-3
    dropout: float = 0.2
    shift_range: float = 4.0
    shift_step: float = 0.5

    def __post_init__(self) -> None:
        for name in ("pretraining_iterations", "iterations", "batch"):
            if getattr(self, name) < 1:
                raise ConfigError(f"training: {name}: found {getattr(self, name)}, expected at least 1")
        if not self.learning_rate > 0:
            raise ConfigError(f"training: learning_rate: found {self.learning_rate:g}, expected above 0")
        if not 0 <= self.dropout < 1:
            raise ConfigError(f"training: dropout: found {self.dropout:g}, expected 0 to below 1")
        if not (0 <= self.shift_range <= 12 and self.shift_step > 0):
            raise ConfigError(
                f"training: shift_range, shift_step: found {self.shift_range:g}, {self.shift_step:g}, expected a range "
                "of 0 to 12 semitones and a step above 0"
            )

    @property
    def shifts(self) -> tuple[float, ...]:
        """All versions of a clip in semitones, 0 first: 17 as published."""
        steps = int(self.shift_range / self.shift_step + 1e-9)
        return (0.0, *(sign * self.shift_step * n for n in range(1, steps + 1) for sign in (1, -1)))

    def as_json(self) -> dict[str, Any]:
        """Return the plan as plain values."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """A network's shape, but for its group, and how it is trained."""

    layers: Layers
    hidden: int
    magnitudes: Magnitudes
    output: Output
    plan: AutoencoderPlan


PRESETS: Mapping[str, Preset] = {
    # as published: 1025-1024-1024-1024-1025, 4,200,449 parameters
    "paper": Preset(layers="paper", hidden=1024, magnitudes="linear", output="spectrum", plan=AutoencoderPlan()),
    # a sixth of the parameters and of the versions, and gains in place of spectra, which soon pass the baselines: what
    # ships
    "small": Preset(
        layers="paper",
        hidden=256,
        magnitudes="log1p",
        output="ratio",
        plan=AutoencoderPlan(pretraining_iterations=2, iterations=16, dropout=0.0, shift_step=4.0),
    ),
}
