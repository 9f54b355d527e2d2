"""The file of an SQLite store: on a local disk only, and readable for its owner only."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from store_support import PAGES, STIMULI, STUDY

from evalkit.errors import DataError
from webtest.storage.backup import backup_sqlite
from webtest.storage.disk import refuse_network
from webtest.storage.engine import open_database, store_url
from webtest.storage.sql import SqlStore

MOUNTS = """\
overlay / overlay rw 0 0
server:/home /home nfs4 rw,vers=4.2 0 0
/dev/sdb1 /home/lab ext4 rw 0 0
//server/share /mnt/two\\040words cifs rw 0 0
me@server: /mnt/far fuse.sshfs rw 0 0
drives /mnt/c 9p rw 0 0
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mounts"
    path.write_text(MOUNTS, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/home/ann/study/responses.db", "nfs4"),
        ("/mnt/two words/responses.db", "cifs"),
        ("/mnt/far/a/responses.db", "fuse.sshfs"),
    ],
)
def test_a_network_file_system_is_refused_by_name(mounts: Path, place: str, kind: str) -> None:
    with pytest.raises(DataError, match=rf"on a network file system \({kind}\): put the store on a local disk"):
        refuse_network(Path(place), mounts=mounts)


@pytest.mark.parametrize(
    "place", ["/responses.db", "/home/lab/responses.db", "/homely/responses.db", "/mnt/c/responses.db"]
)
def test_a_local_disk_is_taken(mounts: Path, place: str) -> None:
    refuse_network(Path(place), mounts=mounts)


def test_where_nothing_is_known_of_mounts_nothing_is_refused(tmp_path: Path) -> None:
    refuse_network(tmp_path / "responses.db", mounts=tmp_path / "none")


def test_a_store_its_log_and_its_copy_are_for_their_owner_only(tmp_path: Path) -> None:
    path, copy = tmp_path / "responses.db", tmp_path / "copy.db"
    before = os.umask(0o022)
    try:
        store = SqlStore(open_database(store_url(str(path), path), create=True))
        store.bind(STUDY, PAGES, STIMULI)
        backup_sqlite(path, copy)
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()}
        store.close()
    finally:
        os.umask(before)
    assert set(modes) >= {"responses.db", "responses.db-wal", "copy.db"}
    assert set(modes.values()) == {0o600}
