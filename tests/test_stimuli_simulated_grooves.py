"""Composition and performance: grids, fills, kinds, human timing."""

from __future__ import annotations

import numpy as np
import pytest

from stimuli.datasets.simulated.drummers import DRUMMERS
from stimuli.datasets.simulated.grooves import (
    LEAD_IN_S,
    Composition,
    compose_accompaniment,
    compose_hits,
    compose_phrase,
    compose_solo,
)
from stimuli.datasets.simulated.hits import INSTRUMENT_OF, Hit, hits_sha256
from stimuli.datasets.simulated.performance import Feel, perform
from stimuli.datasets.simulated.styles import STYLES, VELOCITIES

TOMS = ("tom_1", "tom_2")
STEADY = Feel(jitter_s=0.0, drift_s=0.0, push_s={}, dynamics=0.0)
LOOSE = Feel(jitter_s=0.004, drift_s=0.006, push_s={}, dynamics=0.06)


def phrase(style: str, seed: int = 0, seconds: float = 20.0) -> Composition:
    """Compose a phrase."""
    return compose_phrase(STYLES[style], toms=TOMS, seconds=seconds, rng=np.random.default_rng(seed))


@pytest.mark.parametrize("style", STYLES)
def test_every_pattern_fills_whole_bars_with_known_marks(style: str) -> None:
    for articulation, pattern in STYLES[style].patterns.items():
        assert articulation in INSTRUMENT_OF
        assert {len(bar) for bar in pattern.split("|")} == {STYLES[style].bar_steps}
        assert set(pattern) <= {*VELOCITIES, ".", "|"}


@pytest.mark.parametrize("style", STYLES)
def test_the_tempo_is_the_styles_and_the_strokes_stand_on_its_grid(style: str) -> None:
    composition = phrase(style)
    low, high = STYLES[style].tempo_bpm
    assert composition.tempo_bpm is not None and low <= composition.tempo_bpm <= high
    assert composition.step_s == pytest.approx(60 / composition.tempo_bpm / STYLES[style].steps_per_beat)
    steps = (np.array([hit.time_s for hit in composition.hits]) - LEAD_IN_S) / composition.step_s
    places = {round(float(place), 6) for place in steps % 1}
    assert places <= {0.0, 1.0, 0.5, round(STYLES[style].swing, 6)}


def test_swing_moves_only_every_second_step() -> None:
    composition = phrase("reggae")
    steps = (np.array([hit.time_s for hit in composition.hits]) - LEAD_IN_S) / composition.step_s
    late = np.isclose(steps % 1, STYLES["reggae"].swing)
    assert late.any()
    assert set((np.floor(steps[late]) % 2).astype(int)) == {1}


def test_a_fill_walks_to_the_toms_in_every_fourth_bar() -> None:
    composition = phrase("rock", seed=2, seconds=30.0)
    bar_s = STYLES["rock"].bar_steps * composition.step_s
    bars = {int((hit.time_s - LEAD_IN_S) / bar_s) for hit in composition.hits if hit.articulation.startswith("tom")}
    assert 3 in bars
    assert {bar % 4 for bar in bars if bar < max(bars)} == {3}


def test_ghost_notes_are_softer_than_backbeats() -> None:
    snares = [hit.velocity for hit in phrase("funk").hits if hit.articulation == "snare"]
    assert min(snares) < 0.3 < 0.9 < max(snares)


def test_a_solo_plays_the_toms_more_than_a_phrase_does() -> None:
    def share(composition: Composition) -> float:
        return float(np.mean([hit.articulation.startswith("tom") for hit in composition.hits]))

    solo = compose_solo(STYLES["rock"], toms=TOMS, seconds=20.0, rng=np.random.default_rng(1))
    assert share(solo) > 2 * share(phrase("rock", seed=1))


def test_an_accompaniment_lifts_in_its_second_half() -> None:
    composition = compose_accompaniment(STYLES["rock"], toms=TOMS, seconds=24.0, rng=np.random.default_rng(1))
    rides = [hit.time_s for hit in composition.hits if hit.articulation == "ride"]
    hats = [hit.time_s for hit in composition.hits if hit.articulation == "hat_closed"]
    assert min(rides) > max(hats)


def test_hits_are_single_strokes_of_one_instrument_far_apart() -> None:
    composition = compose_hits("snare", toms=TOMS, seconds=7.0, rng=np.random.default_rng(0))
    assert {hit.articulation for hit in composition.hits} == {"snare"}
    assert np.diff([hit.time_s for hit in composition.hits]).min() > 1.0


def test_steady_hands_play_what_is_written() -> None:
    composition = compose_hits("snare", toms=TOMS, seconds=7.0, rng=np.random.default_rng(0))
    assert perform(composition, STEADY, seconds=7.0, rng=np.random.default_rng(0)) == composition.hits


def test_human_timing_spreads_by_some_milliseconds() -> None:
    composition = phrase("rock", seconds=60.0)
    played = perform(composition, LOOSE, seconds=60.0, rng=np.random.default_rng(4))
    steps = (np.array([hit.time_s for hit in played]) - LEAD_IN_S) / composition.step_s
    deviations_s = (steps - np.round(steps * 2) / 2) * composition.step_s
    assert 0.003 < float(np.std(deviations_s)) < 0.012


def test_strokes_come_in_order_inside_the_item_with_valid_velocities() -> None:
    for drummer in DRUMMERS.values():
        rng = np.random.default_rng(5)
        composition = compose_solo(STYLES[drummer.styles[0]], toms=drummer.toms, seconds=15.0, rng=rng)
        played = perform(composition, drummer.feel, seconds=15.0, rng=rng)
        times = np.array([hit.time_s for hit in played])
        assert times.min() >= 0 and times.max() < 15.0
        assert np.all(np.diff(times) >= 0)
        assert all(0 < hit.velocity <= 1 for hit in played)


def test_one_drum_is_never_struck_twice_within_20_ms() -> None:
    pair = tuple(Hit(time_s=1.0 + late, articulation="snare", velocity=v) for late, v in ((0.0, 0.3), (0.01, 0.9)))
    played = perform(
        Composition(hits=pair, tempo_bpm=None, step_s=0.0), STEADY, seconds=3.0, rng=np.random.default_rng(0)
    )
    assert [hit.velocity for hit in played] == [0.9]


def test_the_hash_of_strokes_ignores_what_is_below_a_millisecond() -> None:
    hits = [Hit(time_s=1.0002, articulation="kick", velocity=0.5)]
    assert hits_sha256(hits) == hits_sha256([Hit(time_s=1.00021, articulation="kick", velocity=0.5001)])
    assert hits_sha256(hits) != hits_sha256([Hit(time_s=1.002, articulation="kick", velocity=0.5)])
