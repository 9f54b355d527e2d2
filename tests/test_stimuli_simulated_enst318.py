"""The preset enst318: the shape of the real data set, takes that differ, a target that gains reach."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evalkit.audio import Audio
from evalkit.manifest import DRUM_ROLES, Manifest
from evalkit.parallel import Workers
from evalkit.provenance import sha256_file
from stimuli.datasets import enst
from stimuli.datasets.simulated import presets, simulate
from stimuli.datasets.simulated.drummers import DRUMMERS
from stimuli.datasets.simulated.items import Piece, compose_item, make_item
from stimuli.datasets.simulated.kit_choice import assigned_kits, on_kits
from stimuli.datasets.simulated.manners import MANNERS
from stimuli.datasets.simulated.presets import Planned, planned_items
from stimuli.datasets.simulated.rows import EVERYBODY, Row
from stimuli.datasets.simulated.styles import STYLES

SEED = 2020
TASKS = ("wet", "dry", "dry_static")


@pytest.fixture(scope="module")
def pieces() -> dict[Planned, Piece]:
    """Return what is played in every item, not rendered."""
    return {planned: compose_item(planned, seed=SEED) for planned in planned_items("enst318")}


def test_drummers_kinds_and_splits_have_the_counts_of_the_studys_lists_of_names() -> None:
    # truth: the 318 names that the study's authors published, as the index of ENST-Drums holds them
    counted: Counter[tuple[str, str, str]] = Counter()
    for track, split in enst.paper_split().items():
        drummer, _, name = track.partition("/")
        counted[drummer, enst.read_name(name).kind, split] += 1
    assert counted.total() == 318
    assert Counter((p.drummer, p.kind, p.split) for p in planned_items("enst318")) == counted


def test_lengths_lie_between_7_and_84_s_with_a_median_of_about_20(pieces: dict[Planned, Piece]) -> None:
    seconds = [piece.seconds for piece in pieces.values()]
    assert min(seconds) >= 7 and 75 < max(seconds) <= 84
    assert 18 <= float(np.median(seconds)) <= 22
    assert 105 <= sum(seconds) / 60 <= 115


def takes(pieces: dict[Planned, Piece]) -> dict[tuple[str, str], list[Piece]]:
    """Return the phrases of each drummer and style."""
    found = defaultdict(list)
    for planned, piece in pieces.items():
        if planned.kind == "phrase":
            found[planned.drummer, piece.theme].append(piece)
    return dict(found)


def groove(piece: Piece) -> frozenset[tuple[int, str]]:
    """Return the strokes of the first three bars, before the first fill, on the grid."""
    step_s = piece.composition.step_s
    steps = 3 * STYLES[piece.theme].bar_steps
    places = [(int((hit.time_s - 0.25) / step_s + 0.01), hit.articulation) for hit in piece.composition.hits]
    return frozenset(place for place in places if place[0] < steps)


def test_no_two_phrases_of_a_drummer_and_style_share_their_groove(pieces: dict[Planned, Piece]) -> None:
    for same in takes(pieces).values():
        assert len(same) >= 7
        assert len({groove(piece) for piece in same}) == len(same)


def test_hardly_two_phrases_of_a_drummer_and_style_share_their_tempo_to_a_tenth(pieces: dict[Planned, Piece]) -> None:
    different = sum(len({piece.composition.tempo_bpm for piece in same}) for same in takes(pieces).values())
    assert different >= 0.95 * sum(len(same) for same in takes(pieces).values())


def test_every_manner_comes_round_before_one_comes_twice(pieces: dict[Planned, Piece]) -> None:
    for same in takes(pieces).values():
        assert {piece.manner for piece in same[: len(MANNERS)]} == set(MANNERS)


def test_fast_takes_are_faster_than_slow_ones_and_complex_ones_have_more_strokes(
    pieces: dict[Planned, Piece],
) -> None:
    for same in takes(pieces).values():
        tempi = {
            tempo: [
                piece.composition.tempo_bpm or 0.0 for piece in same if piece.manner and piece.manner.tempo == tempo
            ]
            for tempo in ("slow", "medium", "fast")
        }
        assert max(tempi["slow"]) < min(tempi["medium"]) <= max(tempi["medium"]) < min(tempi["fast"])
        density = {
            how: np.mean([len(groove(piece)) for piece in same if piece.manner and piece.manner.complexity == how])
            for how in ("simple", "complex")
        }
        assert density["complex"] > density["simple"]


def test_only_drummer_3_strikes_a_third_tom(pieces: dict[Planned, Piece]) -> None:
    struck = {
        planned.drummer
        for planned, piece in pieces.items()
        for hit in piece.composition.hits
        if "3" in hit.articulation
    }
    assert struck == {"drummer_3"}


def residual_db(inputs: Audio, target: Audio) -> float:
    """Return what no set of gains explains of a mix, in dB below it: least squares over the whole item."""
    gains, *_ = np.linalg.lstsq(inputs, target, rcond=None)
    return float(10 * np.log10(np.sum((target - inputs @ gains) ** 2) / np.sum(target**2)))


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """Return one short phrase and one short solo of each drummer, as enst318 makes them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(presets.PRESETS, "few", FEW)
        return simulate(tmp_path_factory.mktemp("simulated") / "few", preset="few", seed=SEED)


