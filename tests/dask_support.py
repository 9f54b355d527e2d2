"""A dask scheduler and two workers on the loopback interface, each a process of its own that can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
QUIET = ("--no-dashboard", "--dashboard-address", f"{LOOPBACK}:0")  # else the first free port from 8787 on
WAIT_S = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class LoopbackCluster:
    """A running cluster: the scheduler's address and process, and the workers' processes by name."""

    address: str
    scheduler: subprocess.Popen[Any]
    workers: dict[str, subprocess.Popen[Any]]

    def kill_the_scheduler(self) -> None:
        """Kill the scheduler without warning."""
        self.scheduler.kill()
        self.scheduler.wait(WAIT_S)

    def kill_all_workers(self) -> None:
        """Kill every worker without warning; the scheduler stays."""
        for process in self.workers.values():
            process.kill()
            process.wait(WAIT_S)

    def kill_a_busy_worker(self) -> str:
        """Wait until one call is finished, kill a worker that is at another, and return which."""
        from distributed import Client

        def by_address(dask_scheduler: Any) -> dict[str, str]:
            return {address: str(state.name) for address, state in dask_scheduler.workers.items()}

        deadline = time.monotonic() + WAIT_S
        with Client(self.address, set_as_default=False) as client:
            while time.monotonic() < deadline:
                names = client.run_on_scheduler(by_address)  # asked anew: what the client knows may be old
                finished = [key for keys in client.has_what().values() for key in keys if str(key).startswith("_call")]
                at_work = [address for address, keys in client.processing().items() if keys and address in names]
                if finished and at_work:
                    process = self.workers[names[at_work[0]]]
                    process.kill()
                    process.wait(WAIT_S)
                    return names[at_work[0]]
        raise AssertionError("no worker was at work after the first call was finished")


@contextmanager
def loopback_cluster(folder: Path) -> Iterator[LoopbackCluster]:
    """Start a scheduler and two workers, which start in a folder of their own, and end them."""
    from distributed import Client

    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with ExitStack() as stack:

        def start(module: str, *words: str) -> subprocess.Popen[Any]:
            log = stack.enter_context((folder / f"{module}-{len(workers)}.log").open("w"))
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", "--host", LOOPBACK, *QUIET, *words],
                stderr=log,
                cwd=folder,
                env=environment,
            )
            stack.callback(process.wait, WAIT_S)
            stack.callback(process.kill)
            return process

        workers: dict[str, subprocess.Popen[Any]] = {}
        where = folder / "scheduler.json"
        scheduler = start("dask_scheduler", "--port", "0", "--scheduler-file", str(where))
        for name in ("one", "two"):
            workers[name] = start(
                "dask_worker", "--scheduler-file", str(where), "--no-nanny", "--nthreads", "1", "--name", name,
                "--local-directory", str(folder / "spill"),
            )  # fmt: skip
        with Client(scheduler_file=str(where), timeout=WAIT_S, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=WAIT_S)
            address = client.scheduler.address
        yield LoopbackCluster(address=address, scheduler=scheduler, workers=workers)
