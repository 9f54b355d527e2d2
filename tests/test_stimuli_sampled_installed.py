"""Finding kits in folders, and what is said when one is not there."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from evalkit.errors import ConfigError
from stimuli.datasets.simulated.drummers import KITS
from stimuli.datasets.simulated.sampled import installed, installed_kits, known_kits, load_kit
from stimuli.datasets.simulated.sampled.installed import choose_kit, find_kits


def place(folder: Path, name: str) -> Path:
    """Make the file by which a kit is known, and return its folder of kits."""
    proof = folder / known_kits()[name].proof
    proof.parent.mkdir(parents=True, exist_ok=True)
    proof.touch()
    return folder


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Leave no kit to be found but in a fresh folder that EVALKIT_KITS names."""
    monkeypatch.setattr(installed, "_DEBIAN_FOLDERS", (tmp_path / "debian",))
    monkeypatch.setenv("EVALKIT_KITS", str(tmp_path / "mine"))
    return tmp_path


@pytest.mark.parametrize("name", known_kits())
def test_each_known_kit_is_found_by_its_file(tmp_path: Path, name: str) -> None:
    assert list(find_kits([place(tmp_path, name)])) == [name]


def test_a_folder_without_kits_gives_none(tmp_path: Path) -> None:
    assert find_kits([tmp_path, tmp_path / "not there"]) == {}


def test_the_first_folder_that_has_a_kit_wins(tmp_path: Path) -> None:
    folders = [place(tmp_path / "a", "forzee"), place(tmp_path / "b", "forzee")]
    assert find_kits(folders)["forzee"].path == tmp_path / "a" / "ForzeeStereo"


def test_folders_of_the_environment_go_before_those_of_debian(elsewhere: Path) -> None:
    place(elsewhere / "debian", "black_pearl")
    assert installed_kits()["black_pearl"].path.parent == elsewhere / "debian"
    place(elsewhere / "mine", "black_pearl")
    assert installed_kits()["black_pearl"].path.parent == elsewhere / "mine"


def test_the_environment_may_name_several_folders(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [place(elsewhere / "x", "cc0"), place(elsewhere / "y", "forzee")]
    monkeypatch.setenv("EVALKIT_KITS", os.pathsep.join(map(str, folders)))
    assert set(installed_kits()) == {"cc0", "forzee"}


def test_the_version_is_that_of_the_packages_changelog(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = elsewhere / "doc"
    (documents / "sonic-pi-samples").mkdir(parents=True)
    with gzip.open(documents / "sonic-pi-samples" / "changelog.Debian.gz", "wt") as file:
        file.write("sonic-pi (3.2.2~repack-8) unstable; urgency=medium\n\n  * Fix.\n")
    monkeypatch.setattr(installed, "_DEBIAN_DOCUMENTS", documents)
    place(elsewhere / "debian", "cc0")
    assert installed_kits()["cc0"].version == "3.2.2~repack-8"


def test_a_kit_found_elsewhere_has_no_package_version(elsewhere: Path) -> None:
    place(elsewhere / "mine", "cc0")
    assert installed_kits()["cc0"].version is None


def test_an_absent_kit_is_one_line_with_its_package_and_the_kits_that_are_there(elsewhere: Path) -> None:
    place(elsewhere / "mine", "cc0")
    with pytest.raises(ConfigError) as error:
        choose_kit("forzee", installed_kits())
    message = str(error.value)
    assert "\n" not in message
    assert "'forzee'" in message
    assert "apt-get install hydrogen-drumkits" in message
    assert message.endswith("kits that are there: cc0")


def test_without_any_kit_the_line_says_none(elsewhere: Path) -> None:
    with pytest.raises(ConfigError, match=r"kits that are there: none$"):
        choose_kit("cc0", installed_kits())


def test_an_unknown_kit_is_an_error_that_names_the_known_ones(elsewhere: Path) -> None:
    with pytest.raises(ConfigError, match="unknown, expected one of black_pearl, red_zeppelin, forzee"):
        choose_kit("gretsch", installed_kits())


def test_every_known_kit_says_its_licence_and_whom_to_credit() -> None:
    # the fields of the packages' copyright files, checked by eye against avldrums.lv2-soundfont 0.5.2,
    # hydrogen-drumkits 2017.09.19 and sonic-pi-samples 3.2.2
    assert {name: kit.licence for name, kit in known_kits().items()} == {
        "black_pearl": "CC-BY-SA-3.0",
        "red_zeppelin": "CC-BY-SA-3.0",
        "forzee": "GPL-2",
        "bja_pacific": "CC-BY-SA-3.0-us",
        "cc0": "CC0-1.0",
    }
    assert all(kit.credit for kit in known_kits().values())


def test_loading_an_absent_kit_is_the_same_error(elsewhere: Path) -> None:
    with pytest.raises(ConfigError, match=r"apt-get install avldrums\.lv2-soundfont"):
        load_kit("black_pearl", like=KITS["drummer_1"])
