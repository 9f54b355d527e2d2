"""Who is admitted, on SQLite and on PostgreSQL: status, places, platform ids, invitations, demonstrations."""

from __future__ import annotations

import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select
from store_support import PAGES, STIMULI, STUDY, count, move, newcomer

from webtest.storage import External, NotAdmittedError, administration, erasure, schema
from webtest.storage.engine import open_database, store_url
from webtest.storage.places import LEASE_S, places_taken
from webtest.storage.sql import SqlStore
from webtest.storage.tokens import token_sha256

ANN = External(platform="prolific", id="5f2ac6", study="st", session="s1")


def refusal(store, who) -> str:
    with pytest.raises(NotAdmittedError) as refused:
        store.enrol(who)
    return refused.value.code


def taken(store) -> int:
    with store.database.read() as connection:
        return places_taken(connection)


def see_last(store, name, when) -> None:
    table = schema.participant
    with store.database.write() as connection:
        connection.execute(table.update().where(table.c.id == name).values(last_seen_at=when))


def set_places(store, places) -> None:
    administration.set_places(store.database, places, actor="test")


# --- an answer that was lost


def test_who_asks_again_with_the_same_key_is_one_listener_with_one_place(store):
    set_places(store, 2)
    first = store.enrol(newcomer(key_sha256="key"))
    for attempt in ("second", "third"):
        again = store.enrol(newcomer(attempt, token_sha256=f"token {attempt}", key_sha256="key"))
        assert again == first
    assert taken(store) == count(store, schema.participant) == 1
    assert store.participant("token third") == first
    assert store.participant("token of ann") is store.participant("token second") is None


def test_many_with_the_same_key_at_once_are_one_listener(store):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda n: store.enrol(newcomer(f"try {n}", key_sha256="key")).id, range(8)))
    assert len(found) == count(store, schema.participant) == 1


def test_after_the_first_step_a_key_opens_nothing(store):
    store.enrol(newcomer(key_sha256="key"))
    assert store.move("ann", move())
    assert refusal(store, newcomer("bob", key_sha256="key")) == "key_used"
    assert store.participant("token of ann") is not None


def test_without_a_key_or_with_another_everybody_is_somebody_else(store):
    for name, key in (("ann", None), ("bob", None), ("cem", "key"), ("dee", "another key")):
        store.enrol(newcomer(name, key_sha256=key))
    assert count(store, schema.participant) == 4


# --- status


@pytest.mark.parametrize("status", ["draft", "paused", "closed"])
def test_only_an_open_study_admits(store, status):
    administration.set_status(store.database, status, actor="test")
    assert refusal(store, newcomer()) == status
    assert count(store, schema.participant) == 0


def test_a_store_that_is_made_as_a_draft_admits_nobody(database_url, tmp_path):
    draft = SqlStore(open_database(store_url(database_url, tmp_path), create=True))
    draft.bind(replace(STUDY, status="draft"), PAGES, STIMULI)
    assert refusal(draft, newcomer()) == "draft"
    draft.close()


def test_a_study_wants_as_many_listeners_as_it_says(database_url, tmp_path):
    small = SqlStore(open_database(store_url(database_url, tmp_path), create=True))
    small.bind(replace(STUDY, places=1), PAGES, STIMULI)
    small.enrol(newcomer())
    assert refusal(small, newcomer("bob")) == "full"
    small.close()


def test_a_study_that_changes_before_its_first_listener_keeps_its_status(store):
    administration.set_status(store.database, "paused", actor="test")
    store.bind(replace(STUDY, study_sha256="new", places=3), PAGES, STIMULI)
    assert refusal(store, newcomer(study_sha256="new")) == "paused"


def test_those_under_way_may_finish_when_a_study_is_closed(store):
    store.enrol(newcomer())
    administration.set_status(store.database, "closed", actor="test")
    assert store.move("ann", move(0, 1, "complete", outcome="complete"))
    assert store.participant("token of ann").outcome == "complete"


