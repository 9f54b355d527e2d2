"""Commands around a test: power, to plan the next one, and papercheck, to check printed results."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click

from analysis.source_options import read_scale, read_source
from evalkit.errors import DataError
from evalkit.folders import fresh_folder
from evalkit.parallel import Workers
from evalkit.registry import did_you_mean
from evalkit.worker_options import workers_options

FILE = click.Path(path_type=Path, dir_okay=False)
SDS = ("assessor", "item", "assessor_condition", "item_condition", "error")
TESTS = (
    "friedman", "iman_davenport", "permutation", "signed_rank", "max_t", "mixed_model", "tost", "kruskal_wallis",
    "mann_whitney",
)  # fmt: skip
CORRECTIONS = ("holm", "bonferroni", "fdr_bh", "none")


@click.command()
@click.argument("file", required=False, type=FILE)
@click.option("--example", metavar="NAME", help="A paper that ships with evalkit: drum_mixing.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--out", type=FILE, help="Also write the findings here, as Markdown.")
@click.option("--force", is_flag=True, help="Replace the Markdown file.")
def papercheck(file: Path | None, example: str | None, as_json: bool, out: Path | None, force: bool) -> None:
    """Check whether the numbers that a paper prints fit each other; no data are needed.

    FILE is YAML (schema evalkit-papercheck/1; analysis/papers/drum_mixing.yaml shows every part): design,
    sums, tables of counts, means and SDs, Shapiro-Wilk W and p, H or Q with df and p, star matrices with
    their legend, and what the text concludes. Each cell is consistent, impossible or undecidable, and why.

    Example: evalkit papercheck --example drum_mixing --out findings.md
    """
    from analysis.papercheck import check_claims
    from analysis.papercheck import example as example_file
    from analysis.papercheck.claims import read_claims
    from analysis.papercheck.text import as_json as json_text
    from analysis.papercheck.text import as_markdown, as_text

    if (file is None) == (example is None):
        raise click.UsageError("expected either a FILE or --example NAME")
    if out is not None and out.exists() and not force:
        raise DataError(f"{out}: exists; choose another name, or replace it with --force")
    claims = read_claims(file if file is not None else example_file(example or ""))
    findings = check_claims(claims)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(as_markdown(claims, findings), encoding="utf-8")
    click.echo(json_text(claims, findings) if as_json else as_text(claims, findings), nl=False)


def _read_numbers(context: click.Context, parameter: click.Parameter, value: str) -> tuple[int, ...]:
    """Read ``10,20,40``, rising whole numbers."""
    try:
        numbers = tuple(int(part) for part in value.split(","))
    except ValueError:
        raise click.BadParameter(f"expected whole numbers such as 10,20,40, found '{value}'") from None
    if min(numbers) < 1 or list(numbers) != sorted(set(numbers)):
        raise click.BadParameter(f"expected rising numbers from 1, found '{value}'")
    return numbers


def _read_sds(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> dict[str, float]:
    """Read ``TERM=POINTS`` words."""
    found: dict[str, float] = {}
    for word in value:
        name, _, text = word.partition("=")
        if name not in SDS:
            raise click.BadParameter(f"'{name}' is none of {', '.join(SDS)}{did_you_mean(name, SDS)}")
        try:
            found[name] = float(text)
        except ValueError:
            raise click.BadParameter(f"expected {name}=POINTS, for example {name}=8.5, found '{word}'") from None
        if not (math.isfinite(found[name]) and found[name] >= 0):
            raise click.BadParameter(f"{name}: expected 0 or more, found '{text}'")
    return found


@click.command()
@click.argument("source", metavar="[STUDY|FILE]", required=False, type=click.Path(path_type=Path))
@click.option("--rehearsal", is_flag=True, help="Of a study: the robots' ratings.")
@click.option("--sd", "sds", multiple=True, callback=_read_sds, metavar="TERM=POINTS", help="No pilot; repeatable.")
@click.option("--scale", callback=read_scale, metavar="LOW:HIGH", help="Ends of the scale; drawn ratings stay on it.")
@click.option("--test", required=True, type=click.Choice(TESTS), help="Test to plan for.")
@click.option("--conditions", type=click.IntRange(min=2), help="How many are compared; default: as in the pilot.")
@click.option("--difference", default=0.0, metavar="POINTS", help="How much better one condition truly is.")
@click.option("--margin", type=click.FloatRange(min=0, min_open=True), metavar="POINTS", help="Of tost: the margin.")
@click.option("--assessors", default="10,20,30,40,60,80", show_default=True, callback=_read_numbers)
@click.option("--items", default="6", show_default=True, callback=_read_numbers)
@click.option("--alpha", type=click.FloatRange(0, 1, min_open=True, max_open=True), help="Default: study's, or .05.")
@click.option("--correction", type=click.Choice(CORRECTIONS), help="Of pairs; default: the study's, else holm.")
@click.option("--runs", default=1000, show_default=True, type=click.IntRange(min=10), help="Studies a point.")
@click.option("--seed", type=click.IntRange(min=0), help="Default: the study's, else 1.")
@workers_options
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, in full precision.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Also write table, JSON and figure here.")
@click.option("--force", is_flag=True, help="Replace what is in the folder.")
def power(
    source: Path | None,
    rehearsal: bool,
    scale: tuple[float, float] | None,
    workers: Workers,
    as_json: bool,
    out: Path | None,
    force: bool,
    **settings: Any,
) -> None:
    """Simulate how many assessors and items the next test needs.

    Variances come from a pilot (the export of a STUDY, or a ratings FILE), or as stated by --sd, in scale points:
    assessor, item, assessor_condition, item_condition, error. The true difference is yours to choose, with
    --difference; that of a small pilot promises too much. Of each simulated study, permutation and max_t try 499
    random orders. Nothing is missing in a simulated study: skillings_mack is friedman there; dunn has about the
    power of mann_whitney.

    Example: evalkit power --sd assessor_condition=8.4 --sd error=15.9 --conditions 2 --test tost --margin 10
    """
    from analysis.designs import one_design
    from analysis.origin import Origin, origin_of, session_of
    from analysis.plots.look import look, save, tag
    from analysis.power import power_curves
    from analysis.power.figure import draw_power
    from analysis.power.planned import planned
    from analysis.power.printed import as_json as json_text
    from analysis.power.printed import as_text, power_table
    from analysis.tabular import write_table

    dataset = None if source is None else one_design(read_source(source, rehearsal, (), (), scale))
    plan = planned(dataset, scale=scale, **settings)
    origin = Origin(rehearsal=False, simulated=False) if dataset is None else origin_of(dataset, session_of(dataset))
    if out is not None and not force and out.is_dir() and any(out.iterdir()):
        raise DataError(f"{out}: not empty; choose another folder, or replace it with --force")
    points = power_curves(plan, workers=workers)
    table = origin.label(power_table(plan, points))
    if out is not None:
        with fresh_folder(out, force=force) as folder, look():
            write_table(table, folder)
            (folder / "power.json").write_text(json_text(plan, points), encoding="utf-8")
            figure = draw_power(plan, points)
            tag(figure, ", ".join(("simulated power", *origin.tags)))
            save(figure, folder / origin.file_stem("power"), title=table.caption)
    click.echo(json_text(plan, points) if as_json else as_text(plan, table, points), nl=False)
