"""Objective measures of several systems' mixes of the same items, each against the item's target mix."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from analysis.learned import learning_notes
from analysis.measurement import Measurement
from analysis.metrics import BOTH, Status, Value, measure_mix
from analysis.numerals import listed
from analysis.sound import Sound
from evalkit.errors import ConfigError, DataError
from evalkit.intervals import Interval, bootstrap_mean
from evalkit.learning import other_training_items
from evalkit.manifest import Manifest, read_manifest
from evalkit.mixes import Mixes, read_mixes
from evalkit.progress import progress
from evalkit.seeds import stream

SEED = 1  # of the resamples: the same items are drawn for every system and measure
COMPARED = "mr_stft"  # the measure whose differences between systems are told


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """One measure of one system over all items.

    ``n`` counts the items that have a value, ``interval`` is None for fewer than two of them,
    ``missing`` counts the others by their status.
    """

    condition: str
    name: str
    channel: str
    unit: str
    n: int
    mean: float | None
    interval: Interval | None
    missing: Mapping[Status, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """The compared measure of one system less that of another, paired by item."""

    condition: str
    to: str
    n: int
    interval: Interval


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What was measured.

    ``heading`` names it and ``target`` what it is compared with, in words; ``facts`` stand in the JSON.
    ``compared`` are the conditions whose differences are told, to the first of them.
    ``left_out`` maps items to a reason, ``notes`` are what a reader has to beware of.
    """

    heading: str
    facts: Mapping[str, Any]
    target: str
    conditions: tuple[str, ...]
    compared: tuple[str, ...]
    items: tuple[str, ...]
    left_out: Mapping[str, str]
    rows: tuple[Measurement, ...]
    simulated: bool
    notes: tuple[str, ...] = ()

    @cached_property
    def summaries(self) -> tuple[Summary, ...]:
        """Return means and intervals over items, by condition, then in the order of the measures."""
        groups: dict[tuple[str, str, str], list[Value]] = {}
        for row in self.rows:
            groups.setdefault((row.condition, row.found.name, row.found.channel), []).append(row.found)
        order = list(self.conditions)
        found = [_summary(condition, values) for (condition, _, _), values in groups.items()]
        return tuple(sorted(found, key=lambda summary: order.index(summary.condition)))

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Return the differences of :data:`COMPARED` to the first condition, over items that have both values."""
        values: dict[str, dict[str, float]] = {condition: {} for condition in self.compared}
        for row in self.rows:
            if (
                row.condition in values
                and (row.found.name, row.found.channel) == (COMPARED, BOTH)
                and row.found.value is not None
            ):
                values[row.condition][row.item] = row.found.value
        if not self.compared:
            return ()
        first, *others = self.compared
        gaps_found = []
        for condition in others:
            gaps = [value - values[first][item] for item, value in values[condition].items() if item in values[first]]
            if len(gaps) > 1:
                gaps_found.append(
                    Difference(condition=condition, to=first, n=len(gaps), interval=bootstrap_mean(gaps, rng=_rng()))
                )
        return tuple(gaps_found)


def measure_mixes(path: Path, folders: Sequence[Path], task: str) -> Measured:
    """Measure the mixes in some folders against the target mixes of a manifest.

    Only items that every folder holds, and that have the target, are measured.

    Parameters
    ----------
    path : the manifest that the mixes were made from
    folders : as ``evalkit mix`` writes them
    task : whose target mixes are the reference

    Raises
    ------
    ConfigError
        If a folder is named twice.
    DataError
        If a folder holds no mixes or those of another manifest, or no item is left.
    AudioError
        If a mix is missing, or not of its item's rate and length.
    """
    manifest = read_manifest(path)
    if len({folder.resolve() for folder in folders}) < len(folders):
        raise ConfigError("--mixes: a folder is named twice")
    sets = [read_mixes(folder) for folder in folders]
    for mixes in sets:
        mixes.check_manifest(manifest, path)
    named = dict(zip(condition_names(sets), sets, strict=True))
    left_out = _left_out(manifest, sets, task)
    items = [item for item in manifest.items if item.id not in left_out and any(item.id in s.files for s in sets)]
    if not items:
        reasons = "; ".join(f"{item}: {reason}" for item, reason in list(left_out.items())[:2])
        raise DataError(f"{path}: no item can be compared ({reasons or 'the folders hold no mix of its items'})")
    rows = []
    for item in progress(items, total=len(items), what="measuring"):
        reference = Sound(item.load_target(task), item.rate_hz, name=f"{item.id}: target {task}")
        for condition, mixes in named.items():
            mix = Sound(mixes.load(item), item.rate_hz, name=f"{item.id} of {condition}")
            values = measure_mix(mix, reference)
            rows += [Measurement(item=item.id, condition=condition, found=value) for value in values]
    return Measured(
        heading=f"{path}, target {task}",
        facts=_facts(path, manifest, task, named),
        target=f"the target {task}",
        conditions=tuple(named),
        compared=tuple(named),
        items=tuple(item.id for item in items),
        left_out=left_out,
        rows=tuple(rows),
        simulated=any_simulated(manifest, sets),
        notes=(*_other_aims(named, task), *_learning(named, [item.id for item in items])),
    )


def any_simulated(manifest: Manifest, sets: Sequence[Mixes]) -> bool:
    """Say whether the recordings or some mixes of them are simulated."""
    return manifest.simulated or any(mixes.simulated for mixes in sets)


def _facts(path: Path, manifest: Manifest, task: str, named: Mapping[str, Mixes]) -> dict[str, Any]:
    return {
        "manifest": str(path),
        "manifest_sha256": manifest.sha256,
        "task": task,
        "conditions": [
            {
                "condition": condition,
                "folder": str(mixes.folder),
                "system": mixes.system,
                "task": mixes.task,
                "options": dict(mixes.options),
                "fitted": mixes.fitted,
            }
            for condition, mixes in named.items()
        ],
    }


def _other_aims(named: Mapping[str, Mixes], task: str) -> list[str]:
    other = [f"{condition} aims at {mixes.task}" for condition, mixes in named.items()
             if mixes.task not in (None, task)]  # fmt: skip
    return [f"{listed(other)}, measured against the target {task}."] if other else []


def _learning(named: Mapping[str, Mixes], items: Sequence[str]) -> list[str]:
    """Say what the compared systems learned from, where that makes the comparison unequal or too kind."""
    facts = {condition: mixes.fitted for condition, mixes in named.items() if mixes.fitted is not None}
    of_any = {item: split for mixes in named.values() for item, split in mixes.splits.items()}
    splits = Counter(of_any[item] for item in items)
    return learning_notes(facts, splits, unequal=other_training_items(facts))


def condition_names(sets: Sequence[Mixes]) -> list[str]:
    """Name each folder of mixes by its system, its options that are not the defaults, and what tells it from others."""
    names = []
    for mixes in sets:
        same = [other for other in sets if other.system == mixes.system]
        words = [mixes.task or "no task"] if len({other.task for other in same}) > 1 else []
        keys = dict.fromkeys(key for other in same for key in other.options)
        words += [
            f"{key}={_printed(mixes.options[key])}"
            for key in keys
            if key in mixes.options
            and (key in mixes.non_default or len({_printed(other.options.get(key)) for other in same}) > 1)
        ]
        names.append(f"{mixes.system} ({', '.join(words)})" if words else mixes.system)
    repeated = {name for name, count in Counter(names).items() if count > 1}
    return [f"{name} in {mixes.folder}" if name in repeated else name for name, mixes in zip(names, sets, strict=True)]


def _printed(option: Any) -> str:
    return option if isinstance(option, str) else json.dumps(option, sort_keys=True)


def _left_out(manifest: Manifest, sets: Sequence[Mixes], task: str) -> dict[str, str]:
    """Return the items that some folder holds and that cannot be compared, with the reason."""
    reasons = {}
    for item in manifest.items:
        lacking = [str(mixes.folder) for mixes in sets if item.id not in mixes.files]
        if len(lacking) == len(sets):
            continue
        if lacking:
            reasons[item.id] = f"no mix in {', '.join(lacking)}"
        elif task not in item.targets:
            reasons[item.id] = f"no target '{task}' (it has {', '.join(item.targets) or 'none'})"
    return reasons


def _summary(condition: str, values: Sequence[Value]) -> Summary:
    numbers = [value.value for value in values if value.value is not None]
    return Summary(
        condition=condition,
        name=values[0].name,
        channel=values[0].channel,
        unit=values[0].unit,
        n=len(numbers),
        mean=sum(numbers) / len(numbers) if numbers else None,
        interval=bootstrap_mean(numbers, rng=_rng()) if len(numbers) > 1 else None,
        missing=Counter(value.status for value in values if value.value is None),
    )


def _rng() -> Any:
    return stream(SEED, "bootstrap", "items")
