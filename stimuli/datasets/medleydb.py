"""MedleyDB as it lies on disk: every stem of a song with the raw recordings that it was made of.

``[Audio/]<Song>/<Song>_{STEMS,RAW}/`` and ``<Song>_METADATA.yaml``, in the song's folder or in a
folder ``Metadata`` beside the songs. A stem (stereo, processed) is the target ``stem``; its raw
recordings are the roles ``raw_1`` to ``raw_n`` in the metadata's order. A raw recording of two
different channels takes two roles, left first.

Songs whose metadata say ``has_bleed`` are kept: their raw recordings hear other instruments.

References
----------
.. [1] Bittner et al.: MedleyDB: A Multitrack Dataset for Annotation-Intensive MIR Research. ISMIR 2014.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from evalkit.config import read_yaml, validate
from evalkit.errors import AudioError, ConfigError, DataError
from evalkit.manifest import Manifest, Multitrack, Split, Track
from evalkit.progress import progress
from evalkit.registry import did_you_mean
from stimuli.indexing import (
    LENGTH_TOLERANCE_S,
    Facts,
    Findings,
    common_rate_hz,
    draw_splits,
    fit_lengths,
    measure,
    read_facts,
    some,
)

LICENCE = "MedleyDB: CC BY-NC-SA 4.0, access on request"
METADATA = "_METADATA.yaml"
HELD_OUT = 0.1


class Raw(BaseModel):
    """A raw recording in a song's metadata."""

    filename: str
    instrument: str | list[str] = ""


class Stem(BaseModel):
    """A stem in a song's metadata."""

    filename: str
    instrument: str | list[str]
    component: str = ""
    raw: dict[str, Raw] = {}


class Metadata(BaseModel):
    """What is used of a song's metadata; other fields are left alone."""

    genre: str = ""
    has_bleed: Literal["yes", "no"] = "no"
    stem_dir: str
    raw_dir: str
    stems: dict[str, Stem]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A stem and its raw recordings, with the paths of those that are there."""

    song: str
    key: str
    metadata: Metadata
    target: Path
    raws: dict[str, Path]

    @property
    def stem(self) -> Stem:
        """Return the stem's metadata."""
        return self.metadata.stems[self.key]

    @property
    def id(self) -> str:
        """Return the item's id."""
        return f"medleydb/{self.song}/{self.key}"


def index(
    root: Path,
    findings: Findings,
    *,
    stems: Collection[str] = (),
    seed: int = 2020,
    tolerance_s: float = LENGTH_TOLERANCE_S,
) -> Manifest:
    """Describe MedleyDB, or the songs of it that are there.

    Parameters
    ----------
    root : folder of the songs, or the one that holds it as ``Audio``
    findings : takes what is missing or does not fit
    stems : instruments to keep; empty keeps all
    seed : of the draw of songs for validation and test (a tenth each, rounded up); ``stems`` does not change it
    tolerance_s : largest difference of lengths inside an item, see :func:`stimuli.indexing.fit_lengths`

    Raises
    ------
    ConfigError
        If no song has one of the instruments.
    DataError
        If the folder holds no song with metadata, or no stem with its raw recordings.
    """
    songs = _read_songs(root, findings)
    parts = draw_splits(songs, validation=HELD_OUT, test=HELD_OUT, seed=seed)
    findings.note(f"songs drawn with seed {seed}: test", some(sorted(s for s, part in parts.items() if part == "test")))
    bleeding = [song for song, (_, metadata) in songs.items() if metadata.has_bleed == "yes"]
    for song in bleeding:
        findings.note("raw recordings hear other instruments (has_bleed), kept", song)
    _check_instruments(stems, songs)
    pairs = [
        pair
        for song, (folder, metadata) in songs.items()
        for pair in _pairs(song, folder, metadata, findings)
        if not stems or _word(pair.stem.instrument) in stems
    ]
    facts = read_facts((path for pair in pairs for path in (pair.target, *pair.raws.values())), findings)
    rate_hz = common_rate_hz(facts, findings)
    columns = {
        pair.id: _columns(pair, facts, findings)
        for pair in progress(pairs, total=len(pairs), what="reading raw recordings of two channels")
    }
    roles = tuple(f"raw_{number}" for number in range(1, 1 + max(map(len, columns.values()), default=0)))
    items = [_item(pair, columns[pair.id], parts, facts, rate_hz, roles, findings, tolerance_s) for pair in pairs]
    found = tuple(item for item in items if item is not None)
    if not found and not findings.problems:
        raise DataError(f"{root}: no stem with its raw recordings")
    return Manifest(
        name="MedleyDB stems" + (f": {', '.join(stems)}" if stems else "") + f", songs drawn with seed {seed}",
        rate_hz=rate_hz,
        roles=roles,
        licence=LICENCE,
        simulated=False,
        items=found,
    )


