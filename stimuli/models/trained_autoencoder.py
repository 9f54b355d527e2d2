"""Train the networks of the instrument groups, one after the other, and score each beside the baselines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch

from evalkit.errors import ConfigError, DataError
from evalkit.manifest import Manifest, Multitrack
from evalkit.provenance import versions
from stimuli.models import autoencoder_training, devices
from stimuli.models.autoencoder import Autoencoder, parameter_count
from stimuli.models.autoencoder_plan import AutoencoderConfig, AutoencoderPlan
from stimuli.models.cards import data_facts
from stimuli.models.checkpoints import Facts
from stimuli.models.fitted_autoencoder import SYSTEM, ConfigFor, FittedAutoencoder, GroupNetwork
from stimuli.models.mean_equaliser import mean_ratio
from stimuli.models.ranks import of_environment
from stimuli.models.song_splits import refuse_divided_songs
from stimuli.models.stem_features import BINS, Frames, FrameTable, frame_table
from stimuli.models.stem_groups import GROUPS, group_of
from stimuli.models.stem_scores import Change, equalised, scores, unchanged

LIBRARIES = ("torch", "numpy", "scipy", "safetensors")
FEATURES = "features"  # the folder of memory-mapped spectra, shared by all groups
UNSHIFTED = (0.0,)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """What the networks of one training share."""

    items: tuple[Multitrack, ...]
    task: str
    config_for: ConfigFor
    plan: AutoencoderPlan
    seed: int
    device: str
    manifest: Manifest | None
    work: Path
    show_progress: bool


def train_groups(
    items: Sequence[Multitrack],
    task: str,
    *,
    group: str | None,
    config_for: ConfigFor,
    plan: AutoencoderPlan,
    seed: int,
    device: str,
    manifest: Manifest | None,
    work: Path | None,
    show_progress: bool,
) -> FittedAutoencoder:
    """Train the network of one group, or of every group of which there are items.

    Parameters
    ----------
    items : of the training and validation splits; those whose instrument is in no group teach nothing
    work : folder for states and spectra; the same call again goes on from there. None keeps nothing

    Raises
    ------
    DataError
        If no item of the group is of the training split, a song of the group is in several splits, or ``work``
        holds another training.
    ConfigError
        If several processes were started to train together.
    """
    if of_environment().count > 1:
        raise ConfigError("autoencoder: trains in one process: start it without torchrun")
    there = [name for name in GROUPS if any(group_of(item.kind) == name for item in items)]
    if group is not None and group not in there:
        kinds = sorted({item.kind for item in items})
        raise DataError(f"autoencoder: group {group}: no items of it among those to learn from ({', '.join(kinds)})")
    if not there:
        kinds = sorted({item.kind for item in items})
        raise DataError(f"autoencoder: no instrument of {', '.join(GROUPS)} among the items: {', '.join(kinds)}")
    with _folder(work) as place:
        lesson = Lesson(
            items=tuple(items),
            task=task,
            config_for=config_for,
            plan=plan,
            seed=seed,
            device=devices.resolve(device),
            manifest=manifest,
            work=place,
            show_progress=show_progress,
        )
        wanted = there if group is None else [group]
        by_group = {name: _train_group(name, lesson) for name in wanted}
    return FittedAutoencoder(by_group=by_group, source="what was just trained")


def group_scores(network: Autoencoder, training: FrameTable, held_out: FrameTable) -> dict[str, dict[str, float]]:
    """Score a network on clips without shifts, beside the baselines; ``training`` teaches the equaliser."""
    changes = {SYSTEM: _estimate(network), "mean_eq": equalised(mean_ratio(training)), "identity": unchanged}
    return {name: asdict(score) for name, score in scores(held_out, changes).items()}


def dead_bins(network: Autoencoder, table: FrameTable) -> float:
    """Return the share of bins in which a network never gives anything: units that cannot learn any more."""
    estimate = _estimate(network)
    alive = np.zeros(BINS, dtype=bool)
    start = 0
    for clip in table.clips:
        alive |= (estimate(table.batch(np.arange(start, start + clip.shape[1]))[0]) > 0).any(axis=0)
        start += clip.shape[1]
    return round(float(1 - alive.mean()), 4)


def clips_of(
    items: Sequence[Multitrack], group: str, task: str, *, folder: Path, shifts: Sequence[float] = UNSHIFTED
) -> FrameTable:
    """Return the frames of a group's items."""
    own = [item for item in items if group_of(item.kind) == group and task in item.targets]
    return frame_table(own, task, shifts=shifts, folder=folder)


