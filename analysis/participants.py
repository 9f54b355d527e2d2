"""Who took part: from the questionnaire's answers and the assessors' states beside the ratings.

Free text is counted, never printed: it may name a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.dataset import Dataset
from analysis.export_table import ANSWERS, ASSESSORS, read_export_table
from analysis.numerals import counted, fixed
from analysis.screened import Screened

STATES = ("complete", "enrolled", "withdrawn", "screened_out", "declined")
LISTED = ("choice", "choices", "scale")


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about the participants: ``values`` holds the numbers behind ``text``."""

    name: str
    text: str
    values: dict[str, float]


def participants(dataset: Dataset) -> list[Fact]:
    """Say who took part; a file that is not beside the ratings says nothing.

    Raises
    ------
    DataError
        If a file beside the ratings is damaged.
    """
    folder, rated = dataset.path.parent, set(dataset.assessors)
    noun = "robot listener" if dataset.is_rehearsal else "assessor"
    facts = [*_planned(dataset), Fact("Ratings from", counted(len(rated), noun), {"n": len(rated)})]
    assessors = read_export_table(folder / ASSESSORS, ("assessor", "state"))
    if assessors is not None:
        facts += _states(assessors) + _durations(assessors[assessors["assessor"].isin(rated)])
    answers = read_export_table(folder / ANSWERS, ("assessor", "kind", "question", "value"))
    if answers is not None:
        own = answers[answers["assessor"].isin(rated)]
        facts += _answers(dataset, own[own["kind"] == "question"], len(rated))
        comments = int((own["kind"] == "comment").sum())
        if comments:
            facts.append(Fact("Comments", f"{comments}, in {ANSWERS}", {"n": comments}))
    return facts


def exclusions(screened: Screened) -> Fact:
    """Say whom the declared rules exclude, by which rule and on which evidence."""
    if not screened.excluded:
        asked = "declared" if screened.dataset.study is not None else "named"
        why = "" if screened.outcomes else f": no screening rule was {asked}"
        return Fact("Excluded", f"nobody{why}", {"n": 0})
    reasons = [f"{v.assessor} by {v.rule} ({v.text})" for v in screened.verdicts if v.decision == "exclude"]
    text = f"{len(screened.excluded)} of {len(screened.dataset.assessors)}: {'; '.join(reasons)}"
    return Fact("Excluded", text, {"n": len(screened.excluded)})


def _planned(dataset: Dataset) -> list[Fact]:
    target = None if dataset.study is None else dataset.study.spec.assignment.target_assessors
    return [] if target is None else [Fact("Planned", counted(target, "assessor"), {"n": target})]


def _states(assessors: pd.DataFrame) -> list[Fact]:
    counts = assessors["state"].value_counts()
    ordered = [state for state in STATES if state in counts.index] + sorted(set(counts.index) - set(STATES))
    values = {state: int(counts[state]) for state in ordered}
    words = {"enrolled": "unfinished", "screened_out": "screened out"}
    text = ", ".join(f"{n} {words.get(state, state)}" for state, n in values.items())
    return [Fact("Enrolled", f"{len(assessors)}: {text}", {"n": len(assessors), **values})]


def _durations(assessors: pd.DataFrame) -> list[Fact]:
    facts = []
    seconds = _numbers(assessors, "duration_s")
    if seconds.size:
        values = {"median_s": float(np.median(seconds)), "maximum_s": float(seconds.max())}
        text = f"median {_duration(values['median_s'])}, longest {_duration(values['maximum_s'])}"
        minutes = {name.replace("_s", "_min"): value / 60 for name, value in values.items()}
        facts.append(Fact("Duration", text, values | minutes))
    changes = np.abs(_numbers(assessors, "max_volume_change_db"))
    if changes.size:
        largest = float(changes.max())
        facts.append(Fact("Largest change of volume", f"{fixed(largest)} dB", {"maximum_db": largest}))
    return facts


def _answers(dataset: Dataset, answers: pd.DataFrame, n_assessors: int) -> list[Fact]:
    """Summarise each question by its kind; without a study, by what the answers look like."""
    if dataset.study is not None:
        known = {question.id: question for question in dataset.study.spec.questions}
        return [
            _question(question.label, question.kind, _options(question.options), rows, n_assessors)
            for name, question in known.items()
            if len(rows := answers[answers["question"] == name])
        ]
    facts = []
    for name, rows in answers.groupby("question", sort=False):
        values = rows["value"][rows["value"] != ""]
        is_number = bool(len(values)) and bool(pd.to_numeric(values, errors="coerce").notna().all())
        kind = "number" if is_number else "choice" if values.nunique() <= max(2, len(values) // 2) else "text"
        facts.append(_question(str(name), kind, (), rows, n_assessors))
    return facts


def _options(options: object) -> tuple[str, ...]:
    return tuple(str(option) for option in options) if isinstance(options, list) else ()


def _question(name: str, kind: str, options: Sequence[str], rows: pd.DataFrame, n_assessors: int) -> Fact:
    given = rows["value"][rows["value"] != ""]
    missing = n_assessors - rows["assessor"][rows["value"] != ""].nunique()
    suffix = f"; {counted(missing, 'answer')} missing" if missing else ""
    if kind == "number":
        numbers = pd.to_numeric(given, errors="coerce").dropna().to_numpy(dtype=np.float64)
        return _number(name, numbers, suffix)
    if kind in LISTED:
        chosen = list(given)  # several choices of one assessor are several rows
        counts = {option: chosen.count(option) for option in dict.fromkeys([*options, *sorted(set(chosen))])}
        text = ", ".join(f"{option}: {n}" for option, n in counts.items() if n) or "no answers"
        return Fact(name, text + suffix, {option: n for option, n in counts.items()})
    return Fact(name, f"{counted(len(given), 'answer')}, in {ANSWERS}{suffix}", {"n": len(given)})


def _number(name: str, numbers: np.ndarray[tuple[int, ...], np.dtype[np.float64]], suffix: str) -> Fact:
    if numbers.size == 0:
        return Fact(name, "no answers", {"n": 0})
    values = {"n": numbers.size, "mean": float(numbers.mean()), "minimum": float(numbers.min())}
    values |= {"maximum": float(numbers.max())}
    text = f"mean {fixed(values['mean'])}"
    if numbers.size > 1:
        values["sd"] = float(numbers.std(ddof=1))
        text += f", SD {fixed(values['sd'], 2)}, {values['minimum']:g} to {values['maximum']:g}"
    return Fact(name, text + suffix, values)


def _duration(seconds: float) -> str:
    return f"{fixed(seconds / 60)} min" if seconds >= 60 else f"{fixed(seconds, 0)} s"


def _numbers(table: pd.DataFrame, name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    if name not in table.columns:
        return np.empty(0)
    return pd.to_numeric(table[name].replace("", None), errors="coerce").dropna().to_numpy(dtype=np.float64)
