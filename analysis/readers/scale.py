"""Which rating method scores come from, where a file does not say it."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.ratings import SCALE_OF_METHOD


def method_of(scores: Sequence[float | None], *, has_reference: bool) -> str | None:
    """Return ``mushra`` for scores of 0 to 100 with a hidden reference, else None: the scale is not known."""
    low, high = SCALE_OF_METHOD["mushra"]
    given = [score for score in scores if score is not None]
    on_scale = bool(given) and all(low <= score <= high for score in given)
    return "mushra" if has_reference and on_scale and max(given) > 10 else None
