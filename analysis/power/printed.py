"""Power as a table, for the terminal and for a paper, and as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from dataclasses import asdict

import pandas as pd

from analysis.corrections import NAMES
from analysis.numerals import counted, fraction, short
from analysis.power import Point, PowerPlan, enough
from analysis.power.components import TERMS
from analysis.power.decisions import DECISIONS
from analysis.tabular import Column, Table
from analysis.tabular import as_text as table_text

SCHEMA = "evalkit-power/1"
WANTED = 0.8
WIDTH = 100


def power_table(plan: PowerPlan, points: tuple[Point, ...]) -> Table:
    """Return the power by assessors (rows) and items (columns), with its Monte-Carlo interval."""
    by_cell = {(point.assessors, point.items): point for point in points}
    return Table(
        name="power",
        caption=f"Power of the {DECISIONS[plan.test].name}: the chance to find {DECISIONS[plan.test].finds}",
        columns=(Column("Assessors"), *(Column(counted(items, "item")) for items in plan.items)),
        rows=tuple((str(n), *(_cell(by_cell[n, items]) for items in plan.items)) for n in plan.assessors),
        data=pd.DataFrame([asdict(point) for point in points]),
        note=f"{_what(plan)} In brackets the Monte-Carlo error: Wilson's 95 % interval of {plan.runs} studies.",
    )


def as_text(plan: PowerPlan, table: Table, points: tuple[Point, ...]) -> str:
    """Return everything for the terminal."""
    parts = [table_text(table), "", *_answers(plan, points), *_notes(plan)]
    return "\n".join(textwrap.fill(part, WIDTH) if part.startswith("Caution") else part for part in parts) + "\n"


def as_json(plan: PowerPlan, points: tuple[Point, ...]) -> str:
    """Return plan and power as strict JSON."""
    return (
        json.dumps(
            {"schema": SCHEMA, "plan": asdict(plan), "points": [asdict(point) for point in points]},
            indent=1,
            ensure_ascii=False,
            allow_nan=False,
        )
        + "\n"
    )


def _cell(point: Point) -> str:
    return f"{fraction(point.power, 3)} [{fraction(point.low, 3)}, {fraction(point.high, 3)}]"


def _what(plan: PowerPlan) -> str:
    parts = plan.components
    sds = ", ".join(f"{name.replace('_', ' × ')} {short(getattr(parts, name), 3)}" for name in (*TERMS, "error"))
    better = f"one of them {short(plan.difference)} points better" if plan.difference else "equal in truth"
    aim = f"{plan.conditions} conditions, {better}"
    margin = f", margin ±{short(plan.margin)}" if plan.margin is not None else ""
    correction = f", {NAMES[plan.correction]}" if DECISIONS[plan.test].pairs else ""
    ends = "" if parts.scale is None else f", kept on {parts.scale[0]:g} to {parts.scale[1]:g}"
    return (
        f"Simulated: {aim}{margin}; standard deviations ({parts.source}): {sds}; mean {short(parts.centre, 3)}{ends}; "
        f"alpha {short(plan.alpha)}{correction}."
    )


def _answers(plan: PowerPlan, points: tuple[Point, ...]) -> Iterator[str]:
    for items in plan.items:
        n = enough(points, items, wanted=WANTED)
        far = f"not reached with {max(plan.assessors)} assessors"
        yield f"Power {fraction(WANTED)} with {counted(items, 'item')}: {far if n is None else f'{n} assessors'}"


def _notes(plan: PowerPlan) -> Iterator[str]:
    for note in plan.components.notes:
        yield f"Caution: {note}"
    if plan.components.item_condition > 0 and plan.test != "mixed_model":
        yield (
            "Caution: items like conditions differently, and every study draws new items: this test speaks about the "
            "items heard, so a difference of a few items also counts as found. For items in general: mixed_model."
        )
    if plan.test in ("kruskal_wallis", "mann_whitney"):
        yield (
            "Caution: this test takes one assessor's ratings for independent: where assessors or items like conditions "
            "differently it also finds differences that are not there."
        )
