"""What several threads want to write at the same moment, in one transaction: the disk is waited for once for all.

Who wants to write puts the work down and waits for the turn to write; who has it first does all that lies there.
Nobody is told that something is stored before the commit of the transaction it was in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy import Connection

Result = TypeVar("Result")


@dataclass(eq=False, kw_only=True, slots=True)
class _Job:
    work: Callable[[Connection], Any]
    is_done: bool = False
    result: Any = None
    error: Exception | None = None


class Batches:
    """Work for one writer.

    Parameters
    ----------
    turn : makes who enters it the only writer of this process
    transaction : yields a connection whose changes are on disk when the block is left, or undone
    """

    def __init__(
        self,
        turn: Callable[[], AbstractContextManager[None]],
        transaction: Callable[[], AbstractContextManager[Connection]],
    ) -> None:
        self._turn = turn
        self._transaction = transaction
        self._guard = threading.Lock()
        self._jobs: list[_Job] = []

    def do(self, work: Callable[[Connection], Result]) -> Result:
        """Return what a piece of work returns, when it is on disk; or raise what it raised, when it is undone.

        Where one piece of a batch fails, the batch is undone, and each is done again by itself: work must change
        nothing but the database.
        """
        job = _Job(work=work)
        with self._guard:
            self._jobs.append(job)
        try:
            with self._turn():
                if not job.is_done:
                    self._do_all()
        finally:
            with self._guard:
                self._jobs.remove(job)
        if job.error is not None:
            raise job.error
        return cast(Result, job.result)

    def _do_all(self) -> None:
        with self._guard:
            jobs = [job for job in self._jobs if not job.is_done]
        if not self._have_done(jobs):
            for job in jobs:
                self._have_done([job])

    def _have_done(self, jobs: Sequence[_Job]) -> bool:
        """Do work in one transaction; say False if it failed and must be done one by one."""
        try:
            with self._transaction() as connection:
                results = [job.work(connection) for job in jobs]
        except Exception as error:
            if len(jobs) > 1:
                return False
            jobs[0].error = error
            jobs[0].is_done = True
            return True
        for job, result in zip(jobs, results, strict=True):
            job.result = result
            job.is_done = True
        return True