def _estimate(network: Autoencoder) -> Change:
    device = next(network.parameters()).device

    @torch.inference_mode()
    def estimate(raw: Frames) -> Frames:
        return np.asarray(network(torch.from_numpy(raw).to(device)).cpu().numpy())

    return estimate


def _train_group(group: str, lesson: Lesson) -> GroupNetwork:
    features = lesson.work / FEATURES
    by_split = {split: [item for item in lesson.items if item.split == split] for split in ("train", "validation")}
    tests = () if lesson.manifest is None else lesson.manifest.of_split("test")
    refuse_divided_songs(group, {**by_split, "test": tests})
    training = clips_of(by_split["train"], group, lesson.task, folder=features, shifts=lesson.plan.shifts)
    if len(training) == 0:
        left = f" ({'; '.join(training.left_out)})" if training.left_out else ""
        raise DataError(f"autoencoder: group {group}: no items of the training split to learn from{left}")
    validation = clips_of(by_split["validation"], group, lesson.task, folder=features)
    config = lesson.config_for(group)
    trained = autoencoder_training.train(
        training,
        validation,
        config=config,
        plan=lesson.plan,
        seed=lesson.seed,
        device=lesson.device,
        folder=lesson.work / group,
        show_progress=lesson.show_progress,
    )
    plain = training.first_version(len(lesson.plan.shifts))
    held_out = {"validation": validation, "test": clips_of(tests, group, lesson.task, folder=features)}
    found = {split: group_scores(trained.network, plain, table) for split, table in held_out.items() if len(table)}
    facts = Facts(
        system=SYSTEM,
        config=config.as_json(),
        task=lesson.task,
        rate_hz=lesson.items[0].rate_hz,
        channel_order=("raw",),
        target_scale="none",
        steps=trained.best_iteration * -(-len(training) // lesson.plan.batch),
        seed=lesson.seed,
        versions=versions(LIBRARIES),
        scores=found,
        **{key: value for key, value in data_facts(lesson.items, lesson.manifest).items() if key != "items"},
    )
    return GroupNetwork(
        network=trained.network, facts=facts, source="the network just trained",
        story=_story(trained, config, lesson, training, held_out),
    )  # fmt: skip


def _story(
    trained: autoencoder_training.Trained,
    config: AutoencoderConfig,
    lesson: Lesson,
    training: FrameTable,
    held_out: dict[str, FrameTable],
) -> dict[str, Any]:
    """Return what the card says beyond the facts."""
    return {
        "items": len(training.ids) + len(held_out["validation"].ids),
        "parameters": parameter_count(trained.network),
        "training": lesson.plan.as_json(),
        "frames": len(training),
        "hardware": devices.describe(lesson.device),
        "seconds": round(trained.seconds),
        "best_iteration": trained.best_iteration,
        "best_loss": trained.best_loss,
        "dead_bins": dead_bins(trained.network, training.first_version(len(lesson.plan.shifts))),
        "curve": trained.log,
        "training_items": list(training.ids),
        **{f"{split}_items": list(table.ids) for split, table in held_out.items()},
        "left_out": [*training.left_out, *(line for table in held_out.values() for line in table.left_out)],
    }


@contextmanager
def _folder(work: Path | None) -> Iterator[Path]:
    """Yield the work folder, or one that is removed afterwards."""
    if work is not None:
        yield work
        return
    with TemporaryDirectory(prefix="evalkit-") as name:
        yield Path(name)
