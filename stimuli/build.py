"""Study, manifest and systems to a session bundle: aligned, loudness-matched stimuli.

Every system mixes the whole item. One cut of the item serves all conditions, so stimuli of a
page are aligned to the sample. Each is scaled to one integrated loudness and measured again
after writing. Nothing is clipped or limited: where the ceiling would be passed, the build stops
and names the target that fits, or lowers the whole page equally if the study says so.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evalkit.audio import read_audio, write_whole_audio
from evalkit.errors import AudioError
from evalkit.folders import fresh_folder
from evalkit.loudness import integrated_lufs, true_peak_dbtp
from evalkit.parallel import Workers, spread
from evalkit.progress import progress
from evalkit.provenance import record, sha256_file
from evalkit.session import AUDIO_FOLDER, Page, Session, Stimulus, opaque_id, write_session
from evalkit.study import Condition, Loudness, Study
from stimuli.fitting import Say
from stimuli.plan import Plan, PlannedItem
from stimuli.rendering import render_item, rendering_device

LIBRARIES = ("numpy", "scipy", "soundfile", "pyloudnorm", "torch", "scikit-learn", "numba")
SCRATCH = "scratch"
MOST_SCALINGS = 5  # one does, but for sparse audio
PEAK_ROUNDING_DB = 0.01  # of writing 24 bits


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """An excerpt on disk before scaling: its loudness, and the true peak that scaling would give."""

    condition: Condition
    path: Path
    samples: int
    lufs: float
    dbtp: float
    clipped: int
    provenance: dict[str, Any] = field(default_factory=dict)

    def peak_at(self, target_lufs: float) -> float:
        """Return the true peak in dBTP once scaled to a target loudness."""
        return self.dbtp + target_lufs - self.lufs


def build_session(plan: Plan, *, workers: Workers, force: bool, say: Say) -> Session:
    """Render, cut, match, write and verify all stimuli of a study, into ``STUDY/session``.

    Parameters
    ----------
    plan : study with its items and systems ready (:func:`stimuli.plan.make_plan`)
    workers : who renders; the result does not depend on it
    force : replace an existing bundle

    Raises
    ------
    ConfigError
        If several workers would render on a GPU.
    AudioError
        For silent, too short or non-finite audio, and where the true-peak ceiling would be passed.
    """
    study = plan.study
    plan = replace(plan, device=rendering_device(plan.device, workers))
    with fresh_folder(study.session_folder, force=force) as folder:
        scratch = folder / SCRATCH
        scratch.mkdir()
        (folder / AUDIO_FOLDER).mkdir()
        calls = list(enumerate(plan.items))
        results = spread(_measure_item, calls, common=(plan, scratch), workers=workers, folder=scratch)
        measured: list[list[Measured]] = list(progress(results, total=len(plan.items), what="mixing"))
        targets = page_targets(measured, study.spec.loudness, plan.item_ids, study)
        for item, target in zip(plan.items, targets, strict=True):
            if target < study.spec.loudness.target_lufs:
                say(f"item {item.id}: the whole page is lowered to {target:.1f} LUFS to stay below the ceiling")
        named = [[(one, opaque_id(), opaque_id()) for one in stimuli] for stimuli in measured]
        common = (folder / AUDIO_FOLDER, plan.rate_hz, study.spec.loudness)
        written = spread(
            _write_page, zip(targets, named, strict=True), common=common, workers=workers, folder=folder / AUDIO_FOLDER
        )
        finished = progress(written, total=len(plan.items), what="matching loudness")
        pages = [
            Page(id=f"page_{number:02d}", item=item.id, method=study.spec.page.method, stimuli=stimuli)
            for number, (item, stimuli) in enumerate(zip(plan.items, finished, strict=True), start=1)
        ]
        session = Session(
            build_sha256=study.build_sha256,
            rate_hz=plan.rate_hz,
            pages=tuple(pages),
            simulated=plan.simulated,
            provenance=record(
                LIBRARIES,
                data=plan.data_facts,
                device=plan.device,
                fitted=plan.fitted_facts(),
                training_warning=plan.training_warning(),
            ),
        )
        shutil.rmtree(scratch)
        write_session(folder, session)
    return session


def page_targets(
    measured: Sequence[Sequence[Measured]], loudness: Loudness, item_ids: Sequence[str], study: Study
) -> list[float]:
    """Return the loudness target of each page, equal within a page.

    Raises
    ------
    AudioError
        If a stimulus would pass the ceiling and ``on_exceed`` is ``stop``; the message gives the
        highest common target that fits, as the line to put into ``study.yaml``.
    """
    targets = [loudness.target_lufs] * len(measured)
    worst: tuple[float, str] | None = None
    for number, stimuli in enumerate(measured):
        for one in stimuli:
            excess = one.peak_at(loudness.target_lufs) - loudness.ceiling_dbtp
            if excess <= 0:
                continue
            targets[number] = min(targets[number], _floor_tenth(loudness.target_lufs - excess))
            if worst is None or excess > worst[0]:
                worst = (excess, f"item {item_ids[number]}, condition {one.condition.id}")
    if worst is not None and loudness.on_exceed == "stop":
        fits = min(targets)
        raise AudioError(
            f"{study.source.where('loudness', 'target_lufs')}: {worst[1]}: at {loudness.target_lufs:g} LUFS its true "
            f"peak passes the ceiling of {loudness.ceiling_dbtp:g} dBTP by {worst[0]:.2f} dB; nothing is clipped or "
            f"limited: write  loudness: {{target_lufs: {fits:.1f}}}  or add on_exceed: lower_page"
        )
    return targets


def _floor_tenth(value: float) -> float:
    return math.floor(value * 10 + 1e-9) / 10


def _measure_item(plan: Plan, scratch: Path, number: int, item: PlannedItem) -> list[Measured]:
    """Render one item by every condition, cut, and keep the excerpts in full precision.

    Their names are the item's and the condition's: an item rendered again replaces its own files.
    """
    measured = []
    for rendered in render_item(plan, item):
        name = f"item {item.id}, condition {rendered.condition.id}"
        path = scratch / f"{number}-{rendered.condition.id}.wav"
        write_whole_audio(path, rendered.audio, plan.rate_hz, subtype="DOUBLE")
        measured.append(
            Measured(
                condition=rendered.condition,
                path=path,
                samples=rendered.audio.shape[0],
                lufs=integrated_lufs(rendered.audio, plan.rate_hz, name=name),
                dbtp=true_peak_dbtp(rendered.audio, name=name),
                clipped=rendered.clipped,
                provenance=rendered.provenance,
            )
        )
    return measured


def _write_page(
    folder: Path, rate_hz: int, loudness: Loudness, target_lufs: float, named: Sequence[tuple[Measured, str, str]]
) -> tuple[Stimulus, ...]:
    """Scale, write and measure the stimuli of one page; the names are given, so that it may be done again."""
    return tuple(
        _write_stimulus(one, target_lufs, folder / f"{name}.flac", stimulus_id=i, rate_hz=rate_hz, loudness=loudness)
        for one, name, i in named
    )


def _write_stimulus(
    one: Measured, target_lufs: float, path: Path, *, stimulus_id: str, rate_hz: int, loudness: Loudness
) -> Stimulus:
    audio, _ = read_audio(one.path)
    condition = one.condition
    gain_db = target_lufs - one.lufs
    for _ in range(MOST_SCALINGS):
        write_whole_audio(path, audio * 10 ** (gain_db / 20), rate_hz, subtype="PCM_24")
        written, _ = read_audio(path, rate_hz=rate_hz)
        lufs = integrated_lufs(written, rate_hz, name=str(path))
        if abs(lufs - target_lufs) <= loudness.tolerance_lu:
            break
        gain_db += target_lufs - lufs  # what the absolute gate leaves out of sparse audio depends on its level
    else:
        raise AudioError(
            f"condition {condition.id}: measures {lufs:.3f} LUFS after {MOST_SCALINGS} scalings, expected "
            f"{target_lufs:g} within {loudness.tolerance_lu:g} LU: its loudness jumps with its level, as of sparse "
            "strokes; choose another excerpt, or a larger tolerance_lu"
        )
    dbtp = true_peak_dbtp(written, name=str(path))
    if dbtp > loudness.ceiling_dbtp + PEAK_ROUNDING_DB:
        raise AudioError(
            f"condition {condition.id}: peaks at {dbtp:.2f} dBTP at {lufs:.2f} LUFS, above the ceiling of "
            f"{loudness.ceiling_dbtp:g} dBTP: write a target_lufs that is lower by more than the difference"
        )
    return Stimulus(
        id=stimulus_id,
        condition=condition.id,
        system=condition.system,
        task=condition.task,
        role=condition.role,
        file=path.name,
        samples=one.samples,
        lufs=round(lufs, 4),
        dbtp=round(dbtp, 3),
        gain_db=round(gain_db, 4),
        clipped=one.clipped,
        sha256=sha256_file(path),
        provenance=one.provenance,
    )
