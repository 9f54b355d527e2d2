"""How often one sender may ask: token buckets in memory, keyed so that no address or token can be read back.

Each process counts for itself: behind several workers the limits are that many times higher.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from webtest.problems import Problem

SENDERS_LIMIT = 20_000  # remembered at once; the longest unseen is forgotten first


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """So many requests at once, and then so many a minute."""

    burst: int
    per_minute: float


# Thirty people of a lab behind one address arrive within a minute, each reloads once, and none is refused.
ENROLMENTS = Rate(burst=120, per_minute=60)  # of one address
REQUESTS = Rate(burst=600, per_minute=600)  # of one listener; a page with its sounds, drafts and events is some 40
FAILURES = Rate(burst=200, per_minute=60)  # of one address: tokens that are not known, as a lab's after an erasure
LOGINS = Rate(burst=20, per_minute=10)  # of one address; wrong passwords are throttled for all addresses together
PROBES = Rate(burst=60, per_minute=60)  # of one address: each is a write


class Limiter:
    """Counts the requests of each sender against a rate."""

    def __init__(self, rate: Rate, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._salt = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()  # (left, when)

    def admit(self, whose: str) -> None:
        """Count a request.

        Raises
        ------
        Problem
            429 with Retry-After, if there were too many.
        """
        wait_s = self.take(whose)
        if wait_s > 0:
            raise Problem(429, "too many requests; wait a moment", retryable=True, retry_after_s=math.ceil(wait_s))

    def take(self, whose: str) -> float:
        """Count a request; returns 0, or the seconds until the next one is free."""
        key = hashlib.blake2b(whose.encode(), key=self._salt, digest_size=16).digest()
        per_s = self.rate.per_minute / 60
        with self._lock:
            now = self._clock()
            left, when = self._buckets.pop(key, (float(self.rate.burst), now))
            left = min(self.rate.burst, left + (now - when) * per_s)
            is_free = left >= 1
            self._buckets[key] = (left - 1 if is_free else left, now)
            if len(self._buckets) > SENDERS_LIMIT:
                self._buckets.popitem(last=False)
        return 0.0 if is_free else (1 - left) / per_s
