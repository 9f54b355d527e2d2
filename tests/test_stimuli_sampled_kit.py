"""A sampled kit in a drummer's hands: made-up kits whose every stroke is known."""

from __future__ import annotations

import pickle
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from evalkit.errors import DataError
from stimuli.datasets.simulated import kits
from stimuli.datasets.simulated.drummers import KITS
from stimuli.datasets.simulated.hits import INSTRUMENT_OF
from stimuli.datasets.simulated.kits import VARIANTS, one_shot
from stimuli.datasets.simulated.sampled import SampledKit, load_kit
from stimuli.datasets.simulated.version import RATE_HZ

FIVE_PIECE = KITS["drummer_3"]
HZ = {
    "drum_bass": 60.0,
    "drum_snare": 250.0,
    "drum_tom_hi": 180.0,
    "drum_tom_mid": 140.0,
    "drum_tom_lo": 100.0,
    "drum_cymbal": 4000.0,
    "drum_splash": 6000.0,
}
ALONE = {"drum_cymbal_closed": 8000.0, "drum_cymbal_open": 7000.0, "drum_cymbal_pedal": 5000.0}
BJA_HZ = {
    "BassDrum": 60.0,
    "Snare": 250.0,
    "Hi Hat Closed": 8000.0,
    "Hi Hat Opened": 7000.0,
    "Tom": 160.0,
    "Floor Tom": 90.0,
    "Ride": 4000.0,
    "Crash Left": 6000.0,
}


def tone(frequency_hz: float, *, level: float = 0.5, t60_s: float = 0.6) -> np.ndarray:
    """Return a decaying tone."""
    time = np.arange(RATE_HZ) / RATE_HZ
    return level * np.sin(2 * np.pi * frequency_hz * time) * 10 ** (-3 * time / t60_s)


def write_sonic_pi(folder: Path) -> None:
    """Write a kit of tones; a soft stroke is a fourth lower than a hard one, and much quieter."""
    folder.mkdir()
    for name, frequency_hz in HZ.items():
        soundfile.write(folder / f"{name}_soft.flac", tone(0.75 * frequency_hz, level=0.02), RATE_HZ)
        soundfile.write(folder / f"{name}_hard.flac", tone(frequency_hz), RATE_HZ)
    for name, frequency_hz in ALONE.items():
        soundfile.write(folder / f"{name}.flac", tone(frequency_hz), RATE_HZ)


def write_bja_pacific(folder: Path) -> None:
    """Write a Hydrogen kit of two toms, one tone a drum."""
    folder.mkdir(parents=True)
    instruments = ""
    for name, frequency_hz in BJA_HZ.items():
        soundfile.write(folder / f"{name}.wav", tone(frequency_hz), RATE_HZ)
        instruments += (
            f"<instrument><name>{name}</name><layer><filename>{name}.wav</filename>"
            "<min>0</min><max>1</max></layer></instrument>"
        )
    (folder / "drumkit.xml").write_text(f"<drumkit_info>{instruments}</drumkit_info>")


@pytest.fixture(autouse=True)
def fresh_one_shots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep made-up strokes out of the sounds that other tests have made."""
    monkeypatch.setattr(kits, "_made", {})


@pytest.fixture
def cc0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampledKit:
    """Return a kit of three toms and no side stick in the place of a five-piece one."""
    write_sonic_pi(tmp_path / "sonic")
    monkeypatch.setenv("EVALKIT_KITS", str(tmp_path / "sonic"))
    return load_kit("cc0", like=FIVE_PIECE)


@pytest.fixture
def two_toms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampledKit:
    """Return a kit of two toms in the place of a five-piece one."""
    write_bja_pacific(tmp_path / "hydrogen" / "BJA_Pacific")
    monkeypatch.setenv("EVALKIT_KITS", str(tmp_path / "hydrogen"))
    return load_kit("bja_pacific", like=FIVE_PIECE)


def rng() -> np.random.Generator:
    """Return the same random numbers each time."""
    return np.random.default_rng(7)


def loudest_hz(sound: np.ndarray) -> float:
    """Return the strongest frequency of a stroke."""
    return float(np.argmax(np.abs(np.fft.rfft(sound, RATE_HZ))))


def level_db(sound: np.ndarray) -> float:
    """Return the level of a stroke's first 150 ms, by which levels of kits are set."""
    return float(10 * np.log10(np.mean(sound[: round(0.15 * RATE_HZ)] ** 2)))


