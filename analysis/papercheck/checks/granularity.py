"""GRIM and GRIMMER: a mean of n whole numbers is a whole number over n, and its SD must fit that sum.

GRIM [1]_: some whole sum S gives a mean S / n that rounds to what is printed. GRIMMER [2]_: for such an
S the sum of squares SD^2 (n - 1) + S^2 / n must be reachable, too: a whole number that is odd if S is
odd, no less than for values as equal as possible, and no more than with all but one value at the minimum.

References
----------
.. [1] N. J. L. Brown and J. A. J. Heathers, "The GRIM test", Social Psychological and Personality
   Science 8, 363-369 (2017).
.. [2] J. Anaya, "The GRIMMER test", PeerJ Preprints 4:e2400v1 (2016).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from analysis.papercheck.claims import Claims, Mean
from analysis.papercheck.finding import Finding
from analysis.papercheck.printed_number import Printed

PLACE = 3
TITLE = "Means and SDs of whole numbers"
SOURCE = "Brown & Heathers 2017 (GRIM); Anaya 2016 (GRIMMER)"


def check(claims: Claims) -> Iterator[Finding]:
    """Check each mean of whole numbers, and its standard deviation."""
    for mean in claims.means:
        sums = _sums(mean)
        yield _mean(mean, sums)
        if mean.sd is not None:
            yield _sd(mean, mean.sd, sums)


def _sums(mean: Mean) -> list[int]:
    """Return the whole sums whose mean rounds to the printed one, the nearest first."""
    lowest = math.ceil(mean.mean.low * mean.n - 1e-9)
    sums = range(lowest, math.floor(mean.mean.high * mean.n + 1e-9) + 1)
    return sorted(sums, key=lambda total: abs(total / mean.n - mean.mean.value))


def _mean(mean: Mean, sums: list[int]) -> Finding:
    if sums:
        reason = f"{sums[0]} / {mean.n} = {sums[0] / mean.n:g}"
        if 1 / mean.n <= mean.mean.high - mean.mean.low:
            reason += f"; with n = {mean.n} every mean of so few decimals is possible, so this cannot fail"
    else:
        below = math.floor(mean.mean.value * mean.n)
        reason = f"{below} / {mean.n} = {below / mean.n:.4g} and {below + 1} / {mean.n} = {(below + 1) / mean.n:.4g}"
    return Finding(
        check="granularity",
        where=mean.where,
        cell=f"mean {mean.what}",
        printed=mean.mean.text,
        verdict="consistent" if sums else "impossible",
        reason=reason,
    )


def _sd(mean: Mean, sd: Printed, sums: list[int]) -> Finding:
    fitting = next(((total, squares) for total in sums if (squares := _squares(mean, sd, total)) is not None), None)
    floor = "" if mean.minimum is None else f" and none below {mean.minimum}"
    if fitting is None:
        reason = f"no {mean.n} whole numbers{floor} have this mean and this SD (n − 1)"
    else:
        reason = f"fits {mean.n} whole numbers{floor} with the sum {fitting[0]} and the sum of squares {fitting[1]}"
    return Finding(
        check="granularity",
        where=mean.where,
        cell=f"SD of {mean.what}",
        printed=sd.text,
        verdict="impossible" if fitting is None else "consistent",
        reason=reason,
    )


def _squares(mean: Mean, sd: Printed, total: int) -> int | None:
    """Return a sum of squares that n whole numbers of this sum can have and that gives this SD, or None."""
    n = mean.n
    low, high = (max(0.0, bound) ** 2 * (n - 1) + total**2 / n for bound in (sd.low, sd.high))
    each, rest = divmod(total, n)
    low = max(low, (n - rest) * each**2 + rest * (each + 1) ** 2)
    if mean.minimum is not None:
        high = min(high, (n - 1) * mean.minimum**2 + (total - (n - 1) * mean.minimum) ** 2)
    first = math.ceil(low - 1e-9)
    first += (first - total) % 2  # x and x^2 are odd together
    return first if first <= high + 1e-9 else None
