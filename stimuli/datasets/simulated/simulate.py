"""Write a simulated data set: a folder of FLAC files and its manifest, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evalkit.audio import write_whole_audio
from evalkit.errors import ConfigError
from evalkit.folders import fresh_folder
from evalkit.manifest import DRUM_ROLES, Manifest, Multitrack, Track, read_manifest, write_manifest
from evalkit.parallel import ONE_WORKER, Workers, spread
from evalkit.progress import progress
from stimuli.datasets.simulated.items import Item, make_item
from stimuli.datasets.simulated.kit_choice import SplitName, assigned_kits, licence_of, on_kits
from stimuli.datasets.simulated.memory import release_freed_memory
from stimuli.datasets.simulated.presets import planned_items
from stimuli.datasets.simulated.rows import OWN_KIT, Planned
from stimuli.datasets.simulated.version import GENERATOR_VERSION, RATE_HZ

MANIFEST_NAME = "manifest.jsonl"


def simulate(
    out: Path,
    *,
    preset: str,
    seed: int,
    kits: Sequence[str] = (OWN_KIT,),
    split: SplitName = "paper",
    workers: Workers = ONE_WORKER,
    force: bool = False,
) -> Manifest:
    """Simulate drum sessions of three drummers into a folder.

    The same seed gives the same bits on one machine, whatever the number of jobs. Drummers, rooms
    and mixing chains belong to the generator's version: the seed varies what is played, how, and
    the engineer's hand by about 1 dB.

    Parameters
    ----------
    out : folder to make, ``<drummer>/<role or task>/<item>.flac`` and ``manifest.jsonl``
    preset : a name in ``PRESETS``
    seed : not negative
    kits : ``procedural`` or a sampled kit's name, one for all drummers or one for each; room, microphones
        and chain stay the drummer's
    split : ``paper``: every drummer's items to train on and to test are played on the same kit, as in the
        real data, so that test scores are optimistic for recordings of another kit;
        ``kit_held_out``: test items are played on a kit that no other item uses
    workers : who works
    force : replace a folder that is not empty

    Returns
    -------
    Manifest, as read back from ``out``

    Raises
    ------
    ConfigError
        If there is no such preset, ``seed`` is out of range, or a kit is unknown, not installed or
        wanted for test items as well.
    DataError
        If ``out`` is not empty and ``force`` is false.
    """
    if seed < 0:
        raise ConfigError(f"seed: found {seed}, expected 0 or more")
    assigned = assigned_kits(kits)
    plan = on_kits(planned_items(preset), kits=assigned, split=split)
    with fresh_folder(out, force=force) as folder:
        made = spread(_write_item, [(folder, planned, seed) for planned in plan], workers=workers, folder=folder)
        items = tuple(progress(made, total=len(plan), what="simulating drum sessions"))
        manifest = Manifest(
            name=", ".join([f"simulated drums, {preset}, version {GENERATOR_VERSION}, seed {seed}", *_kits_used(plan)]),
            rate_hz=RATE_HZ,
            roles=DRUM_ROLES,
            licence=licence_of(planned.kit for planned in plan),
            simulated=True,
            items=items,
        )
        write_manifest(folder / MANIFEST_NAME, manifest)
    return read_manifest(out / MANIFEST_NAME)


def _kits_used(plan: Sequence[Planned]) -> list[str]:
    """Return what the data set's name says of its kits: nothing if every drummer plays the own one."""
    ordinary = list(dict.fromkeys(planned.kit for planned in plan if planned.split != "test"))
    tested = list(dict.fromkeys(planned.kit for planned in plan if planned.split == "test"))
    said = [] if ordinary == [OWN_KIT] else [f"kits {' '.join(ordinary)}"]
    if tested and not set(tested) & set(ordinary):
        said.append(f"test items on the held-out kit {' '.join(tested)}")
    return said


def _write_item(folder: Path, planned: Planned, seed: int) -> Multitrack:
    item = make_item(planned, seed=seed)
    inputs: dict[str, Track | None] = {}
    for column, role in enumerate(DRUM_ROLES):
        if role not in item.provenance["microphones"]:
            inputs[role] = None
            continue
        path = _path(folder, planned, role, item)
        write_whole_audio(path, item.microphones[:, [column]], RATE_HZ)
        inputs[role] = Track(path=path)
    targets = {}
    for task, mix in item.mixes.items():
        targets[task] = _path(folder, planned, task, item)
        write_whole_audio(targets[task], mix, RATE_HZ)
    release_freed_memory()
    return Multitrack(
        id=f"sim/{planned.drummer}/{item.name}",
        group=planned.drummer,
        kind=planned.kind,
        split=planned.split,
        samples=item.microphones.shape[0],
        rate_hz=RATE_HZ,
        roles=DRUM_ROLES,
        inputs=inputs,
        targets=targets,
        tempo_bpm=item.tempo_bpm,
        provenance=item.provenance,
    )


def _path(folder: Path, planned: Planned, what: str, item: Item) -> Path:
    """Return where to write, below folders that are there; ``folder`` itself is never made again."""
    for place in (folder / planned.drummer, folder / planned.drummer / what):
        place.mkdir(exist_ok=True)
    return folder / planned.drummer / what / f"{item.name}.flac"
