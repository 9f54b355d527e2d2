"""A page's replay as lines to draw: one lane for each label, in it what was played and where the rating stood.

Visits follow each other: the clock of each begins anew, and the time between them is not drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from webtest.storage.replay import Action, Replay

WIDTH = 960  # of the drawing, in its own units
LEFT = 44  # room for the labels
RIGHT = 12
LANE = 44
TOP = 8
AXIS = 28
GAP = 16  # between two visits
ROOM = 9  # in a lane above and below the range of ratings
STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
MOST_TICKS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """A stretch during which one label sounded."""

    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """A rating that was moved: high in the lane is high on the scale."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A vertical line with a word: a tick of the time axis, or an event of the whole page."""

    x: float
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """A label and the middle of its lane."""

    label: str
    y: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """Everything that is drawn. ``rows`` say the same in words."""

    width: float
    height: float
    left: float
    lanes: tuple[Lane, ...]
    played: tuple[Played, ...]
    moved: tuple[Moved, ...]
    ticks: tuple[Mark, ...]
    breaks: tuple[float, ...]
    rows: tuple[tuple[str, str, str], ...]


WORDS = {
    "page.enter": "page opened", "page.ready": "sounds ready", "page.submit": "handed in", "play": "play",
    "switch": "switched to", "stop": "stopped", "seek": "jumped", "loop": "loop changed", "volume": "volume changed",
    "rate": "moved", "gate.blocked": "next pressed too early", "visibility": "window",
    "audio.error": "sound failed", "audio.load": "sound loaded",
}  # fmt: skip


def draw(replay: Replay) -> Timeline:
    """Lay out a replay."""
    visits = [list(actions) for _, actions in groupby(replay.actions, key=lambda action: action.session)]
    spans_ms = [visit[-1].t_ms - visit[0].t_ms for visit in visits]
    room = WIDTH - LEFT - RIGHT - GAP * max(0, len(visits) - 1)
    per_ms = room / max(1, sum(spans_ms))
    middle = {label: TOP + LANE * (number + 0.5) for number, label in enumerate(replay.labels)}
    played: list[Played] = []
    moved: list[Moved] = []
    ticks: list[Mark] = []
    breaks: list[float] = []
    rows: list[tuple[str, str, str]] = []
    begin = float(LEFT)
    for number, (visit, span_ms) in enumerate(zip(visits, spans_ms, strict=True)):
        first_ms = visit[0].t_ms
        if number:
            breaks.append(begin - GAP / 2)
        for label, from_ms, to_ms in sounded(visit):
            if label in middle:
                width = max(1.5, (to_ms - from_ms) * per_ms)
                text = f"{label} played from {_clock(from_ms - first_ms)} for {(to_ms - from_ms) / 1000:.1f} s"
                x = begin + (from_ms - first_ms) * per_ms
                played.append(Played(x=x, y=middle[label] - LANE / 2 + 4, width=width, height=LANE - 8, text=text))
        for action in visit:
            rows.append((_clock(action.t_ms - first_ms), WORDS.get(action.kind, action.kind), _about(action)))
            value = action.data.get("value")
            if action.kind == "rate" and action.label in middle and isinstance(value, int | float):
                y = middle[action.label] + (0.5 - value / 100) * (LANE - 2 * ROOM)
                text = f"{action.label} moved at {_clock(action.t_ms - first_ms)}"
                moved.append(Moved(x=begin + (action.t_ms - first_ms) * per_ms, y=y, text=text))
        ticks += [Mark(x=begin + ms * per_ms, text=_clock(ms)) for ms in _ticks_ms(span_ms, sum(spans_ms))]
        begin += span_ms * per_ms + GAP
    return Timeline(
        width=WIDTH,
        height=TOP + LANE * len(replay.labels) + AXIS,
        left=LEFT,
        lanes=tuple(Lane(label=label, y=y) for label, y in middle.items()),
        played=tuple(played),
        moved=tuple(moved),
        ticks=tuple(ticks),
        breaks=tuple(breaks),
        rows=tuple(rows),
    )


def sounded(visit: Sequence[Action]) -> list[tuple[str, int, int]]:
    """Return (label, from, to) in ms of everything that sounded in one visit.

    A sound ends with the next one, with a stop, when the page is handed in, or with the last that is known.
    """
    out = []
    label, since_ms = None, 0
    for action in visit:
        if action.kind not in ("play", "switch", "stop", "page.submit"):
            continue
        is_on = label is not None
        if label is not None:
            out.append((label, since_ms, action.t_ms))
        begins = action.kind == "play" or (action.kind == "switch" and is_on)
        label, since_ms = (action.label if begins else None), action.t_ms
    if label is not None:
        out.append((label, since_ms, visit[-1].t_ms))
    return out


def _ticks_ms(span_ms: int, whole_ms: int) -> range:
    step_s = next((step for step in STEPS_S if whole_ms / 1000 / step <= MOST_TICKS), STEPS_S[-1])
    return range(0, span_ms + 1, 1000 * step_s)


def _clock(ms: float) -> str:
    minutes, seconds = divmod(int(ms / 1000), 60)
    return f"{minutes}:{seconds:02d}"


def _about(action: Action) -> str:
    """Return what an action was about: a label, and no rating."""
    if action.kind == "visibility":
        return str(action.data.get("state", ""))
    if action.kind == "volume":
        return f"{action.data.get('db', '')} dB"
    return action.label or ""
