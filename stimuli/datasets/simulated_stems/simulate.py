"""Write a simulated stem data set: a folder of FLAC files and its manifest, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from evalkit.audio import write_whole_audio
from evalkit.errors import ConfigError
from evalkit.folders import fresh_folder
from evalkit.manifest import Manifest, Multitrack, Track, read_manifest, write_manifest
from evalkit.parallel import ONE_WORKER, Workers, spread
from evalkit.progress import progress
from stimuli.datasets.simulated_stems.parts import RAW_ROLES, make_song
from stimuli.datasets.simulated_stems.presets import Planned, planned_songs
from stimuli.datasets.simulated_stems.version import GENERATOR_VERSION, LICENCE, RATE_HZ

MANIFEST_NAME = "manifest.jsonl"
TASK = "stem"


def simulate(out: Path, *, preset: str, seed: int, workers: Workers = ONE_WORKER, force: bool = False) -> Manifest:
    """Simulate songs of four stems into a folder.

    The same seed gives the same bits on one machine, whatever the number of jobs.

    Parameters
    ----------
    out : folder to make, ``<song>/<part>_<role or task>.flac`` and ``manifest.jsonl``
    preset : a name in ``PRESETS``; songs are split, never the parts of one
    seed : not negative
    workers : who works
    force : replace a folder that is not empty

    Returns
    -------
    Manifest, as read back from ``out``: an item for each part, its group is the song, its kind the instrument

    Raises
    ------
    ConfigError
        If there is no such preset, or ``seed`` is out of range.
    DataError
        If ``out`` is not empty and ``force`` is false.
    """
    if seed < 0:
        raise ConfigError(f"seed: found {seed}, expected 0 or more")
    plan = planned_songs(preset)
    with fresh_folder(out, force=force) as folder:
        made = spread(_write_song, [(folder, planned, seed) for planned in plan], workers=workers, folder=folder)
        songs = tuple(progress(made, total=len(plan), what="simulating songs"))
        manifest = Manifest(
            name=f"simulated stems, {preset}, version {GENERATOR_VERSION}, seed {seed}",
            rate_hz=RATE_HZ,
            roles=RAW_ROLES,
            licence=LICENCE,
            simulated=True,
            items=tuple(item for song in songs for item in song),
        )
        write_manifest(folder / MANIFEST_NAME, manifest)
    return read_manifest(out / MANIFEST_NAME)


def _write_song(folder: Path, planned: Planned, seed: int) -> list[Multitrack]:
    """Write a song's parts below ``folder``, which is never made again."""
    song, parts = make_song(planned, seed=seed)
    name = f"song_{planned.number:03}"
    place = folder / name
    place.mkdir(exist_ok=True)
    items = []
    for part in parts:
        inputs: dict[str, Track | None] = dict.fromkeys(RAW_ROLES)
        for column, role in enumerate(RAW_ROLES[: part.raws.shape[1]]):
            inputs[role] = Track(path=place / f"{part.name}_{role}.flac")
            write_whole_audio(place / f"{part.name}_{role}.flac", part.raws[:, [column]], RATE_HZ)
        stem = place / f"{part.name}_{TASK}.flac"
        write_whole_audio(stem, part.stem, RATE_HZ)
        items.append(
            Multitrack(
                id=f"stems/{name}/{part.name}",
                group=name,
                kind=part.kind,
                split=planned.split,
                samples=part.raws.shape[0],
                rate_hz=RATE_HZ,
                roles=RAW_ROLES,
                inputs=inputs,
                targets={TASK: stem},
                tempo_bpm=song.tempo_bpm,
                provenance=part.provenance,
            )
        )
    return items
