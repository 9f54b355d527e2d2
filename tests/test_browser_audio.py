"""Sound in a real Chromium: what is served decodes exactly, damaged sounds are fetched again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import numpy as np
import pytest
import soundfile
from browser_support import (
    SOUND_COUNT,
    answer_questions,
    consent,
    go_to_pages,
    heading,
    press_next,
    served,
    set_level,
    visit,
    wait_for_page,
    wait_for_sounds,
)
from conftest import study_yaml
from player_probe import TO_BASE64, samples_of
from playwright.sync_api import Browser, Route

from evalkit.session import AUDIO_FOLDER, read_session
from evalkit.study import Study

pytestmark = pytest.mark.browser


def test_served_flac_decodes_to_the_samples_of_the_bundle(
    chromium: Browser, make_built_study: Callable[..., Study]
) -> None:
    study = make_built_study(pages=1, conditions=7, seconds=1.237)
    files = [
        study.session_folder / AUDIO_FOLDER / stimulus.file
        for stimulus in read_session(study.session_folder).pages[0].stimuli
    ]
    with served(study) as address, visit(chromium, address) as page:
        go_to_pages(page)
        decoded = page.evaluate(
            """async () => {
              const { Api } = await import(new URL("static/js/api.js", location.href).href);
              const { loadSound } = await import(new URL("static/js/audio.js", location.href).href);
              const api = new Api(new URL("api/v1/", location.href).href);
              api.token = JSON.parse(localStorage.getItem("evalkit:/")).token;
              const { step } = await api.request("GET", "state");
              const { slots, samples, rate_hz } = await api.request("GET", `pages/${step.page}`);
              const sounds = await Promise.all(slots.map((slot) => loadSound(api, slot, { samples, rateHz: rate_hz })));
              const base64 = BASE64;
              return sounds.map((sound) => [0, 1].map((side) => base64(sound.getChannelData(side))));
            }""".replace("BASE64", TO_BASE64)
        )
    originals = [soundfile.read(str(path), dtype="float64")[0] for path in files]
    found = [np.stack([samples_of(channel) for channel in channels], axis=1) for channels in decoded]
    assert {audio.shape for audio in found} == {originals[0].shape}
    error = np.array([[np.max(np.abs(audio - original)) for original in originals] for audio in found])
    assert sorted(np.argmin(error, axis=1)) == list(range(7))
    assert error.min(axis=1).max() < 2**-20


def test_the_first_pages_sounds_come_while_the_instructions_are_read(
    chromium: Browser, make_built_study: Callable[..., Study]
) -> None:
    with served(make_built_study(pages=1, conditions=3)) as address, visit(chromium, address) as page:
        consent(page)
        answer_questions(page)
        set_level(page)
        heading(page, "What to do")
        wait_for_sounds(page, 1 + 3)
        seen: list[str] = []
        page.on("request", lambda request: seen.append(request.url))
        press_next(page)
        wait_for_page(page, 1)
        assert not [url for url in seen if "/audio/" in url or ("/pages/" in url and not url.endswith("/draft"))]


def test_the_first_pages_sounds_come_while_questions_are_answered(
    chromium: Browser, make_built_study: Callable[..., Study]
) -> None:
    text = re.sub("^flow: .*$", 'flow: [consent, "questions:about", pages]', study_yaml(3), flags=re.MULTILINE)
    with served(make_built_study(pages=1, yaml=text)) as address, visit(chromium, address) as page:
        heading(page, "Drum mixes")
        assert page.evaluate(SOUND_COUNT) == 0  # nothing is fetched before somebody agrees
        consent(page)
        heading(page, "About you")
        wait_for_sounds(page, 3)
        seen: list[str] = []
        page.on("request", lambda request: seen.append(request.url))
        answer_questions(page)
        wait_for_page(page, 1)
        assert not [url for url in seen if "/audio/" in url]


def test_a_page_entered_while_its_sounds_come_fetches_each_once(
    chromium: Browser, make_built_study: Callable[..., Study]
) -> None:
    held: list[Route] = []
    asked: list[str] = []

    def hold_the_second(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 3:  # the level sound, the first of the page, and this one
            held.append(route)
        else:
            route.continue_()

    with served(make_built_study(pages=1, conditions=3)) as address, visit(chromium, address) as page:
        page.route("**/api/v1/audio/*", hold_the_second)
        consent(page)
        answer_questions(page)
        set_level(page)
        heading(page, "What to do")
        page.wait_for_function(f"() => {SOUND_COUNT} >= 2")
        press_next(page)
        page.get_by_text("Loading the sounds").wait_for()
        held[0].continue_()
        wait_for_page(page, 1)
        assert len(asked) == len(set(asked)) == 1 + 3


def test_damaged_audio_is_fetched_again(chromium: Browser, make_built_study: Callable[..., Study]) -> None:
    with served(make_built_study(pages=1)) as address, visit(chromium, address) as page:
        seen: dict[str, int] = {}

        def cut(route: Route) -> None:
            url = route.request.url
            seen[url] = seen.get(url, 0) + 1
            answer = route.fetch()
            body = answer.body()
            if seen[url] == 1:
                body = body[: len(body) // 2] if len(seen) % 2 else body[:-1] + bytes([body[-1] ^ 1])
            route.fulfill(status=200, content_type="audio/flac", body=body)

        page.route("**/api/v1/audio/*", cut)
        go_to_pages(page)
        assert set(seen.values()) == {2}


def test_lost_audio_is_said_with_a_way_on(chromium: Browser, make_built_study: Callable[..., Study]) -> None:
    with served(make_built_study(pages=1)) as address, visit(chromium, address, may_fail=True) as page:
        page.route("**/api/v1/audio/*", lambda route: route.fulfill(status=500, body=json.dumps({"title": "broken"})))
        page.get_by_label("I have read this").check()
        page.locator("#next").click()
        page.get_by_label("Some").check()
        page.locator("#next").click()
        page.get_by_role("heading", name="A sound could not be loaded").wait_for()
        page.unroute("**/api/v1/audio/*")
        page.get_by_role("button", name="Try again").click()
        page.get_by_role("button", name="Play the level sound").wait_for()
