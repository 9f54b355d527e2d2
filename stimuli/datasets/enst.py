"""ENST-Drums as it lies on disk: three drummers, eight microphones, a dry and a wet mix.

``ROOT/drummer_{1,2,3}/audio/{hi-hat,kick,...,dry_mix,wet_mix}/<item>.wav``; the public part has 318
items. Numbers start anew with every drummer, so an item is known by drummer and name. Drummers 1
and 2 have no third tom. Files named ``*_norm`` are later copies of the mixes and are left alone.

The split of the drum mixing paper [1]_ is a list of names beside this file. It keeps drummer, kit
and mix settings in all three parts, and other takes of a test phrase in training: ``grouped`` and
``leave_one_drummer_out`` are the stricter questions to ask.

References
----------
.. [1] Martínez Ramírez, Stoller, Moffat: A Deep Learning Approach to Intelligent Drum Mixing with
   the Wave-U-Net. J. Audio Eng. Soc. 69(3), 2021, section 2.3 and Table 2.
.. [2] Gillet, Richard: ENST-Drums: an extensive audio-visual database for drum signals processing.
   ISMIR 2006.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from evalkit.errors import AudioError, ConfigError, DataError
from evalkit.manifest import DRUM_ROLES, Manifest, Multitrack, Split, Track
from evalkit.progress import progress
from stimuli.indexing import LENGTH_TOLERANCE_S, Facts, Findings, common_rate_hz, fit_lengths, measure, read_facts, some

TOP = "ENST-drums-public"
DRUMMERS = ("drummer_1", "drummer_2", "drummer_3")
MICROPHONES = dict(
    zip(DRUM_ROLES, ("hi-hat", "kick", "overhead_L", "overhead_R", "snare", "tom_1", "tom_2", "tom_3"), strict=True)
)
MIXES = {"dry": "dry_mix", "wet": "wet_mix"}
NO_THIRD_TOM = ("drummer_1", "drummer_2")
LICENCE = "ENST-Drums licence of Télécom Paris: research use, not to be passed on"
NAMES = Path(__file__).with_name("enst_names.json")
NAME = re.compile(
    r"(?P<number>\d{3})_(?P<kind>hits|phrase|solo|minus-one|MIDI-minus-one)_(?P<style>.+?)"
    r"(?:_(?P<complexity>simple|complex)_(?P<tempo>slow|medium|fast|very-fast))?"
    r"_(?P<stick>sticks|brushes|rods|mallets|hands|pedal)(?:_x(?P<strokes>\d+))?"
)
ACCOMPANIMENTS = ("minus-one", "MIDI-minus-one")
SAME_STYLE = {"reggae-ska": "reggae", "afro-samba": "afro", "celtic-rock-better-take": "celtic-rock"}
SPLITS = ("paper", "grouped", "leave_one_drummer_out:1", "leave_one_drummer_out:2", "leave_one_drummer_out:3")


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """What an item's name says; ``tempo_bpm`` only where a MIDI accompaniment gives it."""

    kind: str
    style: str
    complexity: str | None
    tempo: str | None
    stick: str
    tempo_bpm: float | None


def read_name(name: str) -> Named:
    """Read an item's name, such as ``066_phrase_shuffle-blues_simple_slow_brushes``.

    Raises
    ------
    DataError
        If it is not a name of this data set.
    """
    match = NAME.fullmatch(name)
    if match is None:
        raise DataError(f"{name}: not an ENST-Drums name, expected for example 036_phrase_disco_simple_slow_sticks")
    style, bpm = match["style"], None
    if match["kind"] == "MIDI-minus-one" and (number := re.search(r"-(\d{2,3})(?=-|$)", style)):
        bpm = float(number[1])
        style = style[: number.start()]
    return Named(
        kind="accompaniment" if match["kind"] in ACCOMPANIMENTS else match["kind"],
        style=style,
        complexity=match["complexity"],
        tempo=match["tempo"],
        stick=match["stick"],
        tempo_bpm=bpm,
    )


