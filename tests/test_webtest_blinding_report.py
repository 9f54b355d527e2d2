"""The blinding report of `evalkit check`: it measures, and finds what was planted."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import study_yaml
from flask import request

from evalkit.study import Study
from webtest import blinding_report
from webtest.app import create_app
from webtest.assignment.at_random import AtRandom
from webtest.blinding import Library
from webtest.key import open_bundle


def report(study: Study) -> dict[str, tuple[str, str]]:
    return {name: (status, text) for name, status, text in blinding_report.findings(study, open_bundle(study))}


def files(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def test_a_good_study_is_reported_as_equal_random_and_nameless(built_study: Study) -> None:
    before = files(built_study.folder)
    found = report(built_study)
    notes = ("blinding: recording", "blinding: people")  # what is not measured does not claim to be
    assert {name for name, (status, _) in found.items() if status == "note"} == set(notes)
    assert {status for name, (status, _) in found.items() if name not in notes} == {"ok"}
    assert found["blinding: sizes"][1].startswith("equal for all sounds of a page, as sent, on 2 pages: ")
    assert "Cache-Control" in found["blinding: headers"][1] and "ETag" not in found["blinding: headers"][1]
    assert "expected 33.3" in found["blinding: order"][1]
    assert "for each sound audio, bytes, id, initials, label, sha256, slot; for its page" in found["blinding: sent"][1]
    assert "subtract two" in found["blinding: recording"][1]
    assert files(built_study.folder) == before


def test_a_sound_of_another_size_is_an_error(built_study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    marked = open_bundle(built_study).pages[0].stimuli[0].id
    whole = Library.size
    monkeypatch.setattr(Library, "size", lambda self, one: whole(self, one) + (one == marked))
    assert report(built_study)["blinding: sizes"][0] == "error"


def test_a_header_that_differs_is_an_error(built_study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_tags(*given, **settings):
        app = create_app(*given, **settings)

        @app.after_request
        def tag(response):
            response.headers["ETag"] = f'"{request.path[-8:]}"'
            return response

        return app

    monkeypatch.setattr(blinding_report, "create_app", with_tags)
    assert report(built_study)["blinding: headers"][0] == "error"


@pytest.mark.parametrize(
    ("more", "told"),
    [({"condition": "x"}, "more than it should: condition"), ({"label": "random_forest_dry"}, "of its")],
)
def test_a_page_that_tells_more_is_an_error(
    built_study: Study, monkeypatch: pytest.MonkeyPatch, more: dict[str, str], told: str
) -> None:
    def talkative(*given, **settings):
        app = create_app(*given, **settings)

        @app.after_request
        def tell(response):
            if "/pages/" in request.path:
                page = response.get_json()
                page["slots"][0] |= more
                response.set_data(json.dumps(page))
            return response

        return app

    monkeypatch.setattr(blinding_report, "create_app", talkative)
    status, text = report(built_study)["blinding: sent"]
    assert status == "error" and told in text


def test_an_order_that_is_not_random_is_an_error(built_study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    assign = AtRandom.assign

    def in_order(*given):
        pages = assign(*given)
        return [replace(page, slots=tuple(sorted(page.slots, key=lambda slot: slot.stimulus_id))) for page in pages]

    monkeypatch.setattr(AtRandom, "assign", in_order)
    status, text = report(built_study)["blinding: order"]
    assert status == "error" and "0.0 to" in text


def test_instructions_that_name_a_condition_are_a_warning(make_built_study: Callable[..., Study]) -> None:
    text = study_yaml(3).replace("Move every bar.", "Move every bar; Random Forest Wet may sound odd.")
    status, message = report(make_built_study(yaml=text))["blinding: names"]
    assert status == "warning" and "Random Forest Wet" in message


def test_a_name_inside_another_word_is_none(make_built_study: Callable[..., Study]) -> None:
    text = study_yaml(3).replace("Move every bar.", "Move every bar of the random forest wetland.")
    assert report(make_built_study(yaml=text))["blinding: names"][0] == "ok"
