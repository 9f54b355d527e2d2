"""What every command that reads ratings takes: a study's export, or a table and what is to be known about it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from evalkit.errors import DataError
from evalkit.study import FILE_NAME, Analysis

if TYPE_CHECKING:
    from analysis.dataset import Dataset

CORRECTIONS = ("holm", "bonferroni", "fdr_bh")
Command = TypeVar("Command", bound=Callable[..., Any])


def source_options(command: Command) -> Command:
    """Add the argument STUDY|FILE and its options."""
    options = (
        click.argument("source", metavar="STUDY|FILE", type=click.Path(path_type=Path)),
        click.option("--rehearsal", is_flag=True, help="Of a study: the robots' ratings, from export-rehearsal/."),
        click.option("--reference", "references", multiple=True, metavar="CONDITION", help="Of a file; repeatable."),
        click.option("--anchor", "anchors", multiple=True, metavar="CONDITION", help="Of a file; repeatable."),
        click.option("--scale", callback=read_scale, metavar="LOW:HIGH", help="Of a file: ends of the rating scale."),
        click.option("--force", is_flag=True, help="Replace what is in the folder."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def rule_options(command: Command) -> Command:
    """Add the options that name screening rules."""
    profile = click.option("--profile", metavar="NAME", help="none, bs1534 or mpeg; default: the study's rules.")
    rule = click.option(
        "--rule", "rules", multiple=True, metavar="RULE", help="RULE or 'RULE: {OPTION: VALUE}'; repeatable."
    )
    return profile(rule(command))


def plan_options(command: Command) -> Command:
    """Add the options that plan the analysis of a file without a study."""
    margin = click.option(
        "--margin",
        type=click.FloatRange(min=0, min_open=True),
        metavar="POINTS",
        help="Of a file: differences within ± POINTS count as none, chosen before the data.",
    )
    correction = click.option(
        "--correction", type=click.Choice(CORRECTIONS), help="Of a file: correction over pairs; default: holm."
    )
    return margin(correction(command))


def read_source(
    source: Path,
    rehearsal: bool,
    references: tuple[str, ...],
    anchors: tuple[str, ...],
    scale: tuple[float, float] | None,
    *,
    profile: str | None = None,
    rules: tuple[str, ...] = (),
    margin: float | None = None,
    correction: str | None = None,
) -> Dataset:
    """Read what the options name; of a foreign file, say on standard error how it was read.

    Raises
    ------
    DataError
        If there is no such study or file.
    UsageError
        If an option is for the other kind of source.
    """
    from analysis.dataset import NamedRules, read_ratings_file, read_study_ratings
    from analysis.readers import aloud

    named = NamedRules(profile, rules) if profile is not None or rules else None
    planned = {name: value for name, value in (("margin", margin), ("correction", correction)) if value is not None}
    if source.is_dir() or source.name == FILE_NAME:
        given = {"--reference": references, "--anchor": anchors, "--scale": scale}
        for option, value in {**given, "--margin": margin, "--correction": correction}.items():
            if value:
                raise click.UsageError(f"{option} is for a file; the study says it in {FILE_NAME}")
        dataset = read_study_ratings(source if source.is_dir() else source.parent, rehearsal=rehearsal)
        return replace(dataset, named_rules=named)
    if rehearsal:
        raise click.UsageError("--rehearsal is for a study; a file says in its column 'source' who rated")
    if not source.exists():
        raise DataError(f"{source}: no such study folder or ratings file")
    plan = Analysis.model_validate(planned)
    dataset = read_ratings_file(source, references=references, anchors=anchors, scale=scale, plan=plan)
    if dataset.imported is not None:
        click.echo(aloud(source, dataset.imported, dataset.ratings), err=True)
    return replace(dataset, named_rules=named)


def read_scale(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[float, float] | None:
    """Read ``LOW:HIGH``, two numbers."""
    if value is None:
        return None
    try:
        low, high = (float(part) for part in value.split(":"))
    except ValueError:
        raise click.BadParameter(f"expected two numbers, for example 0:100, found '{value}'") from None
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise click.BadParameter(f"expected LOW below HIGH, found '{value}'")
    return low, high
