"""How a network is trained: every setting, and the presets as a table; free of torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from evalkit.errors import ConfigError
from stimuli.models.wave_u_net_config import WaveUNetConfig

Loss = Literal["l1", "l1_mrstft", "emphasised_l1_mrstft", "mrstft", "sum_difference_l1", "sum_difference_mrstft"]
Precision = Literal["float32", "bfloat16"]
Start = Literal["glorot", "linear_mix"]
FineTuneFrom = Literal["best", "last"]
Storage = Literal["float32", "float16"]

# settings that came later, and what they are where they change nothing: cards and states without them stay valid
OPTIONAL: Mapping[str, Any] = {
    "fine_tune_from": "best",
    "microphone_gain_db": 0.0,
    "microphone_dropout": 0.0,
    "polarity_inversion": 0.0,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingPlan:
    """Settings of one training; the defaults are the authors' code.

    Attributes
    ----------
    loss : ``l1``, the mean absolute error, or another name in :mod:`stimuli.models.losses`
    batch : snippets per step
    snippet_samples : mixed samples per snippet at least; the next legal length is used
    steps_per_epoch : steps between two validations
    patience : validations without a new best after which a stage ends
    learning_rates : of Adam, per stage; later stages are fine-tuning, and keep Adam's moments
    max_epochs : validations after which a stage ends anyway, per stage
    precision : ``bfloat16`` multiplies in bfloat16 where the device has it in hardware; weights,
        loss and validation stay float32
    start : ``glorot``, or ``linear_mix``: Glorot's, but for a few filters that carry the filtered mix
        of the microphones that is nearest to the training mixes (:mod:`stimuli.models.linear_start`)
    storage : how the audio is held in memory or in the work folder
    fine_tune_from : a later stage starts from the ``best`` network so far, as the paper says, or from the
        ``last``, as the authors' program does
    microphone_gain_db, microphone_dropout, polarity_inversion : augmentations beyond the paper, off at 0
        (:mod:`stimuli.models.augmentations`)
    """

    loss: Loss = "l1"
    batch: int = 16
    snippet_samples: int = 88_200
    steps_per_epoch: int = 2000
    patience: int = 20
    learning_rates: tuple[float, ...] = (1e-4, 1e-5)
    max_epochs: tuple[int, ...] = (1000, 1000)
    precision: Precision = "float32"
    start: Start = "glorot"
    storage: Storage = "float16"
    fine_tune_from: FineTuneFrom = "best"
    microphone_gain_db: float = 0.0
    microphone_dropout: float = 0.0
    polarity_inversion: float = 0.0

    def __post_init__(self) -> None:
        for name in ("batch", "snippet_samples", "steps_per_epoch", "patience"):
            if getattr(self, name) < 1:
                raise ConfigError(f"training: {name}: found {getattr(self, name)}, expected at least 1")
        if not self.learning_rates or not all(math.isfinite(rate) and rate > 0 for rate in self.learning_rates):
            raise ConfigError(f"training: learning_rates: found {self.learning_rates}, expected finite numbers above 0")
        if len(self.max_epochs) != len(self.learning_rates) or min(self.max_epochs) < 1:
            raise ConfigError(
                f"training: max_epochs: found {self.max_epochs}, expected a number of at least 1 for each of the "
                f"{len(self.learning_rates)} learning rates"
            )
        for name, highest in (("microphone_gain_db", 60.0), ("microphone_dropout", 0.99), ("polarity_inversion", 1.0)):
            if not 0 <= getattr(self, name) <= highest:
                raise ConfigError(f"training: {name}: found {getattr(self, name)}, expected 0 to {highest:g}")

    def as_json(self) -> dict[str, Any]:
        """Return the plan as plain values; what is optional is in it where it is used."""
        values = {**asdict(self), "max_epochs": list(self.max_epochs), "learning_rates": list(self.learning_rates)}
        unused = {name for name, neutral in OPTIONAL.items() if values[name] == neutral}
        return {name: value for name, value in values.items() if name not in unused}


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """A network's shape and how it is trained; ``per_group`` trains one more for each group of items."""

    config: WaveUNetConfig
    plan: TrainingPlan
    per_group: bool = False


PRESETS: Mapping[str, Preset] = {
    # as published: 24 filters, L1, Adam 1e-4 then 1e-5, 2000 steps an epoch, patience 20
    "paper": Preset(config=WaveUNetConfig(), plan=TrainingPlan()),
    # a ninth of the arithmetic, and a network for each drummer beside the one for all: what ships
    "small": Preset(
        config=WaveUNetConfig(initial_filters=8),
        plan=TrainingPlan(
            loss="emphasised_l1_mrstft",
            batch=4,
            snippet_samples=44_100,
            steps_per_epoch=250,
            patience=6,
            learning_rates=(5e-4, 1.5e-4, 4e-5),
            max_epochs=(3, 2, 1),
            precision="bfloat16",
            start="linear_mix",
            storage="float32",
        ),
        per_group=True,
    ),
}
