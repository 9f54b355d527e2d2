"""The validity of measures as a table: how far each goes along with the listeners, and how sure that is."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from analysis.metrics import BOTH, measures
from analysis.numerals import NONE, counted, fraction, fraction_interval, p_value
from analysis.rated_pairs import ALPHA
from analysis.tabular import Column, Table
from analysis.validity import PERMUTATIONS, MeasureValidity, Validity
from analysis.validity_intervals import LEVEL

OF_ALL = ("reliability", "ceiling", "ceiling_within", "ceiling_pairwise")  # of all measures alike


def validity_table(found: Validity, *, name: str, which: str) -> Table:
    """Return a table of all measures, the most agreeing inside pages first, and their ceilings in the last row.

    Parameters
    ----------
    name : stem of its files
    which : the stimuli in words, such as "all stimuli" or "without references and anchors"
    """
    ordered = sorted(found.rows, key=lambda row: (row.within is None, -(row.within or 0.0)))
    return Table(
        name=name,
        caption=f"Measures against mean ratings: {which}",
        columns=(
            Column("Measure", "l"),
            Column("Good", "l"),
            Column("n", symbol=True),
            Column("ρ", symbol=True),
            Column("95 % interval"),
            Column("other recordings"),
            Column("ρ in pages"),
            Column("p", symbol=True),
            Column("p (Holm)"),
            Column("Pairs"),
        ),
        rows=(*(_cells(row) for row in ordered), _ceilings(found)),
        data=pd.DataFrame([asdict(row) | {name: getattr(found, name) for name in OF_ALL} for row in ordered]),
        note=_note(found),
    )


def _cells(row: MeasureValidity) -> tuple[str, ...]:
    measure = measures()[row.name]
    return (
        measure.label if row.channel == BOTH else f"{measure.label} {row.channel}",
        "none" if measure.direction == "none" else measure.direction.replace("_", " "),
        str(row.n),
        fraction(row.overall),
        fraction_interval(row.low, row.high),
        fraction_interval(row.pages_low, row.pages_high),
        fraction(row.within),
        p_value(row.p),
        p_value(row.p_adjusted),
        NONE if row.pairwise is None else f"{fraction(row.pairwise)} ({row.pairs})",
    )


def _ceilings(found: Validity) -> tuple[str, ...]:
    """Return the row of what a measure can reach, each ceiling in the column that it is of."""
    correlations = (fraction(found.ceiling), NONE, NONE, fraction(found.ceiling_within))
    return ("Noise ceiling", NONE, str(found.stimuli), *correlations, NONE, NONE, fraction(found.ceiling_pairwise))


def _note(found: Validity) -> str:
    n = found.stimuli
    ceiling = (
        f"Noise ceiling: mean ratings repeat over random halves of the assessors with {fraction(found.reliability)} "
        "(stepped up), and no measure is to be expected above its root; the same inside pages; for pairs, what one "
        "half of the assessors reaches in the place of a measure against the other. "
        if found.reliability is not None
        else "Too few assessors for intervals and a ceiling. "
    )
    return (
        f"{counted(n, 'stimulus', 'stimuli')}, {counted(found.assessors, 'assessor')}. ρ: Spearman's correlation, "
        "above zero if the measure agrees with the listeners (of measures without a good direction: more "
        f"goes with higher ratings). {100 * LEVEL:g} % intervals: where the correlation with the mean ratings of "
        "endless assessors lies, which their noise draws towards zero in ρ itself; for these stimuli, and for other "
        "recordings, pages being drawn too. ρ in pages: of "
        f"ranks inside pages; p by {PERMUTATIONS} permutations inside pages. Pairs: share in the listeners' order, of "
        f"the pairs of a page that they rate differently (paired t test, p < {fraction(ALPHA)}; in brackets how "
        f"many). {ceiling}Of measures that have nothing to do with the ratings, one in twenty lies beyond "
        f"±{fraction(1.96 / (n - 1) ** 0.5)} with so many stimuli."
    )
