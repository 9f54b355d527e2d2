"""Store to files: what stands in them, and what does not."""

from __future__ import annotations

import csv
import json
import re

import pandas as pd
import pytest
from conftest import study_yaml
from sqlalchemy import select
from webtest_listener import SESSION, Listener

from evalkit.errors import DataError
from evalkit.ratings import COLUMNS, read_ratings
from evalkit.session import read_session
from webtest.app import create_app, open_study
from webtest.export import ANSWERS, ASSESSORS, CHOICES, escape, export_store
from webtest.storage import readout, schema


@pytest.fixture
def settings(built_study):
    opened = open_study(built_study)
    yield opened
    opened.store.close()


@pytest.fixture
def app(settings):
    return create_app(settings)


@pytest.fixture
def export(built_study, settings):
    def run(**options):
        database = settings.store.database
        return export_store(built_study, database, **{"rehearsal": False, "masked": False, **options})

    return run


def table(exported, name):
    with (exported.folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def events(exported):
    return [json.loads(line) for line in (exported.folder / "events.jsonl").read_text(encoding="utf-8").splitlines()]


def test_exactly_the_ratings_given_are_exported(built_study, settings, app, export):
    listener = Listener(app).to_pages()
    sent = [listener.rate(), listener.rate()]
    with settings.store.database.read() as connection:
        stimulus = dict(connection.execute(select(schema.slot.c.public_id, schema.slot.c.stimulus_id)).all())
    session = read_session(built_study.session_folder)
    truth = {one.id: (page.item, one.condition) for page in session.pages for one in page.stimuli}
    expected = {(*truth[stimulus[one["slot"]]], one["value"]) for body in sent for one in body["ratings"]}
    exported = export()
    ratings = read_ratings(exported.folder / "ratings.csv")
    assert set(zip(ratings["item"], ratings["condition"], ratings["score"], strict=True)) == expected
    assert exported.ratings == len(ratings) == 6


def test_ratings_have_all_columns_in_order(app, export):
    Listener(app).to_pages().rate()
    rows = table(export(), "ratings.csv")
    assert tuple(rows[0]) == COLUMNS
    first = next(row for row in rows if row["condition"] == "anchor")
    assert (first["study"], first["source"], first["method"]) == ("Drum mixes", "listener", "ape")
    assert (first["system"], first["task"], first["role"]) == ("overhead_anchor", "", "anchor")
    assert (first["page_position"], first["replicate"], first["revision"], first["scale"]) == ("1", "1", "1", "score")
    assert (first["n_plays"], first["listened_s"], first["n_moves"], first["page_s"]) == ("2", "3.5", "1", "60.0")
    assert pd.Timestamp(first["submitted_at"]).tzname() == "UTC"


def test_slot_and_initial_place_are_those_that_were_shown(app, export):
    listener = Listener(app).to_pages()
    shown = {(str(slot["slot"]), slot["initials"]["score"]) for slot in listener.page()["slots"]}
    listener.rate()
    assert {(row["slot"], float(row["initial"])) for row in table(export(), "ratings.csv")} == shown


def test_each_axis_starts_at_a_place_of_its_own_as_it_was_shown(make_built_study):
    axes = ", ".join(f"{{id: {name}, question: How {name}?, anchors: [No, So, Yes]}}" for name in ("clear", "wide"))
    page = f"page: {{method: ape, question: Well?, options: {{axes: [{axes}]}}}}\n"
    study = make_built_study(yaml=re.sub(r"page:\n(  .*\n)+", page, study_yaml(3)))
    settings = open_study(study)
    listener = Listener(create_app(settings)).to_pages()
    shown = {
        (str(slot["slot"]), scale, initial)
        for slot in listener.page()["slots"]
        for scale, initial in slot["initials"].items()
    }
    listener.rate()
    rows = table(export_store(study, settings.store.database, rehearsal=False, masked=False), "ratings.csv")
    settings.store.close()
    assert {(row["slot"], row["scale"], float(row["initial"])) for row in rows} == shown
    assert len({initial for _, _, initial in shown}) == 6


def test_assessors_are_listed_with_their_state(app, export):
    listeners = [Listener(app) for _ in range(4)]
    listeners[0].take_test()
    listeners[1].go("/consent", listeners[1].version(version="1", agreed=False))
    listeners[2].to_pages()
    rows = {row["assessor"]: row for row in table(export(), "assessors.csv")}
    assert tuple(next(iter(rows.values()))) == ASSESSORS
    states = [rows[listener.state["assessor"]]["state"] for listener in listeners]
    assert states == ["complete", "declined", "enrolled", "enrolled"]
    done = rows[listeners[0].state["assessor"]]
    assert float(done["duration_s"]) >= 0 and done["consented_at"] and done["finished_at"]


def test_who_withdrew_leaves_one_row_and_no_data(app, export):
    listener = Listener(app).to_pages()
    listener.rate()
    listener.go("/withdraw", {})
    exported = export()
    assert [row["state"] for row in table(exported, "assessors.csv")] == ["withdrawn"]
    assert table(exported, "ratings.csv") == table(exported, "answers.csv") == events(exported) == []


def test_answers_and_comments_stand_in_one_table(app, export):
    listener = Listener(app).to_pages()
    page = listener.page()
    comments = [{"slot": None, "text": "page"}, {"slot": page["slots"][0]["id"], "text": "slot"}]
    listener.go("/submissions", listener.submission(page, comments=comments))
    listener.rate()
    listener.answer(comment="test")
    rows = table(export(), "answers.csv")
    assert tuple(rows[0]) == ANSWERS
    short = [(row["kind"], bool(row["page"]), bool(row["condition"]), row["question"], row["value"]) for row in rows]
    assert short == [
        ("question", False, False, "skill", "Some"),
        ("comment", True, False, "", "page"),
        ("comment", True, True, "", "slot"),
        ("comment", False, False, "", "test"),
    ]


def test_choices_have_their_header(export):
    assert (export().folder / "choices.csv").read_bytes() == (",".join(CHOICES) + "\r\n").encode()


def event(seq, kind, **changes):
    return {"seq": seq, "t_ms": seq, "page": None, "kind": kind, "slot": None, "data": {}, **changes}


def test_events_name_conditions_instead_of_slots(app, export, settings):
    listener = Listener(app).to_pages()
    page = listener.page()
    a, b = page["slots"][0]["id"], page["slots"][1]["id"]
    sent = [event(0, "switch", page=page["id"], slot=a, data={"from": b, "to": a, "position_s": 1.5})]
    listener.post("/events", {"client_session": SESSION, "events": sent})
    line = events(export())[0]
    assert list(line) == ["assessor", "page", "seq", "t_ms", "kind", "condition", "data"]
    assert line["data"]["to"] == line["condition"] != line["data"]["from"]
    assert {line["condition"], line["data"]["from"]} < {"random_forest_dry", "random_forest_wet", "anchor"}
    assert line["data"]["position_s"] == 1.5


def test_the_volume_change_counts_from_the_first_rating_page(app, export):
    listener = Listener(app).to_pages()
    page = listener.page()["id"]
    sent = [
        event(0, "volume", data={"db": 6.0}),
        event(1, "page.enter", page=page),
        event(2, "volume", page=page, data={"db": 2.0}),
        event(3, "volume", page=page, data={"db": 7.5}),
    ]
    listener.post("/events", {"client_session": SESSION, "events": sent})
    assert table(export(), "assessors.csv")[0]["max_volume_change_db"] == "4.0"


def test_events_that_never_came_are_counted_for_each_assessor(app, export):
    listener = Listener(app).to_pages()
    listener.post("/events", {"client_session": SESSION, "events": [event(0, "seek"), event(2, "seek")]})
    Listener(app)
    missing = {row["assessor"]: row["events_missing"] for row in table(export(), "assessors.csv")}
    assert sorted(missing.values()) == ["0", "1"]
    assert missing[listener.state["assessor"]] == "1"
    sending = {"client_session": SESSION, "events_made": 9, "at": "2027-03-01T09:00:00Z"}
    listener.go("/submissions", listener.submission(listener.page(), sending=sending))
    assert sorted(row["events_missing"] for row in table(export(), "assessors.csv")) == ["0", "7"]


def test_people_and_robots_are_never_mixed(built_study, app, export, settings):
    Listener(app).to_pages().rate()
    robots = open_study(built_study, rehearsal=True)  # the same store
    Listener(create_app(robots)).take_test()
    robots.store.close()
    people, machines = export(), export(rehearsal=True)
    assert (people.folder.name, machines.folder.name) == ("export", "export-rehearsal")
    assert (people.ratings, machines.ratings) == (3, 6)
    assert {row["source"] for row in table(people, "ratings.csv")} == {"listener"}
    assert {row["source"] for row in table(machines, "ratings.csv")} == {"rehearsal"}


def test_a_masked_export_has_letters_in_every_file(built_study, app, export):
    listener = Listener(app).to_pages()
    page = listener.page()
    slot = page["slots"][0]["id"]
    sent = [event(0, "play", page=page["id"], slot=slot), event(1, "switch", page=page["id"], data={"to": slot})]
    listener.post("/events", {"client_session": SESSION, "events": sent})
    listener.go("/submissions", listener.submission(page, comments=[{"slot": slot, "text": "x"}]))
    masked = export(masked=True)
    rows = table(masked, "ratings.csv")
    assert sorted(row["condition"] for row in rows) == ["A", "B", "C"]
    assert {row[name] for row in rows for name in ("system", "task", "role")} == {""}
    assert masked.folder.name == "export-masked"
    text = "".join(path.read_text(encoding="utf-8") for path in masked.folder.iterdir())
    for condition in built_study.spec.conditions:
        assert f"{condition.id}" not in text.replace("max_volume", "")
        assert condition.system not in text


def test_a_mask_is_one_letter_per_stimulus_for_everybody(app, export):
    for _ in range(3):
        Listener(app).take_test()
    open_rows, masked = table(export(), "ratings.csv"), table(export(masked=True), "ratings.csv")
    pairs = {(row["page"], row["condition"], mask["condition"]) for row, mask in zip(open_rows, masked, strict=True)}
    assert len(pairs) == 6


def test_unblinding_is_logged(export, settings):
    export()
    export(masked=True)
    with settings.store.database.read() as connection:
        actions = connection.scalars(select(schema.audit.c.action).order_by(schema.audit.c.id)).all()
    assert actions == ["unblind", "export_masked"]


def test_provenance_names_study_counts_and_files(built_study, app, export):
    Listener(app).take_test()
    exported = export()
    facts = json.loads((exported.folder / "export.json").read_text(encoding="utf-8"))
    assert facts["study_sha256"] == built_study.study_sha256
    assert (facts["source"], facts["masked"], facts["ratings"], facts["assessors"]) == (
        "listener",
        False,
        6,
        {"complete": 1},
    )
    assert set(facts["files"]) == {"ratings.csv", "assessors.csv", "answers.csv", "choices.csv", "events.jsonl"}


def test_an_export_replaces_the_former_one_whole(app, export):
    Listener(app).to_pages().rate()
    folder = export().folder
    (folder / "old.csv").write_text("x", encoding="utf-8")
    assert sorted(path.name for path in export().folder.iterdir()) == [
        "answers.csv", "assessors.csv", "choices.csv", "events.jsonl", "export.json", "ratings.csv",
    ]  # fmt: skip


def test_a_folder_of_somebody_else_is_not_replaced_without_force(built_study, export):
    folder = built_study.folder / "export"
    folder.mkdir()
    (folder / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(DataError, match="export: not empty"):
        export()
    assert (folder / "thesis.txt").read_text(encoding="utf-8") == "x"
    export(force=True)
    assert not (folder / "thesis.txt").exists()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_run_is_escaped(app, export, text):
    assert escape(text) == "'" + text
    listener = Listener(app).to_pages()
    listener.rate()
    listener.rate()
    listener.answer(comment=text)
    assert table(export(), "answers.csv")[-1]["value"] == "'" + text


def test_negative_numbers_stay_numbers(app, export):
    listener = Listener(app)
    listener.consent()
    listener.answer(skill="Some", age=-3)
    assert table(export(), "answers.csv")[0]["value"] == "-3"


def test_the_store_of_another_study_is_refused(built_study, settings):
    path = built_study.folder / "study.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("title: Drum mixes", "title: Songs"), encoding="utf-8")
    from evalkit.study import read_study

    with pytest.raises(DataError, match="holds the study 'Drum mixes', expected 'Songs'"):
        export_store(read_study(built_study.folder), settings.store.database, rehearsal=False, masked=False)


def test_an_export_is_of_one_moment_while_the_study_is_served(app, export, monkeypatch):
    before = Listener(app).take_test()
    read = readout.assessors

    def then_somebody_comes(*arguments, **options):
        found = read(*arguments, **options)
        Listener(app).take_test()
        return found

    monkeypatch.setattr(readout, "assessors", then_somebody_comes)
    exported = export()
    for name in ("ratings.csv", "assessors.csv", "answers.csv"):
        assert {row["assessor"] for row in table(exported, name)} == {before.state["assessor"]}
    monkeypatch.undo()
    assert export().assessors == 2
