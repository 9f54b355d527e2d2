"""The player in a real Chromium, rendered off-line: every sample is what a reference of the written rules gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from browser_support import served, visit
from conftest import build_study
from player_probe import (
    BLOCK,
    EDGE,
    LEAD,
    RATE_HZ,
    RENDER,
    Action,
    Floats,
    Part,
    Weight,
    coded_sounds,
    heard_at,
    request,
    samples_of,
)
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

FADE = 441  # samples: 10 ms
SAMPLES = 30_011  # a prime: no end falls on a block
WHOLE = (0, SAMPLES)


@pytest.fixture(scope="module")
def page(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Return a window with the rating page's modules."""
    study = build_study(tmp_path_factory.mktemp("player") / "study", pages=1)
    with served(study) as address, visit(chromium, address) as page:
        page.locator("h1").wait_for()
        yield page


@pytest.fixture(scope="module")
def noise() -> Floats:
    """Return three independent sounds, exact in 32 bits."""
    return np.random.default_rng(7).uniform(-0.5, 0.5, (3, SAMPLES, 2)).astype("<f4").astype(float)


def render(page: Page, sounds: Floats, actions: list[Action], **settings: Any) -> tuple[Floats, dict[str, Any]]:
    """Run the player; returns the output, (total, 2), and its events, listening times and position."""
    found = page.evaluate(RENDER, request(sounds, actions, **settings))
    return np.stack([samples_of(found["left"]), samples_of(found["right"])], axis=1), found


def first_part(start: int = LEAD, *, open: int = 0, offset: int = 0, loop: tuple[int, int] | None = WHOLE) -> Part:
    """Return what sounds after play was pressed."""
    weights = [Weight(start=float(index == open)) for index in range(3)]
    return Part(
        start=start, offset=offset, loop=loop, weights=weights, whole=Weight(start=0, moves=[(start, 1.0, EDGE)])
    )


def switch(part: Part, at: int, to: int) -> None:
    """Let a part cross-fade to one of its sounds."""
    for index, weight in enumerate(part.weights):
        weight.moves.append((at, float(index == to), FADE))


def followed_by(part: Part, following: Part, *, fade: float) -> list[Part]:
    """Let a part fade out while the next fades in."""
    part.whole.moves.append((following.start, 0.0, fade))
    following.whole.moves[0] = (following.start, 1.0, fade)
    return [part, following]


def error(found: Floats, parts: list[Part], sounds: Floats, law: str = "equal_gain") -> float:
    """Return the largest difference from what the parts give together."""
    return float(np.max(np.abs(found - sum(part.rendered(sounds, len(found), law) for part in parts))))


def test_switches_render_as_the_reference_to_a_millionth(page: Page, noise: Floats) -> None:
    blocks = [40, 80, 81, 82, 120, 122, 160, 163, 200, 240, 241, 243, 280, 320, 321, 322, 323, 324, 360, 400, 440, 441]
    actions: list[Action] = [(block, "select", (str((n + 1) % 3),)) for n, block in enumerate(blocks)]
    found, _ = render(page, noise, actions, total=80_000)
    part = first_part()
    for block, _, (slot,) in actions:
        switch(part, heard_at(block), int(slot))
    assert len(blocks) > 20 and np.min(np.diff(blocks)) * BLOCK < FADE
    assert error(found, [part], noise) < 1e-6


def test_a_chosen_loop_renders_with_its_edges_as_the_reference(page: Page, noise: Floats) -> None:
    actions: list[Action] = [(20, "moveLoop", ("to", 27_001)), (40, "moveLoop", ("from", 4_321))]
    found, told = render(page, noise, actions, total=120_000)
    second, third = heard_at(20), heard_at(40)
    at = third - LEAD  # the place in the sounds, for there was no round yet
    one = followed_by(first_part(), first_part(second, offset=second - LEAD, loop=(0, 27_001)), fade=EDGE)
    parts = [one[0], *followed_by(one[1], first_part(third, offset=at, loop=(4_321, 27_001)), fade=EDGE)]
    assert error(found, parts, noise) < 1e-6
    assert [(event["kind"], event.get("from"), event.get("to")) for event in told["events"]] == [
        ("play", None, None), ("loop", 0, 27_001), ("loop", 4_321, 27_001),
    ]  # fmt: skip


def test_a_chosen_loop_begins_and_ends_in_silence_and_keeps_its_samples_between(page: Page) -> None:
    low, high = 3_000, 26_000
    actions: list[Action] = [(1, "moveLoop", ("from", low)), (2, "moveLoop", ("to", high))]
    found, _ = render(page, coded_sounds(1, SAMPLES), actions, total=100_000)
    number = found[:, 1] * 8
    seams = [n for n in np.flatnonzero(number[1000:] < 1e-7) + 1000 if number[n - 1] < 1e-7]
    assert len(seams) >= 3 and set(np.diff(seams)) == {high - low}
    between = found[seams[0] + EDGE : seams[1] - EDGE, 0] * 2**18
    assert np.max(np.abs(between - (low + EDGE + np.arange(between.size)))) < 1e-2


def test_the_whole_loops_without_a_seam(page: Page, noise: Floats) -> None:
    found, _ = render(page, noise, [], total=100_000)
    assert error(found, [first_part()], noise) < 1e-6