@pytest.mark.parametrize("articulation", INSTRUMENT_OF)
def test_every_articulation_sounds(cc0: SampledKit, articulation: str) -> None:
    sound, _ = cc0.strike(articulation, 0.8, rng=rng())
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() > 0.01


@pytest.mark.parametrize(
    ("articulation", "frequency_hz"),
    [
        ("kick", 60.0),
        ("snare", 250.0),
        ("hat_closed", 8000.0),
        ("hat_open", 7000.0),
        ("hat_pedal", 5000.0),
        ("tom_1", 180.0),
        ("tom_2", 100.0),
        ("tom_3", 140.0),
        ("ride", 4000.0),
        ("crash", 6000.0),
    ],
)
def test_every_articulation_plays_its_own_file(cc0: SampledKit, articulation: str, frequency_hz: float) -> None:
    assert loudest_hz(cc0.strike(articulation, 0.9, rng=rng())[0]) == pytest.approx(frequency_hz, rel=0.02)


def test_a_soft_stroke_plays_the_soft_recording(cc0: SampledKit) -> None:
    assert loudest_hz(cc0.strike("snare", 0.2, rng=rng())[0]) == pytest.approx(0.75 * 250, rel=0.02)


@pytest.mark.parametrize("articulation", ["kick", "snare", "hat_open", "tom_3", "crash"])
def test_at_full_velocity_a_stroke_has_the_procedural_kits_level(two_toms: SampledKit, articulation: str) -> None:
    # but for the correction of the kit's tone, which the facts name, and half a decibel of jitter
    voice = "tom_mid" if articulation == "tom_3" else articulation
    expected = FIVE_PIECE.level_db(articulation) + two_toms.facts()["tone"][voice]["level_db"]
    for variant in range(VARIANTS):
        assert level_db(one_shot(two_toms, articulation, 1.0, variant=variant)) == pytest.approx(expected, abs=0.55)


def test_the_level_follows_the_velocity_without_steps_between_layers(cc0: SampledKit) -> None:
    # the law of the procedural kits: amplitude to the power of 1.7
    velocities = np.linspace(0.15, 1.0, 40)
    levels = np.array([level_db(one_shot(cc0, "snare", v, variant=0)) for v in velocities])
    beyond_the_law = levels - 1.7 * 20 * np.log10(velocities)
    assert max(abs(b - a) for a, b in pairwise(beyond_the_law)) <= 1.0


def test_a_stroke_starts_within_a_millisecond(cc0: SampledKit) -> None:
    for variant in range(VARIANTS):
        sound = one_shot(cc0, "hat_closed", 0.9, variant=variant)
        assert np.argmax(np.abs(sound) > 0.5 * np.abs(sound).max()) <= 0.001 * RATE_HZ


def test_variants_of_a_stroke_differ(cc0: SampledKit) -> None:
    first, second = (one_shot(cc0, "snare", 0.9, variant=variant) for variant in range(2))
    shorter = min(first.size, second.size)
    assert np.abs(first[:shorter] - second[:shorter]).max() > 1e-3


def test_a_seed_gives_the_same_bits(cc0: SampledKit) -> None:
    first, second = (cc0.strike("tom_1", 0.7, rng=rng()) for _ in range(2))
    assert first[1] == second[1]
    np.testing.assert_array_equal(first[0], second[0])


