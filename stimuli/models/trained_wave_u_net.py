"""Train the networks that make up a Wave-U-Net: one for all items and, by the preset, one for each group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from evalkit.errors import DataError
from evalkit.manifest import Manifest, Multitrack
from evalkit.provenance import versions
from stimuli.models import devices, training
from stimuli.models.audio_cache import mapped_examples
from stimuli.models.cards import data_facts
from stimuli.models.checkpoints import Facts
from stimuli.models.fitted_wave_u_net import SYSTEM, FittedWaveUNet, folder_of
from stimuli.models.ranks import Ranks, joined
from stimuli.models.training_data import Example, TargetScale, load_example
from stimuli.models.training_plan import Preset
from stimuli.models.training_state import write_log

LIBRARIES = ("torch", "numpy", "safetensors")
ALL = "all"  # the training state of the network for all, among those of the groups
AUDIO = "audio"  # the folder of memory-mapped audio, shared by all of them


class TrainedWaveUNet(FittedWaveUNet):
    """A network that was just trained; its folder also gets the log of its training and a picture of it."""

    __slots__ = ()

    def save(self, folder: Path, *, dtype: Literal["float32", "float16"] = "float32") -> None:
        """Write what a trained network's folder holds, and ``log.csv`` and ``curves.png`` beside it."""
        FittedWaveUNet.save(self, folder, dtype=dtype)
        write_log(self.story["curve"], folder)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """What all networks of one training share."""

    task: str
    preset: Preset
    target_scale: TargetScale
    seed: int
    device: str
    ranks: Ranks
    manifest: Manifest | None
    work: Path | None
    show_progress: bool


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

    Under torchrun, all its processes call this alike, and each returns the same.

    Parameters
    ----------
    items : of the training and validation splits
    work : folder for the states and logs, and for the audio, which is then mapped from there instead of
        held in memory; the same call again goes on from there

    Raises
    ------
    DataError
        If no item (of a group) is of the training split, or ``work`` holds another training.
    """
    with joined(devices.resolve(device)) as (ranks, own_device):
        lesson = Lesson(
            task=task,
            preset=preset,
            target_scale=target_scale,
            seed=seed,
            device=own_device,
            ranks=ranks,
            manifest=manifest,
            work=work,
            show_progress=show_progress,
        )
        groups = sorted({item.group for item in items}) if preset.per_group else []
        by_group = {
            group: _train_network([item for item in items if item.group == group], group, lesson, {"group": group})
            for group in groups
        }
        return replace(_train_network(items, ALL, lesson, {"groups": groups}), by_group=by_group)


def _train_network(items: Sequence[Multitrack], name: str, lesson: Lesson, story: Mapping[str, Any]) -> TrainedWaveUNet:
    training_items = [item for item in items if item.split == "train"]
    if not training_items:
        whose = f"group {story['group']}: " if "group" in story else ""
        raise DataError(f"wave_u_net: {whose}no items of the training split to learn from")
    validation_items = [item for item in items if item.split == "validation"]
    examples, held_out = (_examples(chosen, lesson) for chosen in (training_items, validation_items))
    preset = lesson.preset
    trained = training.train(
        examples,
        held_out,
        config=preset.config,
        plan=preset.plan,
        seed=lesson.seed,
        device=lesson.device,
        folder=None if lesson.work is None else lesson.work / folder_of(name),
        label=name,
        show_progress=lesson.show_progress,
        ranks=lesson.ranks,
    )
    data = data_facts(items, lesson.manifest)
    count = data.pop("items")
    facts = Facts(
        system=SYSTEM,
        config=preset.config.as_json(),
        task=lesson.task,
        rate_hz=training_items[0].rate_hz,
        channel_order=training_items[0].roles,
        target_scale=lesson.target_scale,
        steps=trained.best_step,
        seed=lesson.seed,
        versions=versions(LIBRARIES),
        scores={"validation_loss": trained.validation_loss},
        **data,
    )
    whole_story = {
        **story,
        "items": count,
        "training": preset.plan.as_json(),
        "precision": trained.precision,
        "hardware": devices.describe(lesson.device),
        **({"processes": lesson.ranks.count} if lesson.ranks.count > 1 else {}),
        "seconds": round(trained.seconds),
        "steps_taken": trained.steps,
        "curve": trained.log,
        "training_items": [_listed(item, example) for item, example in zip(training_items, examples, strict=True)],
        "validation_items": [_listed(item, example) for item, example in zip(validation_items, held_out, strict=True)],
    }
    return TrainedWaveUNet(network=trained.network, facts=facts, source="the network just trained", story=whole_story)


def _examples(items: Sequence[Multitrack], lesson: Lesson) -> list[Example]:
    storage = lesson.preset.plan.storage
    if lesson.work is None:
        return [load_example(item, lesson.task, target_scale=lesson.target_scale, storage=storage) for item in items]
    return mapped_examples(
        items,
        lesson.task,
        target_scale=lesson.target_scale,
        storage=storage,
        folder=lesson.work / AUDIO,
        ranks=lesson.ranks,
    )


def _listed(item: Multitrack, example: Example) -> dict[str, str]:
    """Name an item for the card: its id, the hash of its audio, and of its strokes where they are known."""
    strokes = item.provenance.get("hits_sha256")
    return {"id": item.id, "sha256": example.sha256} | ({"hits_sha256": str(strokes)} if strokes else {})
