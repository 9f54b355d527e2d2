"""Where a trainable system's learned state comes from: given, trained here, shipped, or fitted now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from evalkit.errors import DataError
from evalkit.folders import fresh_folder
from evalkit.manifest import Manifest
from evalkit.provenance import sha256_json
from evalkit.seeds import stream
from stimuli.systems import MixingSystem, SharesLearning, TrainableSystem

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class FittedState:
    """A learned state, and a record of where it came from.

    ``origin`` is a few words, ``card`` what the state says about itself, ``warning`` a line on data
    that it learned from and that are not the study's kind, or None.
    """

    fitted: Any
    origin: str
    card: dict[str, Any]
    warning: str | None = None

    def facts(self) -> dict[str, Any]:
        """Return what provenance keeps of it, as JSON values."""
        warning = {} if self.warning is None else {"warning": self.warning}
        return {"origin": self.origin, **warning, "card": self.card}


def learned_task(system: MixingSystem, task: str | None) -> str | None:
    """Return the task that a system learns to mix for a task: itself, unless the system says another."""
    return system.learned_task(task) if isinstance(system, SharesLearning) else task


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
    ``trained``. All of it for the task that the system learns (:func:`learned_task`).

    Raises
    ------
    DataError
        If it has to be fitted and there are no training items with the task's target.
    """
    if not isinstance(system, TrainableSystem) or not system.trainable:
        return None
    task = learned_task(system, task)
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


def other_data(card: Mapping[str, Any], manifest: Manifest) -> str | None:
    """Say in a line if a state learned from data of another kind than a data set's; None if not.

    Another kind is: simulated against recorded, or another version of the simulator.
    """
    learned = str(card.get("generator_version") or "")
    here = {str(item.provenance.get("generator_version") or "") for item in manifest.items}
    if bool(card.get("simulated")) != manifest.simulated:
        ours, theirs = ("simulated", "recorded") if card.get("simulated") else ("recorded", "simulated")
        return f"learned from {ours} data, the data set {manifest.name} is {theirs}"
    if manifest.simulated and learned and here != {learned}:
        return f"learned from version {learned} of the simulator, {manifest.name} is of {', '.join(sorted(here))}"
    return None


def _load(system: TrainableSystem, folder: Path, origin: str, *, manifest: Manifest, say: Say) -> FittedState:
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder of weights")
    fitted = system.load(folder)
    warning = other_data(fitted.card, manifest)
    if warning is not None:
        groups = fitted.card.get("networks_of_groups")
        aside = f"; its networks of {', '.join(groups)} are left aside, the one for all mixes" if groups else ""
        warning = f"{folder.name} {warning}{aside}"
        say(f"warning: {warning}")
    return FittedState(fitted=fitted, origin=origin, card=dict(fitted.card), warning=warning)
