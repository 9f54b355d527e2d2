"""The deep autoencoder as a system: a raw recording's magnitude spectra in, the processed stem's out.

One network for each group of instruments (bass, guitar, vocal, keys) processes the items whose kind is an
instrument of the group. The waveform is made with the phases of the raw recording. What follows from the
method, whatever it learned: raw recordings and stems of equal loudness hide the engineer's fader, so that tone
and dynamics alone are learned; with the recording's own phases there is no effect that lasts in time.

The default options are those of the weights that ship. torch is imported when a network is made, read or
run, not before: options stay cheap to validate.

References
----------
.. [1] M. A. Martinez Ramirez, J. D. Reiss, "Deep learning and intelligent audio mixing", Workshop on
   Intelligent Music Production, 2017, section 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from pydantic import Field, model_validator

import stimuli
from evalkit.config import StrictModel
from evalkit.errors import ConfigError
from evalkit.manifest import Manifest, Multitrack
from stimuli.models.autoencoder_plan import (
    PRESETS,
    AutoencoderConfig,
    Layers,
    Magnitudes,
    Output,
    Preset,
    Pretraining,
)
from stimuli.systems import Rendering, needed_task

if TYPE_CHECKING:
    from stimuli.models.fitted_autoencoder import FittedAutoencoder

NAME = "autoencoder"
SHAPE = ("layers", "hidden", "magnitudes", "output")
PLAN = (  # options that are fields of the plan by the same name
    "pretraining", "pretraining_iterations", "iterations", "batch", "learning_rate", "dropout", "shift_range",
    "shift_step",
)  # fmt: skip
WEIGHTS_FOLDER = Path(stimuli.__file__).parent / "weights"


class AutoencoderOptions(StrictModel):
    """Shape and training of the networks; what is not given is the preset's.

    ``group`` trains the network of one group only. The others are explained in
    :mod:`stimuli.models.autoencoder_plan`.
    """

    preset: Literal["small", "paper"] = "small"
    group: Literal["bass", "guitar", "vocal", "keys"] | None = None
    layers: Layers | None = None
    hidden: int | None = Field(default=None, ge=1)
    magnitudes: Magnitudes | None = None
    output: Output | None = None
    pretraining: Pretraining | None = None
    pretraining_iterations: int | None = Field(default=None, ge=1)
    iterations: int | None = Field(default=None, ge=1)
    batch: int | None = Field(default=None, ge=1)
    learning_rate: float | None = Field(default=None, gt=0)
    dropout: float | None = Field(default=None, ge=0, lt=1)
    shift_range: float | None = Field(default=None, ge=0, le=12)
    shift_step: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        try:
            self.resolved()
        except ConfigError as error:
            raise ValueError(str(error)) from error
        return self

    def resolved(self) -> Preset:
        """Return the preset with these changes."""
        preset = PRESETS[self.preset]
        plan = {name: getattr(self, name) for name in PLAN if getattr(self, name) is not None}
        shape = {name: getattr(self, name) for name in SHAPE if getattr(self, name) is not None}
        return replace(preset, plan=replace(preset.plan, **plan), **shape)

    def config_for(self, group: str) -> AutoencoderConfig:
        """Return the configuration of a group's network."""
        preset = self.resolved()
        return AutoencoderConfig(group=group, **{name: getattr(preset, name) for name in SHAPE})


class System:
    """Deep autoencoders of the options' shape."""

    trainable = True
    Options = AutoencoderOptions

    def __init__(self, options: AutoencoderOptions) -> None:
        self.options = options

    def fit(
        self,
        items: Sequence[Multitrack],
        task: str | None,
        *,
        rng: np.random.Generator,
        device: str,
        manifest: Manifest | None = None,
        work: Path | None = None,
        show_progress: bool = True,
    ) -> FittedAutoencoder:
        """Train on the items of the training split, and keep the best network on the validation split.

        Parameters
        ----------
        manifest : where the items come from, for the card; its test items are scored, never learned from
        work : folder for the training's states and spectra; the same call again goes on from there
        show_progress : draw a bar with the loss and the time that remains

        Raises
        ------
        DataError
            If no item is of the group and of the training split, or ``work`` holds another training.
        """
        from stimuli.models.trained_autoencoder import train_groups

        return train_groups(
            items,
            needed_task(task, NAME),
            group=self.options.group,
            config_for=self.options.config_for,
            plan=self.options.resolved().plan,
            seed=int(rng.integers(2**31)),
            device=device,
            manifest=manifest,
            work=work,
            show_progress=show_progress,
        )

    def load(self, folder: Path) -> FittedAutoencoder:
        """Read trained weights of one group or several.

        Raises
        ------
        DataError
            If they are missing, damaged, or of another system or shape.
        """
        from stimuli.models.fitted_autoencoder import read_autoencoder

        return read_autoencoder(folder, config_for=self.options.config_for)

    def shipped(self, task: str | None) -> Path | None:
        """Return the folder of the weights that ship, if the options are those that they were trained with."""
        folder = WEIGHTS_FOLDER / f"{NAME}-{task}"
        same = self.options.resolved() == AutoencoderOptions().resolved()
        return folder if same and (folder / "card.json").is_file() else None

    def render(
        self,
        item: Multitrack,
        task: str | None,
        *,
        fitted: FittedAutoencoder,
        rng: np.random.Generator,
        device: str,
    ) -> Rendering:
        """Process the item's loudest raw recording by the network of its instrument's group; ``rng`` is not used.

        Raises
        ------
        AudioError
            If a file does not fit the item or is not finite, or the recording is too quiet to have a loudness.
        DataError
            If the instrument is in no group, its group has no network, or the weights are for another
            task or rate.
        """
        from stimuli.models import devices
        from stimuli.models.autoencoder_rendering import gains_of
        from stimuli.models.checkpoints import check_facts
        from stimuli.models.stem_rendering import render_stem

        group, chosen = fitted.network_for(item)
        wanted = {"task": needed_task(task, NAME), "rate_hz": item.rate_hz}
        check_facts(chosen.facts, wanted, name=chosen.source)
        device = devices.resolve(device)
        with devices.exact_float32():
            audio, facts = render_stem(item, gains_of(chosen.network, device=device))
        provenance: dict[str, Any] = {
            "network_of": group,
            "weights_sha256": chosen.weights_sha256,
            "trained_on": chosen.facts.data_name,
            "generator_version": chosen.facts.generator_version,
            "device": device,
            **facts,
        }
        return Rendering(audio=audio, provenance=provenance)