FEW = (
    Row(kind="phrase", split="train", count=1, seconds=(4.0, 5.0), manners=MANNERS, tasks=TASKS),
    Row(kind="hits", split="test", count=1, seconds=(3.0, 3.5), tasks=TASKS),
)


def test_items_have_three_targets_and_other_presets_two(few: Manifest) -> None:
    assert all(set(item.targets) == set(TASKS) for item in few.items)
    for preset in ("tiny", "demo", "train"):
        assert {planned.tasks for planned in planned_items(preset)} == {("dry", "wet")}


def test_gains_reach_the_static_dry_mix_as_it_is_on_disk(few: Manifest) -> None:
    # the bound is that of the task: -60 dB; 24 bits leave about -100 dB
    for item in few.items:
        assert residual_db(item.load_inputs(), item.load_target("dry_static")) < -60.0


def test_gains_do_not_reach_the_equalised_dry_mix(few: Manifest) -> None:
    # real session: -16 to -23 dB with static gains
    for item in few.items:
        assert residual_db(item.load_inputs(), item.load_target("dry")) > -45.0


def test_the_gains_of_the_static_mix_are_faders_and_pans(few: Manifest) -> None:
    item = next(item for item in few.items if item.group == "drummer_1" and item.kind == "phrase")
    chain, variation = item.provenance["chain"], item.provenance["variation"]
    gains, *_ = np.linalg.lstsq(item.load_inputs(), item.load_target("dry_static"), rcond=None)
    for role, strip in chain["dry"].items():
        gain = 10 ** ((strip["fader_db"] + variation["dry_fader_db"][role] + chain["dry_gain_db"]) / 20)
        angle = (strip["pan"] + 1) * np.pi / 4  # constant power
        assert gains[DRUM_ROLES.index(role)] == pytest.approx([gain * np.cos(angle), gain * np.sin(angle)], abs=1e-3)


def test_the_manner_stands_in_provenance_and_name(few: Manifest) -> None:
    for item in few.items:
        if item.kind == "phrase":
            manner = item.provenance["manner"]
            assert f"_{manner['complexity']}_{manner['tempo']}_" in item.id


@pytest.mark.slow
def test_two_processes_make_the_same_bits_as_one(
    few: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(presets.PRESETS, "few", FEW)
    again = simulate(tmp_path / "few", preset="few", seed=SEED, workers=Workers(jobs=2))
    for one, other in zip(few.items, again.items, strict=True):
        assert one.id == other.id
        for task in TASKS:
            assert sha256_file(one.targets[task]) == sha256_file(other.targets[task])
        for role in DRUMMERS[one.group].roles:
            assert sha256_file(one.inputs[role].path) == sha256_file(other.inputs[role].path)  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def own_and_held_out() -> tuple[Planned, ...]:
    """Return the plan with the test items on a kit of their own."""
    return on_kits(planned_items("enst318"), kits=assigned_kits(["procedural"]), split="kit_held_out")


def test_the_held_out_kit_is_that_of_the_test_items_alone(own_and_held_out: tuple[Planned, ...]) -> None:
    tested = {planned.kit for planned in own_and_held_out if planned.split == "test"}
    assert len(tested) == 1
    assert not tested & {planned.kit for planned in own_and_held_out if planned.split != "test"}


@pytest.mark.parametrize("drummer", EVERYBODY)
def test_the_held_out_kit_shares_no_drum_with_the_drummers_and_nothing_else_changes(
    own_and_held_out: tuple[Planned, ...], drummer: str
) -> None:
    planned = next(p for p in own_and_held_out if p.split == "test" and p.drummer == drummer)
    item = make_item(planned, seed=SEED)
    own = make_item(replace(planned, kit="procedural"), seed=SEED)
    assert item.hits == own.hits
    assert not np.array_equal(item.microphones, own.microphones)
    for part, value in item.provenance["kit"].items():
        assert value != own.provenance["kit"][part]
    for fixed in ("room", "microphones", "chain", "variation", "feel"):
        assert item.provenance[fixed] == own.provenance[fixed]


@pytest.mark.slow  # renders 80 s of audio in a process of its own
@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="a process's peak memory is read from /proc")
def test_the_longest_item_is_made_in_less_than_a_gigabyte(pieces: dict[Planned, Piece], tmp_path: Path) -> None:
    """Memory is of a fresh worker, libraries included; 974 MB were measured."""
    longest = max(range(len(pieces)), key=lambda number: list(pieces.values())[number].seconds)
    program = (
        "import sys; from pathlib import Path; from stimuli.datasets.simulated.presets import planned_items;"
        "from stimuli.datasets.simulated.simulate import _write_item;"
        "_write_item(Path(sys.argv[1]), planned_items('enst318')[int(sys.argv[2])], int(sys.argv[3]));"
        "print(Path('/proc/self/status').read_text())"
    )
    words = [sys.executable, "-c", program, str(tmp_path), str(longest), str(SEED)]
    status = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout
    peak_kib = int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1])
    assert peak_kib * 1024 <= 1000e6
