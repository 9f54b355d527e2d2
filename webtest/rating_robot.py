"""How a robot listener rates a page: what it hears, moves, writes and sends, whatever the method and its gates ask."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from evalkit.session import Stimulus
from webtest.preference import Preference

Json = dict[str, Any]
Heard = Mapping[str, tuple[str, Stimulus]]  # (item, stimulus) by slot
REMARK = "Rehearsal: a robot wrote this."


def rate_page(
    page: Json, heard: Heard, preference: Preference, rng: np.random.Generator, happens: Callable[..., None]
) -> Json:
    """Rate a page; returns the submission without its time.

    Parameters
    ----------
    heard : what the robot recognised in each slot
    happens : logs an event: kind, slot, data, and after how many ms
    """
    gates, scales = page["gates"], page["scales"]
    must_hear_ms = _must_hear_ms(page)
    values = {scale: _values(scale, heard, preference, gates.get("one_at_least")) for scale in scales}
    ratings = []
    reference = page["open_reference"]
    if reference is not None:
        happens("play", reference["id"], after_ms=300)
    n_switches = 0
    for number, slot in enumerate(page["slots"]):
        is_first = number == 0 and reference is None
        happens("play" if is_first else "switch", slot["id"], after_ms=300)
        n_switches += not is_first
        listened_ms = int(rng.gamma(6.0, 1500.0)) + must_hear_ms
        n_plays = 1 + int(rng.poisson(1.5))
        for place, scale in enumerate(scales):
            value = values[scale][slot["id"]]
            data = {"value": value, "input": "pointer", "scale": scale}
            happens("rate", slot["id"], data, after_ms=listened_ms if place == 0 else 300)
            ratings.append(
                {
                    "slot": slot["id"],
                    "scale": scale,
                    "value": value,
                    "n_moves": 1 + int(rng.poisson(1.2)),
                    "n_plays": n_plays,
                    "listened_ms": listened_ms,
                }
            )
    for number in range(max(0, (gates.get("min_switches") or 0) - n_switches)):
        happens("switch", page["slots"][number % len(page["slots"])]["id"], after_ms=500)
        n_switches += 1
    happens("stop", page["slots"][-1]["id"], after_ms=300)
    return {
        "id": str(uuid.uuid4()),
        "page": page["id"],
        "revision": 1,
        "n_switches": n_switches,
        "reference_plays": 0 if reference is None else 1,
        "ratings": ratings,
        "comments": _comments(page),
    }


def draft_of(submission: Json) -> Json:
    """Return the draft that a browser would have kept just before it sent a page."""
    values: Json = {}
    for rating in submission["ratings"]:
        slot = values.setdefault(
            rating["slot"], {"ratings": {}, "n_plays": rating["n_plays"], "listened_ms": rating["listened_ms"]}
        )
        slot["ratings"][rating["scale"]] = {
            "value": rating["value"], "moved": True, "n_moves": rating["n_moves"]
        }  # fmt: skip
    return {"values": values, "comments": {}, "page_ms": submission["page_ms"]}


def _must_hear_ms(page: Json) -> int:
    wanted = page["gates"].get("play_all") or 0
    share = wanted["fraction"] * page["samples"] / page["rate_hz"] if isinstance(wanted, dict) else float(wanted)
    return int(np.ceil(1000 * share))


def _values(scale: str, heard: Heard, preference: Preference, at_least: float | None) -> dict[str, float]:
    """Return the scores on a scale, each with its own taste for every item; the best is lifted to what is asked."""
    found = {
        slot: preference.score(
            condition=one.condition,
            system=one.system,
            task=one.task,
            role=one.role,
            item=item if scale == "score" else f"{item} {scale}",
        )
        for slot, (item, one) in heard.items()
    }
    best = max(found, key=lambda slot: found[slot])
    if at_least is not None:
        found[best] = max(found[best], at_least)
    return found


def _comments(page: Json) -> list[Json]:
    which = page["gates"].get("comment_required")
    slots = {"page": [None], "each": [slot["id"] for slot in page["slots"]]}.get(which, [])
    return [{"slot": slot, "text": REMARK} for slot in slots]
