"""The command screen: verdicts on assessors, with the numbers behind them, and reliability."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analysis.source_options import read_source, rule_options, source_options
from evalkit.folders import fresh_folder

if TYPE_CHECKING:
    from analysis.dataset import Dataset
    from analysis.screening_plan import Plan

RESULTS = "screening.json"


@click.command()
@source_options
@rule_options
@click.option("--json", "as_json", is_flag=True, help="Print verdicts and reliability as JSON, in full precision.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Also write tables and JSON here.")
def screen(
    source: Path,
    rehearsal: bool,
    references: tuple[str, ...],
    anchors: tuple[str, ...],
    scale: tuple[float, float] | None,
    force: bool,
    profile: str | None,
    rules: tuple[str, ...],
    as_json: bool,
    out: Path | None,
) -> None:
    """Judge each assessor by screening rules, and how well the assessors agree.

    Reads the export of a STUDY folder, with the rules that its study.yaml declares, or a ratings table.
    Without any declared rule all are shown, as flags. Verdicts are printed, nobody is removed from the data.

    \b
    Rules: bs1534_reference, bs1534_mid_anchor, mpeg, bs1116_diffgrade, anchors_above_reference,
    straight_lining, too_fast, listened_fraction, test_retest, agreement, self_report,
    volume_change

    Example: evalkit screen ratings.csv --profile bs1534 --reference Original --scale 0:100
    """
    from analysis import screening_results
    from analysis.designs import designs_of, joined, results_folder
    from analysis.origin import origin_of, session_of
    from analysis.reliability.summary import reliability_of
    from analysis.screened import screen as apply_rules
    from analysis.screening_tables import tables_of
    from analysis.tabular import write_table

    dataset = read_source(source, rehearsal, references, anchors, scale, profile=profile, rules=rules)
    origin = origin_of(dataset, session_of(dataset))
    plan, remarks = _plan(dataset)
    found, pages = [], []
    for design in designs_of(dataset):
        screened, coefficients = apply_rules(design, plan), reliability_of(design)
        notes = [*remarks, *screened.notes]
        tables = [origin.label(table) for table in tables_of(screened, coefficients)]
        found.append((design, tables, screening_results.as_json(screened, coefficients, notes)))
        # of the tables, the evidence has a row per assessor and rule: it is in the files and the JSON
        pages.append(screening_results.as_text(screened, tables[:3], notes, origin))
    if out is not None:
        with fresh_folder(out, force=force) as whole:
            for design, tables, text in found:
                folder = results_folder(whole, design)
                for table in tables:
                    write_table(table, folder)
                (folder / RESULTS).write_text(text, encoding="utf-8")
    joint = joined([(design, text) for design, _, text in found])
    click.echo(joint if as_json else "\n\n\n".join(pages), nl=not as_json)


def _plan(dataset: Dataset) -> tuple[Plan, list[str]]:
    """Return the rules that are asked for, else the declared ones, else all of them as flags, which is said."""
    from analysis.screening_plan import every_rule, plan_of_dataset
    from analysis.screening_results import ALL_RULES

    is_declared = dataset.study is not None and bool(dataset.study.spec.analysis.screening)
    if dataset.named_rules is not None or is_declared:
        return plan_of_dataset(dataset), []
    return every_rule(), [ALL_RULES]