def test_robots_need_no_open_study_and_take_no_place(store):
    administration.set_status(store.database, "draft", actor="test")
    set_places(store, 1)
    store.enrol(newcomer("robot", is_rehearsal=True))
    administration.set_status(store.database, "open", actor="test")
    store.enrol(newcomer())
    assert taken(store) == 1


# --- places


def test_no_places_means_no_limit(store):
    for number in range(5):
        store.enrol(newcomer(f"n{number}"))
    assert taken(store) == 5


def test_a_full_study_admits_nobody(store):
    set_places(store, 1)
    store.enrol(newcomer())
    assert refusal(store, newcomer("bob")) == "full"


@pytest.mark.parametrize(
    ("outcome", "is_free"),
    [("complete", False), ("declined", True), ("withdrawn", True), ("screened_out", True), ("technical", True)],
)
def test_who_does_not_complete_gives_the_place_back(store, outcome, is_free):
    set_places(store, 1)
    store.enrol(newcomer())
    state = "screened_out" if outcome == "technical" else outcome
    store.move("ann", move(0, 1, state, outcome=outcome))
    assert taken(store) == (0 if is_free else 1)


def test_a_place_is_given_again_when_its_listener_was_not_seen_for_two_hours(store):
    set_places(store, 1)
    store.enrol(newcomer())
    see_last(store, "ann", "2020-01-01T00:00:00Z")
    store.enrol(newcomer("bob"))
    assert LEASE_S == 7200


def test_who_comes_back_after_the_place_was_given_away_may_still_finish(store):
    set_places(store, 1)
    store.enrol(newcomer())
    see_last(store, "ann", "2020-01-01T00:00:00Z")
    store.enrol(newcomer("bob"))
    assert store.move("ann", move(0, 1, "complete", outcome="complete"))
    assert taken(store) == 2


def test_100_arrive_at_once_for_20_places_and_exactly_20_are_admitted(store):
    set_places(store, 20)

    def arrive(number):
        try:
            store.enrol(newcomer(f"n{number}"))
        except NotAdmittedError as refused:
            return refused.code
        return "admitted"

    with ThreadPoolExecutor(12) as pool:
        found = Counter(pool.map(arrive, range(100)))
    assert found == {"admitted": 20, "full": 80}
    assert count(store, schema.participant) == 20


# --- platform ids


def test_the_same_platform_id_goes_on_as_the_same_listener(store):
    first = store.enrol(newcomer(external=ANN))
    again = store.enrol(newcomer("second", external=ANN))
    assert again == first
    assert count(store, schema.participant) == 1


def test_the_new_token_opens_and_the_old_one_does_not(store):
    store.enrol(newcomer(external=ANN))
    store.enrol(newcomer("second", external=ANN))
    assert store.participant("token of ann") is None
    assert store.participant("token of second").id == "ann"


def test_the_same_platform_id_many_times_at_once_is_one_listener(store):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: store.enrol(newcomer(f"n{n}", external=ANN)).id, range(8)))
    assert len(set(found)) == 1
    assert count(store, schema.participant) == count(store, schema.participant_external) == 1


def test_one_id_on_two_platforms_is_two_people(store):
    store.enrol(newcomer(external=ANN))
    store.enrol(newcomer("bob", external=replace(ANN, platform="generic")))
    assert count(store, schema.participant) == 2


def test_who_comes_back_from_a_platform_is_let_on_though_the_study_is_full_and_paused(store):
    set_places(store, 1)
    store.enrol(newcomer(external=ANN))
    administration.set_status(store.database, "paused", actor="test")
    assert store.enrol(newcomer("second", external=ANN)).id == "ann"
    assert refusal(store, newcomer("bob", external=replace(ANN, id="other"))) == "paused"


def test_the_session_of_the_latest_arrival_counts(store):
    store.enrol(newcomer(external=ANN))
    later = replace(ANN, session="s2")
    store.enrol(newcomer("second", external=later))
    assert store.external("ann") == later


