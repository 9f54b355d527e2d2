"""Commands that make, describe or check multitracks: evalkit data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from evalkit.parallel import Workers
from evalkit.worker_options import workers_options
from stimuli import index_commands
from stimuli.options import FOLDER, force_option

if TYPE_CHECKING:
    from stimuli.datasets.simulated import SplitName


@click.group()
def data() -> None:
    """Make, describe or check multitracks: a folder of audio and its manifest.jsonl."""


@data.command()
@click.option("--preset", default="demo", show_default=True, help="Shape: tiny, demo, train or enst318.")
@click.option("--seed", default=2020, show_default=True, type=click.IntRange(min=0))
@click.option(
    "--kits",
    default="procedural",
    show_default=True,
    help="procedural, black_pearl, red_zeppelin, forzee, bja_pacific or cc0; or three, a,b,c, one for each drummer.",
)
@click.option(
    "--split",
    default="paper",
    show_default=True,
    type=click.Choice(["paper", "kit_held_out"]),
    help="kit_held_out: test items on a kit that no other item uses.",
)
@click.option("--out", required=True, type=FOLDER, help="Folder to make.")
@workers_options
@force_option
def simulate(preset: str, seed: int, kits: str, split: SplitName, out: Path, workers: Workers, force: bool) -> None:
    """Make simulated drum sessions: eight microphones, a dry and a wet mix for each item.

    Example: evalkit data simulate --preset demo --out drums
    """
    from stimuli.datasets import simulated

    names = kits.split(",")
    hint = simulated.hint_of_unused_kits(names)
    if hint is not None:
        click.echo(hint, err=True)
    manifest = simulated.simulate(
        workers.visible(out), preset=preset, seed=seed, kits=names, split=split, workers=workers, force=force
    )
    minutes = sum(item.samples for item in manifest.items) / manifest.rate_hz / 60
    click.echo(f"{out / 'manifest.jsonl'}: {len(manifest.items)} simulated items, {minutes:.1f} min")


@data.command("simulate_stems")
@click.option("--preset", default="demo", show_default=True, help="Shape: tiny, demo or train.")
@click.option("--seed", default=2020, show_default=True, type=click.IntRange(min=0))
@click.option("--out", required=True, type=FOLDER, help="Folder to make.")
@workers_options
@force_option
def simulate_stems(preset: str, seed: int, out: Path, workers: Workers, force: bool) -> None:
    """Make simulated songs of four stems: raw recordings, and the stem that a fixed chain makes of them.

    Example: evalkit data simulate_stems --preset demo --out stems
    """
    from stimuli.datasets import simulated_stems

    manifest = simulated_stems.simulate(workers.visible(out), preset=preset, seed=seed, workers=workers, force=force)
    minutes = sum(item.samples for item in manifest.items) / manifest.rate_hz / 60
    click.echo(f"{out / 'manifest.jsonl'}: {len(manifest.items)} simulated stems, {minutes:.1f} min")


data.add_command(index_commands.index)
data.add_command(index_commands.import_)
data.add_command(index_commands.check)
