"""Tables of how people listened: time, plays and moves, and what the positions added."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.behaviour import PositionEffect
from analysis.dataset import Dataset
from analysis.numerals import NONE, fixed, interval, short, signed
from analysis.tables import CONDITION
from analysis.tabular import Column, Table

PER_PAGE = {"page_s": "Time on a page (s)"}
PER_RATING = {
    "n_plays": "Times a stimulus was played",
    "listened_s": "Time a stimulus was heard (s)",
    "n_moves": "Times a rating was moved",
}
STEPS = {"page_position": "per page", "slot": "per place on the page", "initial": "per scale point"}


def behaviour_table(dataset: Dataset) -> Table | None:
    """Tabulate the spread of what was recorded of listening; None where nothing was."""
    rated = dataset.ratings.dropna(subset=["score"])
    pages = rated.drop_duplicates(["assessor", "page", "replicate"])
    rows, data = [], []
    for name, label in {**PER_PAGE, **PER_RATING}.items():
        values = (pages if name in PER_PAGE else rated)[name].dropna().to_numpy(dtype=np.float64)
        if not values.size:
            continue
        low, q1, median, q3, high = (float(value) for value in np.quantile(values, [0, 0.25, 0.5, 0.75, 1]))
        rows.append(
            (label, str(values.size), short(median), f"{short(q1)} to {short(q3)}", f"{short(low)} to {short(high)}")
        )
        data.append({"measure": name, "n": values.size, "median": median, "q1": q1, "q3": q3})
        data[-1] |= {"minimum": low, "maximum": high}
    if not rows:
        return None
    return Table(
        name="behaviour",
        caption="Listening behaviour",
        columns=(
            Column("Measure", "l"),
            Column("n", symbol=True),
            Column("Median"),
            Column("Quartiles"),
            Column("Range"),
        ),
        rows=tuple(rows),
        data=pd.DataFrame(data),
        note="n counts pages of assessors, or ratings.",
    )


def listening_table(dataset: Dataset) -> Table | None:
    """Tabulate mean plays, time heard and moves of each condition; None where nothing was recorded."""
    rated = dataset.ratings.dropna(subset=["score"])
    known = [name for name in PER_RATING if rated[name].notna().any()]
    if not known:
        return None
    means = rated.groupby("condition")[known].mean().reindex(dataset.ids)
    cells = zip(dataset.ids, means.to_numpy(dtype=np.float64), strict=True)
    rows = [(dataset.labels[condition], *(fixed(float(value)) for value in values)) for condition, values in cells]
    return Table(
        name="behaviour_by_condition",
        caption="Listening behaviour by condition: means of ratings",
        columns=(CONDITION, *(Column(PER_RATING[name]) for name in known)),
        rows=tuple(rows),
        data=means.reset_index(),
    )


def positions_table(effects: Sequence[PositionEffect]) -> Table:
    """Tabulate how far a rating changes with its position."""
    rows: list[tuple[str, ...]] = []
    data: list[dict[str, object]] = []
    for effect in effects:
        digits = 3 if effect.name == "initial" else 2
        rows.append(
            (
                effect.label,
                str(effect.n_assessors),
                f"{signed(effect.slope, digits)} {STEPS[effect.name]}",
                interval(effect.low, effect.high, digits, sign=True),
                _farthest(effect),
            )
        )
        data.append({"position": effect.name, "place": None, "n_assessors": effect.n_assessors})
        data[-1] |= {"value": effect.slope, "low": effect.low, "high": effect.high}
        data += [
            {"position": effect.name, "place": point.position, "n_assessors": point.n}
            | {"value": point.mean, "low": point.low, "high": point.high}
            for point in effect.points
        ]
    return Table(
        name="positions",
        caption="Order and position: how far they move a rating, in scale points",
        columns=(
            Column("Question", "l"),
            Column("Assessors"),
            Column("Trend"),
            Column("95 % interval"),
            Column("Farthest from expected"),
        ),
        rows=tuple(rows),
        data=pd.DataFrame(data),
        note=(
            "Expected is what the item in the condition, and the assessor in the condition, get on average. Intervals "
            "over assessors, of trends as a straight line. An interval without 0 shows that order mattered; "
            "balanced orders keep it out of the comparison of conditions."
        ),
    )


def _farthest(effect: PositionEffect) -> str:
    if not effect.points:
        return NONE
    point = max(effect.points, key=lambda one: abs(one.mean))
    return f"{signed(point.mean)} at {point.position:g}"
