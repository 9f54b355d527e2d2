"""What every store must do, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from store_support import PAGES, STIMULI, STUDY, count, events, move, newcomer, submission

from evalkit.errors import DataError
from webtest.storage import Consent, NotAdmittedError, Receipt, Submission, schema
from webtest.storage.engine import open_database, store_url
from webtest.storage.sql import SqlStore


def test_a_listener_is_found_by_the_hash_of_the_token(store):
    assert store.enrol(newcomer()) == store.participant("token of ann")
    assert store.participant("another") is None


def test_pages_come_back_as_they_were_assigned(store):
    store.enrol(newcomer())
    store.enrol(newcomer("bob"))
    assert store.pages("ann") == newcomer().allot(0)
    assert store.level_clip("ann") == newcomer().level_clip


def test_a_public_id_is_known_to_its_own_listener_only(store):
    store.enrol(newcomer())
    store.enrol(newcomer("bob"))
    assert store.stimulus_of("ann", "ann.p1-2") == "p1-2"
    assert store.stimulus_of("ann", "level of ann") == "p1-0"
    assert store.stimulus_of("bob", "ann.p1-2") is None
    assert store.stimulus_of("bob", "level of ann") is None


def test_nobody_is_admitted_to_a_closed_study(store):
    with store.database.write() as connection:
        connection.execute(schema.study.update().values(status="closed"))
    with pytest.raises(NotAdmittedError, match="the study is closed"):
        store.enrol(newcomer())


def test_nobody_is_admitted_by_a_server_of_an_older_study(store):
    with pytest.raises(NotAdmittedError, match="has changed since this server was started"):
        store.enrol(newcomer(study_sha256="older"))
    assert count(store, schema.participant) == 0


def test_a_move_is_made_once(store):
    store.enrol(newcomer(state="enrolled"))
    given = Consent(version="1", text_sha256="c", agreed=True)
    assert store.move("ann", move(0, 1, "consented", consent=given))
    assert not store.move("ann", move(0, 1, "consented", consent=given))
    now = store.participant("token of ann")
    assert (now.state, now.state_version, now.step) == ("consented", 1, 1)


def test_a_submission_is_stored_with_its_move(store):
    store.enrol(newcomer())
    assert store.submit("ann", submission(), move()) is Receipt.STORED
    now = store.participant("token of ann")
    assert (now.state_version, now.step) == (1, 1)
    assert count(store, schema.rating) == 3
    assert count(store, schema.comment) == 2
    with store.database.read() as connection:
        assert set(connection.scalars(select(schema.rating.c.value))) == {71.3}


def test_the_same_submission_again_is_a_duplicate(store):
    store.enrol(newcomer())
    store.submit("ann", submission(), move())
    store.submit("ann", submission(page="p2"), move(1, 2))
    assert store.submit("ann", submission(), move()) is Receipt.DUPLICATE
    assert count(store, schema.submission) == 2
    assert store.participant("token of ann").state_version == 2


def test_other_content_under_the_same_id_is_kept_aside(store):
    store.enrol(newcomer())
    store.submit("ann", submission(), move())
    other = submission(payload_sha256="other", body={"a": 2})
    assert store.submit("ann", other, move(1, 2)) is Receipt.CONFLICT
    assert count(store, schema.quarantine) == 1
    assert store.participant("token of ann").state_version == 1


def test_an_id_of_another_listener_is_a_conflict(store):
    store.enrol(newcomer())
    store.enrol(newcomer("bob"))
    store.submit("ann", submission(), move())
    stolen = submission("bob", id="id of ann p1")
    assert store.submit("bob", stolen, move()) is Receipt.CONFLICT


def test_a_page_out_of_turn_is_kept_aside(store):
    store.enrol(newcomer())
    store.submit("ann", submission(), move())
    second_tab = submission(id="made by a second tab")
    assert store.submit("ann", second_tab, move(0, 1)) is Receipt.OUT_OF_TURN
    assert count(store, schema.quarantine) == 1
    assert count(store, schema.rating) == 3


def test_the_quarantine_of_one_listener_is_bounded(store):
    store.enrol(newcomer())
    receipts = [store.submit("ann", submission(id=str(number)), move(-1)) for number in range(105)]
    assert count(store, schema.quarantine) == 100
    assert receipts == [Receipt.OUT_OF_TURN] * 100 + [Receipt.NOT_KEPT] * 5


def test_a_submission_that_fails_leaves_nothing(store):
    store.enrol(newcomer())
    bad = replace(submission(), ratings=(*submission().ratings[:2], replace(submission().ratings[2], value=100.1)))
    with pytest.raises(IntegrityError):
        store.submit("ann", bad, move())
    assert count(store, schema.submission) == count(store, schema.rating) == 0
    assert store.participant("token of ann").state_version == 0


def test_one_page_has_one_submission_per_revision(store):
    store.enrol(newcomer())
    store.submit("ann", submission(), move())
    with pytest.raises(IntegrityError):
        store.submit("ann", submission(id="another"), move(1, 2))


def test_an_answer_keeps_its_type(store):
    store.enrol(newcomer())
    form = Submission(
        id="f",
        step="questions:about",
        payload_sha256="h",
        body={},
        answers=(("zip", "007"), ("age", 7), ("all", ["a"])),
    )
    store.submit("ann", form, move())
    with store.database.read() as connection:
        rows = dict(
            connection.execute(select(schema.survey_answer.c.question, schema.survey_answer.c.value_json)).all()
        )
    assert rows == {"zip": '"007"', "age": "7", "all": '["a"]'}


def test_the_latest_draft_counts(store):
    store.enrol(newcomer())
    assert store.draft("ann", "ann-p1") is None
    store.put_draft("ann", "ann-p1", {"page_ms": 1})
    store.put_draft("ann", "ann-p1", {"page_ms": 2})
    assert store.draft("ann", "ann-p1") == {"page_ms": 2}
    assert store.draft("ann", "ann-p2") is None


def test_events_are_acknowledged_up_to_the_first_gap(store):
    store.enrol(newcomer())
    assert store.add_events("ann", "tab", []).upto == -1
    assert store.add_events("ann", "tab", events(1, 2)).upto == -1
    assert store.add_events("ann", "tab", events(0)).upto == 2
    assert store.add_events("ann", "tab", events(5, 4)).upto == 2
    assert store.add_events("ann", "tab", events(3)).upto == 5


def test_events_sent_twice_are_stored_once(store):
    store.enrol(newcomer())
    store.add_events("ann", "tab", events(0, 1))
    assert store.add_events("ann", "tab", events(0, 1, 2)).upto == 2
    assert count(store, schema.event) == 3


def test_each_client_session_counts_from_0(store):
    store.enrol(newcomer())
    store.add_events("ann", "tab", events(0, 1))
    assert store.add_events("ann", "second tab", events(0)).upto == 0


def test_of_many_at_once_exactly_one_goes_on(store):
    store.enrol(newcomer())
    with ThreadPoolExecutor(8) as pool:
        work = [pool.submit(store.submit, "ann", submission(id=f"tab {n}"), move()) for n in range(8)]
    receipts = [future.result() for future in work]
    assert receipts.count(Receipt.STORED) == 1
    assert receipts.count(Receipt.OUT_OF_TURN) == 7
    assert count(store, schema.submission) == 1


def test_the_same_submission_many_times_at_once_is_stored_once(store):
    store.enrol(newcomer())
    with ThreadPoolExecutor(8) as pool:
        work = [pool.submit(store.submit, "ann", submission(), move()) for _ in range(8)]
    receipts = [future.result() for future in work]
    assert receipts.count(Receipt.STORED) == 1
    assert receipts.count(Receipt.DUPLICATE) == 7


def test_the_same_id_from_several_listeners_at_once_is_stored_once_and_else_kept_aside(store):
    names = ["ann", "bob", "cem", "dee"]
    for name in names:
        store.enrol(newcomer(name))
    for turn, page in enumerate(("p1", "p2")):
        barrier = threading.Barrier(len(names))

        def send(name, turn=turn, page=page, barrier=barrier):
            barrier.wait()
            return store.submit(name, submission(name, page, id=f"one id {turn}"), move(turn, turn + 1))

        with ThreadPoolExecutor(len(names)) as pool:
            receipts = list(pool.map(send, names))
        assert receipts.count(Receipt.STORED) == 1
        assert receipts.count(Receipt.CONFLICT) == len(names) - 1
        for name, receipt in zip(names, receipts, strict=True):
            if receipt is not Receipt.STORED:  # nobody has gone on who was refused
                assert store.participant(f"token of {name}").state_version == turn
                store.submit(name, submission(name, page), move(turn, turn + 1))
    assert count(store, schema.submission) == 2 * len(names)
    assert count(store, schema.quarantine) == 2 * (len(names) - 1)


def test_an_unused_store_takes_a_changed_study(store):
    store.bind(replace(STUDY, study_sha256="new"), PAGES[:1], STIMULI[:3])
    assert count(store, schema.stimulus) == 3


def test_from_the_first_listener_on_the_study_is_frozen(store):
    store.enrol(newcomer())
    store.bind(STUDY, PAGES, STIMULI)
    with pytest.raises(DataError, match=r"study\.yaml has changed since the first listener .* --store"):
        store.bind(replace(STUDY, study_sha256="new"), PAGES, STIMULI)


def test_another_study_is_refused_by_name(store):
    store.enrol(newcomer())
    with pytest.raises(DataError, match=r"another study, 'Loops', expected 'Songs'.*--store"):
        store.bind(replace(STUDY, title="Songs"), PAGES, STIMULI)


def test_a_bundle_that_was_built_again_is_refused(store):
    store.enrol(newcomer())
    with pytest.raises(DataError, match="built again"):
        store.bind(STUDY, PAGES, [replace(STIMULI[0], id="new"), *STIMULI[1:]])


def test_a_probe_writes_and_leaves_nothing(store):
    store.probe()
    assert count(store, schema.schema_version) == 1


def test_a_store_is_found_again(store, database_url, tmp_path):
    store.enrol(newcomer())
    store.submit("ann", submission(), move())
    again = SqlStore(open_database(store_url(database_url, tmp_path), create=False))
    assert again.submit("ann", submission(), move()) is Receipt.DUPLICATE
    again.close()


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (schema.participant, {"state": "asleep"}),
        (schema.participant, {"step": -1}),
        (schema.participant, {"is_rehearsal": 2}),
        (schema.slot, {"initial": 100.1}),
        (schema.slot, {"initial": -0.1}),
        (schema.slot_initial, {"initial": 100.1}),
        (schema.slot, {"stimulus_id": "nobody's"}),
        (schema.study, {"status": "half open"}),
        (schema.page_instance, {"position": 0}),
    ],
)
def test_the_database_refuses_what_cannot_be(store, table, values):
    store.enrol(newcomer())
    with pytest.raises(IntegrityError), store.database.write() as connection:
        connection.execute(table.update().values(**values))


def test_who_goes_leaves_no_row_behind(store):
    store.enrol(newcomer())
    store.submit("ann", submission(), move())
    store.submit("ann", submission(id="late"), move(-1))
    store.put_draft("ann", "ann-p2", {})
    store.add_events("ann", "tab", events(0))
    with store.database.write() as connection:
        connection.execute(schema.participant.delete().where(schema.participant.c.id == "ann"))
    rows = {name: count(store, table) for name, table in schema.metadata.tables.items()}
    assert {name for name, number in rows.items() if number} == {"alembic_version", "study", "page", "stimulus"}
