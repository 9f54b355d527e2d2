"""Any folder of multitracks, described by a table of name patterns (see ``roles.yaml``).

Every file that gets a role is read once: that finds files that cannot be decoded, silent microphones, and mono
recordings kept as stereo files of two equal channels. What can be decided is decided and said;
what cannot is a problem.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.config import Source
from evalkit.errors import AudioError, ConfigError, DataError
from evalkit.manifest import Manifest, Multitrack, Split, Track
from evalkit.multitrack import Channel
from evalkit.progress import progress
from evalkit.registry import did_you_mean
from stimuli.datasets.role_map import AUDIO_ENDINGS, RoleMap, read_role_map
from stimuli.indexing import (
    LENGTH_TOLERANCE_S,
    Facts,
    Findings,
    Measured,
    common_rate_hz,
    draw_splits,
    fit_lengths,
    measure,
    read_facts,
    some,
)

CHANNELS: dict[str, Channel] = {"left": 0, "right": 1, "mix": "mix"}


@dataclass(frozen=True, slots=True)
class Named:
    """An audio file and the name that patterns are looked for in."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Use:
    """A file that a pattern found, and the channel that the map asks for."""

    path: Path
    channel: str | None = None


def index(root: Path, map_path: Path, findings: Findings, *, tolerance_s: float = LENGTH_TOLERANCE_S) -> Manifest:
    """Describe a folder of multitracks.

    Parameters
    ----------
    root : folder of the audio
    map_path : the ``roles.yaml``
    findings : takes what does not match, is silent or does not fit
    tolerance_s : largest difference of lengths inside an item, see :func:`stimuli.indexing.fit_lengths`

    Raises
    ------
    ConfigError
        If the map is not valid, or gives the tempo of an item that is not there.
    DataError
        If the folder is missing, or no file in it has a role.
    """
    roles, source = read_role_map(map_path)
    if not root.is_dir():
        raise DataError(f"{root}: no such folder")
    found = _find_items(root, roles, findings)
    chosen = {item: uses for item, files in found.items() if (uses := _choose(item, files, roles, findings))}
    if not chosen:
        raise DataError(f"{root}: no file has a role: check layout '{roles.layout}' and the patterns of {map_path}")
    tempi = _tempi(list(chosen), roles, source)
    paths = {use.path for uses in chosen.values() for use in uses.values()}
    facts = read_facts(paths, findings)
    measured = _measure_all(sorted(facts), findings)
    rate_hz = common_rate_hz(facts, findings)
    groups = {item: _group(item, roles, findings) for item in chosen}
    parts = _splits(groups, roles, findings)
    items = []
    for item, uses in chosen.items():
        targets = {task: uses[f"target {task}"].path for task in roles.targets if f"target {task}" in uses}
        inputs = {
            role: _track(item, role, uses[role], facts, measured, findings) if role in uses else None
            for role in roles.roles
        }
        for task, path in targets.items():
            if path in facts and facts[path].channels != 2:
                findings.problem(f"{path}: found {facts[path].channels} channel(s), target {task} needs 2")
            if path in measured and measured[path].peak == 0:
                findings.note("target is silent", f"{item}, {task}")
        fitted = fit_lengths(item, inputs, targets, facts, findings, tolerance_s=tolerance_s)
        if fitted is not None:
            items.append(
                Multitrack(
                    id=item,
                    group=groups[item],
                    kind=roles.kind,
                    split=parts[item],
                    samples=fitted.samples,
                    rate_hz=rate_hz,
                    roles=tuple(roles.roles),
                    inputs=fitted.inputs,
                    targets=targets,
                    target_samples=fitted.target_samples,
                    tempo_bpm=tempi.get(item),
                    provenance={"source": "recorded"},
                )
            )
    return Manifest(
        name=roles.name,
        rate_hz=rate_hz,
        roles=tuple(roles.roles),
        licence=roles.licence,
        simulated=False,
        items=tuple(items),
    )


def _find_items(root: Path, roles: RoleMap, findings: Findings) -> dict[str, list[Named]]:
    """Return the audio files of every item, both in the order of their names."""
    layout = roles.layout_pattern()
    found: dict[str, list[Named]] = defaultdict(list)
    others = 0
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        inside = path.relative_to(root)
        if any(part.startswith(".") for part in inside.parts):
            continue
        if path.suffix.lower() not in AUDIO_ENDINGS:
            others += 1
            continue
        match = layout.fullmatch(unicodedata.normalize("NFC", inside.with_suffix("").as_posix()))
        if match is None:
            findings.note(f"does not fit the layout {roles.layout}, left out", inside.as_posix())
            continue
        parts = match.groupdict()
        item = "/".join(part for part in (parts.get("group"), parts["item"]) if part)
        found[item].append(Named(match["name"], path))
    if others:
        findings.note(f"{others} file(s) that are no audio are left alone")
    return dict(sorted(found.items()))


