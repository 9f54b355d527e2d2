"""One state of a store, however often it is read, on SQLite and on PostgreSQL."""

from __future__ import annotations

from store_support import newcomer

from webtest.storage import readout


def test_what_is_stored_meanwhile_is_not_seen(store):
    store.enrol(newcomer())
    with store.database.snapshot() as state:
        assert len(readout.assessors(state, rehearsal=False)) == 1
        store.enrol(newcomer("bob"))
        assert len(readout.assessors(state, rehearsal=False)) == 1
    assert len(readout.assessors(store.database, rehearsal=False)) == 2
