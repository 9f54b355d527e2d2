"""Lists of Hydrogen drum kits, in the spellings that kits come in, and the sound files they name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from evalkit.errors import AudioError, DataError
from stimuli.datasets.simulated.sampled.hydrogen import read_hydrogen
from stimuli.datasets.simulated.sampled.sound_files import read_sound

LAYER = "<layer><filename>{file}</filename><min>{low}</min><max>{high}</max><gain>1</gain><pitch>0</pitch></layer>"
HARD = LAYER.format(file="hard.wav", low=0.5, high=1)
SOFT = LAYER.format(file="soft.wav", low=0, high=0.5)


def kit(folder: Path, layers: str, *, attributes: str = "") -> Path:
    """Write a kit of one instrument with two sound files and another without any."""
    for name in ("soft", "hard"):
        soundfile.write(folder / f"{name}.wav", np.full(10, 0.1), 44100)
    (folder / "drumkit.xml").write_text(
        f"<drumkit_info{attributes}><name>Kit</name><instrumentList>"
        f"<instrument><id>0</id><name>Kick</name>{layers}</instrument>"
        "<instrument><id>1</id><name>empty</name></instrument></instrumentList></drumkit_info>"
    )
    return folder


@pytest.mark.parametrize("attributes", ["", ' xmlns="http://www.hydrogen-music.org/drumkit"'])
def test_layers_are_read_with_and_without_a_namespace_from_soft_to_hard(tmp_path: Path, attributes: str) -> None:
    (kick,) = read_hydrogen(kit(tmp_path, HARD + SOFT, attributes=attributes))
    assert [(layer.low, layer.high, layer.path.name) for layer in kick.layers] == [
        (0.0, 0.5, "soft.wav"),
        (0.5, 1.0, "hard.wav"),
    ]


def test_layers_inside_components_are_read_as_newer_versions_write_them(tmp_path: Path) -> None:
    (kick,) = read_hydrogen(kit(tmp_path, f"<instrumentComponent>{SOFT}{HARD}</instrumentComponent>"))
    assert len(kick.layers) == 2


def test_an_instrument_without_a_sound_is_left_out(tmp_path: Path) -> None:
    assert [instrument.name for instrument in read_hydrogen(kit(tmp_path, SOFT))] == ["Kick"]


def test_a_folder_without_a_list_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"drumkit\.xml: cannot be read"):
        read_hydrogen(tmp_path)


def test_a_list_that_is_no_xml_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "drumkit.xml").write_text("kick: 1")
    with pytest.raises(DataError, match="no XML"):
        read_hydrogen(tmp_path)


def test_another_kind_of_xml_is_an_error_that_says_what_was_found(tmp_path: Path) -> None:
    (tmp_path / "drumkit.xml").write_text("<song/>")
    with pytest.raises(DataError, match="found <song>, expected <drumkit_info>"):
        read_hydrogen(tmp_path)


def test_a_sound_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"names gone\.wav, which is not in"):
        read_hydrogen(kit(tmp_path, LAYER.format(file="gone.wav", low=0, high=1)))


def test_a_velocity_that_is_no_number_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="<max> of a <layer> is 'loud'"):
        read_hydrogen(kit(tmp_path, LAYER.format(file="soft.wav", low=0, high="loud")))


def test_a_layer_without_a_file_name_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a <layer> has no <filename>"):
        read_hydrogen(kit(tmp_path, "<layer><min>0</min><max>1</max></layer>"))


@pytest.mark.parametrize("name", ["stroke.wav", "stroke.aiff", "stroke.flac"])
def test_a_file_of_the_simulators_rate_is_read_sample_by_sample(tmp_path: Path, name: str) -> None:
    sound = np.random.default_rng(1).integers(-30000, 30000, 500) / 32768
    soundfile.write(tmp_path / name, sound, 44100, subtype="PCM_16")
    np.testing.assert_array_equal(read_sound(tmp_path / name), sound.astype(np.float32))


def test_two_channels_become_their_mean(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "stroke.wav", np.array([[0.5, 0.25], [-0.5, 0.5]]), 44100)
    np.testing.assert_allclose(read_sound(tmp_path / "stroke.wav"), [0.375, 0.0], atol=1e-4)


def test_a_tone_of_48_khz_keeps_its_pitch_and_level_at_44_1_khz(tmp_path: Path) -> None:
    # by definition of resampling: sin(2 pi f t) at the new instants; the filter's edges are left out
    soundfile.write(tmp_path / "tone.wav", 0.5 * np.sin(2 * np.pi * 1000 * np.arange(48000) / 48000), 48000)
    resampled = read_sound(tmp_path / "tone.wav")
    assert resampled.size == 44100
    expected = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(44100) / 44100)
    np.testing.assert_allclose(resampled[500:-500], expected[500:-500], atol=2e-3)


def test_a_missing_sound_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"none\.wav"):
        read_sound(tmp_path / "none.wav")
