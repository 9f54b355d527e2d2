"""Commands that make, describe or check multitracks: evalkit data."""

from __future__ import annotations

from pathlib import Path

import click

from evalkit.manifest import read_manifest, verify_manifest
from evalkit.parallel import Workers
from stimuli.options import FILE, FOLDER, force_option, jobs_option


@click.group()
def data() -> None:
    """Make or check multitracks: a folder of audio and its manifest.jsonl."""


@data.command()
@click.option("--preset", default="demo", show_default=True, help="Size: tiny, demo or train.")
@click.option("--seed", default=2020, show_default=True, type=click.IntRange(min=0))
@click.option("--out", required=True, type=FOLDER, help="Folder to make.")
@jobs_option
@force_option
def simulate(preset: str, seed: int, out: Path, jobs: int, force: bool) -> None:
    """Make simulated drum sessions: eight microphones, a dry and a wet mix for each item.

    Example: evalkit data simulate --preset demo --out drums
    """
    from stimuli.datasets import simulated

    manifest = simulated.simulate(out, preset=preset, seed=seed, workers=Workers(jobs=jobs), force=force)
    minutes = sum(item.samples for item in manifest.items) / manifest.rate_hz / 60
    click.echo(f"{out / 'manifest.jsonl'}: {len(manifest.items)} simulated items, {minutes:.1f} min")


@data.command("check")
@click.argument("manifest", type=FILE)
def check_data(manifest: Path) -> None:
    """Check every file of a manifest: existence, rate, length, channels.

    Example: evalkit data check drums/manifest.jsonl
    """
    table = read_manifest(manifest)
    verify_manifest(table)
    click.echo(f"{manifest}: {len(table.items)} items at {table.rate_hz} Hz, every file is as described")
