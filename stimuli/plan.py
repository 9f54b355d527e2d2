"""A study made ready to build: its items resolved, its systems created, fitted and checked.

Everything that can be wrong in a study is found here, before the first second is rendered.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from evalkit.audio import audio_info
from evalkit.errors import AudioError, ConfigError, DataError
from evalkit.learning import other_training_items
from evalkit.manifest import Manifest, Multitrack, read_manifest, verify_manifest
from evalkit.study import Condition, Selection, Study
from stimuli.fitting import FittedState, Say, resolve_fitted
from stimuli.systems import MixingSystem, files, load_system

FILES = "files"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedItem:
    """One item: its multitrack, or only its id where all conditions are finished files."""

    id: str
    multitrack: Multitrack | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadyCondition:
    """A condition with its system created and, where it learns, its learned state."""

    condition: Condition
    system: MixingSystem
    state: FittedState | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """All that building needs; picklable, so that workers get it as it is."""

    study: Study
    rate_hz: int
    simulated: bool
    device: str
    items: tuple[PlannedItem, ...]
    conditions: tuple[ReadyCondition, ...]
    data_facts: dict[str, Any] = field(default_factory=dict)

    @property
    def item_ids(self) -> list[str]:
        """Ids of the items, in the order of pages."""
        return [item.id for item in self.items]

    def fitted_facts(self) -> dict[str, Any]:
        """Say for each learning condition where its state came from."""
        return {ready.condition.id: ready.state.facts() for ready in self.conditions if ready.state is not None}

    def training_warning(self) -> str | None:
        """Say in a line if conditions learned from different items; None if from the same."""
        return other_training_items(self.fitted_facts())


def make_plan(study: Study, *, device: str, say: Say) -> Plan:
    """Resolve items, create and fit systems, and check every file by its header.

    Raises
    ------
    ConfigError, DataError, AudioError
        In one line, with the study's line where there is one.
    """
    systems = [_create(study, number) for number in range(len(study.spec.conditions))]
    if study.spec.data is None:
        items, rate_hz = _file_items(study, say)
        ready = tuple(
            ReadyCondition(condition=condition, system=system, state=None)
            for condition, (system, _) in zip(study.spec.conditions, systems, strict=True)
        )
        return Plan(study=study, rate_hz=rate_hz, simulated=False, device=device, items=items, conditions=ready)
    manifest = read_manifest(study.folder / study.spec.data.manifest)
    rate_hz = study.spec.rate_hz or manifest.rate_hz
    if rate_hz != manifest.rate_hz:
        raise study.error(f"the manifest has {manifest.rate_hz} Hz; nothing is resampled", "rate_hz")
    chosen = _choose_items(study, manifest)
    verify_manifest(manifest, chosen)
    _check_targets(study, chosen)
    _check_files_beside(study, [item.id for item in chosen], rate_hz, say)
    ready = tuple(
        ReadyCondition(
            condition=condition,
            system=system,
            state=resolve_fitted(
                system,
                condition.system,
                condition.task,
                options,
                manifest=manifest,
                trained=study.trained_folder,
                weights=None,
                seed=study.spec.seed,
                device=device,
                say=say,
            ),
        )
        for condition, (system, options) in zip(study.spec.conditions, systems, strict=True)
    )
    plan = Plan(
        study=study,
        rate_hz=rate_hz,
        simulated=manifest.simulated,
        device=device,
        items=tuple(PlannedItem(id=item.id, multitrack=item) for item in chosen),
        conditions=ready,
        data_facts={
            "name": manifest.name,
            "sha256": manifest.sha256,
            "licence": manifest.licence,
            "splits": dict(Counter(item.split for item in chosen)),
        },
    )
    warning = plan.training_warning()
    if warning is not None:
        say(f"warning: {warning}")
    return plan


def _create(study: Study, number: int) -> tuple[MixingSystem, BaseModel]:
    condition = study.spec.conditions[number]
    try:
        kind = load_system(condition.system)
    except ConfigError as error:
        raise study.error(str(error), "conditions", number, "system") from error
    options = study.options(kind.Options, "conditions", number, "options")
    return kind(options), options


def _choose_items(study: Study, manifest: Manifest) -> list[Multitrack]:
    assert study.spec.data is not None
    wanted = study.spec.data.items
    if not isinstance(wanted, Selection):
        known = {item.id for item in manifest.items}
        for number, item_id in enumerate(wanted):
            if item_id not in known:
                raise study.error(f"no item '{item_id}' in {study.spec.data.manifest}", "data", "items", number)
        return [manifest.item(item_id) for item_id in wanted]
    counts: dict[str, int] = {}
    chosen = []
    for item in manifest.of_split(wanted.split):
        if (wanted.kinds and item.kind not in wanted.kinds) or (wanted.group and item.group not in wanted.group):
            continue
        counts[item.group] = counts.get(item.group, 0) + 1
        if wanted.per_group is None or counts[item.group] <= wanted.per_group:
            chosen.append(item)
    if not chosen:
        raise study.error(f"no item of {study.spec.data.manifest} fits this selection", "data", "items")
    return chosen


def _check_targets(study: Study, items: list[Multitrack]) -> None:
    """Check that a human mix exists for every item of every condition that plays one."""
    for number, condition in enumerate(study.spec.conditions):
        if condition.system != "human_mix":
            continue
        for item in items:
            if condition.task not in item.targets:
                found = ", ".join(item.targets) or "none"
                raise study.error(
                    f"item {item.id} has no target '{condition.task}'; it has {found}", "conditions", number, "task"
                )


def _file_items(study: Study, say: Say) -> tuple[tuple[PlannedItem, ...], int]:
    ids: list[str] = []
    for number, condition in enumerate(study.spec.conditions):
        options = study.options(files.System.Options, "conditions", number, "options")
        ids += files.items_of(options.path, condition.id, study.folder)
    item_ids = sorted(set(ids))
    if not item_ids:
        options = study.options(files.System.Options, "conditions", 0, "options")
        raise study.error(f"no file fits '{options.path}' in {study.folder}", "conditions", 0, "options", "path")
    rate_hz = _check_files_beside(study, item_ids, study.spec.rate_hz, say)
    return tuple(PlannedItem(id=item_id, multitrack=None) for item_id in item_ids), rate_hz


def _check_files_beside(study: Study, item_ids: list[str], rate_hz: int | None, say: Say) -> int:
    """Check that each finished file exists and fits the others; return their common rate."""
    mono = 0
    for item_id in item_ids:
        first: tuple[Path, int] | None = None
        for number, condition in enumerate(study.spec.conditions):
            if condition.system != FILES:
                continue
            path = file_path(study, number, item_id)
            if not path.is_file():
                raise study.error(f"item {item_id}: no file {path}", "conditions", number, "options", "path")
            samples, channels, found_hz = audio_info(path)
            mono += channels == 1
            if rate_hz is not None and found_hz != rate_hz:
                raise AudioError(f"{path}: found {found_hz} Hz, the study has {rate_hz} Hz; nothing is resampled")
            rate_hz = found_hz
            if first is not None and samples != first[1]:
                raise AudioError(
                    f"{path}: found {samples} samples, {first[0]} has {first[1]}: finished files of one item must be "
                    "of equal length"
                )
            first = first or (path, samples)
    if mono:
        say(f"{mono} finished file(s) are mono: they become two equal channels")
    if rate_hz is None:
        raise DataError("no finished files to take a sampling rate from")
    return rate_hz


def file_path(study: Study, number: int, item_id: str) -> Path:
    """Return where an item's finished file lies for the condition of that number."""
    options = study.options(files.System.Options, "conditions", number, "options")
    condition = study.spec.conditions[number]
    name = item_id.replace("/", "__")  # an item's id is one word of a file name
    return files.path_of(options.path, item=name, condition=condition.id, folder=study.folder)
