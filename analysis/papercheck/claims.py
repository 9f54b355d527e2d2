"""What a paper prints, read from a YAML file (schema ``evalkit-papercheck/1``).

Every part may be missing; ``analysis/papers/drum_mixing.yaml`` shows all of them. Printed numbers
stand in quotes, so that their decimals count.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from analysis.corrections import Correction
from analysis.papercheck.printed_number import PrintedNumber
from evalkit.config import StrictModel, read_yaml, validate
from evalkit.errors import ConfigError, DataError

Pair = tuple[str, str]


class Design(StrictModel):
    """Who rated what; ``alpha`` is the level of significance that the text states."""

    assessors: int | None = Field(default=None, ge=1)
    items: int | None = Field(default=None, ge=1)
    conditions: int | None = Field(default=None, ge=2)
    ratings_per_condition: int | None = Field(default=None, ge=1)
    alpha: float | None = Field(default=None, gt=0, lt=1)

    @property
    def n(self) -> int | None:
        """Return the ratings of one condition: as stated, else one per assessor and item."""
        if self.ratings_per_condition is not None:
            return self.ratings_per_condition
        return self.assessors * self.items if self.assessors and self.items else None


class Sum(StrictModel):
    """A whole and its parts, in the text."""

    where: str
    what: str
    total: int
    parts: dict[str, int]


class Counts(StrictModel):
    """A table of counts; ``percentages`` are those of its last row's columns."""

    where: str
    columns: list[str]
    rows: dict[str, list[int]]
    total_column: str | None = None
    total_row: str | None = None
    percentages: dict[str, PrintedNumber] = {}

    @model_validator(mode="after")
    def _shape(self) -> Counts:
        for name, row in self.rows.items():
            if len(row) != len(self.columns):
                raise ValueError(f"row '{name}' has {len(row)} counts, expected {len(self.columns)}")
        for total, known in ((self.total_column, self.columns), (self.total_row, list(self.rows))):
            if total is not None and total not in known:
                raise ValueError(f"no row or column '{total}'")
        unknown = [column for column in self.percentages if column not in self.columns]
        if unknown:
            raise ValueError(f"no column '{unknown[0]}'")
        return self


class Mean(StrictModel):
    """A mean, and its standard deviation, of n whole numbers, none below ``minimum``."""

    where: str
    what: str
    n: int = Field(ge=2)
    mean: PrintedNumber
    sd: PrintedNumber | None = None
    minimum: int | None = None


class Normality(StrictModel):
    """One row of a table of Shapiro-Wilk tests."""

    where: str
    condition: str
    w: PrintedNumber
    p: PrintedNumber


class Omnibus(StrictModel):
    """A test of all conditions at once; ``df`` is one less than the conditions where it is not printed."""

    where: str
    test: Literal["kruskal_wallis", "friedman"]
    statistic: PrintedNumber
    df: int | None = Field(default=None, ge=1)
    p: PrintedNumber


class Mark(StrictModel):
    """One entry of a legend: ``p < below``, or ``p >= from``."""

    mark: str
    below: float | None = Field(default=None, gt=0, le=1)
    at_least: float | None = Field(default=None, ge=0, lt=1)

    @model_validator(mode="after")
    def _one_bound(self) -> Mark:
        if (self.below is None) == (self.at_least is None):
            raise ValueError("expected either 'below' or 'at_least'")
        return self


class StarMatrix(StrictModel):
    """A table of marks for pairs; each row has a mark per condition."""

    where: str
    test: Literal["mann_whitney"]
    correction: Correction
    diagonal: str
    legend: list[Mark]
    rows: dict[str, list[str]]

    @model_validator(mode="after")
    def _square(self) -> StarMatrix:
        for name, row in self.rows.items():
            if len(row) != len(self.rows):
                raise ValueError(f"row '{name}' has {len(row)} marks, expected {len(self.rows)}")
        return self

    def pairs(self) -> Iterator[tuple[Pair, str, str]]:
        """Yield each pair with its marks above and below the diagonal."""
        names = list(self.rows)
        for i, first in enumerate(names):
            for j in range(i + 1, len(names)):
                yield (first, names[j]), self.rows[first][j], self.rows[names[j]][i]

    def range_of(self, mark: str) -> tuple[float, float] | None:
        """Return the corrected p-values that a mark stands for, from and below; None if the legend lacks it."""
        entry = next((entry for entry in self.legend if entry.mark == mark), None)
        if entry is None:
            return None
        if entry.below is None:
            return entry.at_least or 0.0, 1.0
        smaller = [other.below for other in self.legend if other.below is not None and other.below < entry.below]
        return max(smaller, default=0.0), entry.below


class Statement(StrictModel):
    """What the text concludes.

    ``different`` and ``same`` are said of ``pairs``, ``rejected`` of all p-values of ``test``, and
    ``tests`` says that ``test`` is a test of ``of``. ``slip`` is a wording whose meaning has to be guessed as ``of``,
    ``unpublished`` that nobody else can see ``of``.
    """

    where: str
    text: str
    says: Literal["different", "same", "rejected", "tests", "slip", "unpublished"]
    pairs: list[Pair] = []
    test: str | None = None
    of: str | None = None


class Claims(StrictModel):
    """All that a paper prints and this project can check."""

    schema_name: Literal["evalkit-papercheck/1"] = Field(alias="schema")
    title: str
    source: str
    design: Design = Design()
    sums: list[Sum] = []
    counts: list[Counts] = []
    means: list[Mean] = []
    normality: list[Normality] = []
    omnibus: list[Omnibus] = []
    matrices: list[StarMatrix] = []
    statements: list[Statement] = []


def read_claims(path: Path) -> Claims:
    """Read a paper's claims.

    Raises
    ------
    DataError
        With ``file:line``, if the file is missing or is not such a file.
    """
    try:
        data, source = read_yaml(path)
        return validate(Claims, data, source)
    except ConfigError as error:
        raise DataError(str(error)) from error
