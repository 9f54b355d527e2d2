"""The file of an SQLite store: on a disk of this machine, and to nobody else's eyes."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from evalkit.errors import DataError

LEAST_ROOM_BYTES = 500_000_000  # who is under way may need it
MOUNTS = Path("/proc/self/mounts")  # Linux; elsewhere nothing is known of mounts
# 9p and virtiofs are not among them: containers and virtual machines have their own disks by these
NETWORK = {
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "lustre", "gpfs", "beegfs",
    "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.rclone", "fuse.s3fs", "davfs", "fuse.davfs2",
}  # fmt: skip


def refuse_network(path: Path, *, mounts: Path = MOUNTS) -> None:
    """Refuse a place on a network file system: the processes that share SQLite's log need one memory [1]_.

    Raises
    ------
    DataError
        If the file is, or would be, on one.

    References
    ----------
    .. [1] https://www.sqlite.org/wal.html, "Overview", disadvantage 2
    """
    kind = _file_system(path.resolve(), mounts)
    if kind in NETWORK:
        raise DataError(
            f"{path}: on a network file system ({kind}): put the store on a local disk, or name one with --store; "
            "PostgreSQL serves several machines"
        )


def has_room(path: Path) -> bool:
    """Say whether a store's disk has room for newcomers."""
    return shutil.disk_usage(path.resolve().parent).free >= LEAST_ROOM_BYTES


def make_private(path: Path) -> None:
    """Make an empty file that only its owner may read: a store holds platform ids. SQLite's log takes its rights."""
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def _file_system(path: Path, mounts: Path) -> str | None:
    """Return the kind of the file system that a path is on."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    found: tuple[int, str] | None = None
    for line in lines:
        _, point, kind, *_ = line.split(" ")
        parts = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), point))  # a blank is \040
        if path.is_relative_to(parts) and (found is None or len(parts.parts) >= found[0]):
            found = (len(parts.parts), kind)  # of two at one point the later one is seen
    return None if found is None else found[1]
