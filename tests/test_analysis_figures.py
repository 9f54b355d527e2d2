"""Pictures of the sounds of an item, and the local page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import build_study, study_yaml

from analysis.plots.stimuli import draw_onset, draw_sounds, envelope, level_db, strongest_onset
from evalkit.cli import main
from evalkit.session import AUDIO_FOLDER, read_session
from evalkit.study import Study

RATE_HZ = 44_100
ITEM = "sim/drummer_0/phrase"


def click_at(sample: int) -> np.ndarray:
    audio = np.zeros((RATE_HZ, 2))
    audio[sample : sample + 400] = 0.5
    return audio


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what the command writes beside a study of seven conditions."""
    study = build_study(tmp_path_factory.mktemp("figures") / "study", pages=1, conditions=7)
    main(["figures", str(study.folder), "--item", ITEM])
    return study.folder / "figures" / ITEM.replace("/", "__")


def test_every_picture_comes_in_three_formats(folder: Path) -> None:
    expected = {f"{name}.{ending}" for name in ("sounds", "onset") for ending in ("png", "svg", "pdf")}
    assert {path.name for path in folder.iterdir()} == expected | {"sounds.html"}


def test_the_page_warns_that_it_unblinds_and_refers_to_sounds_that_are_there(folder: Path) -> None:
    text = (folder / "sounds.html").read_text(encoding="utf-8")
    assert "For the researcher only" in text
    assert "Simulated recordings" in text
    sources = re.findall(r'<audio[^>]* src="([^"]+)"', text)
    assert len(sources) == 7
    assert all(source.startswith("../../session/audio/") and (folder / source).is_file() for source in sources)


def test_the_page_needs_no_network_and_no_script(folder: Path) -> None:
    text = (folder / "sounds.html").read_text(encoding="utf-8")
    assert "http" not in text and "<script" not in text


def test_the_conditions_stand_in_the_studys_order(folder: Path) -> None:
    labels = re.findall(r"<li><span>([^<]+)</span>", (folder / "sounds.html").read_text(encoding="utf-8"))
    assert labels[:2] == ["Reference Dry", "Reference Wet"] and labels[-1] == "Anchor"


def test_an_unknown_item_is_a_wrong_call(built_study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["figures", str(built_study.folder), "--item", "sim/drummer_0/phrases"])
    assert stop.value.code == 2
    assert f"did you mean '{ITEM}'" in capsys.readouterr().err


def test_a_missing_sound_leaves_no_folder(built_study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    stimulus = read_session(built_study.session_folder).pages[0].stimuli[0]
    (built_study.session_folder / AUDIO_FOLDER / stimulus.file).unlink()
    with pytest.raises(SystemExit) as stop:
        main(["figures", str(built_study.folder), "--item", ITEM])
    assert stop.value.code == 1
    assert "missing; build the study again" in capsys.readouterr().err
    assert list((built_study.folder / "figures").iterdir()) == []


def test_the_onset_is_where_the_sound_begins() -> None:
    found = strongest_onset(click_at(20_000)[:, 0], RATE_HZ)
    assert abs(found - 20_000) <= 441


def test_the_fade_in_of_a_sustained_stem_is_no_onset() -> None:
    """A pad that is faded in at full level, and a note that joins it softly a second later."""
    seconds = np.arange(3 * RATE_HZ) / RATE_HZ
    wave = np.sin(2 * np.pi * 220 * seconds) + 0.8 * np.sin(2 * np.pi * 330 * seconds) * (seconds > 1.2)
    fade = round(0.01 * RATE_HZ)
    wave[:fade] *= np.linspace(0, 1, fade)
    wave[-fade:] *= np.linspace(1, 0, fade)
    assert strongest_onset(wave, RATE_HZ, fade_s=0.01) / RATE_HZ == pytest.approx(1.2, abs=0.02)


def test_a_soft_note_out_of_silence_is_a_stronger_onset_than_a_louder_one_over_another() -> None:
    seconds = np.arange(3 * RATE_HZ) / RATE_HZ
    wave = np.sin(2 * np.pi * 220 * seconds) * np.select([seconds < 1, seconds < 2, seconds < 2.5], [0.5, 1, 0], 0.4)
    assert strongest_onset(wave, RATE_HZ) / RATE_HZ == pytest.approx(2.5, abs=0.02)


def test_what_equals_its_reference_is_drawn_above_it_and_thinner() -> None:
    lines = draw_onset({"Anchor": click_at(9000), "Engineer": click_at(9000)}, RATE_HZ, references=["Engineer"])
    anchor, engineer = lines.axes[0].lines
    assert anchor.get_zorder() > engineer.get_zorder()
    assert anchor.get_linewidth() < engineer.get_linewidth() / 3


def test_the_page_of_a_stem_says_which_panels_the_first_paper_shows(
    make_built_study: Callable[..., Study],
) -> None:
    systems = iter(("identity", "autoencoder", "human_mix"))
    yaml = study_yaml(3)
    for system in ("random_forest", "random_forest", "overhead_anchor"):
        yaml = yaml.replace(f"system: {system}", f"system: {next(systems)}", 1)
    study = make_built_study(pages=1, conditions=3, yaml=yaml)
    main(["figures", str(study.folder), "--item", ITEM])
    text = (study.folder / "figures" / ITEM.replace("/", "__") / "sounds.html").read_text(encoding="utf-8")
    assert (
        "raw input (a, b) is Random Forest Dry, stem target (c, d) is Anchor, output (e, f) is Random Forest Wet"
        in text
    )


def test_an_envelope_holds_the_largest_and_smallest_sample() -> None:
    audio = np.random.default_rng(1).standard_normal((10_007, 2))
    low, high = envelope(audio)
    assert (low.min(), high.max()) == (audio.mean(axis=1).min(), audio.mean(axis=1).max())


def test_a_full_scale_tone_lies_at_minus_6_db_in_its_bin() -> None:
    """Two-sided magnitude: half the amplitude."""
    hz = 100 * RATE_HZ / 2048
    wave = np.sin(2 * np.pi * hz * np.arange(RATE_HZ) / RATE_HZ)
    level = level_db(np.repeat(wave[:, None], 2, axis=1), RATE_HZ)
    assert level[:, 40].argmax() == 100
    assert level[100, 40] == pytest.approx(-6.02, abs=0.01)


@pytest.mark.parametrize("sounds", [1, 2, 3], ids=["one", "two", "three"])
def test_each_sound_has_its_panels_and_its_line(sounds: int) -> None:
    named = {f"system {number}": click_at(10_000 + number) for number in range(sounds)}
    panels = [block.axes[0].get_title(loc="left") for block in draw_sounds(named, RATE_HZ).subfigs if block.axes]
    assert panels == list(named)
    assert [line.get_label() for line in draw_onset(named, RATE_HZ).axes[0].lines] == list(named)
