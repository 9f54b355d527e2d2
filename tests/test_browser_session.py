"""One whole visit in a real Chromium, by mouse and by keyboard alone: the export holds exactly what was given."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile
from browser_support import (
    answer_questions,
    bar,
    consent,
    drag,
    heading,
    letters,
    served,
    set_level,
    value,
    visit,
    wait_for_page,
)
from playwright.sync_api import Browser, Locator, Page, Response, expect

from evalkit.session import AUDIO_FOLDER, read_session
from evalkit.study import Study
from webtest.export import export_store
from webtest.storage.engine import open_database, store_url

pytestmark = pytest.mark.browser
PAGES = 2
Given = dict[tuple[int, str], float]  # (number of the page, letter): where the bar was left


class Listening:
    """What reached the browser: which sound stood behind which letter, told by the samples themselves."""

    def __init__(self, page: Page, study: Study) -> None:
        self.pages: dict[int, dict[str, str]] = {}
        self.sounds: dict[str, bytes] = {}
        session = read_session(study.session_folder)
        self.originals = {
            (stimulus.condition, built.id): soundfile.read(str(study.session_folder / AUDIO_FOLDER / stimulus.file))[0]
            for built in session.pages
            for stimulus in built.stimuli
        }
        page.on("response", self._keep)

    def _keep(self, response: Response) -> None:
        path = response.url.split("/api/v1/")[-1]
        if path.startswith("audio/"):
            self.sounds[path.removeprefix("audio/")] = response.body()
        elif path.startswith("pages/") and response.request.method == "GET":
            page = response.json()
            self.pages[page["index"]] = {slot["label"]: slot["id"] for slot in page["slots"]}

    def condition(self, number: int, letter: str) -> str:
        """Return the condition whose samples were played for a letter."""
        heard, _ = soundfile.read(io.BytesIO(self.sounds[self.pages[number][letter]]))
        same = [name for (name, _), audio in self.originals.items() if np.array_equal(audio, heard)]
        assert len(same) == 1
        return same[0]


def export(study: Study) -> Path:
    """Export as ``evalkit export`` does."""
    database = open_database(store_url(None, study.folder / "responses.db"), create=False)
    try:
        return export_store(study, database, rehearsal=False, masked=False).folder
    finally:
        database.close()


def exported_scores(folder: Path) -> dict[tuple[int, str], float]:
    ratings = pd.read_csv(folder / "ratings.csv")
    assert len(ratings) == len(ratings.groupby(["assessor", "page", "condition", "scale", "replicate"]))
    return {(row.page_position, row.condition): row.score for row in ratings.itertuples()}


def expected_scores(given: Given, listening: Listening) -> dict[tuple[int, str], float]:
    return {(number, listening.condition(number, letter)): score for (number, letter), score in given.items()}


def test_a_session_by_mouse_is_exported_exactly(chromium: Browser, make_built_study: Callable[..., Study]) -> None:
    study = make_built_study(pages=PAGES, conditions=4)
    given: Given = {}
    targets = iter([12.0, 88.0, 45.0, 46.0, 0.0, 100.0, 63.3, 30.0])
    with served(study) as address, visit(chromium, address) as page:
        listening = Listening(page, study)
        consent(page)
        answer_questions(page)
        set_level(page)
        heading(page, "What to do")
        page.locator("#next").click()
        for number in range(1, PAGES + 1):
            wait_for_page(page, number)
            for letter in letters(page):
                drag(page, letter, next(targets))
                given[number, letter] = value(page, letter)
            bar(page, "B").click()
            page.get_by_label("Comment on B").fill("=SUM(boom)")
            drag(page, "A", 70)
            given[number, "A"] = value(page, "A")
            page.get_by_role("slider", name="Volume").fill("3")
            page.get_by_role("button", name="Pause").click()
            page.locator("#next").click()
        heading(page, "Anything you would like to tell us?")
        page.get_by_label("Your remarks").fill("Nice loops.")
        page.locator("#next").click()
        heading(page, "Thank you")
        expect(page.locator("main")).to_contain_text("All your answers are saved.")
        page.reload()
        heading(page, "Thank you")
    folder = export(study)
    assert exported_scores(folder) == expected_scores(given, listening)
    ratings = pd.read_csv(folder / "ratings.csv")
    assert set(ratings["n_moves"]) == {1, 2} and (ratings["n_moves"] == 2).sum() == PAGES
    assert (ratings["n_plays"] >= 1).all() and (ratings["listened_s"] > 0).all()
    assert (ratings["page_s"] > 0).all()
    assert list(pd.read_csv(folder / "assessors.csv")["state"]) == ["complete"]
    check_answers(folder, listening)
    check_events(folder)


def check_answers(folder: Path, listening: Listening) -> None:
    with (folder / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    questions = {row["question"]: row["value"] for row in rows if row["kind"] == "question"}
    assert questions == {"age": "31", "skill": "Some"}
    comments = Counter((row["condition"], row["value"]) for row in rows if row["kind"] == "comment")
    boomy = Counter((listening.condition(number, "B"), "'=SUM(boom)") for number in range(1, PAGES + 1))
    assert comments == boomy + Counter([("", "Nice loops.")])


def check_events(folder: Path) -> None:
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    times = Counter(event["seq"] for event in events)
    rows = [times[seq] for seq in range(max(times) + 1)]
    assert rows == sorted(rows, reverse=True) and set(rows) <= {1, 2}  # the visit, and the reload at its end: no gaps
    kinds = Counter(event["kind"] for event in events)
    assert kinds["page.enter"] == kinds["page.ready"] == kinds["page.submit"] == PAGES
    assert kinds["rate"] == PAGES * 5
    assert kinds["volume"] >= 1
    assert kinds["session.start"] == 1 and kinds["session.resume"] == 1


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(40):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {target}")


def go_on(page: Page) -> None:
    tab_to(page, page.locator("#next"))
    page.keyboard.press("Enter")


def test_a_session_by_keyboard_alone_is_exported_exactly(
    chromium: Browser, make_built_study: Callable[..., Study]
) -> None:
    study = make_built_study(pages=PAGES, conditions=3)
    given: Given = {}
    keys: dict[str, list[str]] = {
        "A": ["Home", "PageUp", "ArrowRight", "ArrowRight"],
        "B": ["End", "Shift+ArrowLeft", "ArrowDown"],
        "C": ["ArrowUp"],
    }
    with served(study) as address, visit(chromium, address) as page:
        listening = Listening(page, study)
        tab_to(page, page.get_by_label("I have read this"))
        page.keyboard.press("Space")
        go_on(page)
        heading(page, "About you")
        tab_to(page, page.get_by_label("Your age"))
        page.keyboard.type("28")
        tab_to(page, page.get_by_label("None"))
        page.keyboard.press("ArrowDown")
        go_on(page)
        heading(page, "Set your level")
        tab_to(page, page.get_by_role("button", name="Play the level sound"))
        page.keyboard.press("Enter")
        tab_to(page, page.get_by_label("The level is comfortable"))
        page.keyboard.press("Space")
        go_on(page)
        heading(page, "What to do")
        go_on(page)
        for number in range(1, PAGES + 1):
            wait_for_page(page, number)
            go_on(page)  # something is missing: the first missing bar is selected
            expect(bar(page, "A")).to_be_focused()
            for letter, presses in keys.items():
                page.keyboard.press(letter.lower())
                for key in presses:
                    page.keyboard.press(key)
                given[number, letter] = value(page, letter)
            page.keyboard.press("n")
            page.keyboard.type("Space and a letter c stay text")
            page.keyboard.press("Escape")
            expect(bar(page, "C")).to_be_focused()
            go_on(page)
        heading(page, "Anything you would like to tell us?")
        go_on(page)
        heading(page, "Thank you")
    assert given[1, "A"] == given[2, "A"] == 12 and given[1, "B"] == 89
    folder = export(study)
    assert exported_scores(folder) == expected_scores(given, listening)
    ratings: Any = pd.read_csv(folder / "ratings.csv")
    assert set(ratings["n_moves"]) == {1}
    answers = pd.read_csv(folder / "answers.csv")
    assert list(answers.loc[answers["kind"] == "comment", "value"]) == ["Space and a letter c stay text"] * PAGES
