"""The Wave-U-Net as a mixing system: microphones in, finished mix out, learned end to end.

The default options are those of the weights that ship. torch is imported when a network is made,
read or run, not before: options stay cheap to validate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from pydantic import Field, model_validator

import stimuli
from evalkit.config import StrictModel
from evalkit.errors import ConfigError, DataError
from evalkit.manifest import Manifest, Multitrack
from evalkit.provenance import sha256_file, versions
from stimuli.models.training_plan import PRESETS, Loss, Preset
from stimuli.models.wave_u_net_config import WaveUNetConfig
from stimuli.systems import Rendering

if TYPE_CHECKING:
    from stimuli.models.checkpoints import Facts
    from stimuli.models.training_data import Example
    from stimuli.models.wave_u_net import WaveUNet

NAME = "wave_u_net"
WEIGHTS_FOLDER = Path(stimuli.__file__).parent / "weights"
LIBRARIES = ("torch", "numpy", "safetensors")


class WaveUNetOptions(StrictModel):
    """Shape and training of the network; what is not given is the preset's.

    ``target_scale`` is ``none``, or ``peak``: targets are divided by their own peak before training,
    as in the authors' code. ``learning_rates`` and ``max_epochs`` have a value per stage of the training.
    """

    preset: Literal["small", "paper"] = "small"
    initial_filters: int | None = Field(default=None, ge=1)
    levels: int | None = Field(default=None, ge=1, le=16)
    target_scale: Literal["none", "peak"] = "none"
    loss: Loss | None = None
    batch: int | None = Field(default=None, ge=1)
    snippet_samples: int | None = Field(default=None, ge=1)
    steps_per_epoch: int | None = Field(default=None, ge=1)
    patience: int | None = Field(default=None, ge=1)
    learning_rates: tuple[float, ...] | None = None
    max_epochs: tuple[int, ...] | None = None

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
        shape = {name: getattr(self, name) for name in ("initial_filters", "levels") if getattr(self, name) is not None}
        names = ("loss", "batch", "snippet_samples", "steps_per_epoch", "patience", "max_epochs", "learning_rates")
        plan = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        return Preset(config=replace(preset.config, inputs=inputs, **shape), plan=replace(preset.plan, **plan))


@dataclass(frozen=True, kw_only=True, slots=True)
class FittedWaveUNet:
    """A trained network, what it is for, and how it was trained; ``source`` names it in errors."""

    network: WaveUNet
    facts: Facts
    source: str
    weights_sha256: str = ""
    story: Mapping[str, Any] = field(default_factory=dict)

    @property
    def card(self) -> dict[str, Any]:
        """All that is known of it: its facts, and how it was trained where it was just trained."""
        return {**self.facts.as_json(), **self.story}

    def save(self, folder: Path) -> None:
        """Write ``model.safetensors`` and ``card.json`` into an existing folder."""
        from stimuli.models.checkpoints import write_checkpoint

        write_checkpoint(folder, self.network.state_dict(), self.facts, card=self.story)


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
        work : folder for the training's state and log; the same call again goes on from there
        show_progress : draw a bar with loss, steps per second and the time that remains

        Raises
        ------
        DataError
            If no item is of the training split, or ``work`` holds another training.
        """
        from stimuli.models import devices, training
        from stimuli.models.cards import data_facts
        from stimuli.models.checkpoints import Facts
        from stimuli.models.training_data import load_example

        task = _needed(task)
        training_items = [item for item in items if item.split == "train"]
        if not training_items:
            raise DataError("wave_u_net: no items of the training split to learn from")
        first = training_items[0]
        preset = self.options.resolved(len(first.roles))
        settings: dict[str, Any] = {"target_scale": self.options.target_scale, "storage": preset.plan.storage}
        examples = [load_example(item, task, **settings) for item in training_items]
        validation_items = [item for item in items if item.split == "validation"]
        held_out = [load_example(item, task, **settings) for item in validation_items]
        seed = int(rng.integers(2**31))
        device = devices.resolve(device)
        trained = training.train(
            examples,
            held_out,
            config=preset.config,
            plan=preset.plan,
            seed=seed,
            device=device,
            folder=work,
            show_progress=show_progress,
        )
        data = data_facts(items, manifest)
        count = data.pop("items")
        facts = Facts(
            system=NAME,
            config=preset.config.as_json(),
            task=task,
            rate_hz=first.rate_hz,
            channel_order=first.roles,
            target_scale=self.options.target_scale,
            steps=trained.best_step,
            seed=seed,
            versions=versions(LIBRARIES),
            scores={"validation_loss": trained.validation_loss},
            **data,
        )
        story = {
            "items": count,
            "preset": self.options.preset,
            "training": preset.plan.as_json(),
            "precision": trained.precision,
            "hardware": devices.describe(device),
            "seconds": round(trained.seconds),
            "steps_taken": trained.steps,
            "curve": trained.log,
            "training_items": [_listed(item, example) for item, example in zip(training_items, examples, strict=True)],
            "validation_items": [
                _listed(item, example) for item, example in zip(validation_items, held_out, strict=True)
            ],
        }
        return FittedWaveUNet(network=trained.network, facts=facts, source="the network just trained", story=story)

    def load(self, folder: Path) -> FittedWaveUNet:
        """Read trained weights.

        Raises
        ------
        DataError
            If they are missing, damaged, or of another system, shape or target scale.
        """
        from stimuli.models.checkpoints import MODEL_FILE, check_facts, load_weights, read_checkpoint
        from stimuli.models.wave_u_net import WaveUNet

        path = folder / MODEL_FILE
        weights, facts = read_checkpoint(folder, {"system": NAME, "target_scale": self.options.target_scale})
        config = self.options.resolved(len(facts.channel_order)).config
        check_facts(facts, {"config": config.as_json()}, name=str(path))
        network = WaveUNet(WaveUNetConfig.from_json(facts.config))
        load_weights(network, weights, name=str(path))
        return FittedWaveUNet(network=network, facts=facts, source=str(path), weights_sha256=sha256_file(path))

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
        """Mix a whole item in float32; ``rng`` is not used.

        Raises
        ------
        AudioError
            If a microphone's file does not fit the item or is not finite.
        DataError
            If the weights are for another task, rate or order of microphones, or are damaged.
        """
        from stimuli.models import devices
        from stimuli.models.checkpoints import check_facts
        from stimuli.models.inference import clip, mix_whole

        wanted = {"task": _needed(task), "rate_hz": item.rate_hz, "channel_order": item.roles}
        check_facts(fitted.facts, wanted, name=fitted.source)
        device = devices.resolve(device)
        mix, clipped = clip(mix_whole(fitted.network, item.load_inputs(), device=device))
        provenance: dict[str, Any] = {
            "weights_sha256": fitted.weights_sha256,
            "trained_on": fitted.facts.data_name,
            "generator_version": fitted.facts.generator_version,
            "steps": fitted.facts.steps,
            "device": device,
            "precision": "float32",
        }
        return Rendering(audio=mix, clipped=clipped, provenance=provenance)


def _needed(task: str | None) -> str:
    if task is None:
        raise ConfigError("wave_u_net: needs a task, such as dry or wet")
    return task


def _listed(item: Multitrack, example: Example) -> dict[str, str]:
    """Name an item for the card: its id, the hash of its audio, and of its strokes where they are known."""
    strokes = item.provenance.get("hits_sha256")
    return {"id": item.id, "sha256": example.sha256} | ({"hits_sha256": str(strokes)} if strokes else {})
