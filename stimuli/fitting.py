"""Where a trainable system's learned state comes from: given, trained here, shipped, or fitted now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from evalkit.errors import DataError
from evalkit.folders import fresh_folder
from evalkit.manifest import Manifest
from evalkit.provenance import sha256_json
from evalkit.seeds import stream
from stimuli.systems import MixingSystem, TrainableSystem

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class FittedState:
    """A learned state, and one sentence and one record of where it came from."""

    fitted: Any
    origin: str
    card: dict[str, Any]


def trained_name(system: str, task: str | None, options: BaseModel, *, group: str | None = None) -> str:
    """Return the folder name of a trained system: SYSTEM-TASK[-GROUP][-hash of non-default options]."""
    words = [system, task or "none"]
    if group is not None:
        words.append(group)
    changed = options.model_dump(mode="json", exclude_defaults=True)
    if changed:
        words.append(sha256_json(changed)[:8])
    return "-".join(words)


def resolve_fitted(
    system: MixingSystem,
    name: str,
    task: str | None,
    options: BaseModel,
    *,
    manifest: Manifest,
    trained: Path | None,
    weights: Path | None,
    seed: int,
    device: str,
    say: Say,
) -> FittedState | None:
    """Find or make the learned state of a system; None for a system that does not learn.

    The order is: ``weights`` if given, the study's ``trained`` folder, shipped weights for these
    options, else the system is fitted now on the train and validation items and saved in
    ``trained``.

    Raises
    ------
    DataError
        If it has to be fitted and there are no training items with the task's target.
    """
    if not isinstance(system, TrainableSystem) or not system.trainable:
        return None
    folder = None if trained is None else trained / trained_name(name, task, options)
    for place, origin in (
        (weights, "given weights"),
        (folder if folder is not None and folder.is_dir() else None, "trained for this study"),
        (system.shipped(task), "shipped weights"),
    ):
        if place is not None:
            return _load(system, place, origin, manifest=manifest, say=say)
    items = [item for item in manifest.of_split("train", "validation") if task is None or task in item.targets]
    if not items:
        raise DataError(
            f"system {name}, task {task}: no weights, and data set {manifest.name} has no train or validation items "
            f"with the target '{task}': train it elsewhere ('evalkit train {name} MANIFEST --task {task} --out DIR') "
            f"and put the folder at {folder or 'the place that --weights names'}"
        )
    say(f"fitting {name} ({task}) on {len(items)} items")
    rng = stream(seed, "fit", name, str(task))
    fitted = system.fit(items, task, rng=rng, device=device, manifest=manifest)
    if folder is not None:
        with fresh_folder(folder, force=True) as partial:
            fitted.save(partial)
    origin = "fitted now" if folder is None else "fitted for this study"
    return FittedState(fitted=fitted, origin=origin, card=dict(fitted.card))


def _load(system: TrainableSystem, folder: Path, origin: str, *, manifest: Manifest, say: Say) -> FittedState:
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder of weights")
    fitted = system.load(folder)
    if not manifest.simulated and fitted.card.get("simulated"):
        say(f"warning: {folder.name} learned from simulated data, the data set {manifest.name} is recorded")
    learned = str(fitted.card.get("generator_version") or "")
    here = {str(item.provenance.get("generator_version") or "") for item in manifest.items}
    if manifest.simulated and learned and here != {learned}:
        found = ", ".join(sorted(here))
        say(f"warning: {folder.name} learned from version {learned} of the simulator, {manifest.name} is of {found}")
    return FittedState(fitted=fitted, origin=origin, card=dict(fitted.card))
