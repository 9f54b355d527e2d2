"""Copies of a store while it is written to: by SQLite's own online backup [1]_, or by PostgreSQL's pg_dump.

A copy of an SQLite file by other means (``cp``) may miss what still stands in the write-ahead log.

References
----------
.. [1] https://www.sqlite.org/backup.html
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess  # nosec B404: pg_dump alone, below
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

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
    _refuse_taken(target)
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


def backup_postgresql(url: URL, schema: str, target: Path) -> None:
    """Copy a PostgreSQL store to a new file by ``pg_dump``, as it stands at one moment, while it is written to [2]_.

    Parameters
    ----------
    schema : of the database, in which the tables are

    Raises
    ------
    DataError
        If the target exists, ``pg_dump`` is not installed, or it fails.

    References
    ----------
    .. [2] https://www.postgresql.org/docs/current/app-pgdump.html
    """
    _refuse_taken(target)
    program = shutil.which("pg_dump")
    if program is None:
        raise DataError(
            "backup: PostgreSQL's pg_dump is not on this machine: install its client programs, or run it on the server"
        )
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    address = bare.difference_update_query(["options"]).render_as_string()
    words = [program, "--format=custom", "--no-password", f"--dbname={address}"]
    if schema != "public":  # which every database has: one more could not be restored
        words.append(f"--schema={schema}")
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})  # not to be seen by others
    with whole_file(target) as unfinished:
        make_private(unfinished)
        done = subprocess.run(  # nosec B603: a list of words, no shell, and no request leads here
            [*words, f"--file={unfinished}"], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
            raise DataError(f"backup: pg_dump failed: {said[0]}")


def _refuse_taken(target: Path) -> None:
    if target.exists():
        raise DataError(f"{target}: exists; a backup replaces nothing: move it away, or name another file")
    if not target.parent.is_dir():
        raise DataError(f"{target}: no folder {target.parent}")
