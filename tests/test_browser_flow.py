"""Practice, breaks, conditions, screening out and taking answers back, as a listener meets them in a real Chromium."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from browser_support import (
    heading,
    pages_only,
    place_all,
    press_next,
    served,
    visit,
    wait_for_page,
)
from conftest import study_yaml
from playwright.sync_api import Browser, Page, expect

from evalkit.study import Study
from webtest.export import export_store
from webtest.storage.engine import open_database, store_url

pytestmark = pytest.mark.browser
MakeStudy = Callable[..., Study]


def flow(steps: str, *, more: str = "", conditions: int = 2) -> str:
    """Return the tests' small study with another flow, and more lines."""
    return re.sub("^flow: .*$", f"flow: [{steps}]\n{more}", study_yaml(conditions), flags=re.MULTILINE)


def asked(*questions: str) -> str:
    """Return the tests' small study with these questions in place of its own, in two blocks around the pages."""
    rows = "".join(f"  - {{{question}}}\n" for question in questions)
    text = flow('"questions:before", pages, "questions:after"')
    return re.sub(r"^questions:\n(?:  - .*\n)*", f"questions:\n{rows}", text, flags=re.MULTILINE)


def exported(study: Study, name: str) -> list[dict[str, str]]:
    """Export, and read one of the tables."""
    database = open_database(store_url(None, study.folder / "responses.db"), create=False)
    try:
        folder = export_store(study, database, rehearsal=False, masked=False, force=True).folder
    finally:
        database.close()
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def events(study: Study) -> list[dict[str, object]]:
    lines = (study.folder / "export" / "events.jsonl").read_text(encoding="utf-8").splitlines()
    found: list[dict[str, object]] = [json.loads(line) for line in lines]
    return found


def test_practice_looks_like_a_page_and_is_never_a_rating(chromium: Browser, make_built_study: MakeStudy) -> None:
    study = make_built_study(pages=1, yaml=flow("training, pages"))
    with served(study) as address, visit(chromium, address) as page:
        expect(page.locator("#where")).to_have_text("Practice")
        expect(page.locator("#label")).to_contain_text("Practice: nothing here counts")
        expect(page.locator(".bars")).to_be_visible()
        place_all(page)
        expect(page.locator("#save")).to_contain_text("Saved")
        page.reload()  # the browser has kept where the bars were
        expect(page.locator("#gate")).to_have_text("Everything is heard and placed.")
        press_next(page)
        wait_for_page(page, 1)
        expect(page.locator("#label")).not_to_contain_text("Practice")
        place_all(page)
        press_next(page)
        heading(page, "Thank you")
    ratings = exported(study, "ratings.csv")
    assert len(ratings) == 3 and {row["page_position"] for row in ratings} == {"1"}
    placed = [event for event in events(study) if event["kind"] == "rate"]
    # what waited over the reload may arrive after what came later
    unnamed = sorted((event["page"] is None, event["condition"] is None) for event in placed)
    assert unnamed == [(False, False)] * 3 + [(True, True)] * 3


def test_a_break_lasts_its_time_also_over_a_reload(chromium: Browser, make_built_study: MakeStudy) -> None:
    text = pages_only(2).replace("flow: [pages]", "flow: [pages]\nbreaks: {every_pages: 1, minimum_s: 60}")
    study = make_built_study(pages=2, yaml=text)
    with served(study) as address, visit(chromium, address) as page:
        page.clock.install()
        page.reload()
        wait_for_page(page, 1)
        place_all(page)
        press_next(page)
        heading(page, "Time for a break")
        expect(page.get_by_role("timer")).to_have_text(re.compile("^(1:00|0:59)$"))
        page.clock.fast_forward(40_000)
        page.reload()
        heading(page, "Time for a break")
        expect(page.get_by_role("timer")).to_have_text(re.compile("^0:(20|1.)$"))
        press_next(page)
        heading(page, "Time for a break")
        page.clock.fast_forward(21_000)
        expect(page.locator("#gate")).to_have_text("Go on whenever you are ready.")
        press_next(page)
        wait_for_page(page, 2)
        expect(page.locator("#where-more")).to_contain_text("to go")
    kinds = [(event["kind"]) for event in events_of(study)]
    assert kinds.count("break.begin") == kinds.count("break.end") == 1


