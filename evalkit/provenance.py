"""Where a result came from: versions, hashes, command line, times."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

LIBRARIES = ("numpy", "scipy", "pandas", "soundfile", "pyloudnorm")


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_json(value: Any) -> str:
    """Return the SHA-256 of a JSON value in canonical form (sorted keys, no spaces)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def utc_now() -> str:
    """Return the present time as ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def versions(libraries: Iterable[str] = LIBRARIES) -> dict[str, str]:
    """Return the versions of Python, evalkit and the libraries that are installed."""
    found = {"python": platform.python_version()}
    for name in ("mix-evalkit", *libraries):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def record(libraries: Iterable[str] = LIBRARIES, **facts: Any) -> dict[str, Any]:
    """Return a provenance record: command, time, machine type, versions and what else is given."""
    return {
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "created_at": utc_now(),
        "platform": f"{platform.system()} {platform.machine()}",
        "versions": versions(libraries),
        **facts,
    }
