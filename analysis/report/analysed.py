"""Everything a report is written from: the ratings, the bundle that was rated, both analyses, who took part."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.as_paper import compare_as_paper
from analysis.by_design import compare_default
from analysis.comparison import Comparison
from analysis.dataset import Dataset
from analysis.origin import Origin, origin_of, session_of
from analysis.participants import Fact, exclusions, participants
from analysis.reliability.summary import Coefficient, reliability_of
from evalkit.session import Session


@dataclass(frozen=True, kw_only=True, slots=True)
class Analysed:
    """``everybody`` is with those whom screening excludes; both comparisons are without them."""

    everybody: Dataset
    session: Session | None
    origin: Origin
    default: Comparison
    as_paper: Comparison
    facts: tuple[Fact, ...]
    coefficients: tuple[Coefficient, ...]

    @property
    def dataset(self) -> Dataset:
        """Return the data that the results rest on."""
        return self.default.dataset


def analyse(everybody: Dataset) -> Analysed:
    """Run both analyses and read what lies beside the ratings.

    Raises
    ------
    DataError
        If there is nothing to compare, or a file beside the ratings is damaged.
    """
    session = session_of(everybody)
    default = compare_default(everybody)
    return Analysed(
        everybody=everybody,
        session=session,
        origin=origin_of(everybody, session),
        default=default,
        as_paper=compare_as_paper(everybody),
        facts=(*participants(everybody), exclusions(default.screened)),
        coefficients=reliability_of(default.dataset),
    )
