"""Independent pieces of work, spread over processes; the results do not depend on how many.

One call is one piece, done whole by one process. ``loky`` starts processes on this machine;
``dask`` and ``ray`` do so, too, or use the workers of a scheduler on other machines. There, a call
whose worker dies is made again by another: a call must give the same whenever it is made, and write
by renaming (:mod:`evalkit.whole_files`). Workers share the file system and see a path under the
same name; their evalkit is of the same version.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, get_args

from joblib import Parallel, delayed
from joblib.externals.loky.process_executor import TerminatedWorkerError

from evalkit.errors import ConfigError, DataError, MissingExtraError
from evalkit.whole_files import remove_unfinished

Backend = Literal["loky", "dask", "ray"]
PACKAGES = {"dask": "distributed", "ray": "ray"}  # what a backend needs; the extra has the backend's name


@dataclass(frozen=True, kw_only=True, slots=True)
class Workers:
    """Who works: how many processes at once, started by what, or those of a scheduler.

    With a ``scheduler`` it is the scheduler's workers that count, not ``jobs``.
    """

    jobs: int = 1
    backend: Backend = "loky"
    scheduler: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises
        ------
        ConfigError
            If ``jobs`` is below 1, the backend is unknown, or has no scheduler and one is given.
        MissingExtraError
            If the backend's package is not installed.
        """
        if self.jobs < 1:
            raise ConfigError(f"jobs: found {self.jobs}, expected at least 1")
        if self.backend not in get_args(Backend):
            raise ConfigError(f"backend: found '{self.backend}', expected one of {', '.join(get_args(Backend))}")
        if self.scheduler is not None and self.backend == "loky":
            raise ConfigError(
                f"scheduler: found {self.scheduler} with the backend loky, which works on this machine only: "
                "add --backend dask or --backend ray"
            )
        package = PACKAGES.get(self.backend)
        if package is not None and find_spec(package) is None:
            raise MissingExtraError(package, self.backend)

    @property
    def alone(self) -> bool:
        """Say whether this process does all the work itself."""
        return self.backend == "loky" and self.jobs == 1

    def visible(self, path: Path) -> Path:
        """Return a path as all workers see it: absolute for those of a scheduler, who started elsewhere."""
        return path if self.scheduler is None else path.absolute()


ONE_WORKER = Workers()


def spread(
    function: Callable[..., Any],
    calls: Iterable[tuple[Any, ...]],
    *,
    workers: Workers,
    common: tuple[Any, ...] = (),
    folder: Path | None = None,
) -> Iterator[Any]:
    """Call a function once for each tuple of arguments; yield its results in order, as they come.

    Parameters
    ----------
    function : importable by its name, so that other processes find it
    calls : positional arguments of each call, picklable
    workers : who works
    common : first arguments of every call, the same for all; sent to a cluster once
    folder : where the calls write; a scheduler's workers that do not see it say so, and what killed
        workers left unfinished in it is removed at the end

    Raises
    ------
    DataError
        If workers die, do not see ``folder``, lack a package, or no scheduler answers.
    """
    if workers.backend == "loky":
        yield from _over_processes(function, calls, workers=workers, common=common)
    else:
        from evalkit.clusters import over_dask, over_ray

        over = over_dask if workers.backend == "dask" else over_ray
        yield from over(function, calls, workers=workers, common=common, folder=folder)
    if folder is not None:
        remove_unfinished(folder)


def _over_processes(
    function: Callable[..., Any], calls: Iterable[tuple[Any, ...]], *, workers: Workers, common: tuple[Any, ...]
) -> Iterator[Any]:
    # A worker that has grown is renewed between two calls: nothing is lost, nothing is to be done.
    warnings.filterwarnings("ignore", message="A worker stopped while some jobs were given", category=UserWarning)
    work = (delayed(function)(*common, *arguments) for arguments in calls)
    try:
        yield from Parallel(n_jobs=workers.jobs, return_as="generator", batch_size=1)(work)
    except TerminatedWorkerError as error:
        raise DataError(
            f"one of {workers.jobs} worker processes was killed, as happens when memory runs out: try fewer --jobs"
        ) from error
