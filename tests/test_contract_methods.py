"""Every rating method, and one from elsewhere: options, files, robots, keyboard, axe."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import select

from evalkit import registry
from evalkit.errors import ConfigError
from evalkit.study import Study, read_study
from webtest.app import create_app, open_study
from webtest.key import index_by_frames, open_bundle
from webtest.methods import KIND, load_method
from webtest.rehearsal import rehearse_on
from webtest.server import running
from webtest.storage import schema
from webtest.storage.sql import SqlStore

NAMES = registry.names(KIND)
THUMBS = {
    "__init__.py": '''\
"""Thumbs up or down: a method of some other package."""

from webtest.methods import Gates, PageOptions as Options

RANGE, DECIMALS, START = (0.0, 100.0), 0, "unset"


def scales(options):
    return ("thumb",)
''',
    "page.css": ".thumbs { display: grid; gap: 8px; }\n",
    "page.js": """\
export function mount(root, { slots, page, rate, select, heard, signal }) {
  const rows = slots.map((slot) => {
    const row = document.createElement("p");
    for (const [word, value] of [["Down", 0], ["Up", 100]]) {
      const button = document.createElement("button");
      button.className = "button";
      button.textContent = `${word} ${slot.label}`;
      button.addEventListener("click", () => {
        select(slot.id);
        rate(slot.id, page.scales[0], value, { input: "pointer", phase: "end" });
      }, { signal });
      row.append(button);
    }
    return row;
  });
  const box = document.createElement("div");
  box.className = "thumbs";
  box.append(...rows);
  root.append(box);
  return {
    how: "Thumbs.", keys: "Tab and Enter.", help: "Press a thumb.", verb: "rate", legend: ["new"],
    refresh: () => {}, focus: (id) => rows[slots.findIndex((slot) => slot.id === id)].firstChild.focus(),
  };
}
""",
}


def with_method(study: Study, page: str) -> Study:
    path = study.folder / "study.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"page:\n(  .*\n)+", f"page: {page}\n", text), encoding="utf-8")
    return read_study(study.folder)


def rehearsed(study: Study) -> list[tuple[str, float | None]]:
    """Let one robot take the test; returns its ratings as (scale, value)."""
    settings = open_study(study, rehearsal=True)
    index = index_by_frames(study, open_bundle(study))
    try:
        with running(create_app(settings)) as address:
            rehearse_on(address, index, seed=1, robots=range(1))
        assert isinstance(settings.store, SqlStore)
        with settings.store.database.read() as connection:
            query = select(schema.rating.c.scale, schema.rating.c.value)
            return [(row.scale, row.value) for row in connection.execute(query)]
    finally:
        settings.store.close()


@pytest.fixture
def thumbs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Install a small method as another distribution would: a folder and an entry point."""
    folder = tmp_path / "elsewhere" / "thumbs_of_others"
    folder.mkdir(parents=True)
    for name, text in THUMBS.items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder.parent))
    point = EntryPoint(name="thumbs", value="thumbs_of_others", group=f"evalkit.{KIND}")
    known = registry.entry_points

    def found(*, group: str) -> list[EntryPoint]:
        return [*known(group=group), *([point] if group == point.group else [])]

    monkeypatch.setattr(registry, "entry_points", found)
    return "thumbs"


@pytest.mark.parametrize("name", NAMES)
def test_a_method_is_one_folder_with_script_and_style(built_study: Study, name: str) -> None:
    method = load_method(with_method(built_study, f"{{method: {name}}}"))
    assert {"__init__.py", "page.js", "page.css"} <= {path.name for path in method.folder.iterdir()}


@pytest.mark.parametrize("name", NAMES)
def test_a_methods_values_fit_the_store_and_it_has_a_scale(built_study: Study, name: str) -> None:
    method = load_method(with_method(built_study, f"{{method: {name}}}"))
    low, high = method.range
    assert 0 <= low < high <= 100 and method.decimals in (0, 1)
    assert method.scales and len(set(method.scales)) == len(method.scales)


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_option_is_named(built_study: Study, name: str) -> None:
    with pytest.raises(ConfigError, match=r"page\.options\.nouns: unknown field; did you mean 'noun'"):
        load_method(with_method(built_study, f"{{method: {name}, options: {{nouns: x}}}}"))


GATES = (
    "{play_all: {fraction: 0.5}, move_all: true, one_at_least: 95, min_switches: 9, min_page_s: 30,"
    " comment_required: each}"
)


@pytest.mark.parametrize("name", NAMES)
def test_a_robot_passes_every_gate(built_study: Study, name: str) -> None:
    found = rehearsed(with_method(built_study, f"{{method: {name}, gates: {GATES}}}"))
    assert len(found) == 2 * 3 and max(value or 0 for _, value in found) >= 95


def test_a_robot_rates_every_axis(built_study: Study) -> None:
    axes = "[{id: clarity, question: Clear?, anchors: [a, b, c]}, {id: space, question: Wide?, anchors: [a, b, c]}]"
    found = rehearsed(with_method(built_study, f"{{method: ape, options: {{axes: {axes}}}}}"))
    assert sorted(scale for scale, _ in found) == ["clarity"] * 6 + ["space"] * 6


def test_a_method_from_elsewhere_needs_one_folder_and_an_entry_point(built_study: Study, thumbs: str) -> None:
    study = with_method(built_study, f"{{method: {thumbs}, gates: {{move_all: true}}}}")
    assert isinstance(registry.load(KIND, thumbs), ModuleType)
    assert {scale for scale, _ in rehearsed(study)} == {"thumb"}


@pytest.mark.browser
def test_a_method_from_elsewhere_is_rated_in_the_browser(
    built_study: Study, thumbs: str, chromium: object, make_built_study: Callable[..., Study]
) -> None:
    from browser_support import pages_only, press_next, served, visit
    from playwright.sync_api import Browser, expect

    assert isinstance(chromium, Browser)
    study = make_built_study(folder=built_study.folder.parent / "small", yaml=pages_only(3))
    study = with_method(study, f"{{method: {thumbs}, gates: {{move_all: true}}}}")
    with served(study) as address, visit(chromium, address) as page:
        for letter in "ABC":
            page.get_by_role("button", name=f"Up {letter}").click()
        assert page.locator(".thumbs").evaluate("box => getComputedStyle(box).display") == "grid"
        press_next(page)
        expect(page.locator("#where")).to_contain_text("Page 2")
