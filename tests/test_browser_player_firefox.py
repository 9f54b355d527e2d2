"""Firefox decodes what is served to the samples of the bundle, and renders the player as Chromium does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import soundfile
from browser_support import pages_only, served, visit, wait_for_page
from conftest import build_study
from firefox import Firefox, find_firefox, launched_firefox
from player_probe import RENDER, RENDER_SCHEDULED, TO_BASE64, Action, Floats, request, samples_of
from playwright.sync_api import Browser

from evalkit.session import AUDIO_FOLDER, read_session
from evalkit.study import Study

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# The page's own code decodes what the server hands to this listener.
DECODE = """async () => {
  const { Api } = await import(new URL("/static/js/api.js", location.href).href);
  const { loadSound } = await import(new URL("/static/js/audio.js", location.href).href);
  const api = new Api(new URL("/api/v1/", location.href).href);
  api.token = JSON.parse(localStorage.getItem("evalkit:/")).token;
  const { step } = await api.request("GET", "state");
  const { slots, samples, rate_hz } = await api.request("GET", `pages/${step.page}`);
  const sounds = await Promise.all(slots.map((slot) => loadSound(api, slot, { samples, rateHz: rate_hz })));
  const toBase64 = TO_BASE64;
  return sounds.map((sound) => [0, 1].map((side) => toBase64(sound.getChannelData(side))));
}""".replace("TO_BASE64", TO_BASE64)
READY = """async () => {
  while (!document.querySelector("main [data-part=playback]")) await new Promise((resolve) => setTimeout(resolve, 100));
}"""
SAMPLES = 30_011
ACTIONS: list[Action] = [
    (40, "select", ("1",)), (80, "select", ("2",)), (81, "select", ("0",)), (120, "seek", (10_000,)),
    (160, "moveLoop", ("from", 3_001)), (170, "moveLoop", ("to", 26_003)), (300, "select", ("2",)),
]  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Return a study of seven sounds on a page."""
    folder = tmp_path_factory.mktemp("firefox") / "study"
    return build_study(folder, pages=1, conditions=7, seconds=1.237, yaml=pages_only(7))


@pytest.fixture(scope="module")
def address(study: Study) -> Iterator[str]:
    """Serve it."""
    with served(study) as address:
        yield address


@pytest.fixture(scope="module")
def firefox(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """Open the rating page in Firefox."""
    path = find_firefox()
    if path is None:
        pytest.skip("no Firefox is installed; on Debian and Ubuntu: apt install firefox-esr")
    with launched_firefox(path, tmp_path_factory.mktemp("firefox") / "profile") as firefox:
        firefox.goto(address)
        firefox.evaluate(READY)
        yield firefox


def test_firefox_decodes_what_is_served_to_the_samples_of_the_bundle(firefox: Firefox, study: Study) -> None:
    stimuli = read_session(study.session_folder).pages[0].stimuli
    originals = [soundfile.read(study.session_folder / AUDIO_FOLDER / one.file)[0] for one in stimuli]
    found = [np.stack([samples_of(side) for side in sides], axis=1) for sides in firefox.evaluate(DECODE)]
    error = np.array([[np.max(np.abs(audio - original)) for original in originals] for audio in found])
    assert sorted(np.argmin(error, axis=1)) == list(range(7))
    assert error.min(axis=1).max() < 1e-6


@pytest.mark.parametrize("playback", [{}, {"fade": "equal_power"}, {"restart_on_switch": True}])
def test_firefox_renders_the_player_as_chromium_does(
    firefox: Firefox, chromium: Browser, address: str, playback: dict[str, Any]
) -> None:
    sounds = np.random.default_rng(11).uniform(-0.5, 0.5, (3, SAMPLES, 2)).astype("<f4").astype(float)
    asked = request(sounds, ACTIONS, total=90_000, **playback)
    with visit(chromium, address) as page:
        wait_for_page(page, 1)
        expected = both_sides(page.evaluate(RENDER, asked))
    found = both_sides(firefox.evaluate(RENDER_SCHEDULED, asked))
    assert np.max(np.abs(expected)) > 0.4
    assert np.max(np.abs(found - expected)) < 1e-6


def both_sides(found: dict[str, Any]) -> Floats:
    """Return a rendering as (samples, 2)."""
    return np.stack([samples_of(found["left"]), samples_of(found["right"])], axis=1)
