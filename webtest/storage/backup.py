"""Copies of an SQLite store while it is written to, by SQLite's own online backup [1]_.

A copy by other means (``cp``) may miss what still stands in the write-ahead log.

References
----------
.. [1] https://www.sqlite.org/backup.html
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from evalkit.errors import DataError
from evalkit.whole_files import whole_file
from webtest.storage.disk import make_private

BUSY_TIMEOUT_S = 10


def backup_sqlite(source: Path, target: Path) -> None:
    """Copy an SQLite database to a new file; the file appears when the copy is whole and sound.

    Raises
    ------
    DataError
        If the target exists, or the copy fails or does not pass SQLite's integrity check.
    """
    if target.exists():
        raise DataError(f"{target}: exists; a backup replaces nothing: move it away, or name another file")
    if not target.parent.is_dir():
        raise DataError(f"{target}: no folder {target.parent}")
    try:
        with whole_file(target) as unfinished:
            make_private(unfinished)
            with (
                closing(
                    sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S)
                ) as whole,
                closing(sqlite3.connect(unfinished)) as copy,
            ):
                whole.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
                found = copy.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise DataError(f"{source}: the copy is not sound: {found}")
    except sqlite3.Error as error:
        raise DataError(f"{source}: cannot be copied to {target}: {error}") from error
