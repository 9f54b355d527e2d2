"""Vertical sliders side by side, with an open reference or without one, after ITU-R BS.1534-3 [1]_.

Sliders start unset, which is no value. The recommendation's scale has five intervals of equal size, with
the labels of clause 5.1 (the continuous quality scale); hidden reference and anchors are conditions of the study.

References
----------
.. [1] ITU-R BS.1534-3, "Method for the subjective assessment of intermediate quality level of audio systems", 2015.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from webtest.methods import Gates as Gates
from webtest.methods import PageOptions, Words

RANGE = (0.0, 100.0)
DECIMALS = 1
START: Literal["unset"] = "unset"
SHOWS_REFERENCE = True


class Options(PageOptions):
    """What is asked for, and the words of the scale.

    ``asks``: ``quality`` (labels of BS.1534), ``similarity`` to the open reference, or ``preference``.
    ``labels``: two to nine words of one's own, from the top of the scale down, one for each interval.
    """

    asks: Literal["quality", "similarity", "preference"] = "quality"
    labels: Annotated[tuple[Words, ...], Field(min_length=2, max_length=9)] | None = None


def scales(options: Options) -> tuple[str, ...]:
    """Return the one scale's name."""
    return ("score",)