def _read_songs(root: Path, findings: Findings) -> dict[str, tuple[Path, Metadata]]:
    """Return folder and metadata of every song, by name."""
    audio = root / "Audio" if (root / "Audio").is_dir() else root
    if not audio.is_dir():
        raise DataError(f"{root}: no such folder")
    folders = sorted(
        path for path in audio.iterdir() if path.is_dir() and not path.name.startswith(".") and path.name != "Metadata"
    )
    songs = {}
    for folder in progress(folders, total=len(folders), what="reading metadata"):
        name = folder.name + METADATA
        places = [folder / name, audio / "Metadata" / name, audio.parent / "Metadata" / name]
        path = next((place for place in places if place.is_file()), None)
        if path is None:
            findings.note(f"no *{METADATA}, song left out", folder.name)
            continue
        try:
            data, source = read_yaml(path)
            songs[folder.name] = (folder, validate(Metadata, data, source))
        except ConfigError as error:
            findings.problem(str(error))
    if not songs and not findings.problems:
        raise DataError(f"{root}: no song: expected <Song>/<Song>{METADATA}, or Audio/<Song>/<Song>{METADATA}")
    return songs


def _check_instruments(stems: Collection[str], songs: Mapping[str, tuple[Path, Metadata]]) -> None:
    known = sorted({_word(stem.instrument) for _, metadata in songs.values() for stem in metadata.stems.values()})
    for instrument in stems:
        if instrument not in known:
            hint = did_you_mean(instrument, known) or f"; there are {', '.join(known)}"
            raise ConfigError(f"--stems: no stem of '{instrument}'{hint}")


def _pairs(song: str, folder: Path, metadata: Metadata, findings: Findings) -> Iterator[Pair]:
    for key, stem in sorted(metadata.stems.items()):
        target = folder / metadata.stem_dir / stem.filename
        raws = {name: folder / metadata.raw_dir / raw.filename for name, raw in sorted(stem.raw.items())}
        there = {name: path for name, path in raws.items() if path.is_file()}
        for path in raws.values():
            if path not in there.values():
                findings.note("raw recording missing, its role is empty", path.name)
        if not target.is_file():
            findings.note("stem missing, left out", target.name)
        elif not there:
            findings.note("no raw recording is there, stem left out", target.name)
        else:
            yield Pair(song=song, key=key, metadata=metadata, target=target, raws=there)


def _columns(pair: Pair, facts: Mapping[Path, Facts], findings: Findings) -> list[tuple[str, Track | None]]:
    """Return (name, track) of the raw recordings in order; one of two different channels is there twice."""
    columns: list[tuple[str, Track | None]] = []
    for name in sorted(pair.stem.raw):
        path = pair.raws.get(name)
        if path is None:
            columns.append((name, None))
            continue
        channels = facts[path].channels if path in facts else 1
        if channels == 1:
            columns.append((name, Track(path=path)))
        elif channels > 2:
            findings.problem(f"{path}: found {channels} channels, expected 1 or 2")
        elif _same(path, findings):
            findings.note("two equal channels, channel 0 is used", path.name)
            columns.append((name, Track(path=path, channel=0)))
        else:
            findings.note("two different channels, they take two roles", path.name)
            columns += [(name, Track(path=path, channel=0)), (name, Track(path=path, channel=1))]
    return columns


def _same(path: Path, findings: Findings) -> bool:
    try:
        return measure(path).equal_channels
    except AudioError as error:
        findings.problem(str(error))
        return True


def _item(
    pair: Pair,
    columns: Sequence[tuple[str, Track | None]],
    parts: Mapping[str, Split],
    facts: Mapping[Path, Facts],
    rate_hz: int,
    roles: tuple[str, ...],
    findings: Findings,
    tolerance_s: float,
) -> Multitrack | None:
    if pair.target in facts and facts[pair.target].channels != 2:
        findings.note("stem is not stereo, left out", pair.target.name)
        return None
    inputs: dict[str, Track | None] = dict.fromkeys(roles)
    inputs.update({role: track for role, (_, track) in zip(roles, columns, strict=False)})
    targets = {"stem": pair.target}
    fitted = fit_lengths(pair.id, inputs, targets, facts, findings, tolerance_s=tolerance_s)
    if fitted is None:
        return None
    stem = pair.stem
    return Multitrack(
        id=pair.id,
        group=pair.song,
        kind=_word(stem.instrument),
        split=parts[pair.song],
        samples=fitted.samples,
        rate_hz=rate_hz,
        roles=roles,
        inputs=fitted.inputs,
        targets=targets,
        target_samples=fitted.target_samples,
        provenance={
            "source": "recorded",
            "component": stem.component,
            "genre": pair.metadata.genre,
            "bleed": pair.metadata.has_bleed == "yes",
            "raw": {
                role: {"recording": name, "instrument": _word(stem.raw[name].instrument)}
                for role, (name, _) in zip(roles, columns, strict=False)
            },
        },
    )


def _word(instrument: str | list[str]) -> str:
    return instrument if isinstance(instrument, str) else ", ".join(instrument)
