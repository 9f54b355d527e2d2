"""Tests of independent values, fed with several ratings of each assessor, do not hold their level.

With only differences between assessors such tests are too cautious, with likings that assessors or
items have they find differences that are not there [1]_; ``python -m analysis.simulation`` shows both.

References
----------
.. [1] S. H. Hurlbert, "Pseudoreplication and the design of ecological field experiments", Ecological
   Monographs 54, 187-211 (1984).
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.papercheck.claims import Claims
from analysis.papercheck.finding import Finding

PLACE = 6
TITLE = "Independence"
SOURCE = "Hurlbert 1984"
NAMES = {"kruskal_wallis": "Kruskal-Wallis", "mann_whitney": "Mann-Whitney"}


def check(claims: Claims) -> Iterator[Finding]:
    """Say where a test of independent values took more values than there were assessors."""
    design = claims.design
    if design.assessors is None or design.n is None or design.n <= design.assessors:
        return
    uses = [(test.where, test.test) for test in claims.omnibus] + [(m.where, m.test) for m in claims.matrices]
    for where, test in uses:
        if test in NAMES:
            yield Finding(
                check="independence",
                where=where,
                cell=f"{NAMES[test]}, unit",
                printed=f"n = {design.n}",
                verdict="undecidable",
                reason=f"{design.n} ratings a condition come from {design.assessors} assessors, and the test takes "
                "them for independent: its p-values can be far too small or too large, and what is printed does not "
                "say which",
            )
