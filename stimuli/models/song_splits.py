"""Songs of stem items that lie in several splits: what was learned from one stem may help with the song's others.

Drum items are left out: their group is the drummer, who plays in every split as in the paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from evalkit.errors import DataError
from evalkit.manifest import Multitrack
from stimuli.models.stem_groups import group_of

NAMED = 4


def divided_songs(items: Iterable[Multitrack]) -> dict[str, tuple[str, ...]]:
    """Map the songs whose stem items lie in more than one split to their splits."""
    splits: dict[str, dict[str, None]] = {}
    for item in items:
        if group_of(item.kind) is not None:
            splits.setdefault(item.group, {})[item.split] = None
    return {song: tuple(found) for song, found in splits.items() if len(found) > 1}


def split_warnings(items: Iterable[Multitrack]) -> list[str]:
    """Say which songs of stem items are divided between splits, in a line, the first few of many by name."""
    songs = divided_songs(items)
    told = _named([f"{song} ({', '.join(splits)})" for song, splits in songs.items()])
    return [f"split by song: {len(songs)} song(s) lie in several splits: {told}"] if songs else []


def refuse_divided_songs(group: str, by_split: Mapping[str, Iterable[Multitrack]]) -> None:
    """Refuse to learn a group of instruments from songs that test or validate it.

    Parameters
    ----------
    by_split : items by their split

    Raises
    ------
    DataError
        If a song has stems of the group both in the training split and in another.
    """
    songs = {
        split: dict.fromkeys(item.group for item in items if group_of(item.kind) == group)
        for split, items in by_split.items()
    }
    for split, held_out in songs.items():
        both = [song for song in held_out if split != "train" and song in songs["train"]]
        if both:
            raise DataError(
                f"autoencoder: group {group}: found stems of {_named(both)} in both the training and the {split} "
                "split, expected each song in one: change their split in the manifest"
            )


def _named(songs: Sequence[str]) -> str:
    rest = len(songs) - NAMED
    return ", ".join(songs) if rest < 1 else f"{', '.join(songs[:NAMED])} and {rest} more"
