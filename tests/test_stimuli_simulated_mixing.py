"""The engineers' mixes: the dry one is linear, the wet one is not; a chain belongs to a drummer."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from evalkit.audio import Audio
from evalkit.distances import match_energy, multi_resolution_stft
from evalkit.manifest import DRUM_ROLES
from stimuli.datasets.simulated.chains import Variation, draw_variation
from stimuli.datasets.simulated.drummers import DRUMMERS
from stimuli.datasets.simulated.hits import Hit
from stimuli.datasets.simulated.items import Item, make_item
from stimuli.datasets.simulated.mixing import mix_dry, mix_wet
from stimuli.datasets.simulated.presets import Planned
from stimuli.datasets.simulated.recording import record
from stimuli.datasets.simulated.version import RATE_HZ


def none(drummer: str) -> Variation:
    """Return no variation."""
    still = dict.fromkeys(DRUMMERS[drummer].roles, 0.0)
    return Variation(dry_fader_db=still, wet_fader_db=still, send_db=0.0, threshold_db=0.0)


def noise(drummer: str, seed: int, samples: int = 8000) -> Audio:
    """Return noise at the microphones that are there."""
    audio = np.zeros((samples, 8))
    for role in DRUMMERS[drummer].roles:
        audio[:, DRUM_ROLES.index(role)] = 0.1 * np.random.default_rng(seed).standard_normal(samples)
    return audio


@pytest.mark.parametrize("drummer", DRUMMERS)
def test_the_dry_mix_of_a_sum_is_the_sum_of_dry_mixes(drummer: str) -> None:
    chain, still = DRUMMERS[drummer].chain, none(drummer)
    a, b = noise(drummer, 1), noise(drummer, 2)
    together = mix_dry(a + 3 * b, chain, still)
    assert together == pytest.approx(mix_dry(a, chain, still) + 3 * mix_dry(b, chain, still), abs=1e-12)


@pytest.mark.parametrize("drummer", DRUMMERS)
def test_the_wet_mix_gives_back_less_than_twice_when_the_input_doubles(drummer: str) -> None:
    chain, still = DRUMMERS[drummer].chain, none(drummer)
    once, twice = (mix_wet(gain * noise(drummer, 1), chain, still) for gain in (1.0, 2.0))
    gain_db = 10 * np.log10(np.sum(twice**2) / np.sum(once**2))
    assert 0.5 < gain_db < 4.5


@pytest.mark.parametrize("drummer", DRUMMERS)
def test_only_the_wet_mix_reverberates_after_a_stroke(drummer: str) -> None:
    hit = Hit(time_s=0.1, articulation="snare", velocity=0.9)
    microphones = record([hit], DRUMMERS[drummer], samples=2 * RATE_HZ, rng=np.random.default_rng(0))
    chain, still = DRUMMERS[drummer].chain, none(drummer)

    def fall_db(mix: Audio) -> float:
        early, late = mix[round(0.1 * RATE_HZ) : round(0.2 * RATE_HZ)], mix[round(0.6 * RATE_HZ) : round(0.7 * RATE_HZ)]
        return float(10 * np.log10(np.mean(early**2) / np.mean(late**2)))

    assert fall_db(mix_wet(microphones, chain, still)) < fall_db(mix_dry(microphones, chain, still)) - 12


def test_drummer_1_has_crossed_overheads_and_kick_and_snare_in_the_centre() -> None:
    dry = DRUMMERS["drummer_1"].chain.dry
    assert dry["overhead_left"].pan > 0 > dry["overhead_right"].pan
    assert dry["kick"].pan == dry["snare"].pan == 0


def test_the_three_engineers_work_differently() -> None:
    assert len({drummer.chain.reverb for drummer in DRUMMERS.values()}) == 3
    assert len({drummer.chain.bus for drummer in DRUMMERS.values()}) == 3


def test_variations_have_a_spread_of_about_one_db_and_a_bound() -> None:
    rng = np.random.default_rng(0)
    drawn = [draw_variation(DRUM_ROLES, rng=rng) for _ in range(200)]
    faders = np.array([list(variation.dry_fader_db.values()) for variation in drawn])
    assert 0.7 < float(faders.std()) < 1.1
    assert float(np.abs(faders).max()) <= 2.0


@pytest.fixture(scope="module")
def two_seeds() -> tuple[Item, Item]:
    """Return the same planned item of two seeds."""
    planned = Planned(drummer="drummer_1", kind="phrase", number=1, split="train", seconds=(4.0, 4.0))
    return make_item(planned, seed=1), make_item(planned, seed=2)


def test_the_seed_changes_what_is_played_but_not_kit_room_and_chain(two_seeds: tuple[Item, Item]) -> None:
    first, second = two_seeds
    assert first.provenance["hits_sha256"] != second.provenance["hits_sha256"]
    for fixed in ("kit", "room", "microphones", "chain", "feel"):
        assert first.provenance[fixed] == second.provenance[fixed]


def test_provenance_is_enough_to_mix_the_item_again(two_seeds: tuple[Item, Item]) -> None:
    item = two_seeds[0]
    chain = DRUMMERS["drummer_1"].chain
    assert item.provenance["chain"] == asdict(chain)
    again = mix_wet(item.microphones, chain, Variation(**item.provenance["variation"]))
    assert np.array_equal(again, item.mixes["wet"])


def test_wet_is_clearly_another_mix_than_dry(two_seeds: tuple[Item, Item]) -> None:
    # moving every other fader by +1 dB and the rest by -1 dB gives 0.15
    for item in two_seeds:
        dry, wet = item.mixes["dry"], item.mixes["wet"]
        assert multi_resolution_stft(match_energy(dry, wet), wet) > 0.4
