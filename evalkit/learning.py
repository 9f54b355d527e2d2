"""What systems learned from, read from the facts that are kept of their learned states.

The facts of a state are a mapping: ``origin`` in a few words, ``card`` what the state says about itself,
and, if there is one, ``warning``, a line on data that are not of the kind it is used on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

LEARNED_SPLITS = ("train", "validation")

Facts = Mapping[str, Any]


def other_training_items(facts: Mapping[str, Facts | None]) -> str | None:
    """Say in a line which conditions learned from other items than the others; None if all from the same.

    Parameters
    ----------
    facts : by condition; None for one that does not learn

    Two conditions have the same training items if their cards tell the same data set and the same
    ids; a state whose card tells neither has items of its own, as nobody knows.
    """
    sets: dict[tuple[str, str], list[tuple[str, Facts]]] = {}
    for condition, own in facts.items():
        if own is not None:
            card = own.get("card") or {}
            key = str(card.get("data_sha256") or ""), str(card.get("train_ids_sha256") or condition)
            sets.setdefault(key, []).append((condition, own))
    if len(sets) < 2:
        return None
    told = []
    for members in sets.values():
        data = told_data(*(own for _, own in members))
        told.append(f"{', '.join(condition for condition, _ in members)} from {data}")
    return f"conditions did not all learn from the same items: {'; '.join(told)}"


def told_data(*same: Facts) -> str:
    """Say in words what data states learned from, all from the same, and where the states came from."""
    card = same[0].get("card") or {}
    count = f"{card['items']} items of " if "items" in card else ""
    origins = sorted({str(own.get("origin") or "origin unknown") for own in same})
    return f"{count}{card.get('data_name') or 'unnamed data'} ({', '.join(origins)})"


def learned_items(splits: Mapping[str, int], learning: Sequence[str]) -> str | None:
    """Say in a line how many items are of the splits that systems learn from; None if that is no matter.

    Parameters
    ----------
    splits : how many items are of each split
    learning : conditions whose systems learn
    """
    found = sum(splits.get(split, 0) for split in LEARNED_SPLITS)
    if not found or not learning:
        return None
    return (
        f"{found} of {sum(splits.values())} items are of the train/validation split, from which {', '.join(learning)} "
        "may have learned: not all of this is held out"
    )
