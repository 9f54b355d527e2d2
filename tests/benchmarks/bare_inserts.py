"""How fast the disk is: the rows of a page, one transaction each, by sqlite3 without server, checks or listeners.

python bare_inserts.py FOLDER
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
import uuid
from contextlib import closing
from pathlib import Path

from webtest.storage.engine import PRAGMAS

TRANSACTIONS = 600
TABLES = """
CREATE TABLE listener (id INTEGER PRIMARY KEY, version INTEGER NOT NULL);
CREATE TABLE submission (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, listener INTEGER NOT NULL, body TEXT NOT NULL
);
CREATE TABLE rating (submission TEXT NOT NULL, slot INTEGER NOT NULL, value REAL, PRIMARY KEY (submission, slot));
INSERT INTO listener VALUES (1, 0);
"""


def bare_inserts_per_second(folder: Path) -> float:
    """Return transactions per second, with the settings of a store and on a folder's disk."""
    with (
        tempfile.TemporaryDirectory(dir=folder) as name,
        closing(sqlite3.connect(Path(name) / "bare.db", isolation_level=None)) as connection,
    ):
        for pragma, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {pragma} = {value}").close()
        connection.executescript(TABLES)
        began_s = time.perf_counter()
        for number in range(TRANSACTIONS):
            submission = str(uuid.uuid4())
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE listener SET version = version + 1 WHERE id = 1")
            row = (submission, number, "0" * 64)
            connection.execute("INSERT INTO submission (id, listener, body) VALUES (?, ?, ?)", row)
            ratings = [(submission, slot, 10.0 * slot) for slot in range(7)]
            connection.executemany("INSERT INTO rating VALUES (?, ?, ?)", ratings)
            connection.execute("COMMIT")
        return TRANSACTIONS / (time.perf_counter() - began_s)


if __name__ == "__main__":
    print(bare_inserts_per_second(Path(sys.argv[1])))
