"""Output folders that appear whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evalkit.errors import DataError

ATTEMPTS = 5  # at removing a folder


@contextmanager
def fresh_folder(target: Path, *, force: bool) -> Iterator[Path]:
    """Yield an empty folder beside the target, and rename it to the target when all went well.

    Parameters
    ----------
    target : folder to make; its parents are made, too
    force : replace a target that is not empty, instead of refusing

    Raises
    ------
    DataError
        If the target is a file, or is not empty and ``force`` is false.
    """
    refuse_taken(target, force=force)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        yield partial
    except BaseException:
        _remove(partial)
        raise
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    partial.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def refuse_taken(target: Path, *, force: bool) -> None:
    """Refuse a target as :func:`fresh_folder` does, before work that is long.

    Raises
    ------
    DataError
        If the target is a file, or is not empty and ``force`` is false.
    """
    if target.is_file():
        raise DataError(f"{target}: is a file, expected a folder or nothing")
    if not force and target.is_dir() and any(target.iterdir()):
        raise DataError(f"{target}: not empty; choose another folder, or replace it with --force")


def _remove(folder: Path) -> None:
    """Remove a folder in which somebody may still be writing, who cannot make it again."""
    for _ in range(ATTEMPTS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