def test_sounds_are_kept_in_single_precision(cc0: SampledKit) -> None:
    one_shot(cc0, "crash", 0.9, variant=0)
    assert {sound.dtype for sound in kits._made.values()} == {np.dtype(np.float32)}


def test_two_drummers_share_the_recordings_but_not_the_levels(cc0: SampledKit) -> None:
    other = load_kit("cc0", like=KITS["drummer_2"])
    assert other.voices is cc0.voices
    expected = KITS["drummer_2"].level_db("crash") - FIVE_PIECE.level_db("crash")
    found = level_db(one_shot(other, "crash", 0.9, variant=0)) - level_db(one_shot(cc0, "crash", 0.9, variant=0))
    assert found == pytest.approx(expected, abs=1.05)


def test_a_kit_is_sent_to_another_process_without_its_sounds(cc0: SampledKit) -> None:
    sent = pickle.dumps(cc0)
    assert len(sent) < 10_000
    received = pickle.loads(sent)  # noqa: S301 - made a line above
    np.testing.assert_array_equal(received.strike("ride", 0.8, rng=rng())[0], cc0.strike("ride", 0.8, rng=rng())[0])


def test_toms_are_those_of_the_drummers_own_kit(cc0: SampledKit) -> None:
    assert set(cc0.toms) == {"tom_1", "tom_2", "tom_3"}
    assert set(load_kit("cc0", like=KITS["drummer_1"]).toms) == {"tom_1", "tom_2"}


def test_toms_have_the_measured_pitch_of_the_recordings(cc0: SampledKit) -> None:
    found = {name: tom.fundamental_hz for name, tom in cc0.toms.items()}
    assert found == {
        "tom_1": pytest.approx(180, rel=0.02),
        "tom_2": pytest.approx(100, rel=0.02),
        "tom_3": pytest.approx(140, rel=0.02),
    }


def test_a_third_tom_that_is_missing_lies_half_way_between_the_other_two(two_toms: SampledKit) -> None:
    # half way in musical pitch: the geometric mean
    assert two_toms.toms["tom_3"].fundamental_hz == pytest.approx(np.sqrt(160 * 90), rel=0.02)


def test_a_side_stick_that_is_missing_is_the_procedural_one(cc0: SampledKit) -> None:
    np.testing.assert_array_equal(
        cc0.strike("side_stick", 0.6, rng=rng())[0], FIVE_PIECE.strike("side_stick", 0.6, rng=rng())[0]
    )


def test_facts_name_what_was_made_up(two_toms: SampledKit) -> None:
    assert set(two_toms.facts()["substitutes"]) == {"side_stick", "tom_3"}


def test_facts_say_where_the_kit_comes_from(cc0: SampledKit) -> None:
    facts = cc0.facts()
    assert [facts[key] for key in ("name", "package", "version", "licence", "levels_of")] == [
        "cc0",
        "sonic-pi-samples",
        None,
        "CC0-1.0",
        FIVE_PIECE.name,
    ]


def test_an_instrument_that_is_missing_from_a_hydrogen_kit_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bja_pacific(tmp_path / "BJA_Pacific")
    listed = tmp_path / "BJA_Pacific" / "drumkit.xml"
    listed.write_text(listed.read_text().replace("<name>Ride<", "<name>Gong<"))
    monkeypatch.setenv("EVALKIT_KITS", str(tmp_path))
    with pytest.raises(DataError, match=r"no instrument Ride, found .*Gong"):
        load_kit("bja_pacific", like=FIVE_PIECE)


def test_a_silent_recording_is_an_error_that_names_the_voice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_sonic_pi(tmp_path / "sonic")
    soundfile.write(tmp_path / "sonic" / "drum_bass_hard.flac", np.zeros(100), RATE_HZ)
    monkeypatch.setenv("EVALKIT_KITS", str(tmp_path / "sonic"))
    with pytest.raises(DataError, match="no sound for kick at velocity"):
        load_kit("cc0", like=FIVE_PIECE)
