"""The Wave-U-Net as a mixing system: microphones in, finished mix out, learned end to end.

The default options are those of the weights that ship. torch is imported when a network is made,
read or run, not before: options stay cheap to validate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from pydantic import Field, SerializationInfo, SerializerFunctionWrapHandler, model_serializer, model_validator

import stimuli
from evalkit.config import StrictModel
from evalkit.errors import ConfigError, DataError
from evalkit.manifest import Manifest, Multitrack
from stimuli.models.tiling import Tiling, default_frame_s, hop_of
from stimuli.models.training_plan import PRESETS, FineTuneFrom, Loss, Precision, Preset, Start
from stimuli.systems import Rendering

if TYPE_CHECKING:
    from stimuli.models.fitted_wave_u_net import FittedWaveUNet

NAME = "wave_u_net"
SHAPE = ("initial_filters", "levels")
PLAN = (  # options that are fields of the plan by the same name
    "loss", "batch", "snippet_samples", "steps_per_epoch", "patience", "max_epochs", "learning_rates", "start",
    "fine_tune_from", "microphone_gain_db", "microphone_dropout", "polarity_inversion",
)  # fmt: skip
RENDERING = frozenset({"tiling", "precision", "frame_s"})  # options that training does not read
WEIGHTS_FOLDER = Path(stimuli.__file__).parent / "weights"


class WaveUNetOptions(StrictModel):
    """Shape and training of the network, and how it mixes; what is not given is the preset's.

    ``target_scale`` is ``none``, or ``peak``: targets are divided by their own peak before training,
    as in the authors' code. ``per_group`` trains one more network for each group of items (drummer),
    which mixes that group's items. ``learning_rates`` and ``max_epochs`` have a value per stage of the training.
    ``fine_tune_from`` is the network that a later stage starts from: ``best``, as the paper says, or ``last``, as
    the authors' program does. ``training_precision`` ``bfloat16`` is faster on hardware that has it. The losses are
    listed in :mod:`stimuli.models.losses`, the augmentations (``microphone_gain_db``, ``microphone_dropout``,
    ``polarity_inversion``) in :mod:`stimuli.models.augmentations`.

    ``tiling`` is ``aligned``, which mixes as one pass over the whole item would, or ``paper``, the frames of the
    authors' program. ``precision`` is that of mixing: ``bfloat16`` is faster where the processor has it, and puts
    noise into the mix, about 50 dB below it. ``frame_s`` is the length of an aligned frame: speed and memory, not
    the result; 3 s on a processor, 30 s on a GPU where it is not given.
    """

    preset: Literal["small", "paper"] = "small"
    initial_filters: int | None = Field(default=None, ge=1)
    levels: int | None = Field(default=None, ge=1, le=16)
    target_scale: Literal["none", "peak"] = "none"
    per_group: bool | None = None
    loss: Loss | None = None
    batch: int | None = Field(default=None, ge=1)
    snippet_samples: int | None = Field(default=None, ge=1)
    steps_per_epoch: int | None = Field(default=None, ge=1)
    patience: int | None = Field(default=None, ge=1)
    learning_rates: tuple[float, ...] | None = None
    max_epochs: tuple[int, ...] | None = None
    start: Start | None = None
    training_precision: Precision | None = None
    fine_tune_from: FineTuneFrom | None = None
    microphone_gain_db: float | None = None
    microphone_dropout: float | None = None
    polarity_inversion: float | None = None
    tiling: Tiling = "aligned"
    precision: Precision = "float32"
    frame_s: float | None = Field(default=None, gt=0, allow_inf_nan=False)

    @model_serializer(mode="wrap")
    def _serialized(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        """Leave out, of the differences from the defaults, what only rendering reads: they name trained weights."""
        values: dict[str, Any] = handler(self)
        return {name: value for name, value in values.items() if not (info.exclude_defaults and name in RENDERING)}

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        try:
            self.resolved()
        except ConfigError as error:
            raise ValueError(str(error)) from error
        return self

    def resolved(self, inputs: int = 8) -> Preset:
        """Return the preset with these changes, for a network of that many inputs."""
        preset = PRESETS[self.preset]
        shape = {name: getattr(self, name) for name in SHAPE if getattr(self, name) is not None}
        plan = {name: getattr(self, name) for name in PLAN if getattr(self, name) is not None}
        if self.training_precision is not None:
            plan["precision"] = self.training_precision
        return Preset(
            config=replace(preset.config, inputs=inputs, **shape),
            plan=replace(preset.plan, **plan),
            per_group=preset.per_group if self.per_group is None else self.per_group,
        )


class System:
    """A Wave-U-Net of the options' shape."""

    trainable = True
    Options = WaveUNetOptions

    def __init__(self, options: WaveUNetOptions) -> None:
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
    ) -> FittedWaveUNet:
        """Train on the items of the training split, and choose the best network on the validation split.

        Parameters
        ----------
        manifest : where the items come from, for the card
        work : folder for the training's state, log and audio; the same call again goes on from there
        show_progress : draw a bar with loss, steps per second and the time that remains

        Raises
        ------
        DataError
            If no item is of the training split, or ``work`` holds another training.
        """
        from stimuli.models.trained_wave_u_net import train_networks

        if not items:
            raise DataError("wave_u_net: no items to learn from")
        return train_networks(
            items,
            _needed(task),
            preset=self.options.resolved(len(items[0].roles)),
            target_scale=self.options.target_scale,
            seed=int(rng.integers(2**31)),
            device=device,
            manifest=manifest,
            work=work,
            show_progress=show_progress,
        )

    def load(self, folder: Path) -> FittedWaveUNet:
        """Read trained weights.

        Raises
        ------
        DataError
            If they are missing, damaged, or of another system, shape or target scale.
        """
        from stimuli.models.fitted_wave_u_net import read_networks

        return read_networks(
            folder,
            target_scale=self.options.target_scale,
            config_for=lambda inputs: self.options.resolved(inputs).config,
        )

    def shipped(self, task: str | None) -> Path | None:
        """Return the folder of the weights that ship, if the options are those that they were trained with."""
        folder = WEIGHTS_FOLDER / f"{NAME}-{task}"
        same = self.options.resolved() == WaveUNetOptions().resolved() and self.options.target_scale == "none"
        return folder if same and (folder / "card.json").is_file() else None

    def render(
        self,
        item: Multitrack,
        task: str | None,
        *,
        fitted: FittedWaveUNet,
        rng: np.random.Generator,
        device: str,
    ) -> Rendering:
        """Mix a whole item, by its group's network where there is one for such data; ``rng`` is not used.

        Raises
        ------
        AudioError
            If a microphone's file does not fit the item or is not finite.
        DataError
            If the weights are for another task, rate or order of microphones, or are damaged.
        ConfigError
            If a frame does not fit into memory.
        """
        from stimuli.models import devices
        from stimuli.models.checkpoints import check_facts
        from stimuli.models.inference import clip, mix_whole

        wanted = {"task": _needed(task), "rate_hz": item.rate_hz, "channel_order": item.roles}
        chosen = fitted.for_item(item)
        check_facts(chosen.facts, wanted, name=chosen.source)
        device = devices.resolve(device)
        frame_s = default_frame_s(device) if self.options.frame_s is None else self.options.frame_s
        mix = mix_whole(
            chosen.network,
            item.load_inputs(),
            device=device,
            tiling=self.options.tiling,
            precision=self.options.precision,
            hop_samples=hop_of(frame_s, item.rate_hz, chosen.network.config),
        )
        clipped = clip(mix)
        provenance: dict[str, Any] = {
            "network_of": _network_of(item, fitted, chosen),
            "weights_sha256": chosen.weights_sha256,
            "trained_on": chosen.facts.data_name,
            "generator_version": chosen.facts.generator_version,
            "steps": chosen.facts.steps,
            "device": device,
            "tiling": self.options.tiling,
            "precision": self.options.precision,
        }
        return Rendering(audio=mix, clipped=clipped, provenance=provenance)


def _network_of(item: Multitrack, fitted: FittedWaveUNet, chosen: FittedWaveUNet) -> str:
    """Say whose network mixes an item."""
    if chosen is not fitted:
        return item.group
    return "all groups" + (f" (that of {item.group} learned from other data)" if item.group in fitted.by_group else "")


def _needed(task: str | None) -> str:
    if task is None:
        raise ConfigError("wave_u_net: needs a task, such as dry or wet")
    return task
