"""What the live monitor reads, on SQLite and on PostgreSQL: progress and quality, never a condition."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

import pytest
from store_support import events, move, newcomer, submission

from webtest.storage import administration, oversight, schema
from webtest.storage.oversight import Coverage
from webtest.storage.quality import RatedPage, flags_of
from webtest.storage.replay import replay
from webtest.storage.tokens import token_sha256


@pytest.fixture
def database(store):
    return store.database


def one_listener(database):
    found = oversight.listeners(database)
    assert len(found) == 1
    return found[0]


def test_a_store_without_a_study_has_no_overview(database):
    with database.write() as connection:
        for table in (schema.stimulus, schema.page, schema.study):
            connection.execute(table.delete())
    assert oversight.overview(database) is None


def test_listeners_are_counted_by_outcome_and_robots_apart(store, database):
    for name in ("a", "b", "c", "d"):
        store.enrol(newcomer(name))
    store.enrol(newcomer("robot", is_rehearsal=True))
    shown = administration.invite_to_demonstration(database, actor="me")
    store.enrol(newcomer("demo", invite_sha256=token_sha256(shown)))
    store.move("a", move(0, 1, "complete", outcome="complete"))
    store.move("b", move(0, 1, "screened_out", outcome="technical"))
    store.move("c", move(0, 1, "declined", outcome="declined"))
    found = oversight.overview(database)
    assert (found.title, found.status, found.places, found.under_way) == ("Loops", "open", None, 1)
    assert found.ended == {"complete": 1, "declined": 1, "screened_out": 0, "technical": 1, "withdrawn": 0}
    assert (found.robots, found.demonstrations, found.places_taken, found.invitations) == (1, 1, 2, 0)


def test_answers_are_kept_until_so_many_days_after_the_last_of_them(store, database):
    store.enrol(newcomer())
    assert oversight.overview(database).delete_on is None
    with database.write() as connection:
        connection.execute(schema.study.update().values(spec_json='{"privacy": {"retention_days": 365}}'))
        connection.execute(schema.participant.update().values(last_seen_at="2026-03-01T10:00:00Z"))
    assert oversight.overview(database).delete_on == date(2027, 3, 1)


def test_a_listener_is_shown_with_progress_and_what_is_wrong(store, database):
    store.enrol(newcomer())
    store.submit("ann", submission(), move())
    store.submit("ann", submission(id="late"), move(-1))
    failed = replace(events(0)[0], kind="audio.error")
    store.add_events("ann", "tab", [failed, *events(1)], waiting=3)
    found = one_listener(database)
    assert (found.assessor, found.state, found.outcome, found.step) == ("ann", "running", None, 1)
    assert (found.pages_done, found.pages, found.page) == (1, 2, 2)
    assert (found.audio_failures, found.kept_aside, found.waiting) == (1, 1, 3)


def test_what_waits_is_what_the_browser_said_last(store, database):
    store.enrol(newcomer())
    store.add_events("ann", "tab", events(0), waiting=3)
    store.add_events("ann", "tab", events(1), waiting=0)
    assert one_listener(database).waiting == 0


def test_flags_are_counted_by_page(store, database):
    store.enrol(newcomer())
    store.submit("ann", submission(), move())  # 3 stimuli of 9 samples: no page of those is too fast
    assert one_listener(database).flags == {"all_equal": 1}


def test_an_older_revision_of_a_page_flags_nothing(store, database):
    store.enrol(newcomer())
    store.submit("ann", submission(), move())
    different = tuple(replace(one, value=20.0 * n) for n, one in enumerate(submission().ratings))
    again = submission(id="again", step="page again", revision=2, ratings=different, comments=())
    store.submit("ann", again, move(1, 2))
    found = one_listener(database)
    assert (found.pages_done, found.flags) == (1, {})


def test_coverage_counts_pages_at_their_place_in_the_order(store, database):
    store.enrol(newcomer())
    store.submit("ann", submission(), move())
    store.enrol(newcomer("bob"))
    store.enrol(newcomer("gone"))
    store.move("gone", move(0, 1, "withdrawn", outcome="withdrawn"))
    store.enrol(newcomer("robot", is_rehearsal=True))
    assert oversight.coverage(database) == [
        Coverage(page="p1", item="song/p1", position=1, rated=1, under_way=1),
        Coverage(page="p2", item="song/p2", position=2, rated=0, under_way=2),
    ]


def test_nothing_that_the_monitor_reads_names_a_condition(store, database):
    store.enrol(newcomer())
    store.submit("ann", submission(), move())
    with database.write() as connection:
        for number in range(3):
            key = {"stimulus_id": f"p1-{number}", "condition": f"secret{number}", "system": "secret", "role": "test"}
            connection.execute(schema.stimulus_key.insert().values(key))
    read = (oversight.overview(database), *oversight.listeners(database), *oversight.coverage(database))
    assert "secret" not in str([asdict(one) for one in read])
    assert "secret" not in str(asdict(replay(database, "ann", 1)))


def test_a_replay_has_labels_in_place_of_ids_and_follows_the_clock_of_each_visit(store, database):
    store.enrol(newcomer())
    about = {"page_instance_id": "ann-p1", "public_id": "ann.p1-0"}
    play, switch = (replace(event, **about) for event in events(0, 1))
    switch = replace(switch, kind="switch", public_id="ann.p1-2", data={"from": "ann.p1-0", "to": "ann.p1-2"})
    elsewhere = replace(events(2)[0], page_instance_id="ann-p2")
    store.add_events("ann", "tab", [switch, play, elsewhere])
    store.add_events("ann", "second tab", [play])
    found = replay(database, "ann", 1)
    assert (found.item, found.labels, found.pages, found.submitted_at) == ("song/p1", ("A", "B", "C"), 2, None)
    assert {one.session for one in found.actions} == {1, 2}
    visit = next(one.session for one in found.actions if one.kind == "switch")
    first = [one for one in found.actions if one.session == visit]
    assert [(one.t_ms, one.kind, one.label) for one in first] == [(0, "play", "A"), (1, "switch", "C")]
    assert first[1].data == {"from": "A", "to": "C"}


def test_a_page_that_nobody_has_is_not_replayed(store, database):
    store.enrol(newcomer())
    assert replay(database, "ann", 3) is None
    assert replay(database, "nobody", 1) is None


PAGE = RatedPage(page_s=60.0, stimulus_s=15.0, scores=(10.0, 50.0, 90.0), listened_s=(20.0, 15.0, 8.0))


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({}, ()),
        ({"page_s": 14.9}, ("too_fast",)),  # a third of three times 15 s is 15 s
        ({"page_s": 15.0}, ()),
        ({"scores": (50.0, 50.4, 51.0)}, ("all_equal",)),
        ({"scores": (50.0, 50.4, 51.1)}, ()),
        ({"scores": (50.0, 50.0, None)}, ()),  # two ratings say little
        ({"listened_s": (20.0, 15.0, 1.9)}, ("little_listened",)),
        ({"stimulus_s": 1.0, "page_s": 3.0, "listened_s": (1.0, 1.0, 1.0)}, ()),  # heard whole: there is no more
    ],
)
def test_a_page_is_flagged_at_its_limits(changes, flags):
    assert flags_of(replace(PAGE, **changes)) == flags
