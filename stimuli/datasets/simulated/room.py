"""From each instrument to each microphone: direct sound, early reflections, a decaying tail.

A plain image-source room with cardioid microphones gives far too much bleed. What is missing is
how the instruments radiate, so that four things are added: close microphones sit in the near
field of an extended source; a drum's lows do not reach far (a shelf beyond 0.45 m); the kick's
shell shuts its sound in; a microphone loses highs off its axis.

References
----------
.. [1] J. B. Allen, D. A. Berkley, "Image method for efficiently simulating small-room
   acoustics", JASA 65(4), 1979.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from evalkit.seeds import stream
from stimuli.datasets.simulated.synthesis import Signal, decaying_noise, fade_in
from stimuli.datasets.simulated.version import RATE_HZ
from stimuli.effects import filters

Point = tuple[float, float, float]
SPEED_M_S = 343.0
_NEAR_M = 0.45
_SINC_HALF = 16
_BANDS_HZ = (125.0, 500.0, 2000.0, 8000.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Radiation:
    """How an instrument radiates: size of the source, loss of lows beyond the near field, isolation."""

    extent_m: float
    far_low_shelf_db: float = 0.0
    shelf_hz: float = 200.0
    isolation_db: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """A shoebox with the kit in it: size and place of the kit's origin in m, reflection, decay by band."""

    size_m: Point
    origin_m: Point
    reflection: float
    t60s_s: tuple[float, float, float, float]
    tail_db: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Microphone:
    """A microphone: place and aim in m from the kit's origin, pattern (0.5 cardioid), trim, noise.

    ``shade_db`` is what shells and stands between keep from it of instruments that are not its own.
    """

    at_m: Point
    aim_m: Point
    omni: float
    trim_db: float
    noise_dbfs: float
    off_axis_db: float = 6.0
    shade_db: float = 0.0


def impulse_response(
    room: Room, source_m: Point, radiation: Radiation, microphone: Microphone, *, own: bool, name: str
) -> Signal:
    """Return the response from one instrument to one microphone, trim included.

    Parameters
    ----------
    own : whether this is the instrument that the microphone is meant for
    name : names the random stream of the tail, which belongs to the room and not to an item
    """
    length = round((max(room.t60s_s) * 0.9 + 0.05) * RATE_HZ)
    source, place = np.array(source_m), np.array(microphone.at_m)
    axis = np.array(microphone.aim_m) - place
    axis = axis / np.linalg.norm(axis)
    distance = float(np.linalg.norm(source - place))
    direct = np.zeros(length)
    toward = (source - place) / distance
    cosine = float(toward @ axis)
    _add_arrival(direct, distance / SPEED_M_S, _pattern(microphone, cosine) / (distance + radiation.extent_m))
    direct = _filtered(direct, microphone.off_axis_db * (cosine - 1) / 2, 4000.0)
    reflections = np.zeros(length)
    for image, order in _images(room, source_m):
        offset = image - place
        path = float(np.linalg.norm(offset))
        level = room.reflection**order * _pattern(microphone, float(offset @ axis) / path) / (path + radiation.extent_m)
        _add_arrival(reflections, path / SPEED_M_S, level)
    reflections = _filtered(reflections, -5.0, 3000.0)
    tail = _tail(room, length, distance, name=name) * np.sqrt(microphone.omni**2 + (1 - microphone.omni) ** 2 / 3)
    far = reflections + tail
    if distance > _NEAR_M:
        direct = _radiated(direct, radiation)
    response = direct + _radiated(far, radiation)
    shade_db = 0.0 if own else microphone.shade_db
    return np.asarray(response * 10 ** ((microphone.trim_db - shade_db) / 20))


def response_bank(
    room: Room,
    sources: Mapping[str, tuple[Point, Radiation]],
    microphones: Mapping[str, Microphone],
    *,
    name: str,
) -> dict[tuple[str, str], Signal]:
    """Return the responses of all pairs (instrument, microphone)."""
    return {
        (source, role): impulse_response(
            room, at, radiation, microphone, own=source == role, name=f"{name}/{source}/{role}"
        )
        for (source, (at, radiation)), (role, microphone) in product(sources.items(), microphones.items())
    }


def _pattern(microphone: Microphone, cosine: float) -> float:
    return abs(microphone.omni + (1 - microphone.omni) * cosine)


def _images(room: Room, source_m: Point) -> list[tuple[npt.NDArray[np.float64], int]]:
    """Return image sources of the first and second order [1]_, in the kit's coordinates."""
    origin = np.array(room.origin_m)
    size = np.array(room.size_m)
    inside = np.array(source_m) + origin
    images = []
    for cell in product((-1, 0, 1), repeat=3):
        order = sum(abs(c) for c in cell)
        if 1 <= order <= 2:
            mirrored = [c * side + (side - x if c else x) for c, side, x in zip(cell, size, inside, strict=True)]
            images.append((np.array(mirrored) - origin, order))
    return images


def _add_arrival(response: Signal, delay_s: float, level: float) -> None:
    """Add a band-limited impulse at a fractional delay."""
    position = delay_s * RATE_HZ
    first = int(np.floor(position)) - _SINC_HALF + 1
    taps = np.arange(first, first + 2 * _SINC_HALF)
    offset = taps - position
    kernel = np.sinc(offset) * (0.5 + 0.5 * np.cos(np.pi * np.clip(offset / _SINC_HALF, -1, 1)))
    inside = (taps >= 0) & (taps < response.size)
    response[taps[inside]] += level * kernel[inside]


def _tail(room: Room, length: int, distance_m: float, *, name: str) -> Signal:
    """Return a diffuse tail that builds up after the direct sound and decays by band."""
    start = round((distance_m / SPEED_M_S + 0.006) * RATE_HZ)
    noise = decaying_noise(_BANDS_HZ, [-1.0, 0.0, -3.0, -9.0], room.t60s_s, length - start, rng=stream(0, "room", name))
    tail = np.zeros(length)
    tail[start:] = fade_in(noise, 0.012) * 10 ** (room.tail_db / 20)
    return tail


def _radiated(response: Signal, radiation: Radiation) -> Signal:
    out = response * 10 ** (-radiation.isolation_db / 20)
    if radiation.far_low_shelf_db:
        sections = filters.low_shelf(radiation.shelf_hz, radiation.far_low_shelf_db, RATE_HZ)
        out = filters.apply(sections, out[:, None])[:, 0]
    return np.asarray(out)


def _filtered(response: Signal, gain_db: float, frequency_hz: float) -> Signal:
    if abs(gain_db) < 0.01:
        return response
    return np.asarray(filters.apply(filters.high_shelf(frequency_hz, gain_db, RATE_HZ), response[:, None])[:, 0])
