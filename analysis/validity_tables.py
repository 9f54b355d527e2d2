"""The validity of measures as a table: how far each goes along with the listeners, and how sure that is."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from analysis.metrics import BOTH, measures
from analysis.numerals import counted, fraction, fraction_interval, p_value
from analysis.tabular import Column, Table
from analysis.validity import LEVEL, PERMUTATIONS, RESAMPLES, Validity


def validity_table(found: Validity, *, name: str, which: str) -> Table:
    """Return a table of all measures, the most agreeing inside pages first.

    Parameters
    ----------
    name : stem of its files
    which : the stimuli in words, such as "all stimuli" or "without references and anchors"
    """
    known = measures()
    ordered = sorted(found.rows, key=lambda row: (row.within is None, -(row.within or 0.0)))
    rows = []
    for row in ordered:
        measure = known[row.name]
        label = measure.label if row.channel == BOTH else f"{measure.label} {row.channel}"
        rows.append(
            (
                label,
                "none" if measure.direction == "none" else measure.direction.replace("_", " "),
                str(row.n),
                fraction(row.overall),
                fraction_interval(row.low, row.high),
                fraction(row.within),
                p_value(row.p),
                p_value(row.p_adjusted),
                fraction(row.pairwise),
            )
        )
    return Table(
        name=name,
        caption=f"Measures against mean ratings: {which}",
        columns=(
            Column("Measure", "l"),
            Column("Good", "l"),
            Column("n", symbol=True),
            Column("ρ", symbol=True),
            Column("95 % interval"),
            Column("ρ in pages"),
            Column("p", symbol=True),
            Column("p (Holm)"),
            Column("Pairs"),
        ),
        rows=tuple(rows),
        data=pd.DataFrame(
            [asdict(row) | {"reliability": found.reliability, "ceiling": found.ceiling} for row in ordered]
        ),
        note=_note(found),
    )


def _note(found: Validity) -> str:
    n = found.stimuli
    ceiling = (
        f"Mean ratings repeat over random halves of the assessors with {fraction(found.reliability)} (stepped up): no "
        f"measure is to be expected above {fraction(found.ceiling)}. "
        if found.reliability is not None
        else "Too few assessors for a ceiling. "
    )
    return (
        f"{counted(n, 'stimulus', 'stimuli')}, {counted(found.assessors, 'assessor')}. ρ: Spearman's correlation, "
        "above zero if the measure agrees with the listeners (of measures without a good direction: more "
        f"goes with higher ratings); {100 * LEVEL:g} % interval over resampled assessors ({RESAMPLES}), pages fixed. "
        "ρ in pages: of "
        f"ranks inside pages; p by {PERMUTATIONS} permutations inside pages. Pairs: share of pairs of a page in the "
        f"listeners' order. {ceiling}Of measures that have nothing to do with the ratings, one in twenty "
        f"lies beyond ±{fraction(1.96 / (n - 1) ** 0.5)} with so many stimuli."
    )
