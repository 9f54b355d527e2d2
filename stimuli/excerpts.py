"""Choose the part of an item that listeners hear, and cut it with fades."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.audio import Audio
from evalkit.errors import DataError
from evalkit.study import Excerpt

HOP_S = 0.01  # grid of possible starts


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """A span of samples, the same for every condition of an item."""

    start: int
    samples: int
    fade: int


def choose_cut(power: npt.NDArray[np.float64], rate_hz: int, excerpt: Excerpt, *, name: str) -> Cut:
    """Choose one cut of an item.

    Parameters
    ----------
    power : (samples,) squared amplitude that decides what is loudest
    rate_hz : sampling rate
    excerpt : length, rule and fades
    name : what to call the item in an error

    Raises
    ------
    DataError
        If the item is shorter than the excerpt.
    """
    fade = round(excerpt.fade_ms / 1000 * rate_hz)
    if excerpt.choose == "whole":
        return Cut(start=0, samples=power.size, fade=fade)
    samples = round(excerpt.seconds * rate_hz)
    if power.size < samples:
        raise DataError(
            f"item {name}: {power.size / rate_hz:.2f} s long, the excerpt needs {excerpt.seconds:g} s: "
            "leave it out, shorten excerpt.seconds, or set excerpt.choose to whole"
        )
    if excerpt.choose == "start":
        return Cut(start=0, samples=samples, fade=fade)
    starts = np.arange(0, power.size - samples + 1, max(1, round(HOP_S * rate_hz)))
    total = np.concatenate([[0.0], np.cumsum(power)])
    energy = total[starts + samples] - total[starts]
    return Cut(start=int(starts[int(np.argmax(energy))]), samples=samples, fade=fade)


def cut_audio(audio: Audio, cut: Cut) -> Audio:
    """Cut audio (samples, channels) and fade both ends with a raised cosine; the input is left alone."""
    excerpt = audio[cut.start : cut.start + cut.samples].copy()
    fade = min(cut.fade, cut.samples // 2)
    if fade:
        ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(fade) + 0.5) / fade)
        excerpt[:fade] *= ramp[:, None]
        excerpt[-fade:] *= ramp[::-1, None]
    return excerpt
