"""Synthesis and room: decays, pitches, arrival times, against what the parameters say."""

from __future__ import annotations

import numpy as np
import pytest

from stimuli.datasets.simulated.drummers import DRUMMERS
from stimuli.datasets.simulated.hits import Hit
from stimuli.datasets.simulated.kits import VARIANTS, one_shot
from stimuli.datasets.simulated.recording import play
from stimuli.datasets.simulated.room import SPEED_M_S, Microphone, Radiation, Room, impulse_response
from stimuli.datasets.simulated.synthesis import decaying_noise, gliding_tone, modes
from stimuli.datasets.simulated.version import RATE_HZ

ROOM = Room(size_m=(5.0, 4.0, 3.0), origin_m=(2.5, 2.0, 0.0), reflection=0.5, t60s_s=(0.3, 0.3, 0.3, 0.3), tail_db=-45)


def level_db(signal: np.ndarray, start_s: float, seconds: float = 0.05) -> float:
    """Return the mean level of a stretch in dB."""
    start = round(start_s * RATE_HZ)
    return float(10 * np.log10(np.mean(signal[start : start + round(seconds * RATE_HZ)] ** 2) + 1e-20))


def test_modes_equal_their_formula() -> None:
    time = np.arange(2000) / RATE_HZ
    wanted = sum(
        a * np.exp(-np.log(1000) * time / t) * np.sin(2 * np.pi * f * time + p)
        for f, a, t, p in ((200.0, 1.0, 0.5, 0.0), (3111.0, 0.3, 0.05, 1.2))
    )
    assert modes([200.0, 3111.0], [1.0, 0.3], [0.5, 0.05], [0.0, 1.2], 2000) == pytest.approx(wanted, abs=1e-12)


def test_a_gliding_tone_ends_at_its_pitch() -> None:
    tone = gliding_tone(120.0, 60.0, 0.02, 2.0, RATE_HZ)
    late = tone[RATE_HZ // 2 :]
    crossings = np.count_nonzero(np.diff(np.signbit(late)))
    assert crossings / 2 / (late.size / RATE_HZ) == pytest.approx(60.0, abs=1.5)


def test_each_band_of_noise_decays_by_60_db_in_its_own_time() -> None:
    noise = decaying_noise([1000.0], [0.0], [0.4], RATE_HZ, rng=np.random.default_rng(1))
    assert level_db(noise, 0.0) - level_db(noise, 0.2) == pytest.approx(30.0, abs=1.5)


def test_direct_sound_arrives_after_its_distance() -> None:
    microphone = Microphone(at_m=(0.0, 1.0, 1.0), aim_m=(0.0, 0.0, 1.0), omni=0.5, trim_db=0.0, noise_dbfs=-90)
    response = impulse_response(ROOM, (0.0, 0.0, 1.0), Radiation(extent_m=0.1), microphone, own=True, name="test")
    assert int(np.argmax(np.abs(response))) == pytest.approx(RATE_HZ / SPEED_M_S, abs=1)


def test_a_cardioid_hears_less_from_behind() -> None:
    def peak(aim_y: float) -> float:
        microphone = Microphone(at_m=(0.0, 1.0, 1.0), aim_m=(0.0, aim_y, 1.0), omni=0.5, trim_db=0.0, noise_dbfs=-90)
        response = impulse_response(ROOM, (0.0, 0.0, 1.0), Radiation(extent_m=0.1), microphone, own=True, name="test")
        return float(np.abs(response[: round(0.004 * RATE_HZ)]).max())

    assert peak(2.0) < 0.05 * peak(0.0)


@pytest.mark.parametrize("articulation", ["kick", "snare", "tom_1", "hat_closed", "ride"])
def test_harder_strokes_are_louder(articulation: str) -> None:
    soft, hard = (one_shot(DRUMMERS["drummer_1"].kit, articulation, velocity, variant=0) for velocity in (0.3, 0.9))
    assert level_db(hard, 0.0) > level_db(soft, 0.0) + 10


@pytest.mark.parametrize("drummer", DRUMMERS)
@pytest.mark.parametrize("articulation", ["kick", "snare"])
def test_harder_strokes_of_kick_and_snare_are_brighter(drummer: str, articulation: str) -> None:
    def highs(velocity: float) -> float:
        """Return the part of the energy above 2 kHz in the first 200 ms."""
        length = round(0.2 * RATE_HZ)
        spectra = [
            np.abs(np.fft.rfft(one_shot(DRUMMERS[drummer].kit, articulation, velocity, variant=n)[:length])) ** 2
            for n in range(VARIANTS)
        ]
        power = np.sum(spectra, axis=0)
        return float(power[np.fft.rfftfreq(length, 1 / RATE_HZ) > 2000].sum() / power.sum())

    assert highs(0.9) > 1.3 * highs(0.3)


def test_a_closed_hi_hat_stops_an_open_one() -> None:
    drummer = DRUMMERS["drummer_2"]
    opened = Hit(time_s=0.1, articulation="hat_open", velocity=0.9)
    closed = Hit(time_s=0.3, articulation="hat_pedal", velocity=0.2)
    tracks = [
        play(hits, drummer, samples=RATE_HZ, rng=np.random.default_rng(0))["hi_hat"]
        for hits in ([opened], [opened, closed])
    ]
    assert level_db(tracks[1], 0.6) < level_db(tracks[0], 0.6) - 20


def test_the_toms_of_a_fill_go_from_high_to_low() -> None:
    assert DRUMMERS["drummer_3"].toms == ("tom_1", "tom_3", "tom_2")