def test_a_break_ends_in_time_though_the_clock_is_set_back(chromium: Browser, make_built_study: MakeStudy) -> None:
    text = pages_only(2).replace("flow: [pages]", "flow: [pages]\nbreaks: {every_pages: 1, minimum_s: 60}")
    study = make_built_study(pages=2, yaml=text)
    ready = "Go on whenever you are ready."
    with served(study) as address, visit(chromium, address) as page:
        page.clock.install(time="2027-10-31T02:30:00Z")
        page.reload()
        wait_for_page(page, 1)
        place_all(page)
        press_next(page)
        heading(page, "Time for a break")
        page.clock.set_system_time("2027-10-31T01:30:00Z")
        page.clock.fast_forward(61_000)
        expect(page.locator("#gate")).to_have_text(ready)
        page.clock.set_system_time("2027-10-31T00:30:00Z")
        page.reload()  # when it began is to come yet: it begins anew
        heading(page, "Time for a break")
        page.clock.fast_forward(61_000)
        expect(page.locator("#gate")).to_have_text(ready)


def test_the_time_that_is_left_is_told_from_the_first_page_on_with_the_breaks(
    chromium: Browser, make_built_study: MakeStudy
) -> None:
    # four pages of three sounds of 10 s are two minutes, three breaks of 60 s another three
    text = pages_only(3).replace(
        "flow: [pages]", "flow: [instructions, pages]\nbreaks: {every_pages: 1, minimum_s: 60}"
    )
    study = make_built_study(pages=4, seconds=10.0, yaml=text)
    with served(study) as address, visit(chromium, address) as page:
        told = page.locator("#where-more")
        expect(told).to_have_text("4 pages to rate")
        press_next(page)
        wait_for_page(page, 1)
        expect(told).to_have_text("About 5 minutes to go")
        place_all(page)
        press_next(page)
        heading(page, "Time for a break")
        expect(told).to_have_text("About 4 minutes to go")  # three quick pages, and three breaks


@pytest.mark.parametrize("width", [360, 700, 820, 999, 1440])
def test_the_time_that_is_left_has_its_room_on_every_screen(
    chromium: Browser, make_built_study: MakeStudy, width: int
) -> None:
    study = make_built_study(yaml=pages_only(3).replace("title: Drum mixes", f"title: {'Drum mixes ' * 9}"))
    with served(study) as address, visit(chromium, address, may_fail=True) as page:
        page.set_viewport_size({"width": width, "height": 800})
        wait_for_page(page, 1)
        page.keyboard.press("End")
        page.keyboard.press("a")
        expect(page.locator("#save")).to_contain_text("Saved")
        told = page.locator("#where-more")
        expect(told).to_be_visible()
        assert told.evaluate("one => one.scrollWidth <= one.clientWidth")
        box, others = told.bounding_box(), page.locator(".where strong, .study, .save, #help-open")
        assert box is not None and box["x"] + box["width"] <= width
        for other in others.all():
            beside = other.bounding_box()
            apart = beside is None or (
                beside["x"] >= box["x"] + box["width"]
                or beside["x"] + beside["width"] <= box["x"]
                or beside["y"] >= box["y"] + box["height"] - 1
                or beside["y"] + beside["height"] <= box["y"] + 1
            )
            assert apart
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.set_offline(True)
        page.keyboard.press("End")
        expect(page.locator("#save")).to_contain_text("Offline")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def events_of(study: Study) -> list[dict[str, object]]:
    with closing(sqlite3.connect(study.folder / "responses.db")) as store:
        return [{"kind": kind} for (kind,) in store.execute("SELECT kind FROM event")]


