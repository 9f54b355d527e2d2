"""Seeds, audio gate, distances, registry, folders and sessions of the core."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from evalkit.audio import read_audio, two_channels, write_audio, write_whole_audio
from evalkit.distances import band_snr_db, match_energy, multi_resolution_stft, si_sdr_db
from evalkit.errors import AudioError, ConfigError, DataError
from evalkit.folders import fresh_folder
from evalkit.registry import load, names
from evalkit.seeds import stream
from evalkit.session import read_session, verify_session
from evalkit.study import Study

NOISE = np.random.default_rng(1).standard_normal((20_000, 2)) * 0.1


def test_a_streams_numbers_depend_on_every_name_and_on_nothing_else() -> None:
    assert stream(1, "a", "b").random() == stream(1, "a", "b").random()
    draws = {stream(seed, *path).random() for seed in (1, 2) for path in [("a", "b"), ("ab",), ("b", "a"), ("a",)]}
    assert len(draws) == 8


def test_24_bit_audio_survives_a_round_trip_within_half_a_step(tmp_path: Path) -> None:
    write_audio(tmp_path / "a.flac", NOISE, 44_100)
    audio, rate_hz = read_audio(tmp_path / "a.flac")
    assert rate_hz == 44_100
    np.testing.assert_allclose(audio, NOISE, atol=2.0**-23)


def test_writing_refuses_to_clip(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"peak \+6\.02 dBFS would clip"):
        write_audio(tmp_path / "a.wav", np.full((100, 1), 2.0), 44_100)
    assert not (tmp_path / "a.wav").exists()


def test_a_worker_writes_a_whole_file_or_none_and_makes_no_folder_again(tmp_path: Path) -> None:
    write_whole_audio(tmp_path / "a.wav", NOISE, 44_100)
    with pytest.raises(AudioError, match=r"b\.wav: peak \+6\.02 dBFS would clip"):
        write_whole_audio(tmp_path / "b.wav", np.full((100, 1), 2.0), 44_100)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]
    with pytest.raises(FileNotFoundError, match="the folder is gone"):
        write_whole_audio(tmp_path / "gone" / "a.wav", NOISE, 44_100)
    assert not (tmp_path / "gone").exists()


def test_reading_refuses_another_rate_and_nonsense(tmp_path: Path) -> None:
    write_audio(tmp_path / "a.wav", NOISE, 48_000)
    with pytest.raises(AudioError, match="found 48000 Hz, expected 44100 Hz"):
        read_audio(tmp_path / "a.wav", rate_hz=44_100)
    (tmp_path / "b.wav").write_text("no audio")
    with pytest.raises(AudioError, match="not a readable audio file"):
        read_audio(tmp_path / "b.wav")


def test_mono_becomes_two_equal_channels_and_surround_is_refused() -> None:
    stereo = two_channels(NOISE[:, :1])
    np.testing.assert_array_equal(stereo[:, 0], stereo[:, 1])
    with pytest.raises(AudioError, match="found 6 channels"):
        two_channels(np.zeros((10, 6)))


def test_identical_audio_has_distance_zero() -> None:
    assert multi_resolution_stft(NOISE, NOISE) == 0.0
    assert si_sdr_db(NOISE, NOISE) > 200


def test_si_sdr_of_noise_at_a_known_level_is_that_level() -> None:
    rng = np.random.default_rng(2)
    signal, noise = rng.standard_normal((200_000, 1)), rng.standard_normal((200_000, 1))
    noise -= signal * float(np.sum(noise * signal) / np.sum(signal**2))
    noise *= np.sqrt(np.sum(signal**2) / np.sum(noise**2)) * 10 ** (-20 / 20)
    assert si_sdr_db(3 * (signal + noise), signal) == pytest.approx(20.0, abs=1e-6)


def test_band_snr_finds_the_band_that_was_disturbed() -> None:
    rate_hz, n = 44_100, np.arange(44_100)
    disturbed = NOISE[:, :1].repeat(3, axis=0)[:44_100] + 0.1 * np.sin(2 * np.pi * 5000 * n / rate_hz)[:, None]
    ratios = band_snr_db(disturbed, NOISE[:, :1].repeat(3, axis=0)[:44_100], rate_hz)
    assert np.argmin(ratios) == 3
    assert min(ratios[0], ratios[1], ratios[2], ratios[4]) > 100


def test_matching_energy_removes_level() -> None:
    assert multi_resolution_stft(match_energy(NOISE * 0.3, NOISE), NOISE) == pytest.approx(0.0, abs=1e-12)


def test_an_unknown_plug_in_suggests_the_nearest() -> None:
    assert {"files", "human_mix"} <= set(names("stimuli.systems"))
    with pytest.raises(ConfigError, match="unknown system 'human_mx'; did you mean 'human_mix'"):
        load("stimuli.systems", "human_mx")


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="stop"), fresh_folder(tmp_path / "out", force=False) as folder:
        (folder / "half").write_text("x")
        raise RuntimeError("stop")
    assert list(tmp_path.iterdir()) == []


def test_a_full_folder_is_replaced_only_by_force(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_text("x")
    with pytest.raises(DataError, match="not empty"), fresh_folder(tmp_path / "out", force=False):
        pass
    with fresh_folder(tmp_path / "out", force=True) as folder:
        (folder / "new").write_text("y")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["new"]


def test_a_changed_stimulus_is_found(built_study: Study) -> None:
    session = read_session(built_study.session_folder)
    verify_session(built_study.session_folder, session)
    path = built_study.session_folder / "audio" / session.pages[0].stimuli[0].file
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(DataError, match="changed since it was built"):
        verify_session(built_study.session_folder, session)


def test_a_session_of_unequal_lengths_is_refused(make_built_study: Callable[..., Study]) -> None:
    study = make_built_study(pages=1)
    session = read_session(study.session_folder)
    page = session.pages[0]
    shorter = dataclasses.replace(page.stimuli[0], samples=1)
    broken = dataclasses.replace(session, pages=(dataclasses.replace(page, stimuli=(shorter, *page.stimuli[1:])),))
    with pytest.raises(DataError, match="unequal length"):
        verify_session(study.session_folder, broken)
