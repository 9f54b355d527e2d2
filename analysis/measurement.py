"""What one measure found for one stimulus or mix: the row that tables, validity and figures are made of."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.metrics import Value


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurement:
    """One value of one mix: a row of ``measures.csv``."""

    item: str
    condition: str
    found: Value
