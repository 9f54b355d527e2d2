"""Measures of mixes as tables for the terminal, as rows of ``measures.csv``, and as strict JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from analysis.measure import COMPARED, Difference, Measured, Summary
from analysis.metrics import BOTH, Direction, Measure, families
from analysis.numerals import NONE, counted, fixed, interval, listed, signed
from analysis.origin import Origin
from analysis.tabular import Column, Table
from analysis.tabular import as_text as table_text
from evalkit.intervals import LEVEL, RESAMPLES
from evalkit.provenance import versions

SCHEMA = "evalkit-measures/1"
DEFINED = ("name", "label", "unit", "direction", "needs_reference", "reference", "oracle")
WIDTH = 100
FEW_ITEMS = 20  # below it a percentile interval is visibly short: see evalkit.intervals
DIRECTIONS: dict[Direction, str] = {
    "lower": "Lower is nearer to the target",
    "higher": "Higher is nearer to the target",
    "nearer_zero": "Nearer zero is nearer to the target; differences keep their sign and may cancel in the mean",
    "none": "Describes the mix itself: neither more nor less is better",
}


def write_values(measured: Measured, path: Path) -> None:
    """Write a row per value as CSV (RFC 4180), a missing one empty; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    text = pd.DataFrame(_rows(measured)).to_csv(index=False, lineterminator="\r\n")
    partial.write_bytes(text.encode("utf-8"))
    partial.replace(path)


def as_json(measured: Measured) -> str:
    """Return values, summaries, differences and what they mean, in full precision."""
    data = {
        "schema": SCHEMA,
        "input": {
            **measured.facts,
            "simulated": measured.simulated,
            "items": list(measured.items),
            "left_out": dict(measured.left_out),
        },
        "definitions": [
            {"family": family, **{key: getattr(measure, key) for key in DEFINED}}
            for family, module in families().items()
            for measure in module.MEASURES
        ],
        "measures": _rows(measured),
        "summary": [_summary_row(summary) for summary in measured.summaries],
        "differences": [_difference_row(gap) for gap in measured.differences],
        "versions": versions(),
    }
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_text(measured: Measured) -> str:
    """Return everything for the terminal."""
    origin = Origin(rehearsal=False, simulated=measured.simulated)
    counts = f"{counted(len(measured.items), 'item')}, {counted(len(measured.conditions), 'system')}"
    parts = [*([origin.banner] if origin.banner else []), f"{measured.heading}: {counts}"]
    parts.append(f"Means over items; in brackets their {100 * LEVEL:g} % bootstrap, {RESAMPLES} resamples.")
    parts += [
        textwrap.fill(f"Caution: {note}", WIDTH, break_long_words=False, break_on_hyphens=False)
        for note in cautions(measured)
    ]
    tables = [family_table(measured, name) for name in families()]
    if measured.differences:
        tables.append(differences_table(measured))
    return "\n".join(parts) + "\n\n" + "\n\n".join(table_text(origin.label(table)) for table in tables) + "\n"


def cautions(measured: Measured) -> list[str]:
    """Return what a reader has to beware of, a sentence each."""
    notes = []
    if measured.left_out:
        told = listed([f"{item}: {reason}" for item, reason in measured.left_out.items()])
        notes.append(f"{counted(len(measured.left_out), 'item')} left out: {told}.")
    notes += measured.notes
    if 1 < len(measured.items) < FEW_ITEMS:
        notes.append(
            f"{counted(len(measured.items), 'item')} only: a 95 % bootstrap interval of so few is too short (of 6 "
            "values it covers about 86 %)."
        )
    return notes


def family_table(measured: Measured, family: str) -> Table:
    """Means over items of one family's measures, the interval below each: systems down, measures across."""
    measures = {measure.name: measure for measure in families()[family].MEASURES}
    own = [summary for summary in measured.summaries if summary.name in measures]
    keys = list(dict.fromkeys((summary.name, summary.channel) for summary in own))
    found = {(summary.condition, summary.name, summary.channel): summary for summary in own}
    units = {measure.unit for measure in measures.values()}
    rows = []
    for condition in measured.conditions:
        cells = [(found[condition, name, channel], measures[name]) for name, channel in keys]
        rows.append((condition, *(_mean(*cell) for cell in cells)))
        rows.append(("", *(_interval(*cell) for cell in cells)))
    unit = f", {next(iter(units))}" if len(units) == 1 and units != {""} else ""
    return Table(
        name=f"measures_{family}",
        caption=f"Mixes against {measured.target}: {family}{unit}",
        columns=(
            Column("System", "l"),
            *(Column(_heading(measures[name], channel, with_unit=len(units) > 1)) for name, channel in keys),
        ),
        rows=tuple(rows),
        data=pd.DataFrame([_summary_row(summary) for summary in own]),
        note=" ".join([*_directions(list(measures.values())), *_missing(own, measures)]),
    )


