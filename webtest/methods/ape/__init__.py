"""One or several axes for all stimuli of a page, a bar each, as in the Audio Perceptual Evaluation tool [1]_.

References
----------
.. [1] De Man and Reiss, "APE: Audio Perceptual Evaluation toolbox for MATLAB", AES 136, 2014.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from evalkit.config import StrictModel
from evalkit.study import Identifier
from webtest.methods import Gates as Gates
from webtest.methods import PageOptions, Words

RANGE = (0.0, 100.0)
DECIMALS = 1
START: Literal["random"] = "random"
Anchors = tuple[Words, Words, Words]


class Axis(StrictModel):
    """One question about all stimuli of a page; ``id`` is the scale's name in ratings.csv."""

    id: Identifier
    question: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    anchors: Anchors


class Options(PageOptions):
    """Words on the axis (left, middle, right); or several axes, below each other, each with its question."""

    anchors: Anchors = ("Dislike very much", "Neutral", "Like very much")
    noun: Words = "mix"
    axes: Annotated[tuple[Axis, ...], Field(max_length=6)] = ()

    @model_validator(mode="after")
    def _has_distinct_axes(self) -> Options:
        twice = [name for name, count in Counter(axis.id for axis in self.axes).items() if count > 1]
        if twice:
            raise ValueError(f"id '{twice[0]}' stands at two axes")
        return self


def scales(options: Options) -> tuple[str, ...]:
    """Return the axes' ids; ``score`` for the only axis of a page."""
    return tuple(axis.id for axis in options.axes) or ("score",)
