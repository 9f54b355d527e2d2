"""Tables of reverse-engineered gains, against the gains that the items were mixed with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from multitrack_support import GAINS, make_multitrack, make_multitracks

from evalkit.audio import write_audio
from evalkit.errors import AudioError, DataError
from evalkit.manifest import DRUM_ROLES
from stimuli.models.gain_table import gain_table


def test_relative_gains_are_the_mixed_gains_over_their_norm(tmp_path: Path) -> None:
    table = gain_table([make_multitrack(tmp_path, "a", group="drummer_2")], "dry")
    expected = GAINS["drummer_2"] / np.linalg.norm(GAINS["drummer_2"])
    np.testing.assert_allclose(table.relative[0], expected, atol=0.005)
    assert table.typical_norm == pytest.approx(np.linalg.norm(GAINS["drummer_2"]), rel=0.01)


def test_missing_microphones_are_gaps_and_do_not_count_in_the_mean(tmp_path: Path) -> None:
    items = make_multitracks(tmp_path)
    table = gain_table(items, "dry")
    tom_3 = DRUM_ROLES.index("tom_3")
    assert [bool(np.isnan(row[tom_3]).all()) for row in table.relative] == [g == "drummer_1" for g in table.groups]
    np.testing.assert_allclose(table.mean()[tom_3], table.of_group("drummer_2").mean()[tom_3])
    assert not table.of_group("drummer_1").mean()[tom_3].any()


def test_no_items_are_a_data_error() -> None:
    with pytest.raises(DataError, match="no items to learn from"):
        gain_table([], "dry")


def test_items_of_other_microphones_are_named(tmp_path: Path) -> None:
    import dataclasses

    first = make_multitrack(tmp_path, "a")
    other = dataclasses.replace(first, id="other", roles=DRUM_ROLES[:-1])
    with pytest.raises(DataError, match="item other: its microphones or rate differ"):
        gain_table([first, other], "dry")


def test_an_item_whose_mix_is_silent_is_named(tmp_path: Path) -> None:
    item = make_multitrack(tmp_path, "a", level=0.5)
    write_audio(item.targets["dry"], np.zeros((item.samples, 2)), item.rate_hz)
    with pytest.raises(AudioError, match=r"item drummer_1/a, dry: the mix is silent"):
        gain_table([item], "dry")


def test_items_that_static_gains_do_not_describe_are_listed(tmp_path: Path) -> None:
    table = gain_table([make_multitrack(tmp_path, "a")], "wet")
    assert table.residual_db[0] > -12  # an echo of 0.3 is 10.5 dB below
    assert table.doubtful == [name for name, db in zip(table.ids, table.residual_db, strict=True) if db > -10]