def differences_table(measured: Measured) -> Table:
    """Paired differences of the compared measure to the first system."""
    gaps = measured.differences
    measure = _compared()
    return Table(
        name=f"differences_{COMPARED}",
        caption=f"Differences of {measure.label} to {gaps[0].to}, paired by item",
        columns=(
            Column("System", "l"),
            Column("n", symbol=True),
            Column("Difference"),
            Column("95 % interval"),
            Column("Reading", "l"),
        ),
        rows=tuple(
            (
                gap.condition,
                str(gap.n),
                signed(gap.interval.mean, measure.digits),
                interval(gap.interval.low, gap.interval.high, measure.digits, sign=True),
                reading(gap),
            )
            for gap in gaps
        ),
        data=pd.DataFrame([_difference_row(gap) for gap in gaps]),
        note=f"Below zero: nearer to the target than {gaps[0].to}. Not corrected for the number of systems.",
    )


def reading(gap: Difference) -> str:
    """Say in words what a difference of a distance shows."""
    if not gap.interval.excludes_zero:
        return "not clear of zero"
    return f"clear of zero: {'nearer' if gap.interval.mean < 0 else 'farther'}"


def _rows(measured: Measured) -> list[dict[str, object]]:
    """Return a row per value, in the columns of ``measures.csv``."""
    return [
        {
            "item": row.item,
            "condition": row.condition,
            "name": row.found.name,
            "channel": row.found.channel,
            "value": row.found.value,
            "unit": row.found.unit,
            "status": row.found.status,
        }
        for row in measured.rows
    ]


def _summary_row(summary: Summary) -> dict[str, object]:
    return {
        "condition": summary.condition,
        "name": summary.name,
        "channel": summary.channel,
        "n": summary.n,
        "mean": summary.mean,
        "low": summary.interval.low if summary.interval else None,
        "high": summary.interval.high if summary.interval else None,
        "level": LEVEL,
        "unit": summary.unit,
        "missing": dict(summary.missing),
    }


def _difference_row(gap: Difference) -> dict[str, object]:
    return {
        "name": COMPARED,
        "condition": gap.condition,
        "to": gap.to,
        "n": gap.n,
        "mean": gap.interval.mean,
        "low": gap.interval.low,
        "high": gap.interval.high,
        "level": LEVEL,
        "excludes_zero": gap.interval.excludes_zero,
    }


def _mean(summary: Summary, measure: Measure) -> str:
    """Return the mean, or the reason if no item has a value."""
    if summary.mean is not None:
        return fixed(summary.mean, measure.digits)
    return next(iter(summary.missing)).replace("_", " ") if len(summary.missing) == 1 else NONE


def _interval(summary: Summary, measure: Measure) -> str:
    found = summary.interval
    return interval(found.low, found.high, measure.digits) if found else NONE


def _heading(measure: Measure, channel: str, *, with_unit: bool) -> str:
    where = "" if channel == BOTH else f" {channel}"
    return f"{measure.label}{where} [{measure.unit}]" if with_unit and measure.unit else f"{measure.label}{where}"


def _directions(measures: Sequence[Measure]) -> list[str]:
    """Return which way is good, once for all measures that share it."""
    told = []
    for direction, words in DIRECTIONS.items():
        labels = [measure.label for measure in measures if measure.direction == direction]
        if labels:
            told.append(f"{words}." if len(labels) == len(measures) else f"{listed(labels)}: {words.lower()}.")
    return told


def _missing(summaries: Sequence[Summary], measures: dict[str, Measure]) -> list[str]:
    """Return which values some means lack, and why; a cell without any mean says so itself."""
    told = [
        f"{_heading(measures[summary.name], summary.channel, with_unit=False)} of {summary.condition}: "
        f"{count} {status.replace('_', ' ')}"
        for summary in summaries
        for status, count in summary.missing.items()
        if summary.n or len(summary.missing) > 1
    ]
    return [f"Items not in the mean: {listed(told)}."] if told else []


def _compared() -> Measure:
    return next(m for module in families().values() for m in module.MEASURES if m.name == COMPARED)
