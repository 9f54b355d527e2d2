"""The page's files: words in one file a language, markup and style under the content policy, no foreign address."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import webtest

ROOT = Path(webtest.__file__).parent
SCRIPTS = sorted([*ROOT.glob("static/js/**/*.js"), *ROOT.glob("methods/*/*.js")])
TEMPLATES = sorted(ROOT.glob("templates/**/*.html"))
STYLES = sorted(ROOT.glob("static/*.css"))
STRINGS = sorted(ROOT.glob("static/strings/*.json"))


def english() -> dict[str, str]:
    found: dict[str, str] = json.loads((ROOT / "static" / "strings" / "en.json").read_text(encoding="utf-8"))
    return found


def used_keys() -> set[str]:
    """Return the keys that scripts and templates name outright."""
    keys: set[str] = set()
    for path in SCRIPTS:
        keys |= set(re.findall(r"""\bt\(\s*(?:\w+(?:\.\w+)? \? )?["`]([^"`]+)["`]""", path.read_text(encoding="utf-8")))
    for path in TEMPLATES:
        keys |= set(re.findall(r'data-t(?:-label|-placeholder)?="([^"]+)"', path.read_text(encoding="utf-8")))
    return keys


def test_the_scripts_name_nothing_that_is_not_there_and_fit_their_types() -> None:
    compiler = Path(sys.prefix) / "typescript" / "node_modules" / ".bin" / "tsc"
    if not compiler.is_file():
        pytest.skip("no TypeScript: 'make lint' installs it where there is npm")
    checked = subprocess.run(
        [str(compiler), "-p", str(ROOT / "jsconfig.json")], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_every_text_that_the_page_shows_is_in_the_english_file() -> None:
    known = english()
    for key in used_keys():
        pattern = re.compile(re.sub(r"\\\$\\\{.*?\\\}", "[^ ]+", re.escape(key)))
        assert any(pattern.fullmatch(name) for name in known), key


def test_every_language_has_the_same_texts_with_the_same_values() -> None:
    def shape(texts: dict[str, str]) -> dict[str, set[str]]:
        return {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in texts.items()}

    for path in STRINGS:
        assert shape(json.loads(path.read_text(encoding="utf-8"))) == shape(english()), path.name


@pytest.mark.parametrize("path", STRINGS, ids=lambda path: path.name)
def test_only_browsers_in_which_something_is_tested_are_recommended(path: Path) -> None:
    texts = json.loads(path.read_text(encoding="utf-8"))
    assert "Safari" not in path.read_text(encoding="utf-8")
    for key in ("start.too_old", "cannot.text"):
        assert all(name in texts[key] for name in ("Chrome", "Edge", "Firefox"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_makes_no_markup_from_text_and_no_globals(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
    assert not re.search(r"(?:window|globalThis)\.\w+ *=[^=]", text)
    assert ("DOMParser" in text) == (path.name == "dom.js")
    assert len(text.splitlines()) <= 300


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_inline_style_or_handler(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r'\sstyle="|\son\w+="|<style|<script(?![^>]* src=)', text)


@pytest.mark.parametrize("path", [*SCRIPTS, *TEMPLATES, *STYLES], ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    found = re.findall(r"(?:https?:)?//[\w.-]+\.\w{2,}", path.read_text(encoding="utf-8"))
    assert [address for address in found if "www.w3.org" not in address] == []
