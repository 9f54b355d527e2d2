"""A study made ready to build: its items resolved, its systems created, fitted and checked.

Everything that can be wrong in a study is found here, before the first second is rendered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel

from evalkit.audio import Audio, audio_info, check_audio
from evalkit.errors import AudioError, ConfigError, DataError
from evalkit.manifest import Manifest, Multitrack, read_manifest, verify_manifest
from evalkit.seeds import stream
from evalkit.study import Condition, Selection, Study
from stimuli.excerpts import Cut, choose_cut, cut_audio
from stimuli.fitting import FittedState, Say, resolve_fitted
from stimuli.systems import MixingSystem, Rendering, files, load_system

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
        return {
            ready.condition.id: {"origin": ready.state.origin, "card": ready.state.card}
            for ready in self.conditions
            if ready.state is not None
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class RenderedExcerpt:
    """One condition's excerpt of an item: (samples, 2) float64, not yet scaled."""

    condition: Condition
    audio: Audio
    clipped: int
    provenance: dict[str, Any]


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
    return Plan(
        study=study,
        rate_hz=rate_hz,
        simulated=manifest.simulated,
        device=device,
        items=tuple(PlannedItem(id=item.id, multitrack=item) for item in chosen),
        conditions=ready,
        data_facts={"name": manifest.name, "sha256": manifest.sha256, "licence": manifest.licence},
    )


def render_item(plan: Plan, item: PlannedItem) -> Iterator[RenderedExcerpt]:
    """Render an item by every condition and cut the same span of each."""
    if item.multitrack is None:
        renderings = [_read_files(plan.study, ready.condition, item.id, plan.rate_hz) for ready in plan.conditions]
        power = np.mean([np.mean(one.audio**2, axis=1) for one in renderings], axis=0)
    else:
        renderings = [_render(plan, ready, item.multitrack) for ready in plan.conditions]
        power = np.sum(item.multitrack.load_inputs(), axis=1) ** 2
    cut = _cut(power, plan, item)
    for ready, rendering in zip(plan.conditions, renderings, strict=True):
        yield RenderedExcerpt(
            condition=ready.condition,
            audio=cut_audio(rendering.audio, cut),
            clipped=rendering.clipped,
            provenance={
                "start_sample": cut.start,
                **rendering.provenance,
                **({} if ready.state is None else {"fitted": ready.state.origin}),
            },
        )


def _cut(power: npt.NDArray[np.float64], plan: Plan, item: PlannedItem) -> Cut:
    return choose_cut(power, plan.rate_hz, plan.study.spec.excerpt, name=item.id)


def _render(plan: Plan, ready: ReadyCondition, item: Multitrack) -> Rendering:
    condition = ready.condition
    if condition.system == FILES:
        rendering = _read_files(plan.study, condition, item.id, plan.rate_hz)
    else:
        rendering = ready.system.render(
            item,
            condition.task,
            fitted=None if ready.state is None else ready.state.fitted,
            rng=stream(plan.study.spec.seed, "render", condition.id, item.id),
            device=plan.device,
        )
    check_audio(rendering.audio, name=f"item {item.id}, condition {condition.id}", channels=2, samples=item.samples)
    return rendering


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
            path = _file_path(study, number, item_id)
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


def _file_path(study: Study, number: int, item_id: str) -> Path:
    options = study.options(files.System.Options, "conditions", number, "options")
    condition = study.spec.conditions[number]
    name = item_id.replace("/", "__")  # an item's id is one word of a file name
    return files.path_of(options.path, item=name, condition=condition.id, folder=study.folder)


def _read_files(study: Study, condition: Condition, item_id: str, rate_hz: int) -> Rendering:
    number = [one.id for one in study.spec.conditions].index(condition.id)
    return files.read(_file_path(study, number, item_id), rate_hz)
