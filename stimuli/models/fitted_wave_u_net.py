"""Trained Wave-U-Nets: the network for all items, beside it perhaps one for each group, as a folder.

``FOLDER/model.safetensors`` and ``card.json`` are the network for all; ``FOLDER/GROUP/`` holds the
same two files of the network that only learned from that group (a drummer with one kit and engineer).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from evalkit.errors import DataError
from evalkit.manifest import Manifest, Multitrack
from evalkit.provenance import sha256_file, versions
from stimuli.models import devices, training
from stimuli.models.cards import data_facts
from stimuli.models.checkpoints import (
    MODEL_FILE,
    Facts,
    check_facts,
    load_weights,
    read_checkpoint,
    write_checkpoint,
)
from stimuli.models.training_data import Example, TargetScale, load_example
from stimuli.models.training_plan import Preset
from stimuli.models.wave_u_net import WaveUNet
from stimuli.models.wave_u_net_config import WaveUNetConfig

SYSTEM = "wave_u_net"
LIBRARIES = ("torch", "numpy", "safetensors")
ConfigFor = Callable[[int], WaveUNetConfig]
ALL = "all"  # the training state of the network for all, among those of the groups


@dataclass(frozen=True, kw_only=True, slots=True)
class FittedWaveUNet:
    """A trained network, what it is for, how it was trained, and those for single groups.

    ``source`` names it in errors.
    """

    network: WaveUNet
    facts: Facts
    source: str
    weights_sha256: str = ""
    story: Mapping[str, Any] = field(default_factory=dict)
    by_group: Mapping[str, FittedWaveUNet] = field(default_factory=dict)

    @property
    def card(self) -> dict[str, Any]:
        """All that is known of it: its facts, and how it was trained where it was just trained."""
        return {**self.facts.as_json(), **self.story}

    def save(self, folder: Path, *, dtype: Literal["float32", "float16"] = "float32") -> None:
        """Write ``model.safetensors`` and ``card.json`` into an existing folder, and a folder for each group."""
        write_checkpoint(folder, self.network.state_dict(), self.facts, card=self.story, half=dtype == "float16")
        for group, fitted in self.by_group.items():
            place = folder / folder_of(group)
            place.mkdir(exist_ok=True)
            fitted.save(place, dtype=dtype)


def folder_of(group: str) -> str:
    """Return the folder's name of a group's network."""
    return group.replace("/", "__")


def train_networks(
    items: Sequence[Multitrack],
    task: str,
    *,
    preset: Preset,
    target_scale: TargetScale,
    seed: int,
    device: str,
    manifest: Manifest | None,
    work: Path | None,
    show_progress: bool,
) -> FittedWaveUNet:
    """Train the network for all items and, if the preset says so, one for each group.

    Parameters
    ----------
    items : of the training and validation splits
    work : folder for the states and logs; the same call again goes on from there

    Raises
    ------
    DataError
        If no item (of a group) is of the training split, or ``work`` holds another training.
    """

    def trained(chosen: Sequence[Multitrack], name: str, story: Mapping[str, Any]) -> FittedWaveUNet:
        return _train_network(
            chosen,
            task,
            preset=preset,
            target_scale=target_scale,
            seed=seed,
            device=device,
            manifest=manifest,
            work=None if work is None else work / folder_of(name),
            show_progress=show_progress,
            story=story,
        )

    groups = sorted({item.group for item in items}) if preset.per_group else []
    by_group = {
        group: trained([item for item in items if item.group == group], group, {"group": group}) for group in groups
    }
    return replace(trained(items, ALL, {"groups": groups}), by_group=by_group)


def read_networks(folder: Path, *, target_scale: TargetScale, config_for: ConfigFor) -> FittedWaveUNet:
    """Read what :meth:`FittedWaveUNet.save` wrote.

    Parameters
    ----------
    config_for : function from a number of inputs to the :class:`WaveUNetConfig` that the weights must have

    Raises
    ------
    DataError
        If weights are missing, damaged, or of another system, shape or target scale.
    """
    found = _read_network(folder, target_scale=target_scale, config_for=config_for)
    places = sorted(path.parent for path in folder.glob(f"*/{MODEL_FILE}"))
    by_group = {
        place.name.replace("__", "/"): _read_network(place, target_scale=target_scale, config_for=config_for)
        for place in places
    }
    return replace(found, by_group=by_group)


def _train_network(
    items: Sequence[Multitrack],
    task: str,
    *,
    preset: Preset,
    target_scale: TargetScale,
    seed: int,
    device: str,
    manifest: Manifest | None,
    work: Path | None,
    show_progress: bool,
    story: Mapping[str, Any],
) -> FittedWaveUNet:
    training_items = [item for item in items if item.split == "train"]
    if not training_items:
        whose = f"group {story['group']}: " if "group" in story else ""
        raise DataError(f"wave_u_net: {whose}no items of the training split to learn from")
    validation_items = [item for item in items if item.split == "validation"]
    examples, held_out = (
        [load_example(item, task, target_scale=target_scale, storage=preset.plan.storage) for item in chosen]
        for chosen in (training_items, validation_items)
    )
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
        system=SYSTEM,
        config=preset.config.as_json(),
        task=task,
        rate_hz=training_items[0].rate_hz,
        channel_order=training_items[0].roles,
        target_scale=target_scale,
        steps=trained.best_step,
        seed=seed,
        versions=versions(LIBRARIES),
        scores={"validation_loss": trained.validation_loss},
        **data,
    )
    whole_story = {
        **story,
        "items": count,
        "training": preset.plan.as_json(),
        "precision": trained.precision,
        "hardware": devices.describe(device),
        "seconds": round(trained.seconds),
        "steps_taken": trained.steps,
        "curve": trained.log,
        "training_items": [_listed(item, example) for item, example in zip(training_items, examples, strict=True)],
        "validation_items": [_listed(item, example) for item, example in zip(validation_items, held_out, strict=True)],
    }
    return FittedWaveUNet(network=trained.network, facts=facts, source="the network just trained", story=whole_story)


def _read_network(folder: Path, *, target_scale: TargetScale, config_for: ConfigFor) -> FittedWaveUNet:
    path = folder / MODEL_FILE
    weights, facts = read_checkpoint(folder, {"system": SYSTEM, "target_scale": target_scale})
    check_facts(facts, {"config": config_for(len(facts.channel_order)).as_json()}, name=str(path))
    network = WaveUNet(WaveUNetConfig.from_json(facts.config))
    load_weights(network, weights, name=str(path))
    return FittedWaveUNet(network=network, facts=facts, source=str(path), weights_sha256=sha256_file(path))


def _listed(item: Multitrack, example: Example) -> dict[str, str]:
    """Name an item for the card: its id, the hash of its audio, and of its strokes where they are known."""
    strokes = item.provenance.get("hits_sha256")
    return {"id": item.id, "sha256": example.sha256} | ({"hits_sha256": str(strokes)} if strokes else {})