def test_a_question_after_the_pages_depends_on_an_answer_before_them(
    chromium: Browser, make_built_study: MakeStudy
) -> None:
    study = make_built_study(
        pages=1,
        yaml=asked(
            "block: before, id: device, kind: choice, label: You listen on, options: [Headphones, Speakers]",
            "block: after, id: model, kind: text, label: Which headphones, show_if: {device: Headphones}",
            "block: after, id: room, kind: text, label: Which room, show_if: {device: Speakers}, required: true",
            "block: after, id: tired, kind: scale, label: How tired, required: true",
            "block: after, id: why, kind: choices, label: Of what, options: [Noise, Time], show_if: {tired: [4, 5]}",
        ),
    )
    with served(study) as address, visit(chromium, address) as page:
        page.get_by_label("Headphones").check()
        press_next(page)
        wait_for_page(page, 1)
        place_all(page)
        press_next(page)
        heading(page, "A few questions")
        expect(page.get_by_label("Which room")).to_be_hidden()
        page.get_by_label("Which headphones").fill("The grey ones")
        expect(page.get_by_text("Of what")).to_be_hidden()
        page.get_by_label("4", exact=True).check()
        page.get_by_label("Noise").check()
        press_next(page)
        heading(page, "Thank you")
    assert {row["question"]: row["value"] for row in exported(study, "answers.csv")} == {
        "device": "Headphones", "model": "The grey ones", "tired": "4", "why": "Noise",
    }  # fmt: skip


def test_an_answer_may_end_the_test_with_the_code_for_it(chromium: Browser, make_built_study: MakeStudy) -> None:
    text = asked(
        "block: before, id: ears, kind: choice, label: Hearing, options: [Good, Impaired], screen_out: [Impaired]",
        "block: after, id: more, kind: text, label: More",
    )
    study = make_built_study(pages=1, yaml=text + "recruitment: {codes: {screened_out: SORRY}}\n")
    with served(study) as address, visit(chromium, address) as page:
        page.get_by_label("Impaired").check()
        assert "screen_out" not in page.content()
        press_next(page)
        heading(page, "Thank you for your interest")
        expect(page.locator("main output")).to_have_text("SORRY")
        page.reload()
        heading(page, "Thank you for your interest")
    assert [row["state"] for row in exported(study, "assessors.csv")] == ["screened_out"]


def test_every_statement_of_the_consent_is_ticked_by_itself(chromium: Browser, make_built_study: MakeStudy) -> None:
    text = study_yaml(2).replace("texts:\n", "texts:\n  agree: [I am 18 or older., My answers may be used.]\n")
    study = make_built_study(pages=1, yaml=text)
    with served(study) as address, visit(chromium, address) as page:
        page.get_by_label("I am 18 or older.").check()
        press_next(page)
        expect(page.get_by_label("My answers may be used.")).to_be_focused()
        expect(page.locator("#gate")).to_have_text("Still to do: your consent.")
        page.get_by_label("My answers may be used.").check()
        press_next(page)
        heading(page, "About you")


@pytest.mark.parametrize("how", ["keyboard", "mouse", "touch"])
def test_every_change_of_the_level_is_logged_and_a_large_one_on_a_page_shows_in_the_export(
    chromium: Browser, make_built_study: MakeStudy, how: str
) -> None:
    study = make_built_study(pages=1, yaml=flow("level, pages", conditions=3))
    with served(study) as address, visit(chromium, address, has_touch=how == "touch") as page:
        heading(page, "Set your level")
        change_volume(page, how, 0.75)  # 6 dB up: still before the pages
        page.get_by_role("button", name="Play the level sound").click()
        page.get_by_label("The level is comfortable").check()
        press_next(page)
        wait_for_page(page, 1)
        change_volume(page, how, 0.0)
        change_volume(page, how, 0.5)
        place_all(page)
        press_next(page)
        heading(page, "Thank you")
    (listener,) = exported(study, "assessors.csv")
    changes = [event["data"]["db"] for event in events(study) if event["kind"] == "volume"]  # type: ignore[index]
    assert changes == pytest.approx([6, -12, 0], abs=1)
    assert float(listener["max_volume_change_db"]) == pytest.approx(18, abs=1.5)


