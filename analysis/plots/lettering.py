"""Text in figures: how wide it is, where it is broken, and what stands for a glyph that the font lacks.

One font that comes with matplotlib is used on every machine, so that what is measured here is what is drawn. In an
SVG a machine without it shows a narrower one: nothing is cut or overlaps there either.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import text_to_path

FONT = "DejaVu Sans"
POINTS_PER_IN = 72
HEAD_SHARE = 0.6  # of what is kept of a cut text
Weight = Literal["normal", "bold"]


def readable(text: str) -> str:
    """Return text in which a short name stands for each sign that the font lacks, such as ``[headphone]``."""
    return "".join(_sign(character) for character in text)


@cache
def width_in(text: str, size: float, weight: Weight = "normal") -> float:
    """Return the width of one line of text in inches; ``size`` is in points."""
    font = font_manager.FontProperties(family=FONT, size=size, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / POINTS_PER_IN


def widest_in(texts: Sequence[str], size: float, weight: Weight = "normal") -> float:
    """Return the width of the widest of some texts in inches, 0 of none."""
    return max((width_in(line, size, weight) for text in texts for line in text.split("\n")), default=0.0)


def fitted(text: str, inches: float, size: float, *, lines: int = 1) -> str:
    """Break text into at most so many lines of a width; what is too long lacks its middle.

    Returns
    -------
    lines, joined; signs that the font lacks are named
    """
    text = " ".join(readable(text).split())
    found = _broken(text, inches, size)
    kept = len(text)
    while len(found) > lines and kept > 1:
        kept -= 1
        head = math.ceil(HEAD_SHARE * kept)
        found = _broken(f"{text[:head].rstrip()}…{text[len(text) - kept + head :].lstrip()}", inches, size)
    return "\n".join(found)


def fitted_apart(texts: Sequence[str], inches: float, size: float, *, lines: int = 1) -> Mapping[str, str]:
    """Fit texts as :func:`fitted` does, each by itself; those that then read alike are numbered."""
    found = {text: fitted(text, inches, size, lines=lines) for text in dict.fromkeys(texts)}
    shown = list(found.values())
    for text, short in found.items():
        if shown.count(short) > 1:
            number = f" ({list(found).index(text) + 1})"
            found[text] = fitted(text, inches - width_in(number, size), size, lines=lines) + number
    return found


def words_fit(text: str, inches: float, size: float, *, lines: int) -> bool:
    """Say whether text fits into so many lines without a word being broken."""
    words = readable(text).split()
    return widest_in(words, size) <= inches and len(_broken(" ".join(words), inches, size)) <= lines


def _broken(text: str, inches: float, size: float) -> list[str]:
    """Break text at spaces, and inside words that are too long for a line."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if width_in(longer, size) <= inches:
            lines[-1] = longer
            continue
        rest = word
        if lines[-1]:
            lines.append("")
        while width_in(rest, size) > inches and len(rest) > 1:
            most = next(n for n in range(len(rest) - 1, 0, -1) if n == 1 or width_in(rest[:n], size) <= inches)
            lines[-1:] = [rest[:most], ""]
            rest = rest[most:]
        lines[-1] = rest
    return lines


@cache
def _sign(character: str) -> str:
    if character.isspace():
        return " "
    if _font().get_char_index(ord(character)):
        return character
    if unicodedata.category(character) in ("Mn", "Me", "Cf", "Sk"):  # joiners and modifiers of the sign before
        return ""
    name = unicodedata.name(character, "").lower()
    is_letter = unicodedata.category(character).startswith("L")
    return f"[U+{ord(character):04X}]" if is_letter or not name else f"[{name}]"


@cache
def _font() -> FT2Font:
    return font_manager.get_font(font_manager.findfont(FONT, fallback_to_default=False))
