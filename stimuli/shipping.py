"""Train the small networks that ship, score them, and write weights, cards and READMEs: ``make weights``.

    python -m stimuli.shipping [--work FOLDER] [--task dry|wet] [--threads N]

Simulates the training data and the demo's held-out items into the work folder, trains, compares
with the other systems fitted on the same training items, and writes ``stimuli/weights``. Each part
is kept: the same command goes on where it was stopped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from evalkit.errors import EvalkitError
from evalkit.intervals import Interval
from evalkit.loudness import match_loudness, true_peak_dbtp
from evalkit.manifest import Manifest, Multitrack, read_manifest
from evalkit.seeds import stream
from stimuli.datasets import simulated
from stimuli.model_readme import write_readme
from stimuli.models.checkpoints import CARD_FILE, read_checkpoint, write_checkpoint
from stimuli.models.fitted_wave_u_net import FittedWaveUNet
from stimuli.models.training_data import content_sha256
from stimuli.scoring import Score, differences, means, not_nearer, score
from stimuli.systems import TrainableSystem, load_system
from stimuli.systems.wave_u_net import NAME, WEIGHTS_FOLDER, System, WaveUNetOptions

TRAIN_SEED = 9001
TEST_SEEDS = (2020, 1, 2, 3)  # the demo's, and others for more items
TASKS = ("dry", "wet")
ONE_FOR_ALL = f"{NAME}_one_for_all"
OPTIONS = {  # a start as a linear mix is nearly a dry mix already: large steps would only leave it
    "dry": WaveUNetOptions(learning_rates=(1e-4, 3e-5, 1e-5)),
    "wet": WaveUNetOptions(),
}
BASELINES = ("linear", "mean_gain", "random_forest")
TO_BEAT = "linear"
LICENCE = "CC0-1.0"
TARGET_LUFS = -28.0


def ship(task: str, work: Path) -> Path:
    """Train, score and write the weights of a task; return their folder."""
    training = _data(work / "train", "train", TRAIN_SEED)
    fitted = _with_facts(_train(task, training, work / f"{NAME}-{task}"), licence=LICENCE)
    folder = WEIGHTS_FOLDER / f"{NAME}-{task}"
    folder.mkdir(parents=True, exist_ok=True)
    fitted.save(folder, dtype="float16")  # what ships is what is scored
    scores, peaks, tested = _score(task, training, System(WaveUNetOptions()).load(folder), work)
    story = {
        **fitted.story,
        "test_items": tested,
        "test_scores": [asdict(s) for s in scores],
        "largest_dbtp_at_-28_lufs": max(peaks),
        "baselines": "fitted on the same training items; scored on items of other seeds",
    }
    replace(fitted, story=story).save(folder, dtype="float16")
    summarise(folder)
    return folder


def summarise(folder: Path) -> None:
    """Write what follows from a card's scores of single items: its summary, and the README."""
    card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    weights, facts = read_checkpoint(folder, {"system": NAME})
    scores = [Score(**{**row, "band_snr_db": tuple(row["band_snr_db"])}) for row in card["test_scores"]]
    told = replace(facts, scores={"validation_loss": facts.scores["validation_loss"], **summary_of(scores)})
    story = {name: value for name, value in card.items() if name not in facts.as_json()}
    write_checkpoint(folder, weights, told, card=story, half=True)
    write_readme(folder)


def _with_facts(fitted: FittedWaveUNet, *, licence: str) -> FittedWaveUNet:
    """Put the licence and the way of storing into a network's card, and into those of its groups."""
    return replace(
        fitted,
        facts=replace(fitted.facts, licence=licence),
        story={**fitted.story, "stored_as": "float16"},
        by_group={group: _with_facts(own, licence=licence) for group, own in fitted.by_group.items()},
    )


def _data(folder: Path, preset: str, seed: int) -> Manifest:
    path = folder / "manifest.jsonl"
    if path.is_file():
        manifest = read_manifest(path)
        version = manifest.items[0].provenance.get("generator_version")
        if version == simulated.GENERATOR_VERSION:
            return manifest
    return simulated.simulate(folder, preset=preset, seed=seed, force=True)