def change_volume(page: Page, how: str, place: float) -> None:
    """Set the page's volume, as a part of its range from -12 to +12 dB, and wait until it is logged."""
    slider = page.get_by_role("slider", name="Volume")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    x, y = box["x"] + 9 + (box["width"] - 18) * place, box["y"] + box["height"] / 2  # the thumb is 18 px wide
    if how == "mouse":
        page.mouse.click(x, y)
    elif how == "touch":
        page.touchscreen.tap(x, y)
    else:
        slider.press("Home")
        for _ in range(round(place * 48)):  # steps of half a decibel
            slider.press("ArrowRight")
    page.wait_for_timeout(400)  # a change is logged when it has come to rest


def finish(page: Page) -> None:
    wait_for_page(page, 1)
    place_all(page)
    press_next(page)
    heading(page, "Thank you")


def test_answers_can_be_taken_back_after_the_end_and_the_code_stays(
    chromium: Browser, make_built_study: MakeStudy
) -> None:
    study = make_built_study(pages=1, yaml=pages_only(2) + "recruitment: {codes: {complete: DONE}}\n")
    with served(study) as address, visit(chromium, address) as page:
        finish(page)
        assert len(exported(study, "ratings.csv")) == 3
        page.get_by_role("button", name="Take my answers out").click()
        page.get_by_role("button", name="Leave them in").click()
        expect(page.get_by_role("button", name="Take my answers out")).to_be_focused()
        page.get_by_role("button", name="Take my answers out").click()
        page.get_by_role("button", name="Take my answers out").click()
        heading(page, "Your answers are taken out")
        expect(page.locator("main output")).to_have_text("DONE")
        page.reload()
        heading(page, "Your answers are taken out")
        expect(page.get_by_role("button", name="Take my answers out")).to_be_hidden()
    assert exported(study, "ratings.csv") == []
    assert [row["state"] for row in exported(study, "assessors.csv")] == ["withdrawn"]


@pytest.mark.parametrize(
    ("without", "said"),
    [
        ("delete globalThis.AudioContext", "Sound in web pages (Web Audio)"),
        (
            "OfflineAudioContext.prototype.decodeAudioData = async () => {}",
            "Sound files in FLAC format",
        ),
        ("delete globalThis.PointerEvent", "Pointer input (mouse, touch or pen)"),
    ],
)
def test_what_a_browser_lacks_is_said_before_anybody_is_enrolled(
    chromium: Browser, make_built_study: MakeStudy, without: str, said: str
) -> None:
    study = make_built_study(pages=1, yaml=pages_only(2))
    with served(study) as address, visit(chromium, address, init_script=without) as page:
        heading(page, "This browser cannot run the test")
        expect(page.locator("main li")).to_have_text([said])
    assert listeners(study.folder) == 0


def test_a_browser_too_old_for_the_script_says_so_by_itself(chromium: Browser, make_built_study: MakeStudy) -> None:
    study = make_built_study(pages=1, yaml=pages_only(2))
    with served(study) as address:
        context = chromium.new_context()
        page = context.new_page()
        page.route("**/main.js", lambda route: route.fulfill(content_type="text/javascript", body="class { #old } ?."))
        page.goto(address)
        expect(page.get_by_text("this browser is too old for it")).to_be_visible()
        context.close()
    assert listeners(study.folder) == 0


def listeners(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "responses.db")) as store:
        return int(store.execute("SELECT count(*) FROM participant").fetchone()[0])
