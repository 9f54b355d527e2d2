"""What a listener did on a page, as gates look at it.

A gate believes no count of the page that the server can make itself:

- Values and comments are what is stored: they are their own evidence.
- Plays, listened time, moves and switches are counted from the stored events of the page. Whether a value was given
  while its stimulus was heard is seen from its last move: that one made the value.
  A page that was rated off-line may arrive before its events. Then the counts of the page are taken, and no more time
  is believed than has passed on the server's clock since the page was handed out.
- The time on the page is the smaller of the page's own and of what the server's clock allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

OPENING = ("play", "switch")  # events that let a stimulus be heard
CLOSING = ("play", "switch", "stop", "page.submit")
SLACK_S = 0.25  # between the clock of the sound and that of the events, and for each start or switch:
SLACK_PER_PLAY_S = 0.05
GRACE_MS = 1000  # a sound that ends while its slider is held


class Happened(Protocol):
    """A stored event, as :class:`webtest.storage.Event`."""

    @property
    def t_ms(self) -> int: ...
    @property
    def public_id(self) -> str | None: ...
    @property
    def kind(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotEvidence:
    """One stimulus: ``values`` and ``n_moves`` by scale, an unset value is None."""

    id: str
    label: str
    values: Mapping[str, float | None]
    n_moves: Mapping[str, int]
    n_plays: int
    listened_s: float
    has_comment: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One page; ``rated_inactive``: labels of what was moved last while something else, or nothing, was heard."""

    slots: tuple[SlotEvidence, ...]
    duration_s: float
    page_s: float
    n_switches: int
    reference_plays: int
    has_page_comment: bool = False
    rated_inactive: tuple[str, ...] = ()


def bounded(claimed: Evidence, available_s: float) -> Evidence:
    """Believe no more time than the server's clock allows.

    Parameters
    ----------
    available_s : seconds since the page was handed out
    """
    return replace(
        claimed,
        page_s=min(claimed.page_s, available_s),
        slots=tuple(replace(slot, listened_s=min(slot.listened_s, available_s)) for slot in claimed.slots),
    )


def recounted(claimed: Evidence, visits: Sequence[Sequence[Happened]], *, reference: str | None) -> Evidence:
    """Count again from the stored events.

    Parameters
    ----------
    visits : the events of the page, in order, one list for each visit: the clock of each begins anew
    reference : public id of the open reference
    """
    plays: dict[str, int] = {}
    listened_ms: dict[str, int] = {}
    moves: dict[tuple[str, str], int] = {}
    n_switches = 0
    in_silence: dict[tuple[str, str], bool] = {}  # the last move of each slot on each scale
    labels = {slot.id: slot.label for slot in claimed.slots}
    for events in visits:
        heard, since_ms = None, 0
        last, last_ms = None, 0
        for event in events:
            if event.kind in CLOSING and heard is not None:
                listened_ms[heard] = listened_ms.get(heard, 0) + event.t_ms - since_ms
                last, last_ms = heard, event.t_ms
                heard = None
            if event.kind in OPENING and event.public_id is not None:
                heard, since_ms = event.public_id, event.t_ms
                plays[heard] = plays.get(heard, 0) + 1
                n_switches += event.kind == "switch"
            if event.kind == "rate" and event.public_id in labels:
                key = (event.public_id, str(event.data.get("scale", "score")))
                moves[key] = moves.get(key, 0) + 1
                is_late = event.public_id == last and event.t_ms - last_ms <= GRACE_MS and heard is None
                in_silence[key] = event.public_id != heard and not is_late
    return replace(
        claimed,
        n_switches=n_switches,
        reference_plays=plays.get(reference, 0) if reference else 0,
        rated_inactive=tuple(sorted({labels[slot] for (slot, _), is_silent in in_silence.items() if is_silent})),
        slots=tuple(
            replace(
                slot,
                n_plays=plays.get(slot.id, 0),
                listened_s=min(
                    slot.listened_s,
                    listened_ms.get(slot.id, 0) / 1000 + SLACK_S + SLACK_PER_PLAY_S * plays.get(slot.id, 0),
                ),
                n_moves={scale: moves.get((slot.id, scale), 0) for scale in slot.n_moves},
            )
            for slot in claimed.slots
        ),
    )
