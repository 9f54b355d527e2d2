"""Work spread over the processes of dask or ray, on this machine or through a scheduler.

Both libraries' own tasks are used, not their joblib backends: joblib's for dask waits for ever once
dask gives a task up, and ray's neither makes a lost call again nor yields results before all are
there (joblib 1.6, distributed 2026.8, ray 2.60).
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from joblib import parallel_config

from evalkit.errors import DataError
from evalkit.whole_files import UNFINISHED

if TYPE_CHECKING:
    from distributed import Client, Future

    from evalkit.parallel import Workers

LOOPBACK = "127.0.0.1"
CONNECT_S = 10  # until a scheduler answers
WORKERS_S = 30  # until it has a worker
LEAVE_S = 30  # after an error, until calls that have begun are through
# one thread each, as dask has it, but without its threshold of 64 KiB from which memory goes back to the system:
# with that, simulating takes five times the system time and 1.7 times the time
WORKER_ENVIRONMENT = {"OMP_NUM_THREADS": 1, "MKL_NUM_THREADS": 1, "OPENBLAS_NUM_THREADS": 1}
RETRIES = 3  # of a call whose worker died; dask has a setting for it, with the same default

Calls = Iterable[tuple[Any, ...]]


def over_dask(
    function: Callable[..., Any], calls: Calls, *, workers: Workers, common: tuple[Any, ...], folder: Path | None
) -> Iterator[Any]:
    """Make each call as a dask task; see :func:`evalkit.parallel.spread`."""
    import dask
    from distributed import KilledWorker, wait
    from distributed.client import FutureCancelledError, FuturesCancelledError

    quiet = dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"})
    with quiet, _dask(workers) as client, _mark(folder, workers) as mark:
        # the result of a task, not scattered: if the worker that holds it dies, it is made again
        shared = client.submit(_hand_over, (function, common, mark), pure=False)
        futures = [client.submit(_call, shared, arguments, pure=False) for arguments in calls]
        try:
            for future in futures:
                _wait_while_somebody_works(client, future, workers)
                yield future.result()
        except KilledWorker as error:
            raise _died() from error
        except FutureCancelledError as error:
            where = workers.scheduler or "of this machine"
            raise DataError(f"the dask scheduler {where} is gone: start again") from error
        except ModuleNotFoundError as error:
            raise _lacking(error, workers) from error
        finally:
            if mark is not None:
                mark.unlink(missing_ok=True)  # calls that have not begun will not begin
                with client.as_current(), suppress(TimeoutError, FuturesCancelledError):
                    wait(futures, timeout=LEAVE_S)


def over_ray(
    function: Callable[..., Any], calls: Calls, *, workers: Workers, common: tuple[Any, ...], folder: Path | None
) -> Iterator[Any]:
    """Make each call as a ray task; see :func:`evalkit.parallel.spread`."""
    with _ray(workers) as ray, _mark(folder, workers) as mark:
        shared = ray.put((function, common, mark))
        task = ray.remote(max_retries=RETRIES, num_cpus=1)(_call)
        references = [task.remote(shared, arguments) for arguments in calls]
        try:
            for reference in references:
                yield ray.get(reference)
        except ray.exceptions.WorkerCrashedError as error:
            raise _died() from error
        except ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, ModuleNotFoundError):
                raise _lacking(error.cause, workers) from error
            raise error.cause from error
        finally:
            if mark is not None:
                mark.unlink(missing_ok=True)
                ray.wait(references, num_returns=len(references), timeout=LEAVE_S)


def _wait_while_somebody_works(client: Client, future: Future[Any], workers: Workers) -> None:
    """Wait for a future; a scheduler that lost its last worker would else be waited for without end."""
    from distributed import wait

    while not future.done():
        with suppress(TimeoutError), client.as_current():
            wait([future], timeout=WORKERS_S)
        if not future.done() and client.status == "running" and not client.ncores():
            where = f"{workers.scheduler} has" if workers.scheduler else "of this machine has"
            raise DataError(f"the dask scheduler {where} no worker left: start some, and start again")


@contextmanager
def _dask(workers: Workers) -> Iterator[Client]:
    import dask
    from distributed import Client, LocalCluster

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is said once, by an error
    with ExitStack() as stack:
        if workers.scheduler is None:
            spill = stack.enter_context(TemporaryDirectory(prefix="evalkit-"))
            stack.enter_context(dask.config.set({"distributed.nanny.pre-spawn-environ": WORKER_ENVIRONMENT}))
            cluster = LocalCluster(
                n_workers=workers.jobs,
                threads_per_worker=1,
                processes=True,
                host=LOOPBACK,
                dashboard_address=f"{LOOPBACK}:0",
                scheduler_kwargs={"dashboard": False},
                local_directory=spill,
                silence_logs=logging.CRITICAL,
            )
            yield stack.enter_context(Client(stack.enter_context(cluster), set_as_default=False))
            return
        try:
            client = stack.enter_context(Client(workers.scheduler, timeout=CONNECT_S, set_as_default=False))
        except (OSError, ValueError) as error:
            raise DataError(
                f"--scheduler {workers.scheduler}: no dask scheduler answers: start one with 'dask scheduler', "
                "and give its address as tcp://HOST:8786"
            ) from error
        try:
            client.wait_for_workers(1, timeout=WORKERS_S)
        except TimeoutError as error:
            raise DataError(
                f"--scheduler {workers.scheduler}: no worker within {WORKERS_S} s: start some with "
                f"'dask worker {workers.scheduler} --nthreads 1'"
            ) from error
        yield client


@contextmanager
def _ray(workers: Workers) -> Iterator[Any]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # else ray reports to its makers
    if workers.scheduler is None:
        # read when ray is imported, and only so does its server listen on the loopback interface alone
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
        where: dict[str, Any] = {"address": "local", "num_cpus": workers.jobs, "include_dashboard": False}
    else:
        _check_ray_answers(workers.scheduler)
        where = {"address": workers.scheduler}
    import ray

    try:
        ray.init(**where, log_to_driver=False, logging_level=logging.CRITICAL)
    except ConnectionError as error:
        raise DataError(
            f"--scheduler {workers.scheduler}: ray refuses the connection: it has another version, or asks for a token "
            "(set RAY_AUTH_MODE=token)"
        ) from error
    try:
        yield ray
    finally:
        ray.shutdown()


def _check_ray_answers(address: str) -> None:
    """Connect once, before ray tries for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=CONNECT_S).close()
    except (OSError, ValueError) as error:
        raise DataError(
            f"--scheduler {address}: no ray answers: start one with 'ray start --head', and give the address that it "
            "prints as HOST:6379"
        ) from error


