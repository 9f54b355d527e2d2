"""Named random streams from one study seed."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, *names: str) -> np.random.Generator:
    """Return the random stream of a name: adding a name never changes another's numbers.

    Parameters
    ----------
    seed : study seed
    names : path of the stream, for example ``"assignment", assessor_id``; order matters

    Notes
    -----
    The names are hashed with SHA-256 into the spawn key of a ``SeedSequence``, so that
    ``("a", "bc")`` and ``("ab", "c")`` are different streams.
    """
    digest = hashlib.sha256("\x1f".join(names).encode()).digest()
    key = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
