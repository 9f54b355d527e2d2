"""Objective measures of every stimulus of a study, each against the reference of its page, if it has one."""

from __future__ import annotations

from pathlib import Path

from analysis.conditions import of_study, references_of
from analysis.learned import session_notes
from analysis.measure import Measured
from analysis.measurement import Measurement
from analysis.metrics import measure_mix
from analysis.sound import Sound
from evalkit.audio import read_audio
from evalkit.errors import DataError
from evalkit.progress import progress
from evalkit.session import AUDIO_FOLDER, Page, Session, Stimulus, read_session
from evalkit.study import Study, read_study


def measure_study(folder: Path) -> Measured:
    """Measure the stimuli as listeners hear them: cut, and matched in loudness.

    A stimulus is compared with the reference that the analysis plan names for it, else with the reference of
    its task, else with the only reference there is. A reference is compared with itself, which gives the end of
    every scale. Where several references are left, none is taken.

    Raises
    ------
    ConfigError
        If there is no such study.
    DataError
        If it is not built, or a file of it is missing.
    AudioError
        If stimuli of a page differ in length.
    """
    study = read_study(folder)
    session = read_session(study.session_folder)
    chosen = references(study)
    rows: list[Measurement] = []
    for page in progress(session.pages, total=len(session.pages), what="measuring"):
        rows += _measure_page(study.session_folder, session, page, chosen)
    conditions = [condition.id for condition in study.spec.conditions]
    built = {stimulus.condition for page in session.pages for stimulus in page.stimuli}
    measured = tuple(condition for condition in conditions if condition in built)
    alone = [condition for condition in measured if condition not in chosen]
    return Measured(
        heading=f"{study.folder}, reference of each page",
        facts={
            "study": str(study.folder),
            "build_sha256": session.build_sha256,
            "references": chosen,
            "conditions": [{"condition": condition} for condition in measured],
        },
        target="the reference of its page",
        conditions=measured,
        compared=_compared(study, measured, chosen),
        items=tuple(dict.fromkeys(page.item for page in session.pages)),
        left_out={},
        rows=tuple(rows),
        simulated=session.simulated,
        notes=(
            *((f"without one reference to compare with: {', '.join(alone)}.",) if alone else ()),
            *session_notes(session),
        ),
    )


def references(study: Study) -> dict[str, str]:
    """Map conditions to the one reference they are compared with; a reference to itself."""
    conditions = of_study(study.spec.conditions)
    found = {}
    for condition in conditions:
        named = references_of(condition, conditions, study.spec.analysis.reference)
        if len(named) == 1:
            found[condition.id] = named[0]
        elif condition.role == "reference" and not named:
            found[condition.id] = condition.id
    return found


def _compared(study: Study, measured: tuple[str, ...], chosen: dict[str, str]) -> tuple[str, ...]:
    """Return the conditions whose differences are told: under test first, as an anchor is nothing to be better than."""
    roles = {condition.id: condition.role for condition in study.spec.conditions}
    apart = [condition for condition in measured if chosen.get(condition, condition) != condition]
    tested = [condition for condition in apart if roles[condition] == "test"]
    return (*tested, *(condition for condition in apart if roles[condition] == "anchor")) if tested else ()


def _measure_page(folder: Path, session: Session, page: Page, chosen: dict[str, str]) -> list[Measurement]:
    by_condition = {stimulus.condition: stimulus for stimulus in page.stimuli}
    prepared: dict[str, Sound] = {}
    rows = []
    for stimulus in page.stimuli:
        reference = None
        name = chosen.get(stimulus.condition)
        if name is not None and name in by_condition:
            if name not in prepared:
                prepared[name] = _sound(folder, session, page, by_condition[name])
            reference = prepared[name]
        sound = _sound(folder, session, page, stimulus)
        values = measure_mix(sound, reference)
        rows += [Measurement(item=page.item, condition=stimulus.condition, found=value) for value in values]
    return rows


def _sound(folder: Path, session: Session, page: Page, stimulus: Stimulus) -> Sound:
    path = folder / AUDIO_FOLDER / stimulus.file
    if not path.is_file():
        raise DataError(f"{path}: missing; build the study again with 'evalkit build --force'")
    audio, rate_hz = read_audio(path, rate_hz=session.rate_hz)
    return Sound(audio, rate_hz, name=f"{page.item} of {stimulus.condition}")
