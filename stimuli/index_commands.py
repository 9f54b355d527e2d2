"""Commands that describe recordings: evalkit data index, import and check."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import click

from evalkit.errors import DataError
from evalkit.manifest import Manifest, manifest_problems, read_manifest, write_manifest
from evalkit.progress import progress
from stimuli.contents import contents_lines, contents_rows, microphone_rows
from stimuli.indexing import LENGTH_TOLERANCE_S, Findings
from stimuli.models.song_splits import split_warnings
from stimuli.options import FILE, FOLDER, force_option

manifest_option = click.option("--out", required=True, type=FILE, help="Manifest to write; audio is not copied.")
trim_option = click.option(
    "--trim-to-shortest",
    "tolerance_s",
    is_flag=True,
    callback=lambda _context, _option, trim: math.inf if trim else LENGTH_TOLERANCE_S,
    help=f"Cut items whose files differ by more than {1000 * LENGTH_TOLERANCE_S:g} ms to their shortest file, too.",
)


@click.group()
def index() -> None:
    """Describe ENST-Drums or MedleyDB where it lies."""


@index.command()
@click.argument("root", type=FOLDER)
@manifest_option
@click.option(
    "--split", default="paper", show_default=True, metavar="NAME", help="paper, grouped or leave_one_drummer_out:N."
)
@trim_option
@force_option
def enst(root: Path, out: Path, split: str, tolerance_s: float, force: bool) -> None:
    """ENST-Drums: ROOT is its folder, or the one above.

    paper: the 284/20/14 items of the drum mixing paper. grouped: what shares drummer and style with
    a held-out item of the paper is held out with it. leave_one_drummer_out:N: drummer N is the test.

    Example: evalkit data index enst ENST-drums-public --out enst.jsonl
    """
    from stimuli.datasets import enst as source

    _write(out, force, lambda findings: source.index(root, findings, split=split, tolerance_s=tolerance_s))


@index.command()
@click.argument("root", type=FOLDER)
@manifest_option
@click.option("--stems", multiple=True, metavar="INSTRUMENT", help="Only stems of this instrument; may be repeated.")
@click.option("--seed", default=2020, show_default=True, type=click.IntRange(min=0), help="Of the songs' split.")
@trim_option
@force_option
def medleydb(root: Path, out: Path, stems: tuple[str, ...], seed: int, tolerance_s: float, force: bool) -> None:
    """MedleyDB: each stem with its raw recordings, as items of the task stem.

    A tenth of the songs is drawn for testing and a tenth for validation, whole songs.

    Example: evalkit data index medleydb MedleyDB --stems "drum set" --out drums.jsonl
    """
    from stimuli.datasets import medleydb as source

    _write(out, force, lambda findings: source.index(root, findings, stems=stems, seed=seed, tolerance_s=tolerance_s))


def _print_example(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        example = resources.files("stimuli.datasets").joinpath("roles.yaml").read_text(encoding="utf-8")
        click.echo(example, nl=False)
        context.exit()


@click.command("import")
@click.argument("folder", type=FOLDER)
@click.option("--map", "roles", required=True, type=FILE, help="Which file is which microphone: a roles.yaml.")
@manifest_option
@trim_option
@force_option
@click.option(
    "--example", is_flag=True, is_eager=True, expose_value=False, callback=_print_example, help="Print a roles.yaml."
)
def import_(folder: Path, roles: Path, out: Path, tolerance_s: float, force: bool) -> None:
    """Describe any folder, by a map of its names.

    Files with a role are read once. Files without one, roles without a file, silent microphones and
    unequal lengths are said; what cannot be decided is a problem, and no manifest is written.

    Example: evalkit data import --example > roles.yaml

    Example: evalkit data import my_multitracks --map roles.yaml --out my_multitracks.jsonl
    """
    from stimuli.datasets import folder as source

    _write(out, force, lambda findings: source.index(folder, roles, findings, tolerance_s=tolerance_s))


def _write(out: Path, force: bool, make: Callable[[Findings], Manifest]) -> None:
    """Index, say what was met, and write the manifest if nothing is wrong."""
    if out.exists() and not force:
        raise DataError(f"{out}: exists; choose another name, or replace it with --force")
    findings = Findings()
    try:
        manifest = make(findings)
    finally:
        for line in findings.lines():
            click.echo(line, err=True)
    if findings.problems:
        raise DataError(f"{out}: not written: {len(findings.problems)} problem(s), listed above")
    write_manifest(out, manifest)
    for line in contents_lines(manifest):
        click.echo(line)
    click.echo(f"{out}: {manifest.name}: {len(manifest.items)} items at {manifest.rate_hz} Hz")


@click.command()
@click.argument("manifest", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print the contents and problems as JSON.")
@click.pass_context
def check(context: click.Context, manifest: Path, as_json: bool) -> None:
    """Show what a manifest holds; check its files.

    Headers are read (existence, rate, length, channels), no audio is decoded. A song whose stems lie in
    several splits is named. Exit code 1 if a file is not as described.

    Example: evalkit data check drums/manifest.jsonl
    """
    table = read_manifest(manifest)
    items = progress(table.items, total=len(table.items), what="reading headers")
    problems = list(manifest_problems(table, items))
    warnings = split_warnings(table.items)
    if as_json:
        found = {
            "schema": "evalkit-data-check/1",
            "manifest": str(manifest),
            "sha256": table.sha256,
            "name": table.name,
            "rate_hz": table.rate_hz,
            "simulated": table.simulated,
            "contents": contents_rows(table),
            "inputs": microphone_rows(table),
            "problems": problems,
            "warnings": warnings,
        }
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        told = (*(f"CAUTION {warning}" for warning in warnings), *(f"PROBLEM {problem}" for problem in problems))
        for line in (*contents_lines(table), *told):
            click.echo(line)
        verdict = f"{len(problems)} file(s) are not as described" if problems else "every file is as described"
        click.echo(f"{manifest}: {table.name}: {len(table.items)} items at {table.rate_hz} Hz, {verdict}")
    if problems:
        context.exit(1)
