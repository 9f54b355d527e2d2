"""Options that every method of several stimuli on a page has."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from evalkit.config import StrictModel
from webtest.playback import Playback

Words = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Comments = Literal["stimulus", "page", "moment"]


class PageOptions(StrictModel):
    """What a stimulus is called, what can be written about, and how the sounds are played.

    ``comments``: on a ``stimulus``, on the ``page``, on a ``moment`` of a stimulus (the time line is plain: a waveform
    would tell level and compression).
    """

    noun: Words = "sound"
    comments: tuple[Comments, ...] = ("stimulus",)
    playback: Playback = Playback()
