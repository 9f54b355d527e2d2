"""One listener's course, the newest lines of the log and a glance at a session, on each kind of database."""

from __future__ import annotations

from admin_support import PASSWORD, Administrator, populate
from store_support import events, move, newcomer, submission

from webtest.app import create_app, open_study
from webtest.storage import administration, credentials
from webtest.storage.audit import recent
from webtest.storage.course import course


def test_a_course_has_every_page_in_its_order_rated_or_not(store):
    store.enrol(newcomer())
    store.enrol(newcomer("bob"))
    store.add_events("ann", "0" * 32, events(0, 1, 2))
    store.submit("ann", submission(), move())
    first, second = course(store.database, "ann")
    assert (first.position, first.item, first.actions, first.page_s) == (1, "song/p1", 3, 0.004)
    assert first.submitted_at is not None and "all_equal" in first.flags
    assert (second.position, second.item, second.actions, second.flags) == (2, "song/p2", 0, ())
    assert second.submitted_at is second.page_s is None
    assert [page.submitted_at for page in course(store.database, "bob")] == [None, None]


def test_who_is_not_there_has_no_course(store):
    assert course(store.database, "nobody") == []


def test_the_newest_lines_of_the_log_come_first(store):
    administration.set_status(store.database, "paused", actor="someone")
    administration.set_places(store.database, 7, actor="another")
    newest, older = recent(store.database)[:2]
    assert (newest.actor, newest.action, newest.detail) == ("another", "places", {"before": None, "now": 7})
    assert (older.actor, older.action, older.target) == ("someone", "status", "study")
    assert len(recent(store.database, limit=1)) == 1


def test_a_glance_finds_a_session_and_no_other(store):
    credentials.set_password(store.database, PASSWORD, actor="test")
    session = credentials.log_in(store.database, PASSWORD)
    found = credentials.glance(store.database, session.id)
    assert found is not None and found.csrf_secret == session.csrf_secret
    assert credentials.glance(store.database, "x" * 43) is None
    credentials.log_out(store.database, session.id)
    assert credentials.glance(store.database, session.id) is None


def test_every_admin_page_opens_on_each_kind_of_database(built_study, database_url):
    settings = open_study(built_study, store=database_url)
    app = create_app(settings, study=built_study)
    names = populate(app)
    administrator = Administrator(app, settings.store.database)
    one = f"/listeners/{names['rating']}"
    paths = ("", "/monitor", "/monitor/live", one, f"{one}/pages/1", f"{one}/erase", "/invitations", "/downloads")
    assert {path: administrator.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    assert administrator.post("/downloads/export.zip", kind="masked").status_code == 200
    assert administrator.post("/demonstration").status_code == 303
    assert administrator.post(f"{one}/erase", confirmed=names["rating"]).status_code == 303
    settings.store.close()
