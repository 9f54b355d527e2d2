"""Split by song: what was learned from a song's stem is not tried on the song."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from stem_support import ROLES, make_stem

from evalkit.cli import main
from evalkit.errors import DataError
from evalkit.manifest import Manifest, Multitrack, write_manifest
from stimuli.models.song_splits import divided_songs, split_warnings
from stimuli.systems.autoencoder import AutoencoderOptions, System


@pytest.fixture
def items(tmp_path: Path) -> list[Multitrack]:
    """Return two bass stems and a piano of one song."""
    kinds = {"one": "electric bass", "two": "synth bass", "keys": "piano"}
    return [replace(make_stem(tmp_path, name, kind=kind), group="song") for name, kind in kinds.items()]


def manifest_of(items: list[Multitrack]) -> Manifest:
    return Manifest(name="songs", rate_hz=44_100, roles=ROLES, licence="x", simulated=True, items=tuple(items))


@pytest.mark.parametrize("split", ["validation", "test"])
def test_a_song_that_teaches_a_group_and_holds_out_a_stem_of_it_is_refused(items: list[Multitrack], split: str) -> None:
    apart = manifest_of([items[0], replace(items[1], split=split), items[2]])  # type: ignore[arg-type]
    with pytest.raises(DataError, match=f"group bass: found stems of song in both the training and the {split} split"):
        System(AutoencoderOptions(hidden=8, iterations=1, pretraining="none", group="bass")).fit(
            apart.of_split("train", "validation"),
            "stem",
            rng=np.random.default_rng(1),
            device="cpu",
            manifest=apart,
            show_progress=False,
        )


def test_another_instrument_of_the_song_may_be_held_out(items: list[Multitrack]) -> None:
    apart = manifest_of([items[0], replace(items[2], split="test")])
    fitted = System(AutoencoderOptions(hidden=8, iterations=1, pretraining="none", group="bass")).fit(
        apart.of_split("train"),
        "stem",
        rng=np.random.default_rng(1),
        device="cpu",
        manifest=apart,
        show_progress=False,
    )
    assert list(fitted.by_group) == ["bass"]


def test_data_check_names_a_song_that_lies_in_several_splits_and_goes_on(
    items: list[Multitrack], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "manifest.jsonl"
    write_manifest(path, manifest_of([items[0], replace(items[2], split="test")]))
    main(["data", "check", str(path)])
    assert "CAUTION split by song: 1 song(s) lie in several splits: song (train, test)" in capsys.readouterr().out


def test_a_drummer_who_plays_in_every_split_is_no_song(items: list[Multitrack]) -> None:
    drums = [replace(items[0], kind="phrase"), replace(items[1], kind="phrase", split="test")]
    assert divided_songs(drums) == {}


def test_of_many_songs_the_first_are_named(items: list[Multitrack]) -> None:
    many = [replace(items[0], group=f"song {n}", split=split) for n in range(9) for split in ("train", "test")]
    assert split_warnings(many)[0].endswith("song 3 (train, test) and 5 more")  # type: ignore[arg-type]
