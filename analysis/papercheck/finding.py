"""What a check says about one printed number."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Verdict = Literal["consistent", "impossible", "undecidable"]
VERDICTS: tuple[Verdict, ...] = ("impossible", "undecidable", "consistent")


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A verdict on one cell.

    *impossible*: no data give what is printed. *undecidable*: some do and some do not, or what is
    printed does not tell. *consistent*: nothing speaks against it. ``where`` names the table or
    section, ``cell`` the number in it, ``printed`` is its text.
    """

    check: str
    where: str
    cell: str
    printed: str
    verdict: Verdict
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """Return strict JSON values."""
        return asdict(self)