def test_without_loop_the_sound_ends_and_stays_silent(page: Page, noise: Floats) -> None:
    found, told = render(page, noise, [], total=60_000, looping=False)
    assert error(found, [first_part(loop=None)], noise) < 1e-6
    assert [event["kind"] for event in told["events"]] == ["play", "stop"]


def test_seeking_goes_to_the_sample_and_cross_fades(page: Page, noise: Floats) -> None:
    found, told = render(page, noise, [(100, "seek", (10_000,))], total=60_000)
    assert error(found, followed_by(first_part(), first_part(heard_at(100), offset=10_000), fade=EDGE), noise) < 1e-6
    assert told["events"][1] == {"kind": "seek", "slot": "0", "position": 10_000}


def test_seeks_faster_than_their_fade_add_up_to_one(page: Page) -> None:
    actions: list[Action] = [(block, "seek", (5_000,)) for block in (100, 101, 102, 103)]
    found, _ = render(page, coded_sounds(1, SAMPLES), actions, total=40_000)
    assert np.max(np.abs(found[LEAD + EDGE :, 1] * 8 - 1)) < 1e-6


def test_pausing_stops_in_silence_and_goes_on_from_there(page: Page) -> None:
    actions: list[Action] = [(100, "pause", ()), (200, "play", ())]
    found, told = render(page, coded_sounds(1, SAMPLES), actions, total=60_000)
    stopped, began = heard_at(100), heard_at(200)
    assert np.all(found[stopped + 222 : began + 1] == 0)
    assert [event["kind"] for event in told["events"]] == ["play", "stop", "play"]
    later = began + 1000
    assert found[later, 0] * 2**18 == pytest.approx(stopped - LEAD + later - began, abs=1e-2)
    assert told["listened"]["0"] == pytest.approx((100 * BLOCK + 60_000 - 200 * BLOCK) / RATE_HZ, abs=0.02)


def test_with_restart_on_switch_every_sound_begins_at_its_start(page: Page, noise: Floats) -> None:
    actions: list[Action] = [(100, "select", ("1",)), (102, "select", ("2",))]  # the second before the fade has ended
    found, told = render(page, noise, actions, total=60_000, restart_on_switch=True)
    second, third = heard_at(100), heard_at(102)
    one, two, three = first_part(), first_part(second, open=1), first_part(third, open=2)
    followed_by(one, two, fade=FADE)
    followed_by(two, three, fade=FADE)
    one.whole.moves.append((third, 0.0, FADE))
    assert error(found, [one, two, three], noise) < 1e-6
    assert [event["position"] for event in told["events"]] == [0, 0, 0]


def test_equal_power_keeps_the_power_of_independent_sounds(page: Page) -> None:
    sounds = np.zeros((2, SAMPLES, 2))
    sounds[0, :, 0] = sounds[1, :, 1] = 0.5  # each sound has a channel of its own: the gains can be read off
    actions: list[Action] = [(block, "select", (str((n + 1) % 2),)) for n, block in enumerate((40, 80, 81, 82, 120))]
    found, _ = render(page, sounds, actions, total=30_000, fade="equal_power")
    power = np.sum((found[LEAD + EDGE :] / 0.5) ** 2, axis=1)
    assert np.max(np.abs(power - 1)) < 1e-4
    at = heard_at(40)
    sine = np.sin(np.pi / 2 * np.arange(FADE) / FADE)
    assert np.max(np.abs(found[at : at + FADE, 1] / 0.5 - sine)) < 1e-4


def test_equal_power_is_louder_half_way_between_equal_sounds_and_equal_gain_is_not(page: Page) -> None:
    peaks = {}
    for law in ("equal_gain", "equal_power"):
        found, _ = render(page, np.full((2, SAMPLES, 2), 0.25), [(40, "select", ("1",))], total=20_000, fade=law)
        peaks[law] = 20 * np.log10(found.max() / 0.25)
    assert peaks["equal_gain"] == pytest.approx(0, abs=1e-5)
    assert peaks["equal_power"] == pytest.approx(3.01, abs=0.01)


def test_the_fade_is_as_long_as_the_study_says(page: Page) -> None:
    found, _ = render(page, coded_sounds(2, SAMPLES), [(40, "select", ("1",))], total=20_000, fade_ms=50)
    number = found[:, 1] * 8
    assert np.count_nonzero((number > 1 + 1e-5) & (number < 2 - 1e-5)) == 2205 - 1
    found, _ = render(page, coded_sounds(2, SAMPLES), [(40, "select", ("1",))], total=20_000, fade_ms=0)
    number = found[:, 1] * 8
    assert np.count_nonzero((number > 1 + 1e-5) & (number < 2 - 1e-5)) == 0


@pytest.mark.parametrize(("end", "wanted", "expected"), [
    ("from", -5, (0, SAMPLES)), ("from", 29_000, (SAMPLES - 22_050, SAMPLES)), ("to", 10, (0, 22_050)),
])  # fmt: skip
def test_a_loop_stays_within_the_sound_and_at_least_half_a_second_long(
    page: Page, end: str, wanted: int, expected: tuple[int, int]
) -> None:
    found, told = render(
        page, coded_sounds(1, SAMPLES), [(10, "setLooping", (False,)), (11, "moveLoop", (end, wanted))], total=4_000
    )
    last = told["events"][-1]
    assert (last["kind"], last["on"], (last["from"], last["to"])) == ("loop", True, expected)
    assert np.all(np.isfinite(found))