def paper_split() -> dict[str, Split]:
    """Return the paper's part of each of the 318 items, by ``drummer_N/name``."""
    return dict(_paper_split())


def grouped_split() -> dict[str, Split]:
    """Keep all takes of a drummer in one style together.

    Whatever shares drummer and style (for single hits: the drum) with a test item of the paper is
    test, whatever shares them with a validation item is validation, the rest is for training.
    """
    held: dict[tuple[str, str], Split] = {}
    paper = paper_split()
    for wanted in ("validation", "test"):  # test wins where a style is in both
        held |= {_family(item): wanted for item, part in paper.items() if part == wanted}
    return {item: held.get(_family(item), "train") for item in paper}


def leave_one_drummer_out_split(drummer: str) -> dict[str, Split]:
    """Test on all items of a drummer, validate on the paper's validation items of the others."""
    parts: dict[str, Split] = {}
    for item, part in paper_split().items():
        own = item.startswith(f"{drummer}/")
        parts[item] = "test" if own else "validation" if part == "validation" else "train"
    return parts


def read_split(word: str) -> dict[str, Split]:
    """Return the split of a name in ``SPLITS``.

    Raises
    ------
    ConfigError
        If there is no such split.
    """
    if word not in SPLITS:
        raise ConfigError(f"--split: found '{word}', expected one of {', '.join(SPLITS)}")
    if word == "paper":
        return paper_split()
    return grouped_split() if word == "grouped" else leave_one_drummer_out_split(f"drummer_{word[-1]}")


def index(root: Path, findings: Findings, *, split: str = "paper", tolerance_s: float = LENGTH_TOLERANCE_S) -> Manifest:
    """Describe ENST-Drums, or the part of it that is there.

    Parameters
    ----------
    root : the folder of the drummers, or the one above it
    findings : takes what is missing, unknown or does not fit
    split : a name in ``SPLITS``
    tolerance_s : largest difference of lengths inside an item, see :func:`stimuli.indexing.fit_lengths`

    Raises
    ------
    ConfigError
        If there is no such split.
    DataError
        If the folder holds no drummer, or none of the 318 items.
    """
    parts = read_split(split)
    root = find_root(root)
    files = _find_files(root, findings)
    known = {item: found for item, found in files.items() if item in parts}
    for item in [item for item in files if item not in known]:
        findings.note("not one of the 318 public items, left out", item)
    for item in [item for item, found in known.items() if not found.keys() & MICROPHONES.keys()]:
        findings.note("no microphone is there, left out", item)
        del known[item]
    if not known:
        raise DataError(f"{root}: none of the 318 items of ENST-Drums; expected drummer_N/audio/kick/<item>.wav")
    if len(known) < len(parts):
        findings.note(f"{len(known)} of the 318 items are here; missing", some(_missing(parts, known)))
    facts = read_facts((path for found in known.values() for path in found.values()), findings)
    rate_hz = common_rate_hz(facts, findings)
    order = sorted(known)
    items = [
        _item(item, known[item], parts[item], facts, rate_hz, findings, tolerance_s)
        for item in progress(order, total=len(order), what="reading the mixes' peaks")
    ]
    return Manifest(
        name=f"ENST-Drums, split {split}",
        rate_hz=rate_hz,
        roles=DRUM_ROLES,
        licence=LICENCE,
        simulated=False,
        items=tuple(item for item in items if item is not None),
    )


def find_root(root: Path) -> Path:
    """Return the folder that holds the drummers: the given one, or ``ENST-drums-public`` in it.

    Raises
    ------
    DataError
        If neither holds a drummer.
    """
    for folder in (root, root / TOP):
        if any((folder / drummer / "audio").is_dir() for drummer in DRUMMERS):
            return folder
    inside = some(sorted(path.name for path in root.iterdir())) if root.is_dir() else ""
    raise DataError(
        f"{root}: expected drummer_1/audio, drummer_2/audio or drummer_3/audio in it or in {TOP}, "
        + (f"found {inside or 'an empty folder'}" if root.is_dir() else "found no such folder")
    )


