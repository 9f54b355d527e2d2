"""``evalkit admin`` as it is called: what it changes, what it says, what it refuses."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from webtest_listener import API, SESSION, Listener

from evalkit.errors import ConfigError, DataError
from evalkit.study import read_study
from webtest.admin_commands import admin
from webtest.app import create_app, open_study
from webtest.commands import export
from webtest.storage import credentials, oversight, schema
from webtest.storage.engine import open_database, store_url

STORE_1 = Path(__file__).parent / "data" / "stores" / "store_1.sql"


def call(action, study, *arguments, given=None):
    words = [action, str(study.folder), *map(str, arguments)]
    return CliRunner().invoke(admin, words, input=given, catch_exceptions=False)


@pytest.fixture
def served(built_study):
    """Return the settings of a study that is being served."""
    opened = open_study(built_study)
    yield opened
    opened.store.close()


def overview(study):
    path = study.folder / "responses.db"
    database = open_database(store_url(str(path), path), create=False)
    found = oversight.overview(database)
    database.close()
    return found


def refusal(app, **changes):
    body = {"client_session": SESSION, "capabilities": {}, "external": None, **changes}
    return app.test_client().post(f"{API}/enrol", json=body).json.get("code")


@pytest.mark.parametrize("action", admin.commands)
def test_each_action_has_one_screen_of_help_with_an_example(action):
    command = admin.commands[action]
    text = command.get_help(click.Context(command, info_name=f"evalkit admin {action}"))
    assert f"Example: evalkit admin {action} my_study" in " ".join(text.split())
    assert len(text.splitlines()) <= 30


def test_status_is_changed_while_the_study_is_served(built_study, served):
    app = create_app(served)
    assert "paused: nobody new is admitted, those under way may finish" in call("pause", built_study).stderr
    assert refusal(app) == "paused"
    call("close", built_study)
    assert refusal(app) == "closed"
    assert "'Drum mixes' is open: listeners are admitted (no limit)" in call("open", built_study).stderr
    assert refusal(app) is None


def test_places_are_changed_while_the_study_is_served(built_study, served):
    app = create_app(served)
    Listener(app)
    assert "1 of 1 places taken" in call("quota", built_study, 1).stderr
    assert refusal(app) == "full"
    call("quota", built_study, "none")
    assert refusal(app) is None


@pytest.mark.parametrize("places", ["-1", "many", "1.5", "99999999", ""])
def test_places_that_cannot_be_are_refused(built_study, served, places):
    with pytest.raises(ConfigError, match=rf"PLACES: found '{re.escape(places)}', expected a number, or none"):
        CliRunner().invoke(admin, ["quota", str(built_study.folder), "--", places], catch_exceptions=False)


def test_invitations_are_printed_as_links_that_work_once_each(built_study, served):
    result = call("invite", built_study, "--count", 2, "--address", "https://listen.example.org/")
    links = result.stdout.splitlines()
    assert len(set(links)) == 2
    assert "(by invitation, no limit)" in result.stderr
    tokens = [link.removeprefix("https://listen.example.org/?invite=") for link in links]
    app = create_app(served)
    assert refusal(app) == "invite_missing"
    assert [refusal(app, invite=token) for token in (*tokens, *tokens)] == [None] * 4
    assert overview(built_study).invitations_used == 2


def test_a_password_is_read_from_a_pipe_and_never_shown(built_study, served):
    result = call("password", built_study, given="four words said aloud\n")
    assert "four words" not in result.output
    credentials.log_in(served.store.database, "four words said aloud")


def test_a_short_password_is_refused(built_study, served):
    with pytest.raises(DataError, match="has 5 characters, expected 15"):
        call("password", built_study, given="short\n")


def test_before_the_first_serve_administration_makes_a_draft(built_study):
    result = call("password", built_study, given="four words said aloud\n")
    assert "a draft: nobody is admitted yet; 'evalkit admin open' opens it" in result.stderr
    settings = open_study(built_study)
    assert refusal(create_app(settings)) == "draft"
    call("open", built_study)
    assert refusal(create_app(settings)) is None
    settings.store.close()


def test_an_unbuilt_study_has_nothing_to_administer(built_study):
    (built_study.session_folder / "session.json").unlink()
    with pytest.raises(DataError, match="no such bundle; 'evalkit build"):
        call("open", built_study)
    assert not (built_study.folder / "responses.db").exists()


def test_pausing_what_was_never_served_says_so(built_study):
    with pytest.raises(DataError, match=r"responses\.db: no such store; 'evalkit serve'"):
        call("pause", built_study)


def test_the_store_of_another_study_is_left_alone(built_study, served):
    path = built_study.folder / "study.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("title: Drum mixes", "title: Songs"), encoding="utf-8")
    with pytest.raises(DataError, match="holds the study 'Drum mixes', expected 'Songs'"):
        call("close", built_study)
    assert overview(built_study).status == "open"


# --- backup


def test_a_backup_is_one_whole_file_that_can_be_exported(built_study, served):
    Listener(create_app(served)).take_test()
    out = built_study.folder / "copy.db"
    assert "a whole copy, checked" in call("backup", built_study, "--out", out).output
    assert [path.name for path in built_study.folder.glob("*copy.db*")] == ["copy.db"]
    result = CliRunner().invoke(export, [str(built_study.folder), "--store", str(out)], catch_exceptions=False)
    assert "6 ratings of 1 listeners" in result.output


def test_a_backup_goes_into_the_study_unless_a_file_is_named(built_study, served):
    call("backup", built_study)
    assert len(list((built_study.folder / "backups").glob("*.db"))) == 1


def test_a_backup_replaces_nothing(built_study, served):
    out = built_study.folder / "copy.db"
    out.write_text("thesis", encoding="utf-8")
    with pytest.raises(DataError, match=r"copy\.db: exists; a backup replaces nothing"):
        call("backup", built_study, "--out", out)
    assert out.read_text(encoding="utf-8") == "thesis"


def test_a_backup_under_load_holds_all_that_was_acknowledged_before_it(built_study, served):
    app = create_app(served)
    acknowledged: list[str] = []
    stop = threading.Event()

    def rate():
        while not stop.is_set():
            listener = Listener(app).to_pages()
            acknowledged.append(listener.rate()["id"])

    threads = [threading.Thread(target=rate) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        while len(acknowledged) < 6:
            stop.wait(0.01)
        before = list(acknowledged)
        out = built_study.folder / "copy.db"
        call("backup", built_study, "--out", out)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    with closing(sqlite3.connect(out)) as connection:
        held = {row[0] for row in connection.execute("SELECT id FROM submission")}
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert set(before) <= held


@pytest.mark.postgres
def test_without_postgresqls_own_tool_its_stores_are_not_backed_up_and_it_says_so(
    built_study, postgresql_url, monkeypatch
):
    from store_support import empty

    empty(postgresql_url)
    open_study(built_study, store=postgresql_url).store.close()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DataError, match="pg_dump is not on this machine: install its client programs"):
        call("backup", built_study, "--store", postgresql_url)


# --- verify


def test_a_whole_store_is_called_whole(built_study, served):
    Listener(create_app(served)).take_test()
    lines = call("verify", built_study).stdout.splitlines()
    assert lines[0] == "listeners: 0 under way, 1 complete"
    assert lines[-1].endswith("responses.db: whole")


def test_until_when_answers_are_kept_is_said(built_study):
    path = built_study.folder / "study.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "privacy: {retention_days: 30}\n", encoding="utf-8")
    settings = open_study(read_study(built_study.folder))
    Listener(create_app(settings))
    assert re.search(r"answers are kept: until \d{4}-\d\d-\d\d\n", call("verify", built_study).stdout)
    with settings.store.database.write() as connection:
        connection.execute(schema.participant.update().values(last_seen_at="2026-03-01T10:00:00Z"))
    assert "answers are kept: until 2026-03-31: that is past; export" in call("verify", built_study).stdout
    settings.store.close()


def test_a_broken_store_is_an_error_that_says_what_is_broken(built_study, served):
    Listener(create_app(served)).take_test()
    served.store.close()
    with closing(sqlite3.connect(built_study.folder / "responses.db")) as connection:
        connection.execute("DELETE FROM slot WHERE id = 1")
        connection.commit()
    with pytest.raises(DataError, match="not whole: rating: a row refers to one of slot that is not there"):
        call("verify", built_study)


# --- an older store


def test_a_store_of_version_1_is_brought_up_to_date_without_its_bundle(built_study):
    path = built_study.folder / "responses.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(STORE_1.read_text(encoding="utf-8"))
    (built_study.session_folder / "session.json").unlink()
    with pytest.raises(DataError, match="'evalkit admin migrate'"):
        call("verify", built_study)
    assert "responses.db: tables of today" in call("migrate", built_study).output
    assert "responses.db: whole" in call("verify", built_study).output
    assert len(list(built_study.folder.glob("responses-version-0001-*.db"))) == 1


def test_there_is_nothing_to_migrate_where_there_is_no_store(built_study):
    with pytest.raises(DataError, match=r"responses\.db: no such store"):
        call("migrate", built_study)


# --- one listener


def test_a_listener_is_erased_after_a_question(built_study, served):
    name = Listener(create_app(served)).take_test().state["assessor"]
    kept = CliRunner().invoke(admin, ["erase", str(built_study.folder), name], input="n\n")
    assert (kept.exit_code, overview(built_study).ended["complete"]) == (1, 1)
    result = call("erase", built_study, name, given="y\n")
    assert "Exports and backups that were made before still hold this listener." in result.output
    assert overview(built_study).ended["complete"] == 0


def test_a_listener_who_is_erased_under_way_is_not_known_any_more(built_study, served):
    listener = Listener(create_app(served)).to_pages()
    page = listener.page()
    call("erase", built_study, listener.state["assessor"], "--yes")
    answers = [listener.get("/state"), listener.post("/submissions", listener.submission(page))]
    assert [answer.status_code for answer in answers] == [401, 401]


def test_a_listeners_copy_is_json(built_study, served):
    listener = Listener(create_app(served)).take_test()
    copy = json.loads(call("participant", built_study, listener.state["assessor"]).stdout)
    assert len(copy["ratings"]) == 6
    out = built_study.folder / "copy.json"
    call("participant", built_study, listener.state["assessor"], "--out", out)
    assert json.loads(out.read_text(encoding="utf-8")) == copy


def test_identifiers_are_purged_once_the_study_is_closed(built_study, served):
    call("invite", built_study, "--count", 3)
    with pytest.raises(DataError, match="'evalkit admin close' first"):
        call("purge_identifiers", built_study)
    call("close", built_study)
    assert "Deleted 0 platform ids and 3 invitations." in call("purge_identifiers", built_study).output


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "listen.example.org", "https://a.org/?x=1", "https:///page"]
)
def test_an_address_that_no_listener_can_open_is_refused_before_a_link_is_made(built_study, address):
    with pytest.raises(DataError, match="The address begins with http:// or https://"):
        call("invite", built_study, "--address", address)
    assert not (built_study.folder / "responses.db").exists()
