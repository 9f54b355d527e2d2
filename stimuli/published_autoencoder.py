"""The published form of the autoencoder beside the one that ships: the same songs, size and number of iterations.

As published [1]_ the network gives the stem's spectrum itself from linear magnitudes, with dropout and greedy
pretraining. The weights that ship give gains from logarithmic ones; how far the two are apart is measured here
and stands in the README of the weights.

References
----------
.. [1] M. A. Martinez Ramirez, J. D. Reiss, "Deep learning and intelligent audio mixing", Workshop on
   Intelligent Music Production, 2017, section 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from evalkit.manifest import Manifest
from evalkit.seeds import stream
from stimuli.systems.autoencoder import NAME, AutoencoderOptions, System

FILE_NAME = "published.json"
OPTIONS: Mapping[str, Any] = {"magnitudes": "linear", "output": "spectrum", "dropout": 0.2}
PAPER_ITERATIONS = 100  # of each stage


def published_form(group: str, manifest: Manifest, task: str, *, seed: int, work: Path) -> dict[str, Any]:
    """Train the published form for one group at the shipped size, and return its scores on held-out songs.

    Parameters
    ----------
    work : folder for the training's states and spectra; the same call again goes on from there
    """
    options = AutoencoderOptions(group=group, **OPTIONS)  # type: ignore[arg-type]
    items = manifest.of_split("train", "validation")
    rng = stream(seed, "fit", NAME, task, "published")
    fitted = System(options).fit(items, task, rng=rng, device="cpu", manifest=manifest, work=work).by_group[group]
    return {
        "training": fitted.story["training"],
        "best_iteration": fitted.story["best_iteration"],
        "dead_bins": fitted.story["dead_bins"],
        "scores": fitted.facts.scores["test"],
    }


def published_lines(found: Mapping[str, Mapping[str, Any]], groups: Iterable[str]) -> list[str]:
    """Return the section of the README that tells the scores, by group, and which of the groups have none."""
    plan = next(iter(found.values()))["training"]
    lines = [
        "",
        "## The published form",
        "",
        "The paper's network gives the spectrum itself, from linear magnitudes, with dropout 0.2 and greedy "
        "pretraining. At the size, on the songs and for as long as the networks above "
        f"({plan['pretraining_iterations']} iterations of each layer, then {plan['iterations']}; the paper has "
        f"{PAPER_ITERATIONS}), on the same test stems. Dead bins: the share in which it never gives anything.",
        "",
        "| group | best iteration | dead bins | MAE | LSD | MAE mean EQ | LSD mean EQ | MAE identity | LSD identity |",
        "|---|" + "---|" * 8,
    ]
    for group, one in found.items():
        cells = " | ".join(
            f"{one['scores'][name]['mae']:.4f} | {one['scores'][name]['lsd_db']:.3f}"
            for name in (NAME, "mean_eq", "identity")
        )
        lines.append(f"| {group} | {one['best_iteration']} | {100 * one['dead_bins']:.0f} % | {cells} |")
    left = [group for group in groups if group not in found]
    return [*lines, "", f"Not trained in this form: {', '.join(left)}."] if left else lines
