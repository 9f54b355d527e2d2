"""Where the text of a figure went: outside the canvas, or over other text."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

SLACK_PT = 0.4  # extents of text end at its advance widths, which may touch


def text_problems(figure: Figure) -> list[str]:
    """Draw a figure and name each text that is cut at its edge, and each two that overlap."""
    figure.draw_without_rendering()
    shown = _shown(figure)
    corners = {id(text): _corners(text) for text in shown}
    width, height = figure.bbox.width, figure.bbox.height
    slack = SLACK_PT * figure.dpi / 72
    cut = [
        f"cut: {text.get_text()!r}"
        for text in shown
        for x, y in [corners[id(text)].T]
        if x.min() < -slack or y.min() < -slack or x.max() > width + slack or y.max() > height + slack
    ]
    over = [
        f"overlap: {one.get_text()!r} and {other.get_text()!r}"
        for one, other in itertools.combinations(shown, 2)
        if _overlap(corners[id(one)], corners[id(other)], slack)
    ]
    return cut + over


def _shown(figure: Figure) -> list[Text]:
    """Return the texts that are drawn: of an axis only the labels of ticks inside its view."""
    texts = [*figure.texts, *(text for legend in figure.legends for text in legend.get_texts())]
    for ax in (ax for ax in figure.axes if ax.get_visible()):
        texts += ax.texts
        legend = ax.get_legend()
        texts += legend.get_texts() if legend else []
        if not ax.axison:
            continue
        texts += [ax.title, ax._left_title, ax._right_title]
        for axis in (ax.xaxis, ax.yaxis):
            ticks = axis._update_ticks()
            texts += [axis.label, *(tick.label1 for tick in ticks), *(tick.label2 for tick in ticks)]
    return [text for text in texts if text.get_visible() and text.get_text().strip()]


def _corners(text: Text) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the corners of a text, turned as it is."""
    angle = text.get_rotation()
    if angle % 90 == 0:
        box = text.get_window_extent()
        return np.array([(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)])
    at = text.get_transform().transform(text.get_unitless_position())
    text.set_rotation(0)
    box = text.get_window_extent()
    text.set_rotation(angle)
    flat = np.array([(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)])
    return np.asarray(Affine2D().rotate_deg_around(*at, angle).transform(flat))


def _overlap(one: Any, other: Any, slack: float) -> bool:
    """Say whether two convex shapes overlap by more than the slack (separating axes)."""
    for shape in (one, other):
        for start, end in zip(shape, np.roll(shape, -1, axis=0), strict=True):
            normal = np.array([start[1] - end[1], end[0] - start[0]])
            length = np.hypot(*normal)
            if not length:
                continue
            first, second = one @ normal / length, other @ normal / length
            if min(first.max(), second.max()) - max(first.min(), second.min()) <= slack:
                return False
    return True
