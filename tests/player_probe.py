"""The page's own player, run with sounds whose samples tell where and which they are; and what it should give.

The reference follows the written rules only: a change is heard from the first whole sample after a lead, weights go in
straight lines (equal gain) or as sine and cosine (equal power), a fade that is left half-way goes on from where it is.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 44_100
BLOCK = 128  # samples, of the Web Audio API
LEAD = 221  # samples: the next whole one after 5 ms
EDGE = 221  # samples: 5 ms, in whole samples
Floats = NDArray[np.float64]

TO_BASE64 = """(samples) => {
  const view = new Uint8Array(samples.buffer);
  let text = "";
  for (let n = 0; n < view.length; n += 32768) text += String.fromCharCode(...view.subarray(n, n + 32768));
  return btoa(text);
}"""
FROM_BASE64 = "(text) => new Float32Array(Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer)"

# The page's own code in an offline context; actions come at the start of a block, while it renders.
AS_IT_RENDERS = """
  for (const { block, call, given } of actions) {
    context.suspend(block * 128 / rateHz).then(async () => { await player[call](...given); await context.resume(); });
  }
"""
# Firefox cannot suspend an offline context: there all is scheduled before it renders.
BEFORE_IT_RENDERS = """
  for (const { block, call, given } of actions) {
    ahead = block * 128 / rateHz;
    await player[call](...given);
  }
"""
_RENDER = """
async ({ sounds, total, actions, playback, looping }) => {
  const { Player } = await import(new URL("/static/js/player.js", location.href).href);
  const rateHz = 44100;
  const context = new OfflineAudioContext(2, total, rateHz);
  const fromBase64 = FROM_BASE64, toBase64 = TO_BASE64;
  const buffers = new Map(sounds.map(([left, right], index) => {
    const channels = [fromBase64(left), fromBase64(right)];
    const buffer = new AudioBuffer({ numberOfChannels: 2, length: channels[0].length, sampleRate: rateHz });
    channels.forEach((data, side) => buffer.copyToChannel(data, side));
    return [String(index), buffer];
  }));
  const output = {
    rateHz, context, entry: context.destination, running: async () => true,
    get soon() { return ahead + context.currentTime + 0.005; },
  };
  let ahead = 0;
  const events = [];
  const samples = buffers.get("0").length;
  const note = (kind, slot, data) => events.push({ kind, slot, ...data });
  const player = new Player(output, buffers, samples, note, playback);
  player.looping = looping;
  player.select("0");
  await player.play();
  DRIVE
  const rendered = await context.startRendering();
  const listened = Object.fromEntries([...buffers.keys()].map((id) => [id, player.listened_s(id)]));
  const [left, right] = [0, 1].map((side) => toBase64(rendered.getChannelData(side)));
  return { left, right, events, listened, position: player.position };
}
""".replace("FROM_BASE64", FROM_BASE64).replace("TO_BASE64", TO_BASE64)
RENDER_SCHEDULED = _RENDER.replace("DRIVE", BEFORE_IT_RENDERS)
RENDER = _RENDER.replace("DRIVE", AS_IT_RENDERS)

USUAL = {"fade_ms": 10, "fade": "equal_gain", "restart_on_switch": False}
Action = tuple[int, str, tuple[Any, ...]]


def request(
    sounds: Floats, actions: list[Action], *, total: int, looping: bool = True, **playback: Any
) -> dict[str, Any]:
    """Return the argument of ``RENDER``.

    Parameters
    ----------
    sounds : (count, samples, 2), exact in 32 bits
    actions : block of 128 samples, method of the player, its arguments
    total : samples to render
    playback : what differs from the usual settings
    """
    coded = [[base64.b64encode(side.astype("<f4").tobytes()).decode() for side in sound.T] for sound in sounds]
    listed = [{"block": block, "call": call, "given": list(given)} for block, call, given in actions]
    return {
        "sounds": coded, "total": total, "actions": listed, "playback": {**USUAL, **playback}, "looping": looping,
    }  # fmt: skip


def samples_of(text: str) -> Floats:
    """Read 32-bit samples that came as base64."""
    return np.frombuffer(base64.b64decode(text), "<f4").astype(float)


def heard_at(block: int) -> int:
    """Return the sample from which a change made at the start of a block is heard."""
    return block * BLOCK + LEAD


def coded_sounds(count: int, samples: int) -> Floats:
    """Return sounds that say where they are (left: position / 2^18) and which (right: 1 + index, in eighths)."""
    position = np.arange(samples) / 2**18
    return np.stack([np.stack([position, np.full(samples, (1 + index) / 8)], axis=1) for index in range(count)])


@dataclass(kw_only=True)
class Weight:
    """A weight over time: it starts at a value and moves to others."""

    start: float
    moves: list[tuple[int, float, float]] = field(default_factory=list)  # sample, target, samples

    def over(self, time: Floats, law: str) -> Floats:
        """Return the weight at every sample."""
        value = np.full(time.shape, self.start)
        for at, target, length in self.moves:
            share = np.clip((time - at) / length, 0, 1)
            rise = share if law == "equal_gain" else np.sin(share * np.pi / 2) ** 2
            left = np.interp(at, time, value)
            value = np.where(time < at, value, left + (target - left) * rise)
        return value


@dataclass(kw_only=True)
class Part:
    """One start of all sounds: from a sample of the clock on, at a sample of the sounds, looped between two."""

    start: int
    offset: int
    loop: tuple[int, int] | None
    weights: list[Weight]
    whole: Weight

    def rendered(self, sounds: Floats, total: int, law: str) -> Floats:
        """Return what this part adds to the output: (total, 2)."""
        time = np.arange(total, dtype=float)
        samples = sounds.shape[1]
        place = self.offset + np.arange(total) - self.start
        gain = np.ones(total)
        if self.loop:
            low, high = self.loop
            passed = place >= high
            place = np.where(passed, low + (place - high) % (high - low), place)
            if self.loop != (0, samples):
                gain = np.minimum(1, (high - 1 - place) / EDGE)
                gain = np.where(passed, np.minimum(gain, (place - low) / EDGE), gain)
        sounding = (time >= self.start) & (place < samples)
        place = np.clip(place, 0, samples - 1)
        shape = _gain(law, self.whole.over(time, law)) * gain * sounding
        mixed = sum(
            _gain(law, weight.over(time, law))[:, None] * sound[place]
            for weight, sound in zip(self.weights, sounds, strict=True)
        )
        return shape[:, None] * np.asarray(mixed)


def _gain(law: str, weight: Floats) -> Floats:
    return weight if law == "equal_gain" else np.sqrt(weight)