@contextmanager
def _mark(folder: Path | None, workers: Workers) -> Iterator[Path | None]:
    """Leave a file in the folder by which a scheduler's workers know that they see the same folder."""
    if folder is None or workers.scheduler is None:
        yield None
        return
    mark = folder / f"{UNFINISHED}{secrets.token_hex(8)}"
    mark.touch()
    try:
        yield mark
    finally:
        mark.unlink(missing_ok=True)


def _hand_over(shared: tuple[Any, ...]) -> tuple[Any, ...]:
    return shared


def _call(shared: tuple[Callable[..., Any], tuple[Any, ...], Path | None], arguments: tuple[Any, ...]) -> Any:
    """Make one call, in a worker; joblib inside it must not spread work over the cluster again."""
    function, common, mark = shared
    if mark is not None and not mark.is_file():
        raise DataError(
            f"the worker on {socket.gethostname()} does not see {mark.parent}: workers must share the file system "
            "with this machine, under the same path"
        )
    with parallel_config(backend="sequential"):
        return function(*common, *arguments)


def _died() -> DataError:
    return DataError(
        "one piece of work was given up: every worker that took it died, as happens when memory runs out: try fewer "
        "--jobs, or workers with more memory"
    )


def _lacking(error: ModuleNotFoundError, workers: Workers) -> Exception:
    if workers.scheduler is None:
        return error
    return DataError(
        f"a worker of {workers.scheduler} has no package '{error.name}': install the same evalkit there, with the "
        "same extras"
    )