def test_who_came_without_a_platform_has_no_external_id(store):
    store.enrol(newcomer())
    assert store.external("ann") is None


# --- invitations


def invitation(store) -> str:
    return token_sha256(administration.invite(store.database, 1, label=None, actor="test")[0])


def test_an_invitation_admits_one_listener_who_goes_on_with_it(store):
    token = invitation(store)
    store.enrol(newcomer(invite_sha256=token))
    assert store.enrol(newcomer("second", invite_sha256=token)).id == "ann"
    assert [one.assessor for one in administration.invitations(store.database)] == ["ann"]


def test_an_invitation_opened_many_times_at_once_admits_one_listener(store):
    token = invitation(store)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: store.enrol(newcomer(f"n{n}", invite_sha256=token)).id, range(8)))
    assert len(set(found)) == 1


def test_from_the_first_invitation_on_nobody_is_admitted_without_one(store):
    store.enrol(newcomer())
    invitation(store)
    assert refusal(store, newcomer("bob")) == "invite_missing"
    store.enrol(newcomer("carl", external=ANN))


def test_a_study_stays_by_invitation_when_who_was_invited_is_erased(store):
    token = invitation(store)
    store.enrol(newcomer(invite_sha256=token))
    erasure.erase(store.database, "ann", actor="test")
    assert refusal(store, newcomer("bob")) == "invite_missing"
    assert refusal(store, newcomer("bob", invite_sha256=token)) == "invite_unknown"


def test_a_study_that_changes_before_its_first_listener_stays_by_invitation(store):
    invitation(store)
    store.bind(replace(STUDY, study_sha256="new"), PAGES, STIMULI)
    assert refusal(store, newcomer(study_sha256="new")) == "invite_missing"


def test_an_unknown_invitation_is_refused(store):
    assert refusal(store, newcomer(invite_sha256="made up")) == "invite_unknown"


def test_an_invitation_does_not_open_a_closed_study(store):
    token = invitation(store)
    administration.set_status(store.database, "closed", actor="test")
    assert refusal(store, newcomer(invite_sha256=token)) == "closed"


def test_only_hashes_of_invitations_are_stored(store):
    tokens = administration.invite(store.database, 3, label="lab", actor="test")
    with store.database.read() as connection:
        stored = set(connection.scalars(select(schema.invite.c.token_sha256)))
    assert stored == {token_sha256(token) for token in tokens}
    assert len(stored) == 3


# --- demonstrations


def demonstration(store) -> str:
    return token_sha256(administration.invite_to_demonstration(store.database, actor="test"))


def test_a_demonstration_is_shown_at_any_status_and_takes_no_place(store):
    administration.set_status(store.database, "draft", actor="test")
    set_places(store, 0)
    shown = store.enrol(newcomer(invite_sha256=demonstration(store)))
    assert shown.is_demo and store.participant("token of ann").is_demo
    assert taken(store) == 0


def test_a_demonstration_does_not_make_a_study_one_by_invitation(store):
    demonstration(store)
    store.enrol(newcomer())


def test_a_demonstration_does_not_freeze_the_study_and_goes_when_it_changes(store):
    store.enrol(newcomer(invite_sha256=demonstration(store)))
    store.bind(replace(STUDY, study_sha256="new"), PAGES[:1], STIMULI[:3])
    assert count(store, schema.participant) == 0
    assert count(store, schema.stimulus) == 3


# --- room


def test_nobody_new_is_admitted_when_the_disk_is_almost_full(store, monkeypatch):
    if not store.database.is_sqlite:
        pytest.skip("the disk of a PostgreSQL server is not ours to measure")
    store.enrol(newcomer(external=ANN))
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=499_999_999))
    assert refusal(store, newcomer("bob")) == "no_room"
    assert store.enrol(newcomer("second", external=ANN)).id == "ann"
