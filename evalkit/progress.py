"""A progress bar on standard error, for work that takes more than two seconds."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TypeVar

from tqdm import tqdm

Thing = TypeVar("Thing")


def progress(things: Iterable[Thing], *, total: int, what: str) -> Iterable[Thing]:
    """Pass things through, showing how many are done; silent where standard error is no terminal."""
    return tqdm(things, total=total, desc=what, file=sys.stderr, disable=None, delay=2, leave=False)
