"""Every word of the page comes from one file a language: English, German, and a third that is only a file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from browser_support import served, visit
from playwright.sync_api import Browser, Page
from walk_support import STEPS, every_step, walk

from evalkit.errors import ConfigError
from evalkit.study import Study
from webtest import words
from webtest.plan import check_plan

pytestmark = pytest.mark.browser
STUDYS_OWN = (
    "Drum mixes", "How much do you like each mix?", "Dislike very much", "Neutral", "Like very much", "Move every bar.",
    "You will hear", "drum loops", ". It takes about ten minutes.", "Thank you.", "Your age", "Your gender", "Female",
    "Male", "Other", "No answer", "Critical listening", "None", "Some", "Much", "Mix", "mix",
)  # fmt: skip
SEEN = """() => {
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const holder = texts.currentNode.parentElement;
    if (!holder.closest("script, noscript, template, output[data-part=code], [data-part=assessor]")) {
      found.push(texts.currentNode.data);
    }
  }
  for (const name of ["aria-label", "aria-valuetext", "placeholder", "title"]) {
    for (const one of document.body.querySelectorAll(`[${name}]`)) found.push(one.getAttribute(name));
  }
  return [...found, document.title].filter((one) => one.trim() !== "");
}"""


def bracketed() -> dict[str, str]:
    """Return a language in which every text stands in brackets."""
    return {key: f"⟦{text}⟧" for key, text in words.words("en").items()}


def left_over(text: str) -> str:
    """Return what is neither in brackets nor the study's own, apart from letters, numbers and signs."""
    while True:
        shorter = re.sub("⟦[^⟦⟧]*⟧", "", text)
        if shorter == text:
            break
        text = shorter
    for own in STUDYS_OWN:
        text = text.replace(own, "")
    return " ".join(re.findall(r"[^\W\d_]{3,}", text))


def test_a_third_language_is_one_file_and_no_word_stands_anywhere_else(
    chromium: Browser, make_built_study: Callable[..., Study], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    third = json.dumps(bracketed(), ensure_ascii=False)
    for name in words.locales():
        (tmp_path / f"{name}.json").write_bytes((words.FOLDER / f"{name}.json").read_bytes())
    (tmp_path / "fr.json").write_text(third, encoding="utf-8")
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    study = make_built_study(pages=2, conditions=2, yaml=every_step("fr"))

    def hand_out(page: Page) -> None:
        page.route("**/strings/fr.json", lambda route: route.fulfill(content_type="application/json", body=third))

    with served(study) as address, visit(chromium, "about:blank") as page:
        hand_out(page)
        page.goto(address)
        seen = []
        for step in walk(page):
            seen.append(step)
            assert page.locator("html").get_attribute("lang") == "fr"
            literal = [(step, text) for text in page.evaluate(SEEN) if left_over(text)]
            assert literal == []
    assert tuple(seen) == STEPS


def test_a_german_study_is_german_from_the_first_byte_whatever_the_browser_speaks(
    chromium: Browser, make_built_study: Callable[..., Study]
) -> None:
    study = make_built_study(pages=2, conditions=2, yaml=every_step("de"))
    german = set(words.words("de").values())
    with served(study) as address, visit(chromium, address, locale="en-GB") as page:
        answer = page.reload()
        assert answer is not None
        first = answer.text()
        assert '<html lang="de"' in first and words.words("de")["start.no_script"] in first
        assert words.words("en")["start.no_script"] not in first
        steps = walk(page)
        assert next(steps) == "consent"
        assert page.locator("#next").inner_text() in german


def test_an_unknown_language_is_an_error_with_its_line(make_built_study: Callable[..., Study]) -> None:
    study = make_built_study(pages=2, conditions=2, yaml=every_step("nl"))
    with pytest.raises(ConfigError, match=r"study\.yaml:\d+: locale: the page does not speak 'nl', only de, en"):
        check_plan(study)
