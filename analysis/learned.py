"""What the compared systems learned from, said where a reader has to beware of it."""

from __future__ import annotations

from collections.abc import Mapping

from evalkit.learning import Facts, learned_items, told_data
from evalkit.session import Session


def learning_notes(facts: Mapping[str, Facts], splits: Mapping[str, int], *, unequal: str | None) -> list[str]:
    """Say in sentences where what was learned makes a comparison unequal or too kind.

    Parameters
    ----------
    facts : of the learned states, by condition, as :mod:`evalkit.learning` has them
    splits : how many items of each split are compared
    unequal : what :func:`evalkit.learning.other_training_items` says of them
    """
    lines = [unequal, learned_items(splits, list(facts))]
    lines += [
        f"learned from other data ({condition}): {own['warning']}"
        for condition, own in facts.items()
        if own.get("warning")
    ]
    return [f"{line[0].upper()}{line[1:]}." for line in lines if line is not None]


def session_notes(session: Session) -> list[str]:
    """Return :func:`learning_notes` of a built bundle."""
    made = session.provenance
    splits = made.get("data", {}).get("splits", {})
    return learning_notes(made.get("fitted", {}), splits, unequal=made.get("training_warning"))


def learned_from(session: Session) -> dict[str, str]:
    """Say for each condition that learned from what it did, and where its state came from."""
    return {condition: told_data(own) for condition, own in session.provenance.get("fitted", {}).items()}
