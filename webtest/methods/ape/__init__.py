"""One axis for all stimuli of a page, a bar each, as in the Audio Perceptual Evaluation tool [1]_.

References
----------
.. [1] De Man and Reiss, "APE: Audio Perceptual Evaluation toolbox for MATLAB", AES 136, 2014.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from evalkit.config import StrictModel
from webtest.methods import Missing, Ratings

SCALES = ("score",)
RANGE = (0.0, 100.0)
DECIMALS = 1
Words = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Options(StrictModel):
    """Words on the axis (left, middle, right), and what a stimulus is called."""

    anchors: tuple[Words, Words, Words] = ("Dislike very much", "Neutral", "Like very much")
    noun: Words = "mix"


class Gates(StrictModel):
    """What must be done before going on; a gate that is not named is open.

    ``play_all``: every stimulus was played, or was listened to for so many seconds.
    ``move_all``: every bar was moved.
    """

    play_all: bool | Annotated[float, Field(gt=0, le=600)] = False
    move_all: bool = False


def missing(gates: Gates, ratings: Ratings) -> Missing:
    """Return the gates that are not met, with the labels of the slots that are in the way."""
    found: Missing = []
    if gates.play_all is True:
        unheard = [label for label, rating in ratings if rating.n_plays < 1]
    else:
        unheard = [label for label, rating in ratings if rating.listened_ms < 1000 * gates.play_all]
    if unheard:
        found.append({"gate": "play_all", "slots": sorted(unheard)})
    unmoved = [label for label, rating in ratings if rating.n_moves < 1 or rating.value is None]
    if gates.move_all and unmoved:
        found.append({"gate": "move_all", "slots": sorted(unmoved)})
    return found
