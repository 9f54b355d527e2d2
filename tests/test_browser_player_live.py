"""The player in a live audio context: a worklet captures what leaves it, block by block, while a listener switches.

The sounds are coded: left says the position, right which sound it is. As every sound carries the same position, only
gains that add up to 1 leave it unchanged; and the gains of each fade are read off the right channel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from browser_support import served, visit
from conftest import build_study
from player_probe import RATE_HZ, TO_BASE64, Floats, samples_of
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

FADE = 441  # samples: 10 ms
SAMPLES = 30_011  # a prime: the loop's end falls on no block
WAITS_MS = [60, 3, 40, 5, 2, 80, 1, 1, 1, 50, 4, 25, 0, 70, 6, 30, 8, 45, 2, 55, 3, 90]

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
  const { Output } = await import(new URL("/static/js/output.js", location.href).href);
  const { Player } = await import(new URL("/static/js/player.js", location.href).href);
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
  const switches = [];
  const player = new Player(output, buffers, samples, (kind, slot, { position }) => {
    if (kind === "switch") switches.push({ to: Number(slot), position, near: output.soon * rateHz });
  });
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
  const toBase64 = TO_BASE64;
  const joined = (side) => {
    const all = new Float32Array(blocks.length * 128);
    blocks.forEach((block, n) => all.set(block[side], n * 128));
    return toBase64(all);
  };
  return { frames: blocks.map(([frame]) => frame), left: joined(1), right: joined(2), switches };
}
""".replace("TO_BASE64", TO_BASE64)


@dataclass(frozen=True, kw_only=True, slots=True)
class Capture:
    """What was heard between the first and the last fade of the whole: sample of the clock, position, sound."""

    time: Floats
    position: Floats
    number: Floats
    switches: list[dict[str, Any]]

    @property
    def begin(self) -> float:
        """Sample of the clock at which the sounds began."""
        return float(np.rint(self.time[0] - self.position[0]))


@pytest.fixture(scope="module")
def capture(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Capture]:
    """Let a listener switch more than twenty times, some of them within a fade."""
    study = build_study(tmp_path_factory.mktemp("live") / "study", pages=1)
    with served(study, scripts={"/capture.js": WORKLET}) as address, visit(chromium, address) as page:
        page.locator("h1").wait_for()
        found = page.evaluate(LIVE, {"samples": SAMPLES, "waits_ms": WAITS_MS})
    position, number = samples_of(found["left"]) * 2**18, samples_of(found["right"]) * 8
    sounding = np.flatnonzero(number > 0.999)
    kept = slice(128 * (sounding[0] // 128 + 5), 128 * (sounding[-1] // 128 - 5))
    time = (np.array(found["frames"])[:, None] + np.arange(128)).ravel().astype(float)
    yield Capture(time=time[kept], position=position[kept], number=number[kept], switches=found["switches"])


def expected_number(capture: Capture) -> Floats:
    """Return the sounds by their number, weighted with the gains that the rule gives: straight lines to 1 and to 0."""
    weights = np.zeros((3, capture.time.size))
    weights[0] = 1.0
    for switch in capture.switches:
        passed = switch["near"] - capture.begin - switch["position"]
        at = capture.begin + switch["position"] + np.rint(passed / SAMPLES) * SAMPLES
        share = np.clip((capture.time - at) / FADE, 0, 1)
        here = np.array([np.interp(at, capture.time, weight) for weight in weights])
        goal = np.eye(3)[switch["to"] - 1]
        weights = np.where(capture.time < at, weights, here[:, None] + (goal - here)[:, None] * share)
    return np.asarray(np.array([1, 2, 3]) @ weights)


def test_more_than_twenty_switches_were_made_some_within_a_fade(capture: Capture) -> None:
    near = [switch["near"] for switch in capture.switches]
    assert len(near) == len(WAITS_MS) >= 20
    assert np.min(np.diff(near)) < FADE
    assert len(capture.time) > RATE_HZ / 2


def test_the_position_is_right_in_every_sample(capture: Capture) -> None:
    expected = (capture.time - capture.begin) % SAMPLES
    assert np.max(np.abs(np.rint(capture.position) - expected)) == 0


def test_the_gains_add_up_to_one(capture: Capture) -> None:
    expected = (capture.time - capture.begin) % SAMPLES
    late = expected > 1000  # where a position is large enough to divide by
    assert np.max(np.abs(capture.position[late] / expected[late] - 1)) < 1e-4


def test_the_gains_follow_the_rule_through_every_fade(capture: Capture) -> None:
    assert np.max(np.abs(capture.number - expected_number(capture))) < 1e-4
