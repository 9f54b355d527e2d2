"""A number as it is printed: rounded, so that it stands for an interval."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator

TIMES_TEN = re.compile(r"\s*[x×]\s*10\s*\^?\s*\{?\s*([-+−]?\d+)\s*\}?")


@dataclass(frozen=True, slots=True)
class Printed:
    """The text of a number and the values that round to it, ``low`` to ``high``."""

    text: str
    value: float
    low: float
    high: float

    def holds(self, low: float, high: float) -> bool:
        """Say whether a value between two bounds could have been printed like this."""
        return low <= self.high and high >= self.low


def read_printed(text: Any) -> Printed:
    """Read a printed number, such as ``0.950``, ``1.44 × 10^-101``, ``89.3%`` or ``< .001``.

    Raises
    ------
    ValueError
        If it is none, or stands without quotes, where YAML drops its last zeros.
    """
    if isinstance(text, Printed):
        return text
    if isinstance(text, bool) or not isinstance(text, str | int):
        raise ValueError(f"write {text!r} in quotes as it is printed, for example '0.950': its decimals count")
    words = str(text).strip()
    below = words.startswith("<")
    digits = TIMES_TEN.sub(r"e\1", words.removeprefix("<").rstrip(" %")).strip().replace("−", "-")
    try:
        number = Decimal(digits)
    except InvalidOperation:
        raise ValueError(f"expected a number as it is printed, for example '1.44e-101', found '{words}'") from None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"expected a number, found '{words}'")
    if below:
        return Printed(words, float(number), 0.0, float(number))
    half = Decimal(5).scaleb(exponent - 1)
    return Printed(words, float(number), float(number - half), float(number + half))


PrintedNumber = Annotated[Printed, BeforeValidator(read_printed)]
