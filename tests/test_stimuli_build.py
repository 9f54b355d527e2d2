"""From a folder of finished audio to a bundle: aligned, equally loud, never clipped, or one clear line."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from evalkit.audio import Audio, read_audio, write_audio
from evalkit.errors import AudioError, ConfigError, DataError, EvalkitError
from evalkit.loudness import integrated_lufs, true_peak_dbtp
from evalkit.parallel import Workers
from evalkit.session import Session, read_session
from evalkit.study import Study, read_study
from stimuli import verify
from stimuli.build import build_session
from stimuli.plan import make_plan

RATE_HZ = 44_100
CODECS = ("original", "opus", "vorbis", "mp3")
TEN_LINES = """\
schema: evalkit-study/1
title: Four codecs
excerpt: {seconds: 1, choose: loudest}
conditions:
  - {id: original, label: Original, system: files, role: reference, options: {path: "audio/{item}/{condition}.wav"}}
  - {id: opus, label: Opus, system: files, options: {path: "audio/{item}/{condition}.wav"}}
  - {id: vorbis, label: Vorbis, system: files, options: {path: "audio/{item}/{condition}.wav"}}
  - {id: mp3, label: MP3, system: files, options: {path: "audio/{item}/{condition}.wav"}}
page: {question: How good does each version sound?}
texts: {consent: You will hear three pieces in four versions.}
"""


def music(seed: int, *, seconds: float = 3.0, channels: int = 2, loud_at_s: float | None = None) -> Audio:
    rng = np.random.default_rng(seed)
    audio = rng.standard_normal((round(seconds * RATE_HZ), channels)) * 0.01
    if loud_at_s is not None:
        start = round(loud_at_s * RATE_HZ)
        audio[start : start + RATE_HZ] *= 8
    return audio


def make_study(folder: Path, *, extra: str = "", items: tuple[str, ...] = ("a", "b", "c")) -> Study:
    for number, item in enumerate(items):
        for codec in CODECS:
            gain = 1 + CODECS.index(codec) / 4
            write_audio(folder / "audio" / item / f"{codec}.wav", music(number, loud_at_s=1.2) * gain, RATE_HZ)
    (folder / "study.yaml").write_text(TEN_LINES + extra, encoding="utf-8")
    return read_study(folder)


def build(study: Study, *, jobs: int = 1, force: bool = False, said: list[str] | None = None) -> Session:
    say = [].append if said is None else said.append
    return build_session(make_plan(study, device="cpu", say=say), workers=Workers(jobs=jobs), force=force, say=say)


def audio_of(study: Study, file: str) -> Audio:
    return read_audio(study.session_folder / "audio" / file)[0]


def test_ten_lines_and_a_folder_of_files_become_a_verified_bundle(tmp_path: Path) -> None:
    assert len(TEN_LINES.splitlines()) == 10
    study = make_study(tmp_path / "s")
    session = build(study)
    assert [page.item for page in session.pages] == ["a", "b", "c"]
    assert [stimulus.condition for stimulus in session.pages[0].stimuli] == list(CODECS)
    assert all(status == "ok" for _, status, _ in verify.run(study)), verify.run(study)


def test_every_written_stimulus_measures_minus_28_lufs(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    for page in build(study).pages:
        for stimulus in page.stimuli:
            audio = audio_of(study, stimulus.file)
            assert integrated_lufs(audio, RATE_HZ) == pytest.approx(-28.0, abs=0.05)
            assert true_peak_dbtp(audio) <= -1.0
            assert stimulus.lufs == pytest.approx(integrated_lufs(audio, RATE_HZ), abs=1e-3)


def make_sparse_study(folder: Path, *, target_lufs: float) -> tuple[Study, Audio]:
    """Make a study of one item whose quiet end passes the absolute gate of -70 LUFS only once it is scaled."""
    make_study(folder, items=("a",))
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    text = text.replace("seconds: 1, choose: loudest", "seconds: 15, choose: whole")
    (folder / "study.yaml").write_text(text + f"loudness: {{target_lufs: {target_lufs}}}\n", encoding="utf-8")
    level_db = np.repeat([-45.0, -59.0, -85.0], np.array([1, 2, 12]) * RATE_HZ)
    sparse = 10 ** (level_db[:, None] / 20) * np.random.default_rng(5).standard_normal((level_db.size, 2))
    for codec in CODECS:
        write_audio(folder / "audio" / "a" / f"{codec}.wav", sparse, RATE_HZ, subtype="DOUBLE")
    return read_study(folder), sparse


def test_sparse_audio_reaches_the_loudness_though_its_gate_moves_with_its_level(tmp_path: Path) -> None:
    """BS.1770-4: what the absolute gate lets pass moves the relative gate."""
    study, sparse = make_sparse_study(tmp_path / "s", target_lufs=-28.0)
    scaled_once = sparse * 10 ** ((-28 - integrated_lufs(sparse, RATE_HZ)) / 20)
    assert integrated_lufs(scaled_once, RATE_HZ) < -28.3
    stimulus = build(study).pages[0].stimuli[0]
    assert integrated_lufs(audio_of(study, stimulus.file), RATE_HZ) == pytest.approx(-28.0, abs=0.05)


def test_sparse_audio_that_passes_the_ceiling_only_when_scaled_again_is_refused(tmp_path: Path) -> None:
    study, _ = make_sparse_study(tmp_path / "s", target_lufs=-13.0)
    with pytest.raises(AudioError, match="above the ceiling of -1 dBTP: write a target_lufs that is lower"):
        build(study)


def test_conditions_that_differ_by_gain_alone_become_the_same_stimulus(tmp_path: Path) -> None:
    """The same cut to the sample, and the gain undone: nothing else was done to the audio."""
    study = make_study(tmp_path / "s")
    page = build(study).pages[0]
    first, *others = [audio_of(study, stimulus.file) for stimulus in page.stimuli]
    for other in others:
        np.testing.assert_allclose(other, first, atol=2.0**-22)


def test_the_loudest_second_is_cut_out(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    stimulus = build(study).pages[0].stimuli[0]
    assert stimulus.provenance["start_sample"] == pytest.approx(1.2 * RATE_HZ, abs=0.02 * RATE_HZ)
    assert stimulus.samples == RATE_HZ


def test_the_result_does_not_depend_on_the_number_of_workers(tmp_path: Path) -> None:
    facts = []
    for jobs in (1, 2):
        session = build(make_study(tmp_path / str(jobs)), jobs=jobs)
        facts.append([(s.condition, s.lufs, s.dbtp, s.gain_db) for page in session.pages for s in page.stimuli])
    assert facts[0] == facts[1]


def test_file_names_betray_nothing(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    build(study)
    names = [path.name for path in (study.session_folder / "audio").iterdir()]
    assert len(names) == 12
    assert all(re.fullmatch(r"[0-9a-f]{32}\.flac", name) for name in names)


def test_a_mono_file_becomes_two_equal_channels_said_and_recorded(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    write_audio(study.folder / "audio" / "a" / "opus.wav", music(9, channels=1), RATE_HZ)
    said: list[str] = []
    stimulus = build(study, said=said).pages[0].stimuli[1]
    audio = audio_of(study, stimulus.file)
    np.testing.assert_array_equal(audio[:, 0], audio[:, 1])
    assert stimulus.provenance["mono_to_two_channels"] is True
    assert said == ["1 finished file(s) are mono: they become two equal channels"]
    assert stimulus.lufs == pytest.approx(-28.0, abs=0.05), "two channels, so not 3 LU too low"


def clicks(seed: int) -> Audio:
    """Sparse clicks: a peak-to-loudness ratio that -28 LUFS cannot hold below -1 dBTP."""
    audio = music(seed) * 0.001
    audio[::20_000] = 0.9
    return audio


def test_a_passed_ceiling_stops_with_the_line_that_fits(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    write_audio(study.folder / "audio" / "b" / "mp3.wav", clicks(1), RATE_HZ)
    with pytest.raises(AudioError, match=r"item b, condition mp3: at -28 LUFS .* passes the ceiling") as caught:
        build(study)
    line = str(caught.value).split("write  ")[1].split("  or add")[0]
    assert not study.session_folder.exists()
    (study.folder / "study.yaml").write_text(TEN_LINES + line + "\n", encoding="utf-8")
    session = build(read_study(study.folder))
    peaks = [stimulus.dbtp for page in session.pages for stimulus in page.stimuli]
    assert -1.2 < max(peaks) <= -1.0, "the line that was offered is the highest tenth that fits"


def test_lower_page_lowers_all_of_one_page_and_no_other(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s", extra="loudness: {on_exceed: lower_page}\n")
    write_audio(study.folder / "audio" / "b" / "mp3.wav", clicks(1), RATE_HZ)
    said: list[str] = []
    session = build(study, said=said)
    levels = [[stimulus.lufs for stimulus in page.stimuli] for page in session.pages]
    assert levels[0] == pytest.approx([-28.0] * 4, abs=0.05) == levels[2]
    assert max(levels[1]) < -28.5
    assert max(levels[1]) - min(levels[1]) < 0.1
    assert len(said) == 1 and "item b: the whole page is lowered to" in said[0]
    assert all(status == "ok" for _, status, _ in verify.run(study)), verify.run(study)


def with_file(folder: Path, audio: Audio, *, rate_hz: int = RATE_HZ, subtype: str = "FLOAT") -> Study:
    study = make_study(folder)
    soundfile.write(folder / "audio" / "b" / "opus.wav", audio, rate_hz, subtype=subtype)
    return study


NAN = music(0)
NAN[5000, 1] = np.nan


@pytest.mark.parametrize(
    ("audio", "rate_hz", "error", "message"),
    [
        (np.zeros((3 * RATE_HZ, 2)), RATE_HZ, AudioError, r"item b, condition opus: silent"),
        (NAN, RATE_HZ, AudioError, r"opus\.wav: 1 samples are NaN or infinite, the first at sample 5000"),
        (music(0, seconds=2.5), RATE_HZ, AudioError, r"opus\.wav: found 110250 samples, .*original\.wav has 132300"),
        (music(0), 48_000, AudioError, r"opus\.wav: found 48000 Hz, the study has 44100 Hz"),
        (music(0, channels=3), RATE_HZ, AudioError, r"opus\.wav: found 3 channels, expected 1 or 2"),
    ],
    ids=["silent", "nan", "length", "rate", "channels"],
)
def test_audio_that_does_not_fit_is_one_line_and_leaves_nothing(
    tmp_path: Path, audio: Audio, rate_hz: int, error: type[EvalkitError], message: str
) -> None:
    study = with_file(tmp_path / "s", audio, rate_hz=rate_hz)
    before = sorted(path.name for path in study.folder.iterdir())
    with pytest.raises(error, match=message):
        build(study)
    assert sorted(path.name for path in study.folder.iterdir()) == before


def test_a_missing_file_is_named_with_the_conditions_line(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    (study.folder / "audio" / "c" / "vorbis.wav").unlink()
    with pytest.raises(
        ConfigError, match=r"study\.yaml:7: conditions\.2\.options\.path: item c: no file .*vorbis\.wav"
    ):
        build(study)


def test_items_shorter_than_the_excerpt_are_refused(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    text = TEN_LINES.replace("seconds: 1,", "seconds: 15,")
    (study.folder / "study.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"item a: 3\.00 s long, the excerpt needs 15 s"):
        build(read_study(study.folder))


def test_an_unknown_system_is_named_with_its_line(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    text = TEN_LINES.replace("system: files, role", "system: fils, role")
    (study.folder / "study.yaml").write_text(text + "data: {manifest: m.jsonl}\n", encoding="utf-8")
    with pytest.raises(
        ConfigError, match=r"study\.yaml:5: conditions\.0\.system: unknown system 'fils'; did you mean 'files'"
    ):
        build(read_study(study.folder))


def test_an_existing_bundle_is_replaced_only_by_force(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    first = build(study)
    with pytest.raises(DataError, match="not empty"):
        build(study)
    second = build(study, force=True)
    assert first.pages[0].stimuli[0].file != second.pages[0].stimuli[0].file
    assert read_session(study.session_folder) == second


def test_a_bundle_of_an_older_study_is_an_error_in_check(tmp_path: Path) -> None:
    study = make_study(tmp_path / "s")
    build(study)
    (study.folder / "study.yaml").write_text(TEN_LINES + "seed: 5\n", encoding="utf-8")
    findings = {name: status for name, status, _ in verify.run(read_study(study.folder))}
    assert findings["bundle is of this study"] == "error"
