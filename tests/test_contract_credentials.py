"""Who may administer, on SQLite and on PostgreSQL: the password, logins that are throttled, sessions that end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from store_support import cells, count

from evalkit.errors import DataError
from webtest.storage import credentials, schema
from webtest.storage.credentials import LoginRefusedError

PASSWORD = "four words said aloud"
HASHER = credentials._HASHER


@pytest.fixture
def database(store):
    return store.database


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    """Hash with little work: how much a login costs is one test's claim."""
    monkeypatch.setattr(credentials, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def test_hashing_costs_what_the_standard_recommends():
    # RFC 9106, section 4: the second recommended option, for less memory
    assert (HASHER.time_cost, HASHER.memory_cost, HASHER.parallelism, HASHER.type.name) == (3, 65_536, 4, "ID")


@pytest.fixture
def later(monkeypatch):
    """Return a function that lets time pass for logins and sessions."""
    passed = timedelta()

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + passed

    def wait(seconds):
        nonlocal passed
        passed += timedelta(seconds=seconds)

    monkeypatch.setattr(credentials, "datetime", Clock)
    monkeypatch.setattr(credentials, "utc_now", lambda: Clock.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    return wait


def fail(database) -> int:
    with pytest.raises(LoginRefusedError) as refused:
        credentials.log_in(database, "wrong")
    return refused.value.wait_s


def test_without_a_password_nobody_is_let_in(database):
    assert not credentials.has_password(database)
    with pytest.raises(LoginRefusedError, match="wrong password"):
        credentials.log_in(database, "")


def test_a_password_is_stored_as_argon2id(database):
    credentials.set_password(database, PASSWORD, actor="me")
    with database.read() as connection:
        stored = connection.scalar(select(schema.admin_password.c.hash))
    assert stored.startswith("$argon2id$")
    assert not any(PASSWORD in str(value) for _, _, value in cells(database))


@pytest.mark.parametrize("given", ["", "fourteen chars", "x" * 1025])
def test_a_password_that_is_too_short_or_too_long_is_refused(database, given):
    with pytest.raises(DataError, match=rf"has {len(given)} characters, expected 15 to 1024"):
        credentials.set_password(database, given, actor="me")


def test_the_right_password_begins_a_session_of_which_only_a_hash_is_stored(database):
    credentials.set_password(database, PASSWORD, actor="me")
    session = credentials.log_in(database, PASSWORD)
    assert credentials.session(database, session.id) == session
    assert credentials.session(database, "another") is None
    assert not any(session.id in str(value) for _, _, value in cells(database))


def test_a_session_ends_by_logging_out(database):
    credentials.set_password(database, PASSWORD, actor="me")
    session = credentials.log_in(database, PASSWORD)
    credentials.log_out(database, session.id)
    assert credentials.session(database, session.id) is None


def test_a_new_password_ends_all_sessions(database):
    credentials.set_password(database, PASSWORD, actor="me")
    session = credentials.log_in(database, PASSWORD)
    credentials.set_password(database, PASSWORD + " again", actor="me")
    assert credentials.session(database, session.id) is None


def test_an_idle_session_ends_and_one_in_use_does_not(database, later):
    credentials.set_password(database, PASSWORD, actor="me")
    session = credentials.log_in(database, PASSWORD)
    for _ in range(3):
        later(20 * 60)
        assert credentials.session(database, session.id) == session
    later(31 * 60)
    assert credentials.session(database, session.id) is None


def test_no_session_outlives_12_hours(database, later):
    credentials.set_password(database, PASSWORD, actor="me")
    session = credentials.log_in(database, PASSWORD)
    for _ in range(25):
        later(29 * 60)
        still = credentials.session(database, session.id)
    assert still is None


def test_failed_logins_wait_longer_each_time(database, later):
    credentials.set_password(database, PASSWORD, actor="me")
    assert [fail(database) for _ in range(3)] == [0, 0, 1]
    waits = []
    for _ in range(10):
        later(400)
        waits.append(fail(database))
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_a_clock_that_was_set_back_keeps_nobody_out_and_opens_no_door(database, later):
    credentials.set_password(database, PASSWORD, actor="test")
    for _ in range(5):
        with pytest.raises(LoginRefusedError):
            credentials.log_in(database, "wrong")
        later(60)
    later(-2 * 3600)
    with pytest.raises(LoginRefusedError, match="wrong password"):
        credentials.log_in(database, "wrong")
    with pytest.raises(LoginRefusedError, match="too many attempts"):
        credentials.log_in(database, PASSWORD)
    later(60)
    assert credentials.log_in(database, PASSWORD)


def test_the_right_password_too_early_is_refused_and_in_time_is_not(database, later):
    credentials.set_password(database, PASSWORD, actor="me")
    for _ in range(4):
        later(2)
        fail(database)
    with pytest.raises(LoginRefusedError, match="too many attempts: try again in 2 s"):
        credentials.log_in(database, PASSWORD)
    later(2)
    credentials.log_in(database, PASSWORD)
    assert fail(database) == 0


def test_attempts_at_the_same_moment_do_not_get_past_the_delay(store, database):
    credentials.set_password(database, PASSWORD, actor="me")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: fail(database), range(8)))
    assert count(store, schema.login_attempt) == 3  # the others were not looked at


def test_attempts_are_forgotten_after_a_day(store, database, later):
    credentials.set_password(database, PASSWORD, actor="me")
    for _ in range(3):
        fail(database)
    later(25 * 3600)
    assert fail(database) == 0
    assert count(store, schema.login_attempt) == 1
