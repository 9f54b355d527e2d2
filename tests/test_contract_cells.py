"""Cells of the design are leased to listeners, on SQLite and on PostgreSQL: nobody shares one, none is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select
from store_support import move, newcomer

from webtest.storage import Event, OpenReference, administration, erasure, schema
from webtest.storage.oversight import CellUse, cells
from webtest.storage.replay import replay
from webtest.storage.tokens import token_sha256


def cell_of(store, name) -> int | None:
    table = schema.participant
    with store.database.read() as connection:
        return connection.scalar(select(table.c.cell).where(table.c.id == name))


def enrolled(store, *names, **changes) -> list[int | None]:
    """Enrol listeners one after the other; returns their cells."""
    for name in names:
        store.enrol(newcomer(name, **changes))
    return [cell_of(store, name) for name in names]


def end(store, name, outcome) -> None:
    state = "screened_out" if outcome == "technical" else outcome
    assert store.move(name, move(0, 1, state, outcome=outcome))


def see_last(store, name, when) -> None:
    table = schema.participant
    with store.database.write() as connection:
        connection.execute(table.update().where(table.c.id == name).values(last_seen_at=when))


def test_cells_are_given_out_in_order(store):
    assert enrolled(store, "ann", "bob", "cem") == [0, 1, 2]


def test_a_listener_hears_the_pages_of_the_leased_cell(store):
    def allot(cell):
        return tuple(replace(page, id=f"{page.id} of cell {cell}") for page in newcomer("bob").allot(cell))

    enrolled(store, "ann")
    store.enrol(newcomer("bob", allot=allot))
    assert store.pages("bob") == allot(1)


@pytest.mark.parametrize("outcome", ["declined", "screened_out", "technical", "withdrawn"])
def test_the_cell_of_who_left_is_given_out_next(store, outcome):
    enrolled(store, "ann", "bob", "cem")
    end(store, "bob", outcome)
    assert enrolled(store, "dan", "eva") == [1, 3]


def test_the_cell_of_who_was_not_seen_for_hours_is_given_out_next(store):
    enrolled(store, "ann", "bob")
    see_last(store, "ann", "2020-01-01T00:00:00Z")
    assert enrolled(store, "cem") == [0]


def test_the_cell_of_who_finished_is_kept_for_good(store):
    enrolled(store, "ann", "bob")
    end(store, "ann", "complete")
    see_last(store, "ann", "2020-01-01T00:00:00Z")
    assert enrolled(store, "cem") == [2]


def test_the_cell_of_an_erased_listener_is_given_out_next(store):
    enrolled(store, "ann", "bob")
    erasure.erase(store.database, "ann", actor="test")
    assert enrolled(store, "cem") == [0]


def test_robots_and_demonstrations_have_cells_of_their_own(store):
    shown = administration.invite_to_demonstration(store.database, actor="test")
    assert enrolled(store, "robot 1", "robot 2", is_rehearsal=True) == [0, 1]
    assert enrolled(store, "demo", invite_sha256=token_sha256(shown)) == [0]
    assert enrolled(store, "ann") == [0]


def test_listeners_of_older_versions_hold_no_cell(store):
    enrolled(store, "ann")
    with store.database.write() as connection:
        connection.execute(schema.participant.update().values(cell=None))
    assert enrolled(store, "bob") == [0]


def test_nobody_shares_a_cell_when_many_come_at_once(store):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: store.enrol(newcomer(f"n{number}")), range(16)))
    assert sorted(cell_of(store, f"n{number}") for number in range(16)) == list(range(16))


def test_cells_given_back_are_given_out_once_each_when_many_come_at_once(store):
    enrolled(store, *(f"n{number}" for number in range(8)))
    for number in range(0, 8, 2):
        end(store, f"n{number}", "declined")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: store.enrol(newcomer(f"later {number}")), range(6)))
    assert sorted(cell_of(store, f"later {number}") for number in range(6)) == [0, 2, 4, 6, 8, 9]


def test_an_enrolment_that_fails_leases_nothing(store):
    def fails(cell):
        raise RuntimeError("no pages")

    with pytest.raises(RuntimeError, match="no pages"):
        store.enrol(newcomer(allot=fails))
    assert enrolled(store, "bob") == [0]


def test_the_use_of_each_cell_is_told(store):
    enrolled(store, "ann", "bob", "cem")
    end(store, "ann", "complete")
    end(store, "bob", "declined")
    enrolled(store, "dan")
    end(store, "dan", "screened_out")
    see_last(store, "cem", "2020-01-01T00:00:00Z")
    assert cells(store.database) == [
        CellUse(cell=0, complete=1, under_way=0, left=0),
        CellUse(cell=1, complete=0, under_way=0, left=2),
        CellUse(cell=2, complete=0, under_way=0, left=1),
    ]


def with_reference(name="ann"):
    def allot(cell):
        return tuple(
            replace(page, reference=OpenReference(public_id=f"{name} open {page.page}", stimulus_id=f"{page.page}-1"))
            for page in newcomer(name).allot(cell)
        )

    return newcomer(name, allot=allot)


def test_open_references_come_back_as_they_were_assigned(store):
    store.enrol(with_reference())
    assert store.pages("ann") == with_reference().allot(0)


def test_an_open_reference_is_a_sound_of_its_listener_alone(store):
    store.enrol(with_reference())
    store.enrol(with_reference("bob"))
    assert store.stimulus_of("ann", "ann open p2") == "p2-1"
    assert store.stimulus_of("bob", "ann open p2") is None


def test_the_replay_shows_the_open_reference_beside_the_letters(store):
    store.enrol(with_reference())
    played = Event(
        seq=0, t_ms=0, page_instance_id="ann-p1", public_id="ann open p1", kind="switch",
        data={"from": "ann.p1-0", "to": "ann open p1"},
    )  # fmt: skip
    store.add_events("ann", "0" * 32, [played])
    found = replay(store.database, "ann", 1)
    assert found.labels == ("A", "B", "C", "reference")
    assert (found.actions[0].label, found.actions[0].data) == ("reference", {"from": "A", "to": "reference"})