def _train(task: str, manifest: Manifest, work: Path) -> FittedWaveUNet:
    items = manifest.of_split("train", "validation")
    rng = stream(TRAIN_SEED, "fit", NAME, task)
    return System(OPTIONS[task]).fit(items, task, rng=rng, device="cpu", manifest=manifest, work=work)


def _score(
    task: str, training: Manifest, ours: FittedWaveUNet, work: Path
) -> tuple[list[Score], list[float], list[dict[str, Any]]]:
    """Score all systems on the test items; return scores, our true peaks at -28 LUFS, and the items' hashes."""
    network = System(WaveUNetOptions())
    systems: dict[str, tuple[Any, Any]] = {NAME: (network, ours), ONE_FOR_ALL: (network, replace(ours, by_group={}))}
    for name in BASELINES:
        kind = load_system(name)
        system = kind(kind.Options())
        assert isinstance(system, TrainableSystem)
        items = training.of_split("train", "validation")
        systems[name] = system, system.fit(items, task, rng=stream(TRAIN_SEED, "fit", name, task), device="cpu")
    scores: list[Score] = []
    peaks: list[float] = []
    tested: list[dict[str, Any]] = []
    for seed in TEST_SEEDS:
        for item in _data(work / f"demo-{seed}", "demo", seed).of_split("test"):
            label = f"seed {seed}: {item.id}"
            tested.append({"id": item.id, "seed": seed, "sha256": content_sha256(item)})
            reference = item.load_target(task)
            for name, (system, fitted) in systems.items():
                rng = stream(seed, "render", name, item.id)
                mix = system.render(item, task, fitted=fitted, rng=rng, device="cpu").audio
                scores.append(score(name, label, mix, reference, item.rate_hz))
                if name == NAME:
                    peaks.append(_peak_dbtp(mix, item))
    return scores, peaks, tested


def _peak_dbtp(mix: np.ndarray[Any, np.dtype[np.float64]], item: Multitrack) -> float:
    return round(true_peak_dbtp(match_loudness(mix, item.rate_hz, target_lufs=TARGET_LUFS)), 2)


def summary_of(scores: Sequence[Score]) -> dict[str, Any]:
    """Return each system's means, our networks' paired differences to the baselines, and whether they reach the target.

    ``differences`` has an interval for each measure, ``target`` the measures that each network missed.
    """
    found: dict[str, Any] = {name: means(scores, name) for name in (NAME, ONE_FOR_ALL, *BASELINES)}
    gaps: dict[str, Any] = {}
    target: dict[str, Any] = {}
    for ours in (NAME, ONE_FOR_ALL):
        gaps[ours] = {}
        for other in (ONE_FOR_ALL, *BASELINES) if ours == NAME else BASELINES:
            gap = differences(scores, ours, other, rng=stream(TRAIN_SEED, "bootstrap", other))
            gaps[ours][other] = {name: _rounded(interval) for name, interval in gap.items()}
            if other == TO_BEAT:
                missed = not_nearer(gap)
                target[ours] = {"reached": not missed, "missed": missed}
    return {**found, "differences": gaps, "target": {"than": TO_BEAT, **target}, "items": len({s.item for s in scores})}


def _rounded(interval: Interval) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(interval).items()}


@click.command()
@click.option("--work", default=Path("runs/weights"), show_default=True, type=click.Path(path_type=Path))
@click.option("--task", "tasks", multiple=True, type=click.Choice(TASKS), help="Only this task; repeatable.")
@click.option("--threads", default=1, show_default=True, type=click.IntRange(min=1))
def main(work: Path, tasks: tuple[str, ...], threads: int) -> None:
    """Train, score and write the weights that ship. Stopped, it goes on where it was."""
    import torch

    torch.set_num_threads(threads)
    for task in tasks or TASKS:
        folder = ship(task, work)
        scores = json.loads((folder / "card.json").read_text(encoding="utf-8"))["scores"]
        click.echo(f"{folder}\n{json.dumps(scores, indent=1)}")


if __name__ == "__main__":
    try:
        main(standalone_mode=True)
    except EvalkitError as error:
        raise SystemExit(f"make weights: {error}") from error
