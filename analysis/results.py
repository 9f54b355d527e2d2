"""What a test found: the one vocabulary of all tests, tables, figures and JSON files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

Unit = Literal["rating", "page", "assessor_mean"]
Status = Literal["ok", "not_applicable", "too_short", "identical"]
Values = npt.NDArray[np.float64]
Degrees = float | tuple[float, float]


class Scores(NamedTuple):
    """Ratings of one condition; ``owners`` holds the number of each rating's assessor."""

    values: Values
    owners: npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """One effect size; ``low`` and ``high`` bound its interval of the given level, if it has one."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    level: float | None = None
    method: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TestResult:
    """What one test found.

    ``n`` counts the units used; ``df`` are the degrees of freedom, for an F those of its numerator
    and its denominator; ``p`` may underflow to 0, ``log10_p`` does not. ``p_adjusted`` maps a
    correction to the p-value adjusted within ``family``, ``log10_p_adjusted`` to its logarithm. Without
    a result, ``status`` says why.
    """

    __test__: ClassVar[bool] = False  # not a test class for pytest

    id: str
    test: str
    groups: tuple[str, ...]
    unit: Unit
    n: int
    family: str | None = None
    statistic: float | None = None
    df: Degrees | None = None
    p: float | None = None
    log10_p: float | None = None
    p_adjusted: dict[str, float | None] = field(default_factory=dict)
    log10_p_adjusted: dict[str, float | None] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    status: Status = "ok"
    notes: tuple[str, ...] = ()

    def effect(self, name: str) -> Effect | None:
        """Return the effect of a name, or None."""
        return next((effect for effect in self.effects if effect.name == name), None)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for strict JSON, in the order of the schema."""
        return {
            "id": self.id,
            "test": self.test,
            "family": self.family,
            "unit": self.unit,
            "groups": list(self.groups),
            "n": self.n,
            "statistic": self.statistic,
            "df": list(self.df) if isinstance(self.df, tuple) else self.df,
            "p": self.p,
            "log10_p": self.log10_p,
            "p_adjusted": dict(self.p_adjusted),
            "log10_p_adjusted": dict(self.log10_p_adjusted),
            "effects": [
                {name: getattr(effect, name) for name in ("name", "value", "low", "high", "level", "method")}
                for effect in self.effects
            ],
            "status": self.status,
            "notes": list(self.notes),
        }


def result_id(test: str, groups: Sequence[str] = ()) -> str:
    """Return ``test``, ``test/A`` or ``test/A|B``."""
    return f"{test}/{'|'.join(groups)}" if groups else test
