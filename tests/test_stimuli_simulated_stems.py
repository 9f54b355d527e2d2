"""Simulated songs of stems: whole, split by song, the same for a seed, each class through its own chain."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from evalkit.errors import ConfigError, DataError
from evalkit.manifest import Manifest, verify_manifest
from evalkit.provenance import sha256_file
from stimuli import data_commands
from stimuli.datasets.simulated_stems import GENERATOR_VERSION, RATE_HZ, simulate
from stimuli.datasets.simulated_stems.chains import CHAINS, process
from stimuli.datasets.simulated_stems.instruments import RANGES, draw_tone, hertz, play
from stimuli.datasets.simulated_stems.parts import KINDS
from stimuli.datasets.simulated_stems.presets import Planned
from stimuli.datasets.simulated_stems.simulate import _write_song
from stimuli.datasets.simulated_stems.songs import SCALES, Note, compose
from stimuli.datasets.simulated_stems.voice import FORMANTS_HZ, sing
from stimuli.models.stem_groups import group_of


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """Return the tiny data set of seed 7."""
    return simulate(tmp_path_factory.mktemp("stems") / "tiny", preset="tiny", seed=7)


def test_every_file_that_the_manifest_names_fits_it(tiny: Manifest) -> None:
    verify_manifest(tiny)


def test_a_song_has_a_stem_of_each_group(tiny: Manifest) -> None:
    assert Counter(group_of(item.kind) for item in tiny.items) == dict.fromkeys(KINDS, 3)


def test_songs_are_split_never_their_parts(tiny: Manifest) -> None:
    splits = {song: {item.split for item in tiny.items if item.group == song} for song in {i.group for i in tiny.items}}
    assert sorted(next(iter(found)) for found in splits.values()) == ["test", "train", "validation"]
    assert all(len(found) == 1 for found in splits.values())


def test_data_and_items_are_marked_as_simulated(tiny: Manifest) -> None:
    assert tiny.simulated
    assert {(i.provenance["source"], i.provenance["generator_version"]) for i in tiny.items} == {
        ("simulated", GENERATOR_VERSION)
    }


def test_a_song_has_the_same_bits_in_another_data_set_of_its_seed(tiny: Manifest, tmp_path: Path) -> None:
    again = _write_song(tmp_path, Planned(number=2, split="test", seconds=(4.0, 5.0)), 7)
    for item in again:
        assert sha256_file(item.targets["stem"]) == sha256_file(tiny.item(item.id).targets["stem"])


def test_another_seed_is_another_song(tiny: Manifest, tmp_path: Path) -> None:
    (bass, *_) = _write_song(tmp_path, Planned(number=2, split="test", seconds=(4.0, 5.0)), 8)
    assert sha256_file(bass.targets["stem"]) != sha256_file(tiny.item(bass.id).targets["stem"])


def test_recordings_and_stems_leave_headroom(tiny: Manifest) -> None:
    for item in tiny.items:
        assert np.abs(item.load_inputs()).max() < 0.51
        assert np.abs(item.load_target("stem")).max() <= 0.7


def test_making_songs_takes_less_than_their_length(tmp_path: Path) -> None:
    before = time.process_time()
    items = _write_song(tmp_path, Planned(number=1, split="train", seconds=(6.0, 6.0)), 1)
    assert time.process_time() - before < sum(item.samples for item in items) / RATE_HZ


def test_all_notes_of_a_song_are_of_its_scale() -> None:
    song = compose((20.0, 20.0), rng=np.random.default_rng(3))
    tones = {(song.root + tone) % 12 for tone in SCALES[song.scale]}
    assert {round(note.pitch) % 12 for notes in song.parts.values() for note in notes} <= tones


@pytest.mark.parametrize("kind", RANGES)
def test_an_instrument_plays_the_pitch_that_is_written(kind: str) -> None:
    tone = draw_tone(kind, rng=np.random.default_rng(4))
    note = Note(start_s=0.0, length_s=1.0, pitch=45, velocity=0.8)  # A2, 110 Hz
    audio = play([note], tone, RATE_HZ, rng=np.random.default_rng(5))
    spectrum = np.abs(np.fft.rfft(audio * np.hanning(audio.size), 2**19))
    frequency = np.fft.rfftfreq(2**19, 1 / RATE_HZ)
    low = (frequency > 80) & (frequency < 160)
    found = frequency[low][np.argmax(spectrum[low])]
    assert abs(1200 * np.log2(found / hertz(45))) < 5  # cents


@pytest.mark.parametrize("kind", FORMANTS_HZ)
def test_a_singer_sings_the_pitch_that_is_written(kind: str) -> None:
    pitch = 57.0  # A3; the man an octave lower
    audio = sing(
        [Note(start_s=0, length_s=0.3, pitch=pitch, velocity=0.8)], kind, RATE_HZ // 2, rng=np.random.default_rng(1)
    )
    wanted = hertz(pitch - 12 * (kind == "male singer"))
    period = round(RATE_HZ / wanted)
    held = audio[4000:14_000]
    lags = np.arange(round(0.8 * period), round(1.2 * period))
    likeness = [float(np.dot(held[:-lag], held[lag:])) for lag in lags]
    assert abs(1200 * np.log2(period / lags[int(np.argmax(likeness))])) < 40  # cents, vibrato included


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_does_the_same_whatever_the_recordings_level(name: str) -> None:
    noise = 0.1 * np.random.default_rng(6).standard_normal(RATE_HZ)
    np.testing.assert_allclose(process(noise, CHAINS[name]), process(7 * noise, CHAINS[name]), atol=1e-9)


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_narrows_the_dynamics(name: str) -> None:
    noise = np.random.default_rng(6).standard_normal(2 * RATE_HZ)
    noise[RATE_HZ:] *= 0.1  # 20 dB
    stem = process(noise, CHAINS[name])[:, 0]
    loud, quiet = np.std(stem[RATE_HZ // 2 : RATE_HZ]), np.std(stem[3 * RATE_HZ // 2 :])
    assert 20 * np.log10(loud / quiet) < 17


def test_an_unknown_preset_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="found 'huge', expected one of tiny, demo, train"):
        simulate(tmp_path / "out", preset="huge", seed=1)


def test_a_negative_seed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="seed: found -1, expected 0 or more"):
        simulate(tmp_path / "out", preset="tiny", seed=-1)


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match="not empty"):
        simulate(tmp_path, preset="tiny", seed=1)


def test_the_command_makes_the_data_set_and_says_what_it_is(tmp_path: Path) -> None:
    words = ["simulate_stems", "--preset", "tiny", "--seed", "7", "--out", str(tmp_path / "stems")]
    done = CliRunner().invoke(data_commands.data, words, catch_exceptions=False)
    assert "12 simulated stems" in done.output
