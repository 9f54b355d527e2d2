"""The sounds of one item, drawn beside each other: waveforms over spectrograms, and a segment about an onset.

As Figures 4 and 5 of the drum-mixing paper and Figures 1 to 4 of the intelligent-mixing paper show theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from scipy import signal

from analysis.plots.arrangement import ANCHOR, TESTED
from analysis.plots.lettering import fitted, readable
from analysis.plots.look import INK, RULE, TWO_COLUMNS_IN
from evalkit.audio import Audio

WINDOW, HOP = 2048, 512
RANGE_DB = 80.0  # below the loudest bin of all panels: one colour is one level in all of them
LOWEST_HZ = 20.0
ENVELOPES = 1500  # a waveform has no more columns than this
TICKS_HZ = {100: "100", 1000: "1k", 10_000: "10k"}
SEGMENT_S, LEAD_S = 0.02, 0.004
STEP_S, BEFORE_S, FAINT_DB = 0.01, 0.05, -30.0  # of the search for an onset
BANDS: list[dict[str, Any]] = [{"lw": 4.5, "color": RULE, "zorder": 1}, {"lw": 2.5, "color": ANCHOR, "zorder": 1}]
LINES: list[dict[str, Any]] = [  # apart by colour and by dashes, thin enough to see what lies below
    {"ls": style, "lw": 0.9, "color": colour, "alpha": 0.9, "zorder": 2}
    for colour, style in zip(TESTED, ("-", (0, (5, 2)), "-.", (0, (1, 1)), (0, (7, 1, 1, 1)), (0, (3, 3))), strict=True)
]


def draw_sounds(sounds: Mapping[str, Audio], rate_hz: int) -> Figure:
    """Draw a waveform over a spectrogram of each sound, all on the same scales.

    Parameters
    ----------
    sounds : (samples, 2) of one length, by label
    """
    figure = Figure(figsize=(TWO_COLUMNS_IN, 1.9 * -(-len(sounds) // 2) + 0.3), layout="constrained")
    blocks = figure.subfigures(-(-len(sounds) // 2), 2, squeeze=False).ravel()
    largest = max(float(np.abs(audio).max()) for audio in sounds.values()) or 1.0
    levels = {label: level_db(audio, rate_hz) for label, audio in sounds.items()}
    top = max(float(level.max()) for level in levels.values())
    for block, (label, audio) in zip(blocks, sounds.items(), strict=False):
        wave, picture = block.subplots(2, 1, sharex=True, height_ratios=[1, 2])
        seconds = audio.shape[0] / rate_hz
        low, high = envelope(audio)
        wave.fill_between(np.linspace(0, seconds, low.size), low, high, color=INK, lw=0)
        wave.set(ylim=(-largest, largest), yticks=[0], yticklabels=[])
        wave.set_title(fitted(label, TWO_COLUMNS_IN / 2 - 0.6, 7), fontsize=7, loc="left")
        times = np.arange(levels[label].shape[1]) * HOP / rate_hz
        hz = np.fft.rfftfreq(WINDOW, 1 / rate_hz)[1:]
        picture.pcolormesh(times, hz, levels[label][1:], vmin=top - RANGE_DB, vmax=top, cmap="magma", rasterized=True)
        picture.set(yscale="log", ylim=(LOWEST_HZ, rate_hz / 2), xlim=(0, seconds), ylabel="Hz", xlabel="s")
        picture.set_yticks(list(TICKS_HZ), list(TICKS_HZ.values()))
    return figure


def draw_onset(
    sounds: Mapping[str, Audio], rate_hz: int, *, references: Collection[str] = (), fade_s: float = 0.0
) -> Figure:
    """Draw a segment of all sounds about the strongest onset of their sum, left and right together, overlaid.

    Parameters
    ----------
    references : labels of what the others aim at; they lie below as broad bands, so that what equals them shows
    fade_s : length of the excerpt's fades, which are no onsets
    """
    together = np.sum([audio.mean(axis=1) for audio in sounds.values()], axis=0)
    start = strongest_onset(together, rate_hz, fade_s=fade_s)
    first = max(0, start - round(LEAD_S * rate_hz))
    last = min(first + round(SEGMENT_S * rate_hz), *(audio.shape[0] for audio in sounds.values()))
    figure = Figure(figsize=(TWO_COLUMNS_IN, 2.8), layout="constrained")
    ax = figure.subplots()
    seconds = np.arange(first, last) / rate_hz
    bands, lines = cycle(BANDS), cycle(LINES)
    for label, audio in sounds.items():
        style = next(bands) if label in references else next(lines)
        ax.plot(seconds, audio[first:last].mean(axis=1), label=readable(label), **style)
    ax.set(xlabel="s", ylabel="amplitude", xlim=(first / rate_hz, last / rate_hz))
    figure.legend(loc="outside lower center", ncols=4, fontsize=7, frameon=False)
    return figure


def envelope(audio: Audio) -> tuple[Audio, Audio]:
    """Return the lowest and highest sample of each of at most 1500 stretches."""
    step = max(1, audio.shape[0] // ENVELOPES)
    edges = np.arange(0, audio.shape[0], step)
    mono = audio.mean(axis=1)
    return np.minimum.reduceat(mono, edges), np.maximum.reduceat(mono, edges)


def level_db(audio: Audio, rate_hz: int) -> Audio:
    """Return a spectrogram of the mean of the channels in dB, (1025, frames); silence lies at -200."""
    transform = signal.ShortTimeFFT(signal.get_window("hann", WINDOW), hop=HOP, fs=rate_hz, scale_to="magnitude")
    mono = np.pad(audio.mean(axis=1), (0, max(0, WINDOW - audio.shape[0])))
    return np.asarray(20 * np.log10(np.maximum(np.abs(transform.stft(mono)), 1e-10)))


def strongest_onset(wave: Audio, rate_hz: int, *, fade_s: float = 0.0) -> int:
    """Return the sample at which the level of 10 ms rises most, in dB, over the loudest of the 50 ms before.

    Neither fades of the excerpt count nor what they leave to be compared with; what lies more than 30 dB below the
    loudest 10 ms counts as that.
    """
    step = max(1, round(STEP_S * rate_hz))
    energy = np.sum(wave[: wave.size // step * step].reshape(-1, step) ** 2, axis=1)
    ends = min(int(np.ceil((fade_s + BEFORE_S) / STEP_S)) if fade_s else 0, (energy.size - 1) // 2)
    if energy.size == 0 or not energy.any():
        return 0
    level_db = 10 * np.log10(np.maximum(energy / energy.max(), 10 ** (FAINT_DB / 10)))
    before = round(BEFORE_S / STEP_S)
    past = np.lib.stride_tricks.sliding_window_view(np.pad(level_db, (before, 0), mode="edge"), before).max(axis=1)
    rise = (level_db - past[: level_db.size])[ends : level_db.size - ends]
    return int((ends + np.argmax(rise)) * step)
