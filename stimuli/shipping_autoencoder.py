"""Train the small autoencoders that ship, score them, and write weights, cards and a README.

    python -m stimuli.shipping_autoencoder [--work FOLDER] [--threads N]

Simulates songs into the work folder, trains a network for each group of instruments, scores on the
held-out songs what is stored, trains and scores the published form beside them, and writes
``stimuli/weights``. The same command goes on where it was stopped.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from evalkit.errors import EvalkitError
from evalkit.manifest import Manifest, read_manifest
from evalkit.seeds import stream
from stimuli.datasets import simulated_stems
from stimuli.models.fitted_autoencoder import FittedAutoencoder, GroupNetwork
from stimuli.models.trained_autoencoder import FEATURES, clips_of, group_scores
from stimuli.published_autoencoder import FILE_NAME, published_form, published_lines
from stimuli.systems.autoencoder import NAME, WEIGHTS_FOLDER, AutoencoderOptions, System

SEED = 9001
TASK = "stem"
LICENCE = "CC0-1.0"
NAMES = {"autoencoder": "autoencoder", "mean_eq": "mean EQ", "identity": "identity"}


def ship(work: Path) -> FittedAutoencoder:
    """Train, score and write the weights of all groups."""
    manifest = _data(work / "stems")
    place = work / f"{NAME}-{TASK}"
    items = manifest.of_split("train", "validation")
    rng = stream(SEED, "fit", NAME, TASK)
    fitted = System(AutoencoderOptions()).fit(items, TASK, rng=rng, device="cpu", manifest=manifest, work=place)
    by_group = {group: _as_stored(one, group, manifest, place / FEATURES) for group, one in fitted.by_group.items()}
    shipped = replace(fitted, by_group=by_group)
    folder = WEIGHTS_FOLDER / f"{NAME}-{TASK}"
    folder.mkdir(parents=True, exist_ok=True)
    shipped.save(folder, dtype="float16")
    published = {
        group: published_form(group, manifest, TASK, seed=SEED, work=work / f"{NAME}-{TASK}-published")
        for group in shipped.by_group
    }
    (folder / FILE_NAME).write_text(json.dumps(published, indent=1) + "\n", encoding="utf-8")
    (folder / "README.md").write_text(_readme(shipped, published), encoding="utf-8")
    return shipped


def _data(folder: Path) -> Manifest:
    path = folder / "manifest.jsonl"
    if path.is_file():
        manifest = read_manifest(path)
        if manifest.items[0].provenance.get("generator_version") == simulated_stems.GENERATOR_VERSION:
            return manifest
    return simulated_stems.simulate(folder, preset="train", seed=SEED, force=True)


def _as_stored(one: GroupNetwork, group: str, manifest: Manifest, features: Path) -> GroupNetwork:
    """Round a network's weights to float16, as they are stored, and score it again."""
    network = copy.deepcopy(one.network).half().float()
    training = clips_of(manifest.of_split("train"), group, TASK, folder=features)
    found = {
        split: group_scores(network, training, clips_of(manifest.of_split(split), group, TASK, folder=features))
        for split in ("validation", "test")
    }
    facts = replace(one.facts, licence=LICENCE, scores=found)
    return replace(one, network=network, facts=facts, story={**one.story, "stored_as": "float16"})


def _readme(fitted: FittedAutoencoder, published: Mapping[str, Any]) -> str:
    card = next(iter(fitted.by_group.values())).card
    plan = card["training"]
    lines = [
        "# autoencoder, stem",
        "",
        f"One deep autoencoder for each of {', '.join(fitted.by_group)}: from a raw recording's magnitude spectra at "
        f"{card['rate_hz']} Hz to those of the processed stem; {card['parameters']:,} parameters each (the paper's "
        "have 4,200,449), which give a gain for each bin in place of the spectrum itself. Small: for tests and for "
        "trying out. They learned simulated songs only, and with them the four fixed effect chains of the simulator; "
        "train your own for recordings.",
        "",
        "| | |",
        "|---|---|",
        f"| Licence | {card['licence']} |",
        f"| Data | {card['data_name']}; songs are split, {len(card['training_items'])} training, "
        f"{len(card['validation_items'])} validation and {len(card['test_items'])} test stems a group |",
        f"| Data hash | manifest {card['data_sha256']} |",
        f"| Network | {_said({key: value for key, value in card['config'].items() if key != 'group'})} |",
        f"| Training | {_said(plan)} |",
        f"| Stored as | {card['stored_as']}; scores are of what is stored |",
        f"| Hardware | {card['hardware']} |",
        "| Made by | python -m stimuli.shipping_autoencoder |",
        "",
        "## Held-out songs",
        "",
        "Means over the test stems, clips of 10 s at -23 LUFS. MAE: mean absolute error of magnitudes; LSD: "
        "log-spectral distance in dB, down to 60 dB below the stem's largest magnitude; lower is better. mean EQ is "
        "learned from the same training clips; identity is the raw recording.",
        "",
        "| group | " + " | ".join(f"MAE {name} | LSD {name}" for name in NAMES.values()) + " | verdict |",
        "|---|" + "---|" * (2 * len(NAMES) + 1),
    ]
    for group, one in fitted.by_group.items():
        scores = one.facts.scores["test"]
        cells = " | ".join(f"{scores[name]['mae']:.4f} | {scores[name]['lsd_db']:.3f}" for name in NAMES)
        lines.append(f"| {group} | {cells} | {_verdict(scores)} |")
    lines += published_lines(published, fitted.by_group)
    return "\n".join(lines) + "\n"


def _said(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in settings.items())


def _verdict(scores: Mapping[str, Any]) -> str:
    """Say by how much a network is better or worse than the better of the baselines."""
    said = []
    for key, what in (("mae", "MAE"), ("lsd_db", "LSD")):
        best = min(scores["mean_eq"][key], scores["identity"][key])
        change = 100 * (scores[NAME][key] / best - 1)
        said.append(f"{what} {abs(change):.0f} % {'below' if change < 0 else 'ABOVE'} the better baseline")
    return ", ".join(said)


@click.command()
@click.option("--work", default=Path("runs/weights"), show_default=True, type=click.Path(path_type=Path))
@click.option("--threads", default=1, show_default=True, type=click.IntRange(min=1))
def main(work: Path, threads: int) -> None:
    """Train, score and write the weights that ship. Stopped, it goes on where it was."""
    import torch

    torch.set_num_threads(threads)
    click.echo(ship(work).summary())


if __name__ == "__main__":
    try:
        main(standalone_mode=True)
    except EvalkitError as error:
        raise SystemExit(f"make weights: {error}") from error
