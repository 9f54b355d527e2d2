"""Which sampled drum kits this machine has, and what must be said about each of them.

Kits come from Debian packages and are looked for where those install them, and before that in the
folders named by the environment variable ``EVALKIT_KITS``: a copied kit must keep its file names.
Licences are those of the packages' copyright files, credits those of the same files and of the kits' own lists.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import ConfigError

KITS_ENVIRONMENT = "EVALKIT_KITS"
_DEBIAN_FOLDERS = (
    Path("/usr/share/sounds/sf2"),
    Path("/usr/lib/lv2/avldrums.lv2"),
    Path("/usr/share/hydrogen/data/drumkits"),
    Path("/usr/share/sonic-pi/samples"),
)
_DEBIAN_DOCUMENTS = Path("/usr/share/doc")


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownKit:
    """A kit that can be used: its package, licence and credit, how many toms it has, how it is found.

    ``entry`` is the kit inside a folder of kits ("." is the folder itself), ``proof`` a file that
    tells that it is there.
    """

    name: str
    package: str
    licence: str
    credit: str
    toms: int
    entry: str
    proof: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundKit:
    """A kit that is there; ``version`` is the Debian package's, None for a kit found elsewhere."""

    name: str
    package: str
    version: str | None
    licence: str
    credit: str
    toms: int
    path: Path


_KNOWN = (
    KnownKit(
        name="black_pearl",
        package="avldrums.lv2-soundfont",
        licence="CC-BY-SA-3.0",
        credit="Glen MacArthur, AVL Drumkits, Black Pearl 4pc",
        toms=2,
        entry="Black_Pearl_4_LV2.sf2",
        proof="Black_Pearl_4_LV2.sf2",
    ),
    KnownKit(
        name="red_zeppelin",
        package="avldrums.lv2-soundfont",
        licence="CC-BY-SA-3.0",
        credit="Glen MacArthur, AVL Drumkits, Red Zeppelin 4pc",
        toms=2,
        entry="Red_Zeppelin_4_LV2.sf2",
        proof="Red_Zeppelin_4_LV2.sf2",
    ),
    KnownKit(
        name="forzee",
        package="hydrogen-drumkits",
        licence="GPL-2",
        credit="Vladimir Sadovnikov, Alexander Belokurov, Forzee Stereo Drumkit",
        toms=3,
        entry="ForzeeStereo",
        proof="ForzeeStereo/drumkit.xml",
    ),
    KnownKit(
        name="bja_pacific",
        package="hydrogen-drumkits",
        licence="CC-BY-SA-3.0-us",
        credit="Luc Tanguay, Bransin James Anderson, BJA_Pacific",
        toms=2,
        entry="BJA_Pacific",
        proof="BJA_Pacific/drumkit.xml",
    ),
    KnownKit(
        name="cc0",
        package="sonic-pi-samples",
        licence="CC0-1.0",
        credit="menegass (freesound.org), collected by Sonic Pi",
        toms=3,
        entry=".",
        proof="drum_bass_hard.flac",
    ),
)


def known_kits() -> dict[str, KnownKit]:
    """Return every kit that can be used, installed or not, by name."""
    return {kit.name: kit for kit in _KNOWN}


def installed_kits() -> dict[str, FoundKit]:
    """Return the kits that are there, by name, in the order of ``known_kits``.

    Folders of ``EVALKIT_KITS`` (separated as in PATH) go before those of the Debian packages.
    """
    named = [Path(folder) for folder in os.environ.get(KITS_ENVIRONMENT, "").split(os.pathsep) if folder]
    return find_kits([*named, *_DEBIAN_FOLDERS])


def find_kits(folders: Iterable[Path]) -> dict[str, FoundKit]:
    """Return the kits in some folders, by name; the first folder that has a kit wins."""
    looked_in = tuple(folders)
    found = {}
    for kit in _KNOWN:
        folder = next((folder for folder in looked_in if (folder / kit.proof).is_file()), None)
        if folder is not None:
            found[kit.name] = FoundKit(
                name=kit.name,
                package=kit.package,
                version=_package_version(kit.package) if folder in _DEBIAN_FOLDERS else None,
                licence=kit.licence,
                credit=kit.credit,
                toms=kit.toms,
                path=folder / kit.entry,
            )
    return found


def choose_kit(name: str, kits: Mapping[str, FoundKit]) -> FoundKit:
    """Return a kit of those that are there.

    Raises
    ------
    ConfigError
        If there is no such kit, or it is not installed; says which package has it.
    """
    if name in kits:
        return kits[name]
    there = f"kits that are there: {', '.join(kits) or 'none'}"
    known = known_kits()
    if name not in known:
        raise ConfigError(f"kit '{name}': unknown, expected one of {', '.join(known)}; {there}")
    package = known[name].package
    raise ConfigError(
        f"kit '{name}': not found, it is in the Debian package {package}: apt-get install {package} "
        f"(or name its folder in {KITS_ENVIRONMENT}); {there}"
    )


def _package_version(package: str) -> str | None:
    """Return a Debian package's version from the first line of its changelog, None if that is not there."""
    changelog = _DEBIAN_DOCUMENTS / package / "changelog.Debian.gz"
    if not changelog.is_file():
        return None
    with gzip.open(changelog, "rt", encoding="utf-8") as lines:
        first = lines.readline()
    inside = first.partition("(")[2].partition(")")[0]
    return inside or None
