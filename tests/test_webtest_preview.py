"""The allocation before it is launched, and what was heard of it: check, admin allocation, admin coverage."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
from click.testing import CliRunner
from conftest import study_yaml
from webtest_listener import Listener

from evalkit.errors import ConfigError
from evalkit.session import read_session
from webtest.admin_commands import admin
from webtest.app import create_app, open_study
from webtest.plan import check_plan
from webtest.storage.tokens import token_sha256
from webtest.verify import run


def planned(assignment: str, *, page: str = "") -> str:
    text = study_yaml(3).replace("conditions:", f"assignment: {{{assignment}}}\nconditions:")
    return text.replace("  method: ape\n", f"  method: ape\n{page}")


def found(study):
    return {name: (status, message) for name, status, message in run(study)}


def call(action, study, *arguments):
    result = CliRunner().invoke(admin, [action, str(study.folder), *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_check_counts_an_exact_williams_design(make_built_study):
    study = make_built_study(pages=4, yaml=planned("design: williams, target_assessors: 12"))
    report = found(study)
    assert report["assignment"][1].endswith("up to 3 stimuli a page, pages and slots in orders of Williams designs")
    assert "with 12 assessors, each item is heard by 12" in report["assignment: coverage"][1]
    assert report["assignment: balance"][1] == (
        "each item comes at each place 3 times and right after each other item 3 times; each stimulus at each place of "
        "its page 4 times and right after each other one 4 times; exactly even for 12 assessors, and for every multiple"
    )
    assert "algorithm 2 of 'williams'" in report["assignment: kept"][1]
    assert report["blinding: order"][0] == "ok"


def test_check_counts_a_balanced_incomplete_design(make_built_study):
    plan = "design: incomplete, items_per_assessor: 2, target_assessors: 6"
    report = found(make_built_study(pages=4, yaml=planned(plan, page="  repeats: 1\n")))
    assert report["assignment"][1].startswith("2 of 4 pages for each assessor, 1 of them twice")
    coverage = "with 6 assessors, each item is heard by 3, each two items by 1, each item a second time by 1 to 2"
    assert report["assignment: coverage"] == ("ok", coverage)
    assert report["blinding: order"][0] == "ok"


def test_check_says_that_random_orders_are_examples(make_built_study):
    report = found(make_built_study(yaml=planned("target_assessors: 5")))
    assert report["assignment: coverage"][1].startswith("with 5 assessors, for example each item is heard by 5")


@pytest.mark.parametrize(
    ("assignment", "page", "problem"),
    [
        ("design: williams, items_per_assessor: 2", "", "everybody hears all"),
        ("design: incomplete", "", "everybody hears all 4 pages"),
        ("design: incomplete, items_per_assessor: 5", "", "found 5, there are 4 pages"),
        ("items_per_assessor: 2", "  repeats: 3\n", "found 3, each assessor hears 2 pages"),
        ("items_per_assessor: 1", "  repeats: 1\n", "found 1, each assessor hears 1 pages"),
    ],
)
def test_what_cannot_be_allocated_is_an_error_with_its_line(make_built_study, assignment, page, problem):
    status, message = found(make_built_study(pages=4, yaml=planned(assignment, page=page)))["assignment"]
    assert status == "error" and "study.yaml:" in message and problem in message


def test_headphone_checks_are_still_refused(make_built_study):
    with pytest.raises(ConfigError, match="'flag' is not available yet, expected off"):
        check_plan(
            make_built_study(yaml=study_yaml(3).replace("conditions:", "checks: {headphones: flag}\nconditions:"))
        )


def test_the_table_is_what_listeners_then_hear(make_built_study, tmp_path):
    study = make_built_study(pages=4, yaml=planned("design: williams, target_assessors: 3", page="  repeats: 2\n"))
    rows = list(csv.DictReader(io.StringIO(call("allocation", study))))
    call("allocation", study, "--out", str(tmp_path / "table.csv"))
    assert (tmp_path / "table.csv").read_text(encoding="utf-8").splitlines()[0] == ",".join(rows[0])
    settings = open_study(study)
    app = create_app(settings)
    for cell in range(3):
        listener = Listener(app)
        participant = settings.store.participant(token_sha256(listener.token))
        heard = [
            (str(page.position), page.page, str(page.replicate), slot.label, slot.stimulus_id, str(slot.initial))
            for page in settings.store.pages(participant.id)
            for slot in page.slots
        ]
        columns = ("page_position", "page", "replicate", "label", "stimulus", "initial")
        assert heard == [tuple(row[name] for name in columns) for row in rows if row["cell"] == str(cell)]
    settings.store.close()


def test_the_table_has_a_row_for_each_axis_with_the_place_that_is_stored(make_built_study):
    axes = ", ".join(f"{{id: {name}, question: How {name}?, anchors: [No, So, Yes]}}" for name in ("clear", "wide"))
    options = f"  options: {{axes: [{axes}]}}\n"
    study = make_built_study(yaml=planned("design: williams, target_assessors: 2", page=options))
    rows = list(csv.DictReader(io.StringIO(call("allocation", study))))
    settings = open_study(study)
    listener = Listener(create_app(settings))
    participant = settings.store.participant(token_sha256(listener.token))
    stored = [
        (slot.stimulus_id, scale, str(slot.initial_on(scale)))
        for page in settings.store.pages(participant.id)
        for slot in page.slots
        for scale in ("clear", "wide")
    ]
    settings.store.close()
    assert [(row["stimulus"], row["scale"], row["initial"]) for row in rows if row["cell"] == "0"] == stored


def test_the_table_names_no_condition(make_built_study):
    study = make_built_study(yaml=planned("design: williams, target_assessors: 3"))
    text = call("allocation", study)
    named = {one.condition for page in read_session(study.session_folder).pages for one in page.stimuli}
    assert len(text) > 500 and not [name for name in named if name in text]


def test_coverage_counts_items_by_place_and_the_use_of_cells(make_built_study):
    study = make_built_study(pages=2, yaml=planned("design: williams, target_assessors: 4"))
    settings = open_study(study)
    app = create_app(settings)
    for _ in range(2):
        Listener(app).take_test()
    Listener(app).go("/withdraw", {})
    Listener(app).to_pages().rate()
    told = call("coverage", study).splitlines()
    settings.store.close()
    counts = Counter(cell for line in told[1:3] for cell in line.split()[1:3])
    assert told[0].split() == ["item", "1", "2", "all"]
    assert sum(int(cell.split("+")[0]) * times for cell, times in counts.items()) == 5
    assert told[3] == (
        "cells of the design: 3 given out, 2 complete, 0 to be given out again; "
        "left by 1 listeners, 0 with more than one"
    )


def test_coverage_of_a_store_without_listeners_says_so(built_study):
    open_study(built_study).store.close()
    assert call("coverage", built_study) == "Nobody has been assigned a page yet.\n"
