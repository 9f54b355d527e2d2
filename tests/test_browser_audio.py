"""Sound in a real Chromium: what is served decodes exactly, and switching is exact to the sample."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import soundfile
from browser_support import go_to_pages, served, visit
from conftest import build_study
from playwright.sync_api import Browser, Page, Route

from evalkit.session import AUDIO_FOLDER, read_session
from evalkit.study import Study

pytestmark = pytest.mark.browser

RATE_HZ = 44_100
FADE = round(0.01 * RATE_HZ)
EDGE = round(0.005 * RATE_HZ)

BASE64 = """(samples) => {
  const view = new Uint8Array(samples.buffer);
  let text = "";
  for (let n = 0; n < view.length; n += 32768) text += String.fromCharCode(...view.subarray(n, n + 32768));
  return btoa(text);
}"""

# The page's own code in an offline context: left = position / 2^18, right = number of the sound / 8.
RENDER = """
async ({ samples, seconds, actions, count, looping }) => {
  const { Player } = await import(new URL("static/js/player.js", location.href).href);
  const rateHz = 44100;
  const context = new OfflineAudioContext(2, seconds * rateHz, rateHz);
  const buffers = new Map();
  for (let id = 1; id <= count; id += 1) {
    const buffer = new AudioBuffer({ numberOfChannels: 2, length: samples, sampleRate: rateHz });
    buffer.getChannelData(0).forEach((_, n, data) => { data[n] = n / 2 ** 18; });
    buffer.getChannelData(1).fill(id / 8);
    buffers.set(String(id), buffer);
  }
  const output = {
    rateHz, context, entry: context.destination, running: async () => true,
    get soon() { return context.currentTime + 0.005; },
  };
  const events = [];
  const player = new Player(output, buffers, samples, (kind, slot, data) => events.push({ kind, slot, ...data }));
  player.looping = looping;
  player.select("1");
  await player.play();
  for (const { at_s, call, argument } of actions) {
    context.suspend(at_s).then(async () => { await player[call](argument); await context.resume(); });
  }
  const rendered = await context.startRendering();
  const base64 = BASE64;
  const listened = Object.fromEntries([...buffers.keys()].map((id) => [id, player.listened_s(id)]));
  const [left, right] = [0, 1].map((side) => base64(rendered.getChannelData(side)));
  return { left, right, events, listened };
}
""".replace("BASE64", BASE64)


# A live context: what leaves the volume control is captured by a worklet, block by block.
WORKLET = """
registerProcessor("capture", class extends AudioWorkletProcessor {
  process([input]) {
    if (input.length === 2) this.port.postMessage([currentFrame, input[0].slice(), input[1].slice()]);
    return true;
  }
});
"""
LIVE = """
async ({ samples, waits_ms }) => {
  const { Output } = await import(new URL("static/js/output.js", location.href).href);
  const { Player } = await import(new URL("static/js/player.js", location.href).href);
  const rateHz = 44100;
  const buffers = new Map();
  for (let id = 1; id <= 3; id += 1) {
    const buffer = new AudioBuffer({ numberOfChannels: 2, length: samples, sampleRate: rateHz });
    buffer.getChannelData(0).forEach((_, n, data) => { data[n] = n / 2 ** 18; });
    buffer.getChannelData(1).fill(id / 8);
    buffers.set(String(id), buffer);
  }
  const output = new Output(rateHz, 0);
  const { entry, context } = output;
  await context.audioWorklet.addModule("/capture.js");
  const capture = new AudioWorkletNode(context, "capture", { channelCount: 2, channelCountMode: "explicit" });
  const blocks = [];
  capture.port.onmessage = ({ data }) => blocks.push(data);
  entry.connect(capture).connect(context.destination);
  await output.running();
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  await wait(150);
  const player = new Player(output, buffers, samples, () => {});
  player.select("1");
  await player.play();
  await wait(150);
  for (const [n, ms] of waits_ms.entries()) {
    player.select(String(1 + ((n + 1) % 3)));
    await wait(ms);
  }
  await wait(150);
  player.close();
  await context.close();
  const base64 = BASE64;
  const joined = (side) => {
    const all = new Float32Array(blocks.length * 128);
    blocks.forEach((block, n) => all.set(block[side], n * 128));
    return base64(all);
  };
  return { frames: blocks.map(([frame]) => frame), left: joined(1), right: joined(2) };
}
""".replace("BASE64", BASE64)


def render(page: Page, actions: list[tuple[float, str, Any]], **settings: Any) -> tuple[Any, Any, Any, Any]:
    """Run the player in an offline context; returns left, right, its events and listening times."""
    steps = [{"at_s": at_s, "call": call, "argument": argument} for at_s, call, argument in actions]
    found = page.evaluate(RENDER, {"actions": steps, "looping": True, "count": 3, "seconds": 2, **settings})
    return samples_of(found["left"]) * 2**18, samples_of(found["right"]) * 8, found["events"], found["listened"]


def samples_of(text: str) -> Any:
    """Read 32-bit samples that came as base64."""
    return np.frombuffer(base64.b64decode(text), "<f4").astype(float)


@pytest.fixture(scope="module")
def page(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Return a window with the rating page's modules."""
    study = build_study(tmp_path_factory.mktemp("audio") / "study", pages=1)
    with served(study, scripts={"/capture.js": WORKLET}) as address, visit(chromium, address) as page:
        page.locator("h1").wait_for()
        yield page


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
            }""".replace("BASE64", BASE64)
        )
    originals = [soundfile.read(str(path), dtype="float64")[0] for path in files]
    found = [np.stack([samples_of(channel) for channel in channels], axis=1) for channels in decoded]
    assert {audio.shape for audio in found} == {originals[0].shape}
    error = np.array([[np.max(np.abs(audio - original)) for original in originals] for audio in found])
    assert sorted(np.argmin(error, axis=1)) == list(range(7))
    assert error.min(axis=1).max() < 2**-20


def test_playback_is_the_stimulus_to_the_sample_and_loops_without_a_seam(page: Page) -> None:
    samples = 20_011  # a prime: no loop end falls on a block of 128
    position, number, _, _ = render(page, [], samples=samples)
    start = int(np.flatnonzero(number)[0]) - 1  # the first sample of the edge has gain 0
    after = np.arange(position.size - start - EDGE - 1) + EDGE + 1
    assert np.max(np.abs(position[start + EDGE + 1 :] - after % samples)) < 1e-3
    assert np.max(np.abs(number[start + EDGE + 1 :] - 1)) < 1e-6


def test_switching_keeps_the_position_and_the_gains_add_up_to_one(page: Page) -> None:
    samples = 50_000
    rng = np.random.default_rng(5)
    times = np.sort(rng.uniform(0.1, 1.9, 24))  # many of them closer together than the fade
    times[5:8] = times[4] + np.array([0.003, 0.006, 0.009])
    actions = [(float(at_s), "select", str(1 + (n % 3))) for n, at_s in enumerate(times, start=1)]
    position, number, events, _ = render(page, actions, samples=samples)
    start = int(np.flatnonzero(number)[0]) - 1
    heard = np.arange(position.size - start)
    settled = slice(start + EDGE + 1, None)
    # every sound carries the same position: only gains that add up to 1 leave it unchanged
    expected = (heard % samples)[EDGE + 1 :]
    assert np.max(np.abs(position[settled] - expected) / np.maximum(expected, 1)) < 1e-5
    assert np.max(np.abs(np.diff(number[settled]))) <= 2 / FADE + 1e-4  # straight lines, no jump
    assert number[-1] == pytest.approx(float(actions[-1][2]), abs=1e-5)
    assert sum(event["kind"] == "switch" for event in events) == 24


def test_a_switch_follows_the_straight_line_of_the_fade(page: Page) -> None:
    _, number, events, _ = render(page, [(0.5, "select", "3")], samples=30_000)
    began = int(np.flatnonzero(number > 1 + 1e-5)[0]) - 1  # the last sample of the old gain
    line = 1 + 2 * np.clip(np.arange(FADE + 100) / FADE, 0, 1)
    assert np.max(np.abs(number[began : began + FADE + 100] - line)) < 1e-3
    assert [event["kind"] for event in events] == ["play", "switch"]


def test_two_switches_five_milliseconds_apart_raise_nothing_and_end_on_the_last(page: Page) -> None:
    actions = [(0.5, "select", "2"), (0.505, "select", "3"), (1.0, "select", "1")]
    _, number, _, _ = render(page, actions, samples=30_000)
    assert number[round(0.9 * RATE_HZ)] == pytest.approx(3, abs=1e-5)
    assert number[-1] == pytest.approx(1, abs=1e-5)


def test_in_a_live_context_switches_keep_the_position_and_the_gains_add_up(page: Page) -> None:
    samples = 30_011
    waits = [60, 3, 40, 5, 2, 80, 1, 1, 1, 50, 4, 25, 0, 70, 6, 30, 8, 45, 2, 55, 3, 90]
    found = page.evaluate(LIVE, {"samples": samples, "waits_ms": waits})
    frames = np.array(found["frames"])
    position, number = samples_of(found["left"]) * 2**18, samples_of(found["right"]) * 8
    sounding = np.flatnonzero(number > 0.999)
    first, last = sounding[0] // 128 + 5, sounding[-1] // 128 - 5
    kept = slice(128 * first, 128 * last)
    time = (frames[:, None] + np.arange(128)).ravel()[kept]
    offset = np.rint(time[0] - position[kept][0])
    expected = (time - offset) % samples
    # every sound carries the same position: only gains that add up to 1 leave it unchanged
    assert np.max(np.abs(position[kept] - expected) / np.maximum(expected, 100)) < 1e-5
    assert {1.0, 2.0, 3.0} <= set(np.round(number[kept], 4))


def test_seeking_goes_to_the_sample_and_pausing_stops_in_silence(page: Page) -> None:
    actions: list[tuple[float, str, Any]] = [(0.5, "seek", 10_000), (1.0, "pause", None)]
    position, number, events, listened = render(page, actions, samples=50_000)
    sought = round(0.505 * RATE_HZ)  # the next block, then 5 ms ahead, then the edge
    later = sought + 128 + 2 * EDGE
    assert position[later] - 10_000 == pytest.approx(later - sought, abs=128)
    assert position[later] == pytest.approx(round(position[later]), abs=1e-3)
    assert np.all(number[round(1.05 * RATE_HZ) :] == 0)
    assert [event["kind"] for event in events] == ["play", "seek", "stop"]
    assert listened["1"] == pytest.approx(1.0, abs=0.02)


def test_without_loop_the_sound_ends_and_stays_silent(page: Page) -> None:
    position, number, _, _ = render(page, [], samples=20_000, looping=False)
    sounding = np.flatnonzero(number)
    assert sounding[-1] - sounding[0] == 20_000 - 2  # the first sample of the edge is 0
    assert position[sounding[-1]] == pytest.approx(19_999, abs=1e-2)


def test_gains_leave_a_running_fade_where_it_is(page: Page) -> None:
    found = page.evaluate(
        """async () => {
          const { gainAt, leaveFor, steady } = await import(new URL("static/js/timing.js", location.href).href);
          let gains = [steady(1), steady(0), steady(0)];
          const to = (open, time) => gains.map((ramp, n) => leaveFor(ramp, n === open ? 1 : 0, time, 0.01));
          gains = to(1, 1.0);
          gains = to(2, 1.005);
          return [1.005, 1.0075, 1.01, 1.015].map((time) => gains.map((ramp) => gainAt(ramp, time)));
        }"""
    )
    expected = [[0.5, 0.5, 0], [0.375, 0.375, 0.25], [0.25, 0.25, 0.5], [0, 0, 1]]
    assert np.allclose(found, expected, atol=1e-9)


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
