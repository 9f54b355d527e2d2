"""Work of several threads in one transaction: told only after the commit, and what fails takes nothing along."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select

from evalkit.provenance import utc_now
from webtest.storage import StoreUnavailableError, engine, schema
from webtest.storage.batches import Batches
from webtest.storage.engine import Database, open_database, store_url

TIMEOUT_S = 20


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(store_url(None, tmp_path / "responses.db"), create=True)
    yield opened
    opened.close()


class Gate:
    """A turn and a transaction that can be held; counts transactions."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.commit = threading.Lock()
        self.transactions = 0
        self.can_commit = True
        self.batches = Batches(self._one, self._transaction)

    @contextmanager
    def _one(self) -> Iterator[None]:
        with self.turn:
            yield

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        self.transactions += 1
        yield None
        with self.commit:
            if not self.can_commit:
                raise OSError("the disk is gone")

    def all_wait(self, number: int) -> None:
        """Return when so many pieces of work are waiting."""
        while len(self.batches._jobs) < number:
            threading.Event().wait(0.001)


def at_once(batches: Batches, pool: ThreadPoolExecutor, works: list[Callable[[Any], Any]]) -> list[Future[Any]]:
    return [pool.submit(batches.do, work) for work in works]


def line(number: int) -> Callable[[Connection], int]:
    """Return work that writes one line to the audit log."""

    def work(connection: Connection) -> int:
        row = {"at": utc_now(), "actor": "test", "action": str(number), "object": "x", "detail_json": "{}"}
        connection.execute(insert(schema.audit), row)
        return number

    return work


def lines(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.scalars(select(schema.audit.c.action).where(schema.audit.c.actor == "test")))


def test_what_waits_meanwhile_shares_one_transaction_and_each_gets_its_own_result():
    gate = Gate()
    with ThreadPoolExecutor(8) as pool:
        with gate.turn:
            came = at_once(gate.batches, pool, [lambda _, n=n: n for n in range(8)])
            gate.all_wait(8)
        assert [one.result(TIMEOUT_S) for one in came] == list(range(8))
    assert gate.transactions == 1


def test_nobody_is_told_before_the_commit():
    gate = Gate()
    with ThreadPoolExecutor(4) as pool:
        with gate.commit:
            came = at_once(gate.batches, pool, [lambda _: True] * 4)
            gate.all_wait(4)
            threading.Event().wait(0.1)
            assert not any(one.done() for one in came)
        assert all(one.result(TIMEOUT_S) for one in came)


def test_nobody_is_told_that_something_is_stored_if_the_commit_fails():
    gate = Gate()
    gate.can_commit = False
    with ThreadPoolExecutor(4) as pool:
        with gate.turn:
            came = at_once(gate.batches, pool, [lambda _: True] * 4)
            gate.all_wait(4)
        for one in came:
            with pytest.raises(OSError, match="the disk is gone"):
                one.result(TIMEOUT_S)


def test_work_that_fails_takes_nothing_of_the_others_along(database):
    def fails(connection: Connection) -> None:
        line(99)(connection)
        raise ZeroDivisionError

    works = [line(0), line(1), fails, line(3)]
    with ThreadPoolExecutor(4) as pool:
        with database._one_writer():
            came = at_once(database._batches, pool, works)
            while len(database._batches._jobs) < len(works):
                threading.Event().wait(0.001)
        assert [one.result(TIMEOUT_S) for one in (came[0], came[1], came[3])] == [0, 1, 3]
        with pytest.raises(ZeroDivisionError):
            came[2].result(TIMEOUT_S)
    assert lines(database) == {"0", "1", "3"}
    assert database._batches._jobs == []


def test_where_the_disk_is_full_everybody_is_told_so_and_nothing_is_kept(database):
    filler = "x" * 100_000

    def fills(connection: Connection) -> None:
        row = {"at": utc_now(), "actor": "test", "action": filler, "object": "x", "detail_json": "{}"}
        connection.execute(insert(schema.audit), row)

    with database.write() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 5}")
    with ThreadPoolExecutor(3) as pool:
        with database._one_writer():
            came = at_once(database._batches, pool, [fills] * 3)
            while len(database._batches._jobs) < 3:
                threading.Event().wait(0.001)
        for one in came:
            with pytest.raises(StoreUnavailableError, match="full"):
                one.result(TIMEOUT_S)
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(schema.audit)) == 0


def test_whose_turn_does_not_come_is_told_so_and_the_work_is_never_done(database, monkeypatch):
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 50)
    with database._one_writer(), pytest.raises(StoreUnavailableError, match="busy"):
        database.write_with_others(line(7))
    database.write_with_others(line(8))
    assert lines(database) == {"8"}
