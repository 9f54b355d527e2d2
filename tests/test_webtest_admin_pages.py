"""What the admin pages show and change: progress and quality, never a condition, never a mean."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from dataclasses import dataclass

import pytest
from admin_support import Administrator, populate
from sqlalchemy import func, select
from test_webtest_security import _pattern, _secrets
from webtest_listener import API, SESSION, Listener

from evalkit.study import Study, read_study
from webtest.app import create_app, open_study
from webtest.storage import administration, schema
from webtest.storage.engine import Database


@pytest.fixture
def settings(built_study):
    opened = open_study(built_study)
    yield opened
    opened.store.close()


@pytest.fixture
def database(settings):
    return settings.store.database


@pytest.fixture
def app(settings, built_study):
    return create_app(settings, study=built_study)


@pytest.fixture
def administrator(app, database):
    return Administrator(app, database)


@dataclass(frozen=True, kw_only=True, slots=True)
class Peopled:
    """A study with listeners in every state, for tests that only look."""

    study: Study
    administrator: Administrator
    names: dict[str, str]
    database: Database


@pytest.fixture(scope="module")
def peopled(bundled, tmp_path_factory):
    study = read_study(shutil.copytree(bundled.folder, tmp_path_factory.mktemp("peopled") / "study"))
    opened = open_study(study)
    database = opened.store.database
    app = create_app(opened, study=study)
    names = populate(app)
    yield Peopled(study=study, administrator=Administrator(app, database), names=names, database=database)
    opened.store.close()


def words(answer):
    """Return a page's text without tags, with single spaces."""
    assert answer.status_code == 200, answer.text
    text = re.sub(r"<(head|svg)\b.*?</\1>", " ", answer.text, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_the_overview_counts_who_has_come_how_far(peopled):
    text = words(peopled.administrator.get(""))
    for expected in ("Complete 1", "Under way 3", "Declined 1", "Screened out 0", "No sound 0", "Withdrawn 1"):
        assert expected in text


def test_coverage_counts_each_item_at_each_place(peopled):
    text = words(peopled.administrator.get(""))
    rows = re.findall(r"sim/drummer_\d/phrase (\d+) (\d+) (\d+) (\d+)", text)
    assert len(rows) == 2
    for first, second, total, _ in rows:
        assert int(first) + int(second) == int(total)
    with peopled.database.read() as connection:
        rated = connection.scalar(select(func.count()).where(schema.submission.c.page_instance_id.is_not(None)))
    assert sum(int(row[2]) for row in rows) == rated == 3


def test_the_study_is_opened_paused_and_closed_and_listeners_notice(app, administrator):
    body = {"client_session": SESSION, "capabilities": {}, "external": None}
    for status, expected in (("paused", 403), ("open", 201), ("closed", 403), ("open", 201)):
        assert administrator.post("/status", status=status).status_code == 303
        assert app.test_client().post(API + "/enrol", json=body).status_code == expected


def test_places_are_set_and_lifted(administrator, database):
    administrator.post("/places", places="24")
    assert "of 24" in words(administrator.get(""))
    administrator.post("/places", places="")
    with database.read() as connection:
        assert connection.scalar(select(schema.study.c.places)) is None


def test_what_makes_no_sense_is_refused_and_changes_nothing(peopled):
    forms = [
        ("/status", {"status": "sideways"}), ("/status", {}), ("/places", {"places": "-1"}),
        ("/places", {"places": "²"}),
        ("/places", {"places": "9" * 30}), ("/invitations", {"count": "0", "address": "http://a"}),
        ("/invitations", {"count": "501", "address": "http://a"}), ("/invitations", {"count": "1", "address": "a"}),
        ("/invitations", {"count": "1", "address": "javascript:alert(1)"}),
        ("/invitations", {"count": "1", "address": "http://a", "label": "x" * 201}),
        ("/invitations", {"count": "1", "address": "http://a", "label": "a\x00b"}),
        ("/downloads/export.zip", {"kind": "everything"}), ("/downloads/export.zip", {"kind": "unblinded"}),
        (f"/listeners/{peopled.names['rating']}/erase", {"confirmed": "yes"}),
    ]  # fmt: skip
    before = counts(peopled.database)
    for path, fields in forms:
        assert peopled.administrator.post(path, **fields).status_code == 400, (path, fields)
    for path in ("/listeners/nobody", "/listeners/nobody/pages/1", f"/listeners/{peopled.names['rating']}/pages/99"):
        assert peopled.administrator.get(path).status_code == 404
    assert peopled.administrator.post("/listeners/nobody/copy").status_code in (404, 422)
    assert counts(peopled.database) == before


def test_the_monitor_shows_where_everybody_is_and_what_went_wrong(peopled):
    names, seen = peopled.names, r"(?:now|\d+ min ago)"
    for path in ("/monitor", "/monitor/live"):
        text = words(peopled.administrator.get(path))
        assert re.search(rf"{names['rating']} page 1 of 2 {seen} 0 0 0 none", text)
        assert re.search(rf"{names['failing']} page 1 of 2 {seen} 2 1 0 none", text)
        assert re.search(rf"{names['hasty']} page 2 of 2 {seen} 0 0 0 too fast all ratings equal little listened", text)
        assert f"{names['complete']} finished" in text
        assert f"{names['declined']} declined" in text


def test_a_listener_before_the_pages_is_named_by_the_step(app, administrator):
    listener = Listener(app)
    assert f"{listener.state['assessor']} consent" in words(administrator.get("/monitor/live"))
    listener.consent()
    assert f"{listener.state['assessor']} questions" in words(administrator.get("/monitor/live"))


def test_a_listeners_course_shows_times_and_signs_but_no_answer(peopled):
    text = words(peopled.administrator.get(f"/listeners/{peopled.names['hasty']}"))
    assert re.search(r"Page 1 sim/drummer_\d/phrase \d\d:\d\d:\d\d UTC 0:00 0 too fast all ratings equal", text)
    assert re.search(r"Page 2 sim/drummer_\d/phrase not yet – 0 none", text)
    assert "50.0" not in text


def test_no_admin_page_names_a_condition_a_score_or_a_mean(peopled):
    """The leak test of the listeners' side, on the administrator's: progress is shown, the key is not."""
    forbidden = _pattern(secret for secret in _secrets(peopled.study) if "drummer" not in secret)
    pages = ["", "/monitor", "/monitor/live", "/invitations", "/downloads"]
    pages += [f"/listeners/{name}" for name in peopled.names.values()]
    pages += [f"/listeners/{name}/pages/1" for name in peopled.names.values()]
    for page in pages:
        answer = peopled.administrator.get(page)
        assert answer.status_code == 200
        found = forbidden.search(answer.data.lower())
        assert found is None, (page, found)
        assert "mean" not in re.findall(r"\w+", words(answer).lower())


def test_the_replay_draws_what_was_heard_and_moved(peopled):
    text = peopled.administrator.get(f"/listeners/{peopled.names['rating']}/pages/1").text
    assert len(re.findall('class="played" x=', text)) == 5 + 1  # one more in the legend
    assert len(re.findall('class="moved" cx=', text)) == 4 + 1
    assert "All 16 actions in words" in text
    assert "style=" not in text and "<script" not in text


def test_what_listeners_write_is_shown_as_text_never_as_markup(administrator):
    administrator.post("/invitations", count="1", address="http://a.example", label="<script>alert(1)</script>")
    text = administrator.get("/invitations").text
    assert "&lt;script&gt;alert(1)" in text and "<script>alert" not in text


def test_new_invitations_are_shown_once_and_admit_one_listener_each(app, administrator):
    answer = administrator.post("/invitations", count="2", address="https://lab.example/", label="group A")
    tokens = re.findall(r"https://lab\.example/\?invite=([\w-]{43})", answer.text)
    assert len(tokens) == 2
    assert tokens[0] not in administrator.get("/invitations").text
    body = {"client_session": SESSION, "capabilities": {}, "external": None}
    client = app.test_client()
    assert client.post(API + "/enrol", json=body).status_code == 403
    first, again, second = (
        client.post(API + "/enrol", json={**body, "invite": token}).json["state"]["assessor"]
        for token in (tokens[0], tokens[0], tokens[1])
    )
    assert first == again != second
    assert first in administrator.get("/invitations").text


def test_a_demonstration_is_marked_takes_no_place_and_is_in_no_export(app, administrator, database):
    administrator.post("/status", status="closed")
    answer = administrator.post("/demonstration")
    assert answer.status_code == 303
    token = re.fullmatch(r"/\?invite=([\w-]{43})", answer.headers["Location"])[1]
    body = {"client_session": SESSION, "capabilities": {}, "external": None, "invite": token}
    enrolled = app.test_client().post(API + "/enrol", json=body)
    assert enrolled.status_code == 201
    listener = Listener.__new__(Listener)
    listener.client, listener.state = app.test_client(), enrolled.json["state"]
    listener.headers = {"Authorization": f"Bearer {enrolled.json['token']}"}
    listener.take_test()
    text = words(administrator.get(""))
    assert "Demonstrations 1" in text and "Complete 0" in text and "0 taken" in text
    assert "demonstration" in words(administrator.get("/monitor/live"))
    files = unzip(administrator.post("/downloads/export.zip", kind="masked"))
    assert len(rows(files["export-masked/ratings.csv"])) == 0


def test_erasing_needs_the_typed_name_and_leaves_nothing(app, administrator, database):
    names = populate(app)
    name = names["complete"]
    assert "cannot be undone" in words(administrator.get(f"/listeners/{name}/erase"))
    assert administrator.post(f"/listeners/{name}/erase", confirmed=f" {name} ").status_code == 303
    assert administrator.get(f"/listeners/{name}").status_code == 404
    with database.read() as connection:
        stored = repr([connection.execute(select(table)).all() for table in schema.metadata.sorted_tables])
        assert connection.scalar(select(func.count()).select_from(schema.tombstone)) == 1
    assert name not in stored


def test_a_copy_holds_everything_of_one_listener_by_letters(peopled):
    answer = peopled.administrator.post(f"/listeners/{peopled.names['complete']}/copy")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="listener-{peopled.names["complete"]}.json"'
    content = json.loads(answer.data)
    assert len(content["ratings"]) == 6
    assert peopled.names["rating"] not in answer.text


def test_the_masked_export_has_letters_the_other_has_conditions_and_is_logged_as_unblinding(peopled):
    masked = rows(
        unzip(peopled.administrator.post("/downloads/export.zip", kind="masked"))["export-masked/ratings.csv"]
    )
    assert {row["condition"] for row in masked} <= set("ABC") and {row["system"] for row in masked} == {""}
    answer = peopled.administrator.post("/downloads/export.zip", kind="unblinded", understood="yes")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="export.zip"'
    files = unzip(answer)
    assert {row["condition"] for row in rows(files["export/ratings.csv"])} == {
        "random_forest_dry", "random_forest_wet", "anchor",
    }  # fmt: skip
    assert {"export/assessors.csv", "export/answers.csv", "export/events.jsonl", "export/export.json"} <= set(files)
    with peopled.database.read() as connection:
        logged = connection.execute(select(schema.audit.c.actor, schema.audit.c.action)).all()
    assert ("admin page", "export_masked") in logged and ("admin page", "unblind") in logged
    text = words(peopled.administrator.get("/downloads"))
    assert "admin page unblind" in text and "admin page export masked" in text


def test_an_export_leaves_nothing_behind_in_the_study(peopled):
    peopled.administrator.post("/downloads/export.zip", kind="masked")
    assert not (peopled.study.folder / "export-masked").exists()


def test_robots_are_not_in_the_download(built_study, tmp_path):
    settings = open_study(built_study, store=str(tmp_path / "robots.db"), rehearsal=True)
    app = create_app(settings, study=built_study)
    Listener(app).take_test()
    administrator = Administrator(app, settings.store.database)
    assert "robot" in words(administrator.get("/monitor"))
    files = unzip(administrator.post("/downloads/export.zip", kind="masked"))
    settings.store.close()
    assert rows(files["export-masked/ratings.csv"]) == []


def test_every_change_is_in_the_log_and_no_line_names_a_listener(app, administrator, database):
    names = populate(app)
    administrator.post("/status", status="paused")
    administrator.post("/places", places="3")
    administrator.post("/invitations", count="1", address="http://a.example")
    administrator.post("/demonstration")
    administrator.post(f"/listeners/{names['hasty']}/copy")
    administrator.post(f"/listeners/{names['hasty']}/erase", confirmed=names["hasty"])
    with database.read() as connection:
        lines = connection.execute(select(schema.audit).where(schema.audit.c.actor == "admin page")).all()
    assert {line.action for line in lines} >= {"login", "status", "places", "invite", "demonstrate", "copy", "erase"}
    assert not any(name in repr(lines) for name in names.values())


def test_a_study_without_listeners_is_shown_too(administrator):
    assert "Nobody has been assigned a page yet" in words(administrator.get(""))
    assert "Nobody has come yet" in words(administrator.get("/monitor"))
    assert administrator.get("/invitations").status_code == 200


def test_many_invitations_are_listed_with_who_used_them(app, administrator, database):
    (token,) = administration.invite(database, 1, label="Jo", actor="test")
    body = {"client_session": SESSION, "capabilities": {}, "external": None, "invite": token}
    name = app.test_client().post(API + "/enrol", json=body).json["state"]["assessor"]
    assert re.search(rf"1 Jo [\d-]+ {name}", words(administrator.get("/invitations")))


def counts(database):
    with database.read() as connection:
        return [connection.scalar(select(func.count()).select_from(table)) for table in schema.metadata.sorted_tables]


def unzip(answer):
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))
