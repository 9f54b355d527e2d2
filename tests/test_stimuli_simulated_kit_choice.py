"""Which kit is played: names, licences, the held-out kit, what is said when a kit is absent or unused."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from evalkit.errors import ConfigError
from evalkit.manifest import Manifest, read_manifest
from stimuli.data_commands import data
from stimuli.datasets.simulated import kit_choice, simulate
from stimuli.datasets.simulated.kit_choice import (
    RECOMMENDED,
    SAMPLED_HELD_OUT,
    assigned_kits,
    hint_of_unused_kits,
    licence_of,
    on_kits,
)
from stimuli.datasets.simulated.presets import planned_items
from stimuli.datasets.simulated.sampled import FoundKit, installed_kits, known_kits


def found(*names: str) -> dict[str, FoundKit]:
    """Return kits as if they were installed."""
    return {
        name: FoundKit(
            name=name,
            package=known_kits()[name].package,
            version=None,
            licence=known_kits()[name].licence,
            credit=known_kits()[name].credit,
            toms=known_kits()[name].toms,
            path=Path(name),
        )
        for name in names
    }


def install(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let these kits, and no others, be installed."""
    monkeypatch.setattr(kit_choice, "installed_kits", lambda: found(*names))


def test_one_kit_is_for_all_drummers_three_are_one_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, *known_kits())
    assert set(assigned_kits(["cc0"]).values()) == {"cc0"}
    assert tuple(assigned_kits(RECOMMENDED).values()) == RECOMMENDED


def test_two_kits_are_one_too_few() -> None:
    with pytest.raises(ConfigError, match="kits: found 2 names, expected one for all drummers or 3, one for each"):
        assigned_kits(["procedural", "procedural"])


def test_an_unknown_kit_is_named_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="kits: found 'tama', expected procedural or some of black_pearl, red"):
        assigned_kits(["tama"])


def test_an_absent_kit_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, "cc0")
    with pytest.raises(ConfigError, match=r"'forzee': not found.* apt-get install hydrogen-drumkits.* there: cc0"):
        assigned_kits(["forzee"])


def test_the_held_out_kit_is_asked_for_before_anything_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    install(monkeypatch, "cc0")
    with pytest.raises(ConfigError, match="'bja_pacific': not found"):
        simulate(tmp_path / "out", preset="tiny", seed=1, kits=["cc0"], split="kit_held_out")
    assert not (tmp_path / "out").exists()


def test_sampled_test_items_are_held_out_on_a_kit_that_no_other_item_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, *known_kits())
    plan = on_kits(planned_items("enst318"), kits=assigned_kits(RECOMMENDED), split="kit_held_out")
    assert {planned.kit for planned in plan if planned.split == "test"} == {SAMPLED_HELD_OUT}
    assert {planned.kit for planned in plan if planned.split != "test"} == set(RECOMMENDED)


def test_the_kit_for_test_items_cannot_be_trained_on_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, *known_kits())
    with pytest.raises(ConfigError, match="found bja_pacific, which the split kit_held_out keeps for test items"):
        on_kits(planned_items("tiny"), kits=assigned_kits([SAMPLED_HELD_OUT]), split="kit_held_out")


def test_a_preset_without_test_items_has_nothing_to_hold_out() -> None:
    with pytest.raises(ConfigError, match="split: found kit_held_out, but this preset has no test items"):
        on_kits(planned_items("train"), kits=assigned_kits(["procedural"]), split="kit_held_out")


def test_the_paper_split_plays_test_items_on_the_kit_of_the_others() -> None:
    plan = on_kits(planned_items("enst318"), kits=assigned_kits(["procedural"]), split="paper")
    assert plan == planned_items("enst318")


@pytest.mark.parametrize(
    ("kits", "begins"),
    [
        (["procedural"], "CC0-1.0 (simulated here from code alone"),
        (["procedural", "cc0"], "CC0-1.0: do with the audio as you like"),
        (["cc0", "black_pearl"], "CC-BY-SA-3.0: the audio may be published with the credits"),
        (["black_pearl", "forzee", "bja_pacific"], "GPL-2: keep the audio to yourself"),
    ],
)
def test_the_strictest_licence_comes_first(kits: list[str], begins: str) -> None:
    licence = licence_of(kits)
    assert licence.startswith(begins)
    assert all(known_kits()[kit].credit in licence for kit in kits if kit != "procedural")


def test_installed_kits_that_are_not_used_are_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, *known_kits())
    hint = hint_of_unused_kits(["procedural"])
    assert hint is not None and "\n" not in hint
    assert "black_pearl, red_zeppelin, forzee, bja_pacific, cc0" in hint and ",".join(RECOMMENDED) in hint
    assert hint_of_unused_kits(["cc0"]) is None
    install(monkeypatch)
    assert hint_of_unused_kits(["procedural"]) is None


@pytest.fixture(scope="module")
def held_out(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """Return the tiny data set with its test items on the held-out procedural kit."""
    out = tmp_path_factory.mktemp("simulated") / "tiny"
    return simulate(out, preset="tiny", seed=7, split="kit_held_out")


def test_the_manifests_name_says_that_test_items_are_on_a_held_out_kit(held_out: Manifest) -> None:
    assert held_out.name.endswith("seed 7, test items on the held-out kit procedural_held_out")


def test_provenance_names_the_kit_of_every_item(held_out: Manifest) -> None:
    names = {item.split: item.provenance["kit"]["name"] for item in held_out.items if item.group == "drummer_1"}
    assert names["train"] == names["validation"] == "four-piece rock, 22 inch kick"
    assert names["test"] == "five-piece fusion, 18 inch kick"


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """Return the tiny data set on the CC0 kit, made by the command."""
    if "cc0" not in installed_kits():
        pytest.skip("kit cc0 is not installed (package sonic-pi-samples)")
    out = tmp_path_factory.mktemp("simulated") / "tiny"
    done = CliRunner().invoke(data, ["simulate", "--preset", "tiny", "--seed", "7", "--kits", "cc0", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "not used" not in done.output
    return read_manifest(out / "manifest.jsonl")


def test_a_manifest_of_sampled_drums_says_whose_they_are(sampled: Manifest) -> None:
    assert "kits cc0" in sampled.name
    assert known_kits()["cc0"].credit in sampled.licence
    for item in sampled.items:
        kit = item.provenance["kit"]
        assert (kit["name"], kit["package"], kit["licence"]) == ("cc0", "sonic-pi-samples", "CC0-1.0")


def test_another_kit_changes_the_sound_and_not_the_strokes(sampled: Manifest, held_out: Manifest) -> None:
    for one, other in zip(sampled.items, held_out.items, strict=True):
        assert one.id == other.id
        assert one.provenance["hits_sha256"] == other.provenance["hits_sha256"]
        assert abs(one.load_target("dry") - other.load_target("dry")).max() > 1e-3
