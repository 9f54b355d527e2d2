"""What all indexes of recordings have in common: findings, files' facts, lengths, splits.

An index describes recordings where they lie and copies no audio. What it meets is said: a note
goes on, a problem stops the index after everything was looked at. Nothing is dropped unsaid.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

from evalkit.audio import audio_info
from evalkit.errors import AudioError
from evalkit.manifest import Split, Track
from evalkit.progress import progress
from evalkit.seeds import stream

LENGTH_TOLERANCE_S = 0.010
BLOCK_SAMPLES = 2**18
NAMED = 4


@dataclass(slots=True)
class Findings:
    """What an index met: notes by text with where they hold, and problems."""

    notes: dict[str, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def note(self, text: str, where: str = "") -> None:
        """Remember something that is said and goes on; one text of several places is one line."""
        places = self.notes.setdefault(text, [])
        if where and where not in places:
            places.append(where)

    def problem(self, text: str) -> None:
        """Remember something that stops the index."""
        self.problems.append(text)

    def lines(self) -> Iterator[str]:
        """Yield a line for every note, then for every problem."""
        for text, places in self.notes.items():
            yield f"{text}: {some(places)}" if places else text
        for text in self.problems:
            yield f"PROBLEM {text}"


def some(names: Iterable[str]) -> str:
    """Join names, the first few of many."""
    names = list(names)
    rest = len(names) - NAMED
    return ", ".join(names) if rest < 2 else f"{', '.join(names[:NAMED])} and {rest} more"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file's header says."""

    samples: int
    channels: int
    rate_hz: int


def read_facts(paths: Iterable[Path], findings: Findings) -> dict[Path, Facts]:
    """Read the headers of files; a file that cannot be read is a problem and has no facts."""
    wanted = sorted(set(paths))
    facts = {}
    for path in progress(wanted, total=len(wanted), what="reading headers"):
        try:
            facts[path] = Facts(*audio_info(path))
        except AudioError as error:
            findings.problem(str(error))
        else:
            if facts[path].samples == 0:
                findings.problem(f"{path}: holds no samples")
    return facts


def common_rate_hz(facts: Mapping[Path, Facts], findings: Findings) -> int:
    """Return the rate of most files; a file of another rate is a problem."""
    counts = Counter(fact.rate_hz for fact in facts.values())
    rate_hz = counts.most_common(1)[0][0] if counts else 0
    for path, fact in facts.items():
        if fact.rate_hz != rate_hz:
            findings.problem(
                f"{path}: found {fact.rate_hz} Hz, {counts[rate_hz]} other file(s) have {rate_hz} Hz: "
                "convert it; nothing is resampled"
            )
    return rate_hz


@dataclass(frozen=True, slots=True)
class Measured:
    """What the samples of a file say: largest magnitude, and whether all channels are the same."""

    peak: float
    equal_channels: bool


def measure(path: Path) -> Measured:
    """Read a whole file block by block.

    Raises
    ------
    AudioError
        If it cannot be decoded, or holds a sample that is not finite.
    """
    peak, equal = 0.0, True
    try:
        for block in soundfile.blocks(str(path), blocksize=BLOCK_SAMPLES, dtype="float64", always_2d=True):
            peak = float(np.maximum(peak, np.max(np.abs(block), initial=0.0)))
            equal = equal and bool(np.all(block == block[:, :1]))
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise AudioError(f"{path}: not a readable audio file ({error})") from error
    if not math.isfinite(peak):
        raise AudioError(f"{path}: holds samples that are NaN or infinite")
    return Measured(peak, equal)


@dataclass(frozen=True, slots=True)
class Fitted:
    """An item's length, and its files with their own length where that is another."""

    samples: int
    inputs: dict[str, Track | None]
    target_samples: dict[str, int]


def fit_lengths(
    item_id: str,
    inputs: Mapping[str, Track | None],
    targets: Mapping[str, Path],
    facts: Mapping[Path, Facts],
    findings: Findings,
    *,
    tolerance_s: float = LENGTH_TOLERANCE_S,
) -> Fitted | None:
    """Give an item the length of its shortest file; say what is read short, and refuse too much.

    Parameters
    ----------
    item_id : for the findings
    inputs, targets : as in a Multitrack
    facts : of every readable file
    findings : takes a note for a difference up to ``tolerance_s``, a problem for a larger one
    tolerance_s : largest difference of lengths in seconds; infinity cuts any item to its shortest file

    Returns
    -------
    Fitted, or None where no file is readable
    """
    tracks = [track.path for track in inputs.values() if track is not None]
    paths = [path for path in dict.fromkeys([*tracks, *targets.values()]) if path in facts]
    if not paths:
        return None
    shortest, longest = (pick(paths, key=lambda path: facts[path].samples) for pick in (min, max))
    samples, rate_hz = facts[shortest].samples, facts[shortest].rate_hz
    cut_ms = 1000 * (facts[longest].samples - samples) / rate_hz
    if facts[longest].samples != samples:
        ends = (
            f"{shortest.name} ends after {samples} samples, {longest.name} after {facts[longest].samples} "
            f"({cut_ms:.1f} ms later)"
        )
        if cut_ms > 1000 * tolerance_s:
            findings.problem(
                f"item {item_id}: {ends}, more than {1000 * tolerance_s:g} ms: are they one recording? "
                "then --trim-to-shortest"
            )
        else:
            findings.note(f"item {item_id}: {ends}: all are read to the end of the shortest")

    def own(path: Path) -> int | None:
        return facts[path].samples if path in facts and facts[path].samples != samples else None

    fitted = {
        role: None if track is None else dataclasses.replace(track, samples=own(track.path))
        for role, track in inputs.items()
    }
    return Fitted(samples, fitted, {task: length for task, path in targets.items() if (length := own(path))})


def draw_splits(groups: Iterable[str], *, validation: float, test: float, seed: int) -> dict[str, Split]:
    """Draw which groups are held out; a group's number does not depend on which others there are.

    Parameters
    ----------
    groups : names of what stays together, for example songs
    validation, test : shares in [0, 1], rounded up to whole groups; one group is left to train on
    seed : of the draw
    """
    ranked = sorted(set(groups), key=lambda name: (stream(seed, "split", name).random(), name))
    n_test = math.ceil(test * len(ranked) - 1e-9)
    n_validation = min(math.ceil(validation * len(ranked) - 1e-9), max(len(ranked) - n_test - 1, 0))
    parts: dict[str, Split] = dict.fromkeys(ranked, "train")
    parts |= dict.fromkeys(ranked[:n_test], "test")
    parts |= dict.fromkeys(ranked[n_test : n_test + n_validation], "validation")
    return parts
