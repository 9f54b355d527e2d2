"""Iman and Davenport's F of the Friedman test: the same ranks, a better approximation with few units.

F = (n - 1) Q / (n (k - 1) - Q) of Friedman's chi-square Q, with k - 1 and (k - 1)(n - 1) degrees of
freedom; the chi-square is too cautious with few units [1]_.

References
----------
.. [1] R. L. Iman and J. M. Davenport, "Approximations of the critical region of the Friedman
   statistic", Communications in Statistics A 9, 571-595 (1980).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
from scipy import stats

from analysis.inference import friedman
from analysis.results import TestResult, Unit
from analysis.tails import log10_f_sf

NAME = "iman_davenport"
GROUPS = "many"
MATCHED = True


def run(units: pd.DataFrame, groups: Sequence[str], *, unit: Unit = "assessor_mean") -> TestResult:
    """Test the conditions on the units that have a value for each of them."""
    chi2 = friedman.run(units, groups, unit=unit)
    blank = replace(chi2, id=NAME, test=NAME, statistic=None, df=None, p=None, log10_p=None)
    if chi2.statistic is None:
        return blank
    n, k = chi2.n, len(groups)
    rest = n * (k - 1) - chi2.statistic
    if rest <= 1e-9 * n * (k - 1):
        note = "every unit ranks the conditions alike: F is infinite, see Friedman"
        return replace(blank, status="not_applicable", notes=(*chi2.notes, note))
    f, df = (n - 1) * chi2.statistic / rest, (float(k - 1), float((k - 1) * (n - 1)))
    return replace(blank, statistic=f, df=df, p=float(stats.f.sf(f, *df)), log10_p=log10_f_sf(f, *df))