@cache
def _paper_split() -> dict[str, Split]:
    parts: dict[Split, list[str]] = json.loads(NAMES.read_text(encoding="utf-8"))
    return {item: part for part, items in parts.items() for item in items}


def _family(item: str) -> tuple[str, str]:
    drummer, _, name = item.partition("/")
    style = read_name(name).style
    return drummer, SAME_STYLE.get(style, style)


def _missing(parts: Iterable[str], known: Mapping[str, object]) -> list[str]:
    missing = []
    for drummer in DRUMMERS:
        absent = [item for item in parts if item.startswith(f"{drummer}/") and item not in known]
        everything = len(absent) == sum(item.startswith(f"{drummer}/") for item in parts)
        missing += [f"{drummer} (all {len(absent)})"] if everything else sorted(absent)
    return missing


def _find_files(root: Path, findings: Findings) -> dict[str, dict[str, Path]]:
    """Return the files of every item by role or task."""
    found: dict[str, dict[str, Path]] = {}
    for drummer in DRUMMERS:
        for use, folder in {**MICROPHONES, **MIXES}.items():
            for path in sorted((root / drummer / "audio" / folder).glob("*")):
                if path.name.startswith(".") or path.suffix.lower() not in {".wav", ".flac"}:
                    continue
                if path.stem.endswith("_norm"):
                    findings.note("*_norm files are no part of the data set, ignored in", f"{drummer}/audio/{folder}")
                    continue
                found.setdefault(f"{drummer}/{path.stem}", {})[use] = path
    return found


def _item(
    item: str,
    found: Mapping[str, Path],
    part: Split,
    facts: Mapping[Path, Facts],
    rate_hz: int,
    findings: Findings,
    tolerance_s: float,
) -> Multitrack | None:
    drummer, _, name = item.partition("/")
    named = read_name(name)
    inputs: dict[str, Track | None] = {role: Track(path=found[role]) if role in found else None for role in MICROPHONES}
    for role in (role for role, track in inputs.items() if track is None):
        if not (role == "tom_3" and drummer in NO_THIRD_TOM):
            findings.note(f"{drummer}: no file of the microphone {role} in", name)
    targets = {task: found[task] for task in MIXES if task in found}
    for task in [task for task in MIXES if task not in targets]:
        findings.note(f"{drummer}: no {task} mix in", name)
    for use, path in found.items():
        channels = facts[path].channels if path in facts else None
        expected = 2 if use in MIXES else 1
        if channels not in (None, expected):
            findings.problem(f"{path}: found {channels} channel(s), expected {expected}")
    fitted = fit_lengths(f"enst/{item}", inputs, targets, facts, findings, tolerance_s=tolerance_s)
    if fitted is None:
        return None
    return Multitrack(
        id=f"enst/{item}",
        group=drummer,
        kind=named.kind,
        split=part,
        samples=fitted.samples,
        rate_hz=rate_hz,
        roles=DRUM_ROLES,
        inputs=fitted.inputs,
        targets=targets,
        target_samples=fitted.target_samples,
        tempo_bpm=named.tempo_bpm,
        provenance={
            "source": "recorded",
            "stick": named.stick,
            "style": named.style,
            "complexity": named.complexity,
            "tempo": named.tempo,
            "target_peak": _peaks(targets, facts, findings),
        },
    )


def _peaks(targets: Mapping[str, Path], facts: Mapping[Path, Facts], findings: Findings) -> dict[str, Any]:
    """Return the largest magnitude of each mix, by which the paper's authors divided it."""
    peaks = {}
    for task, path in targets.items():
        try:
            peaks[task] = measure(path).peak if path in facts else None
        except AudioError as error:
            findings.problem(str(error))
    return peaks
