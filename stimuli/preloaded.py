"""An item whose inputs lie in memory: read once, however many systems mix it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from evalkit.audio import Audio
from evalkit.manifest import Multitrack


@dataclass(frozen=True, kw_only=True, slots=True)
class PreloadedMultitrack(Multitrack):
    """A multitrack with its inputs, float64 (samples, roles)."""

    audio: Audio

    def load_inputs(self) -> Audio:
        """Return a copy of the inputs: what one system does to it, no other hears."""
        return self.audio.copy()


def preloaded(item: Multitrack) -> PreloadedMultitrack:
    """Read an item's inputs into memory.

    Raises
    ------
    AudioError
        If a file does not fit the item.
    """
    facts = {field.name: getattr(item, field.name) for field in fields(Multitrack)}
    return PreloadedMultitrack(**facts, audio=item.load_inputs())
