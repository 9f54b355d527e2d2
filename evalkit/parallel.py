"""Independent pieces of work, spread over processes; the results do not depend on how many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from joblib import Parallel, delayed

from evalkit.errors import ConfigError


@dataclass(frozen=True, kw_only=True, slots=True)
class Workers:
    """How many processes work at once."""

    jobs: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises
        ------
        ConfigError
            If ``jobs`` is below 1.
        """
        if self.jobs < 1:
            raise ConfigError(f"jobs: found {self.jobs}, expected at least 1")


ONE_WORKER = Workers()


def spread(function: Callable[..., Any], calls: Iterable[tuple[Any, ...]], *, workers: Workers) -> Iterator[Any]:
    """Call a function once for each tuple of arguments; yield its results in order, as they come.

    Parameters
    ----------
    function : importable by its name, so that other processes find it
    calls : positional arguments of each call, picklable
    workers : how many processes
    """
    work = (delayed(function)(*arguments) for arguments in calls)
    yield from Parallel(n_jobs=workers.jobs, return_as="generator", batch_size=1)(work)
