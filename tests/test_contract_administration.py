"""Running a study on SQLite and on PostgreSQL: the audit log, one listener's data, identifiers, soundness."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from store_support import cells, count, events, move, newcomer, submission

from evalkit.errors import DataError
from webtest.storage import External, Submission, administration, engine, erasure, schema, soundness
from webtest.storage.tokens import token_sha256

ANN = External(platform="prolific", id="5f2ac6platform", study="st1", session="s1platform")


@pytest.fixture
def database(store):
    return store.database


def audit(database):
    table = schema.audit
    with database.read() as connection:
        rows = connection.execute(select(table.c.actor, table.c.action, table.c.detail_json).order_by(table.c.id)).all()
    return [(row.actor, row.action, json.loads(row.detail_json)) for row in rows]


# --- audit


def test_every_change_of_status_and_places_is_in_the_audit_log(database):
    administration.set_status(database, "paused", actor="me")
    administration.set_status(database, "paused", actor="me")
    administration.set_places(database, 7, actor="me")
    assert audit(database) == [
        ("me", "status", {"before": "open", "now": "paused"}),
        ("me", "places", {"before": None, "now": 7}),
    ]


def test_the_audit_log_names_neither_listeners_nor_tokens(store, database):
    store.enrol(newcomer())
    administration.invite(database, 2, label="for ann", actor="me")
    erasure.everything_about(database, "ann", actor="me")
    erasure.erase(database, "ann", actor="me")
    assert [action for _, action, _ in audit(database)] == ["invite", "copy", "erase"]
    assert not any("ann" in str(value) for table, _, value in cells(database) if table == "audit")


def test_a_number_of_invitations_that_cannot_be_is_refused(database):
    with pytest.raises(DataError, match="found 0 invitations, expected 1 to 10000"):
        administration.invite(database, 0, label=None, actor="me")


# --- one listener's data


def take_part(store, name="ann", **changes):
    """Leave a row in every table that a listener can leave one in."""
    token = administration.invite(store.database, 1, label=f"for {name}", actor="me")[0]
    store.enrol(newcomer(name, external=ANN, invite_sha256=token_sha256(token), **changes))
    store.submit(name, submission(name), move())
    store.submit(name, submission(name, id=f"late {name}", payload_sha256="other"), move(-1))
    form = Submission(id=f"form of {name}", step="questions:about", payload_sha256="h", body={}, answers=(("age", 41),))
    store.submit(name, form, move(1, 2))
    store.put_draft(name, f"{name}-p2", {"values": {f"{name}.p2-0": {"value": 3}}})
    about = {"page_instance_id": f"{name}-p1", "public_id": f"{name}.p1-0", "data": {"to": f"{name}.p1-1"}}
    store.add_events(name, "tab", [replace(event, **about) for event in events(0, 1)], waiting=2)


def test_an_erased_listener_leaves_no_row_in_any_table(store, database):
    take_part(store)
    held = {table for table, _, value in cells(database) if "ann" in str(value) or "5f2ac6" in str(value)}
    assert held == {
        "participant", "participant_external", "invite", "level_clip", "page_instance", "slot", "submission", "rating",
        "survey_answer", "comment", "draft", "event", "quarantine", "visit",
    }  # fmt: skip
    erasure.erase(database, "ann", actor="me")
    traces = ("ann", "5f2ac6", "s1platform", "fine", "dull")
    assert [cell for cell in cells(database) if any(trace in str(cell[2]) for trace in traces)] == []
    tombstones = [cell for cell in cells(database) if cell[0] == "tombstone"]
    assert {column for _, column, _ in tombstones} == {"pseudonym_sha256", "erased_at"}
    assert ("tombstone", "pseudonym_sha256", token_sha256("ann")) in tombstones


def test_erasing_one_listener_leaves_the_others_whole(store, database):
    take_part(store)
    store.enrol(newcomer("bob", invite_sha256=None, external=External(platform="prolific", id="other")))
    store.submit("bob", submission("bob"), move())
    erasure.erase(database, "ann", actor="me")
    assert count(store, schema.rating) == 3
    assert soundness.faults(database) == []


def test_erased_text_is_not_left_in_the_files_of_an_sqlite_store(store, database):
    if not database.is_sqlite:
        pytest.skip("the files of a PostgreSQL server are its own")
    remark = "a remark that only ann would make"
    take_part(store)
    store.submit("ann", submission(page="p2", body={"said": remark}, payload_sha256="x"), move(-1))
    erasure.erase(database, "ann", actor="me")
    held = [path.name for path in Path(database.name).parent.glob("store.db*") if remark.encode() in path.read_bytes()]
    assert held == []


def test_while_somebody_reads_an_erasure_does_not_claim_that_nothing_is_left(store, database, monkeypatch):
    if not database.is_sqlite:
        pytest.skip("the files of a PostgreSQL server are its own")
    monkeypatch.setattr(engine, "LOG_ATTEMPTS", 2)
    monkeypatch.setattr(engine, "LOG_WAIT_MS", 10)
    log = Path(f"{database.name}-wal")
    take_part(store)
    with closing(sqlite3.connect(database.name, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM event").fetchone()
        with pytest.raises(DataError, match=r"deleted, but its log \(store.db-wal\) still holds .* do the same again"):
            erasure.erase(database, "ann", actor="me")
        assert b"5f2ac6" in log.read_bytes()
        assert count(store, schema.participant) == 0
    erasure.erase(database, "ann", actor="me")  # again, when nobody reads
    assert log.read_bytes() == b""
    with database.read() as connection:  # and who was erased in between is erased once
        actions = connection.scalars(select(schema.audit.c.action)).all()
    assert actions.count("erase") == 1


def test_an_unknown_listener_is_named(database):
    for action in (erasure.erase, erasure.everything_about):
        with pytest.raises(DataError, match="no listener 'nobody'; pseudonyms stand on the rating page"):
            action(database, "nobody", actor="me")


def test_an_erased_listener_who_is_there_again_is_found(store, database):
    store.enrol(newcomer())
    erasure.erase(database, "ann", actor="me")
    assert erasure.returned(database) == []
    store.enrol(newcomer())  # as from an older backup
    assert erasure.returned(database) == ["ann"]
    assert soundness.faults(database) == ["listener ann was erased and is there again, from an older backup"]


def test_a_listeners_copy_holds_all_that_was_sent(store, database):
    take_part(store)
    copy = erasure.everything_about(database, "ann", actor="me")
    assert copy["listener"][0]["pseudonym"] == "ann"
    assert copy["platform"][0]["external_id"] == ANN.id
    assert [(one["page"], one["label"], one["value"]) for one in copy["ratings"]] == [
        (1, "A", 71.3), (1, "B", 71.3), (1, "C", 71.3),
    ]  # fmt: skip
    assert [(one["question"], one["value"]) for one in copy["answers"]] == [("age", 41)]
    assert [one["text"] for one in copy["comments"]] == ["fine", "dull"]
    assert copy["drafts"][0]["body"] == {"values": {"ann.p2-0": {"value": 3}}}
    assert len(copy["events"]) == 2 and len(copy["kept_aside"]) == 1
    assert json.loads(json.dumps(copy)) == copy


def test_a_listeners_copy_tells_no_token_and_no_condition(store, database):
    take_part(store)
    with database.write() as connection:
        key = {"stimulus_id": "p1-0", "condition": "wave_u_net_dry", "system": "wave_u_net", "role": "test"}
        connection.execute(schema.stimulus_key.insert().values(key))
    text = json.dumps(erasure.everything_about(database, "ann", actor="me"))
    assert "token" not in text and "wave_u_net" not in text and '"p1-0"' not in text


# --- identifiers


def test_purging_leaves_nothing_that_leads_to_a_person_and_every_answer(store, database):
    take_part(store)
    administration.invite(database, 2, label="Ms Ann Example", actor="me")
    administration.set_status(database, "closed", actor="me")
    purged = erasure.purge_identifiers(database, actor="me")
    assert (purged.platform_ids, purged.invitations) == (1, 3)
    assert not any(
        word in str(value) for _, _, value in cells(database) for word in ("5f2ac6", "Example", "s1platform")
    )
    assert count(store, schema.rating) == 3


def test_identifiers_of_a_study_that_is_not_closed_are_not_purged(store, database):
    take_part(store)
    with pytest.raises(DataError, match=r"the study is open, expected closed: .*'evalkit admin close' first"):
        erasure.purge_identifiers(database, actor="me")
    assert count(store, schema.participant_external) == 1


# --- soundness


def test_events_that_never_came_are_counted(store, database):
    store.enrol(newcomer())
    store.add_events("ann", "tab", events(0, 1, 4))
    store.add_events("ann", "other tab", events(0, 1))
    assert [(gap.assessor, gap.missing) for gap in soundness.event_gaps(database)] == [("ann", 2)]
    assert soundness.faults(database) == []


def test_a_rating_that_was_lost_is_found(store, database):
    store.enrol(newcomer())
    store.submit("ann", submission(), move())
    assert soundness.faults(database) == []
    with database.write() as connection:
        lost = select(schema.rating.c.slot_id).limit(1).scalar_subquery()
        connection.execute(schema.rating.delete().where(schema.rating.c.slot_id == lost))
    assert len(soundness.faults(database)) == 1
    assert "not every slot of its page has a rating" in soundness.faults(database)[0]
