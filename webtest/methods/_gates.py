"""Gates by name: what must be done before a page can be left. The page checks the same (static/js/gates.js)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from evalkit.config import StrictModel
from webtest.methods._evidence import Evidence, SlotEvidence

Missing = dict[str, Any]  # {"gate": name, "slots": [label, ...], ...}
Seconds = Annotated[float, Field(gt=0, le=3600)]
LATE_S = 0.5  # a page whose time is over is sent by the browser's clock


class Share(StrictModel):
    """A share of the excerpt's length."""

    fraction: Annotated[float, Field(gt=0, le=10)]


class Gates(StrictModel):
    """What must be done before going on; a gate that is not named is open.

    ``play_all``: every stimulus was played, or was listened to for so many seconds, or for a share of its length
    (``{fraction: 0.8}``; time listened to one place twice counts twice).
    ``play_reference``: the open reference was played.
    ``move_all``: every slider was moved, on every scale; where sliders start unset: has a value.
    ``one_at_least``: on every scale, one stimulus has this value or more.
    ``min_page_s``, ``max_page_s``: time on the page. When the time is over, playing and rating end, the listener is
    told at 80 % of it, and the page is sent as it is: no other gate holds it back.
    ``min_switches``: so many switches from one stimulus to another while it played.
    ``rate_only_active``: only what is heard can be moved.
    ``comment_required``: on the ``page``, or on ``each`` stimulus.
    """

    play_all: bool | Seconds | Share = False
    play_reference: bool = False
    move_all: bool = False
    one_at_least: Annotated[float, Field(ge=0, le=100)] | None = None
    min_page_s: Seconds | None = None
    max_page_s: Annotated[float, Field(ge=10, le=86400)] | None = None
    min_switches: Annotated[int, Field(ge=1, le=1000)] | None = None
    rate_only_active: bool = False
    comment_required: Literal["page", "each"] | None = None

    @model_validator(mode="after")
    def _has_time(self) -> Gates:
        if self.min_page_s is not None and self.max_page_s is not None and self.min_page_s > self.max_page_s:
            raise ValueError(f"min_page_s {self.min_page_s} is longer than max_page_s {self.max_page_s}")
        return self


def missing(gates: BaseModel, evidence: Evidence) -> list[Missing]:
    """Return the gates that are not met, in the order in which they are said."""
    limit_s = getattr(gates, "max_page_s", None)
    if limit_s is not None and evidence.page_s >= limit_s - LATE_S:
        return []
    found = []
    for name, check in CHECKS.items():
        setting = getattr(gates, name, None)
        if setting is not None and setting is not False:
            found += [{"gate": name, **facts} for facts in check(evidence, setting)]
    return found


def _slots(slots: Iterable[SlotEvidence]) -> list[Missing]:
    labels = sorted(slot.label for slot in slots)
    return [{"slots": labels}] if labels else []


def _play_all(evidence: Evidence, setting: bool | float | Share) -> list[Missing]:
    if setting is True:
        return _slots(slot for slot in evidence.slots if slot.n_plays < 1)
    wanted_s = setting.fraction * evidence.duration_s if isinstance(setting, Share) else float(setting)
    return _slots(slot for slot in evidence.slots if slot.listened_s < wanted_s)


def _play_reference(evidence: Evidence, _: bool) -> list[Missing]:
    return [] if evidence.reference_plays else [{"slots": []}]


def _move_all(evidence: Evidence, _: bool) -> list[Missing]:
    return _slots(
        slot
        for slot in evidence.slots
        if any(value is None or slot.n_moves[scale] < 1 for scale, value in slot.values.items())
    )


def _one_at_least(evidence: Evidence, wanted: float) -> list[Missing]:
    scales = [scale for slot in evidence.slots[:1] for scale in slot.values]
    return [
        {"slots": [], "scale": scale, "left": wanted}
        for scale in scales
        if not any((slot.values[scale] or 0.0) >= wanted for slot in evidence.slots if slot.values[scale] is not None)
    ]


def _min_page_s(evidence: Evidence, wanted: float) -> list[Missing]:
    return [] if evidence.page_s >= wanted else [{"slots": [], "left": round(wanted - evidence.page_s, 1)}]


def _min_switches(evidence: Evidence, wanted: int) -> list[Missing]:
    return [] if evidence.n_switches >= wanted else [{"slots": [], "left": wanted - evidence.n_switches}]


def _rate_only_active(evidence: Evidence, _: bool) -> list[Missing]:
    return [{"slots": list(evidence.rated_inactive)}] if evidence.rated_inactive else []


def _comment_required(evidence: Evidence, which: str) -> list[Missing]:
    if which == "each":
        return _slots(slot for slot in evidence.slots if not slot.has_comment)
    return [] if evidence.has_page_comment else [{"slots": []}]


CHECKS: dict[str, Callable[[Evidence, Any], list[Missing]]] = {
    "play_reference": _play_reference,
    "play_all": _play_all,
    "move_all": _move_all,
    "rate_only_active": _rate_only_active,
    "one_at_least": _one_at_least,
    "comment_required": _comment_required,
    "min_switches": _min_switches,
    "min_page_s": _min_page_s,
}
