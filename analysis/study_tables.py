"""Tables about a study: who took part, what was compared, and how loud it was."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.dataset import Dataset
from analysis.numerals import NONE, fixed, signed, span
from analysis.participants import Fact
from analysis.tabular import Column, Table
from evalkit.session import Session, Stimulus

ENDS = ("lowest", "highest")


def participants_table(facts: Sequence[Fact]) -> Table:
    """Who took part, one fact a line."""
    data = [{"fact": fact.name, "name": name, "value": value} for fact in facts for name, value in fact.values.items()]
    return Table(
        name="participants",
        caption="Participants",
        columns=(Column("", "l"), Column("", "l")),
        rows=tuple((fact.name, fact.text) for fact in facts),
        data=pd.DataFrame(data, columns=["fact", "name", "value"]),
    )


def conditions_table(dataset: Dataset) -> Table:
    """What was compared, in the order of all tables and figures."""
    fields = ("label", "system", "task", "role")
    return Table(
        name="conditions",
        caption="Conditions, in the order of all tables and figures",
        columns=tuple(Column(name, "l") for name in ("Condition", "System", "Task", "Role")),
        rows=tuple(tuple(getattr(c, name) or NONE for name in fields) for c in dataset.conditions),
        data=pd.DataFrame([{name: getattr(c, name) for name in ("id", *fields)} for c in dataset.conditions]),
    )


def loudness_table(dataset: Dataset, session: Session) -> Table:
    """Loudness, true peak and gain of each condition's stimuli, over all items."""
    rows, data = [], []
    for condition in dataset.conditions:
        stimuli = [s for page in session.pages for s in page.stimuli if s.condition == condition.id]
        if not stimuli:
            continue
        ends = {name: _ends(stimuli, name) for name in ("lufs", "dbtp", "gain_db")}
        rows.append(
            (
                condition.label,
                str(len(stimuli)),
                span(*ends["lufs"], 2),
                fixed(ends["dbtp"][1]),
                f"{signed(ends['gain_db'][0])} to {signed(ends['gain_db'][1])}",
                str(sum(stimulus.clipped for stimulus in stimuli)),
            )
        )
        numbers = {f"{name}_{end}": value for name, pair in ends.items() for end, value in zip(ENDS, pair, strict=True)}
        clipped = sum(stimulus.clipped for stimulus in stimuli)
        data.append({"condition": condition.id, "stimuli": len(stimuli), **numbers, "clipped": clipped})
    return Table(
        name="loudness",
        caption="Loudness of the stimuli, lowest to highest over the items",
        columns=(
            Column("Condition", "l"),
            Column("Stimuli"),
            Column("Integrated (LUFS)"),
            Column("Highest true peak (dBTP)"),
            Column("Gain applied (dB)"),
            Column("Clipped samples"),
        ),
        rows=tuple(rows),
        data=pd.DataFrame(data),
        note="Measured on the files that were heard (BS.1770). Clipped: by the system itself, never by the matching.",
    )


def stimuli_table(dataset: Dataset, session: Session) -> Table:
    """Every stimulus of every item."""
    labels = dataset.labels
    shown = [(page.item, s) for page in session.pages for s in page.stimuli if s.condition in labels]
    return Table(
        name="stimuli",
        caption="Every stimulus",
        columns=(
            Column("Item", "l"),
            Column("Condition", "l"),
            Column("LUFS"),
            Column("dBTP"),
            Column("Gain (dB)"),
        ),
        rows=tuple(
            (item, labels[s.condition], fixed(s.lufs, 2), fixed(s.dbtp), signed(s.gain_db)) for item, s in shown
        ),
        data=pd.DataFrame(
            [
                {"item": item} | {name: getattr(s, name) for name in ("condition", "lufs", "dbtp", "gain_db", "sha256")}
                for item, s in shown
            ]
        ),
    )


def loudness_summary(session: Session) -> str:
    """Return all stimuli's loudness in one line."""
    stimuli = [stimulus for page in session.pages for stimulus in page.stimuli]
    low, high = _ends(stimuli, "lufs")
    return f"{span(low, high, 2)} LUFS, true peak at most {fixed(_ends(stimuli, 'dbtp')[1])} dBTP"


def _ends(stimuli: Sequence[Stimulus], name: str) -> tuple[float, float]:
    values = [float(getattr(stimulus, name)) for stimulus in stimuli]
    return min(values), max(values)
