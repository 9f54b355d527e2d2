"""Files that appear whole or not at all, also where the process that writes them is killed.

A file is written beside its place under a name of its own and renamed: two processes that write the
same file at once do not meet, and the last one wins. What a killed process leaves bears
``UNFINISHED`` in front of its name and can be swept away.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNFINISHED = ".unfinished-"


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a name to write to, with the suffix of ``path``; rename it to ``path`` when all went well."""
    unfinished = path.with_name(f"{UNFINISHED}{secrets.token_hex(8)}-{path.name}")
    try:
        yield unfinished
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def remove_unfinished(folder: Path) -> None:
    """Remove what killed processes left in a folder and in those below it."""
    for path in folder.rglob(f"{UNFINISHED}*"):
        path.unlink(missing_ok=True)
