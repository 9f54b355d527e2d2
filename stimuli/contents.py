"""What a data set holds: items and minutes by split, kind and group; the microphones that are there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, get_args

from evalkit.manifest import Manifest, Multitrack, Split

MOST_GROUPS = 12
ORDER = {split: number for number, split in enumerate(get_args(Split))}


def contents_rows(manifest: Manifest) -> list[dict[str, Any]]:
    """Count items and minutes of every split, kind and group that has items.

    Returns
    -------
    rows of split, kind, group, items and minutes; training first, then by kind and group
    """
    found: dict[tuple[str, str, str], list[Multitrack]] = defaultdict(list)
    for item in manifest.items:
        found[item.split, item.kind, item.group].append(item)
    return [
        {
            "split": split,
            "kind": kind,
            "group": group,
            "items": len(items),
            "minutes": sum(item.samples for item in items) / manifest.rate_hz / 60,
        }
        for (split, kind, group), items in sorted(found.items(), key=lambda entry: (ORDER[entry[0][0]], entry[0]))
    ]


def microphone_rows(manifest: Manifest) -> list[dict[str, Any]]:
    """Count in how many items each role has a file, in the manifest's order of roles."""
    return [
        {"role": role, "items": sum(item.inputs.get(role) is not None for item in manifest.items)}
        for role in manifest.roles
    ]


def contents_lines(manifest: Manifest) -> Iterator[str]:
    """Yield the contents as an aligned table, then splits, inputs and targets, in a line each.

    Where a data set has more than ``MOST_GROUPS`` groups (songs), they are counted, not listed.
    """
    rows = contents_rows(manifest)
    if len({row["group"] for row in rows}) > MOST_GROUPS:
        rows = _over_groups(rows)
    rows.append(
        {
            "split": "all",
            "kind": "",
            "group": "",
            "items": len(manifest.items),
            "minutes": sum(item.samples for item in manifest.items) / manifest.rate_hz / 60,
        }
    )
    cells = [("split", "kind", "group", "items", "minutes")]
    cells += [(r["split"], r["kind"], r["group"], str(r["items"]), f"{r['minutes']:.1f}") for r in rows]
    yield from _aligned(cells)
    splits = {split: sum(item.split == split for item in manifest.items) for split in ORDER}
    yield "splits   " + ", ".join(f"{split} {count}" for split, count in splits.items())
    yield "inputs   " + ", ".join(f"{row['role']} {row['items']}" for row in microphone_rows(manifest))
    tasks = dict.fromkeys(task for item in manifest.items for task in item.targets)
    counts = {task: sum(task in item.targets for item in manifest.items) for task in tasks}
    yield "targets  " + (", ".join(f"{task} {count}" for task, count in counts.items()) or "none")


def _over_groups(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["split"], row["kind"]].append(row)
    return [
        {
            "split": split,
            "kind": kind,
            "group": f"{len(members)} groups",
            "items": sum(row["items"] for row in members),
            "minutes": sum(row["minutes"] for row in members),
        }
        for (split, kind), members in found.items()
    ]


def _aligned(cells: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    for row in cells:
        words = [f"{cell:<{width}}" for cell, width in zip(row[:3], widths[:3], strict=True)]
        words += [f"{cell:>{width}}" for cell, width in zip(row[3:], widths[3:], strict=True)]
        yield "  ".join(words)
