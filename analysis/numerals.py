"""Numbers as they are printed: true minus signs, no leading zero below 1, never ``p = 0``."""

from __future__ import annotations

import math
import re

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"  # what is printed where there is no number
WORDS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
LOG10_SMALLEST = -300
EXPONENT_ZERO = re.compile(r"e-0")


def fixed(value: float | None, digits: int = 1) -> str:
    """Return a number with fixed decimals, for example ``−12.5``."""
    if value is None or math.isnan(value):
        return NONE
    text = f"{value:.{digits}f}"
    return (text.removeprefix("-") if float(text) == 0 else text).replace("-", MINUS)


def short(value: float | None, digits: int = 4) -> str:
    """Return a number with up to so many significant digits and no trailing zeros, for example ``65.5``."""
    return NONE if value is None or math.isnan(value) else f"{value:.{digits}g}".replace("-", MINUS)


def signed(value: float | None, digits: int = 1) -> str:
    """Return a number with its sign written, for example ``+3.0``."""
    text = fixed(value, digits)
    return f"+{text}" if value is not None and value > 0 and float(text) > 0 else text


def fraction(value: float | None, digits: int = 2) -> str:
    """Return a number between −1 and 1 without leading zero; 1 is printed for exactly 1 only."""
    if value is None or math.isnan(value):
        return NONE
    if abs(value) == 1:
        return "1" if value > 0 else f"{MINUS}1"
    text = f"{max(-0.999, min(0.999, value)):.{max(3, digits) if abs(value) >= 0.99 else digits}f}"
    if float(text) == 0:
        return f"{0:.{digits}f}".lstrip("0")
    return text.replace("0.", ".", 1).replace("-", MINUS)


def signed_fraction(value: float | None, digits: int = 2) -> str:
    """Return a fraction with its sign written, for example ``+.31``."""
    text = fraction(value, digits)
    return f"+{text}" if value is not None and value > 0 and text.strip(".0") else text


def p_value(p: float | None, log10_p: float | None = None) -> str:
    """Return a p-value for a table: ``.012``, ``1.73e-120``, or ``< 1e-300`` beyond float64."""
    if log10_p is not None and log10_p < LOG10_SMALLEST:
        return f"< 1e{LOG10_SMALLEST}"
    if p is None or math.isnan(p):
        return NONE
    if p < 0.001:
        return EXPONENT_ZERO.sub("e-", f"{p:.2e}") if p > 0 else f"< 1e{LOG10_SMALLEST}"
    if p > 0.9995:
        return "1"
    digits = 4 if abs(p - 0.05) < 0.0005 and p != 0.05 else 3  # never round across .05
    return f"{p:.{digits}f}".lstrip("0")


def p_statement(p: float | None) -> str:
    """Return a p-value for a sentence or a narrow cell: ``p < .001`` or ``p = .012``."""
    if p is None or math.isnan(p):
        return f"p = {NONE}"
    return "p < .001" if p < 0.001 else f"p = {p_value(p)}"


def interval(low: float | None, high: float | None, digits: int = 1, *, sign: bool = False) -> str:
    """Return ``[low, high]``, or a dash where there is no interval."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return NONE
    write = signed if sign else fixed
    return f"[{write(low, digits)}, {write(high, digits)}]"


def fraction_interval(low: float | None, high: float | None, *, sign: bool = True) -> str:
    """Return ``[low, high]`` of fractions, or a dash where there is no interval."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return NONE
    write = signed_fraction if sign else fraction
    return f"[{write(low)}, {write(high)}]"


def span(low: float, high: float, digits: int = 1) -> str:
    """Return ``low to high``, or one number where both print alike."""
    first, second = fixed(low, digits), fixed(high, digits)
    return first if first == second else f"{first} to {second}"


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """Return ``1 item`` or ``6 items``."""
    return f"{n} {noun if n == 1 else plural or noun + 's'}"


def in_words(n: int, noun: str, plural: str | None = None) -> str:
    """Return ``six items``: words up to twenty, digits above."""
    return f"{WORDS[n] if 0 <= n < len(WORDS) else n} {noun if n == 1 else plural or noun + 's'}"


def listed(words: list[str], *, most: int = 6) -> str:
    """Return ``a, b and c``; of more than ``most`` the first ones and how many are left."""
    shown = words if len(words) <= most else [*words[: most - 1], f"{len(words) - most + 1} more"]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