def _choose(item: str, files: Sequence[Named], roles: RoleMap, findings: Findings) -> dict[str, Use]:
    """Return the file of every role and target (as ``target TASK``) that has one; nothing for an item without roles."""
    uses: dict[str, Use] = {}
    several: dict[str, list[Named]] = {}
    wanted = {role: [(choice.pattern, choice.channel) for choice in choices] for role, choices in roles.roles.items()}
    wanted |= {f"target {task}": [(pattern, None) for pattern in patterns] for task, patterns in roles.targets.items()}
    for what, patterns in wanted.items():
        for pattern, channel in patterns:
            matching = [file for file in files if re.search(pattern, file.name, re.IGNORECASE)]
            if matching:
                uses[what] = Use(matching[0].path, channel)
                several[what] = matching
                break
    if not uses.keys() & roles.roles.keys():
        findings.note("no file has a role, item left out", item)
        return {}
    for what in [what for what, patterns in wanted.items() if patterns and what not in uses]:
        findings.note(f"no file is {what}" if what.startswith("target ") else f"no file is {what} (silence)", item)
    taken: dict[Use, str] = {}
    for what, use in uses.items():
        if use in taken:
            findings.problem(f"item {item}: {use.path.name} is {taken[use]} and {what}: make their patterns differ")
        taken[use] = what
    used = {use.path for use in uses.values()}
    passed_over = set()
    for what, matching in several.items():
        spare = [file.path for file in matching[1:] if file.path not in used]
        passed_over |= set(spare)
        if spare:
            names = ", ".join(path.name for path in spare)
            findings.note(f"item {item}: {what} is {matching[0].path.name}, the first by name; not used: {names}")
    rest = [file.path.name for file in files if file.path not in used | passed_over]
    if rest:
        findings.note(f"item {item}: {len(rest)} file(s) have no role: {some(rest)}")
    return uses


def _measure_all(paths: Sequence[Path], findings: Findings) -> dict[Path, Measured]:
    measured = {}
    for path in progress(paths, total=len(paths), what="reading audio"):
        try:
            measured[path] = measure(path)
        except AudioError as error:
            findings.problem(str(error))
    return measured


def _track(
    item: str,
    role: str,
    use: Use,
    facts: Mapping[Path, Facts],
    measured: Mapping[Path, Measured],
    findings: Findings,
) -> Track:
    """Return the track of a file, with the channel that is meant."""
    if use.path not in measured:
        return Track(path=use.path)  # a problem already
    if measured[use.path].peak == 0:
        findings.note("microphone is silent, kept", f"{item}, {role}")
    channels, equal = facts[use.path].channels, measured[use.path].equal_channels
    if channels == 1:
        if use.channel in ("left", "right"):
            findings.problem(f"{use.path}: found 1 channel, {role} is to be its {use.channel} one")
        return Track(path=use.path)
    if use.channel is not None:
        if channels != 2:
            findings.problem(f"{use.path}: found {channels} channels, {role} is to be the {use.channel} of 2")
        return Track(path=use.path, channel=CHANNELS[use.channel])
    if not equal:
        findings.problem(
            f"{use.path}: found {channels} different channels: give {role}'s pattern a channel (left, right or mix)"
        )
    else:
        findings.note(f"{channels} equal channels, channel 0 is used", f"{item}, {use.path.name}")
    return Track(path=use.path, channel=0)


def _group(item: str, roles: RoleMap, findings: Findings) -> str:
    if "{group}" in roles.layout:
        return item.partition("/")[0]
    if roles.group is None:
        return item
    match = re.search(roles.group, item, re.IGNORECASE)
    if match is None:
        findings.note(f"group '{roles.group}' is not found, the item is its own group", item)
        return item
    return str(match[1] if match.re.groups and match[1] is not None else match[0])


def _tempi(items: Sequence[str], roles: RoleMap, source: Source) -> dict[str, float]:
    """Return the tempo of every item whose tempo the map gives."""
    if not isinstance(roles.tempo_bpm, dict):
        return {} if roles.tempo_bpm is None else dict.fromkeys(items, roles.tempo_bpm)
    for item in roles.tempo_bpm:
        if item not in items:
            raise ConfigError(f"{source.where('tempo_bpm', item)}: no such item{did_you_mean(item, items)}")
    return roles.tempo_bpm


def _splits(groups: Mapping[str, str], roles: RoleMap, findings: Findings) -> dict[str, Split]:
    """Return the split of every item; test wins where an item is both."""
    if roles.split is None:
        findings.note("no split in the map: every item is test")
        return dict.fromkeys(groups, "test")
    rules = roles.split
    shares = {
        name: rule for name, rule in (("validation", rules.validation), ("test", rules.test)) if isinstance(rule, float)
    }
    named = {
        item: part
        for part, rule in (("validation", rules.validation), ("test", rules.test))
        if not isinstance(rule, float)
        for item in groups
        if any(re.search(pattern, item, re.IGNORECASE) for pattern in rule)
    }
    rest = {group for item, group in groups.items() if item not in named}
    drawn = draw_splits(rest, validation=shares.get("validation", 0.0), test=shares.get("test", 0.0), seed=rules.seed)
    parts: dict[str, Split] = {}
    for item, group in groups.items():
        parts[item] = named[item] if item in named else drawn[group]  # type: ignore[assignment]
    for group in sorted(set(groups.values())):
        stands = sorted({parts[item] for item, its in groups.items() if its == group})
        if len(stands) > 1:
            findings.note(f"group stands in {' and '.join(stands)}", group)
    return parts
