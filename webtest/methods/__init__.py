"""Rating methods: one folder each, with the options, the gates and what counts as missing.

A method's module has ``Options`` and ``Gates`` (pydantic models of ``page.options`` and ``page.gates``),
``SCALES`` (the names of its rating scales), ``RANGE`` (lowest and highest value), ``DECIMALS``,
and ``missing(gates, placed)``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel

from evalkit.config import validate
from evalkit.registry import load
from evalkit.study import Study

KIND = "webtest.methods"


class Placed(Protocol):
    """A rating as far as gates look at it."""

    @property
    def value(self) -> float | None: ...
    @property
    def n_moves(self) -> int: ...
    @property
    def n_plays(self) -> int: ...
    @property
    def listened_ms(self) -> int: ...


Ratings = Sequence[tuple[str, Placed]]  # (label, rating)
Missing = list[dict[str, Any]]  # [{"gate": name, "slots": [label, ...]}]


@dataclass(frozen=True, kw_only=True, slots=True)
class Method:
    """A study's rating method, with its options and gates validated."""

    name: str
    question: str
    options: BaseModel
    gates: BaseModel
    scales: tuple[str, ...]
    range: tuple[float, float]
    decimals: int
    find_missing: Callable[[Any, Ratings], Missing]

    def missing(self, ratings: Ratings) -> Missing:
        """Return the gates that are not met, with the labels of the slots that are in the way."""
        return self.find_missing(self.gates, ratings)


def load_method(study: Study) -> Method:
    """Return a study's method.

    Raises
    ------
    ConfigError
        For an unknown method, option or gate, with file and line.
    """
    page = study.spec.page
    known = load(KIND, page.method)
    return Method(
        name=page.method,
        question=page.question,
        options=study.options(known.Options, "page", "options"),
        gates=validate(known.Gates, page.gates, study.source, at=("page", "gates")),
        scales=known.SCALES,
        range=known.RANGE,
        decimals=known.DECIMALS,
        find_missing=known.missing,
    )
