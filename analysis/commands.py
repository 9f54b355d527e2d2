"""Commands of the analysis package: measure, compare, report."""

from __future__ import annotations

from pathlib import Path

import click

from analysis.source_options import plan_options, read_source, rule_options, source_options
from evalkit.errors import DataError
from evalkit.folders import fresh_folder

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
RESULTS, MARKDOWN, PAGE, MEASURES = "results.json", "tables", "report.html", "measures.csv"


@click.command()
@click.argument("study", metavar="[STUDY]", required=False, type=FOLDER)
@click.option("--manifest", type=FILE, help="Without a study: manifest that the mixes were made from.")
@click.option("--mixes", "folders", multiple=True, type=FOLDER, help="What 'evalkit mix' wrote; repeatable.")
@click.option("--task", help="Whose target mixes are the reference, such as dry or wet.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, in full precision.")
@click.option("--out", type=FILE, help="Write every value here, as CSV; of a study: STUDY/measures.csv.")
@click.option("--force", is_flag=True, help="Replace the CSV file.")
def measure(
    study: Path | None,
    manifest: Path | None,
    folders: tuple[Path, ...],
    task: str | None,
    as_json: bool,
    out: Path | None,
    force: bool,
) -> None:
    """Measure every stimulus of a study, or systems' mixes: loudness, dynamics, stereo image, colour, distances.

    Of a STUDY: what listeners hear, against the reference of the page, written to STUDY/measures.csv.
    With --manifest, --mixes and --task: whole mixes against the target mixes, of the items that every folder
    holds. Prints means with bootstrap intervals over items, and the differences of the spectrogram's distance.

    Example: evalkit measure my_study

    Example: evalkit measure --manifest drums/manifest.jsonl --mixes forest --mixes net --task wet
    """
    from analysis.measure import measure_mixes
    from analysis.measure_study import measure_study
    from analysis.measure_tables import as_json as json_text
    from analysis.measure_tables import as_text, write_values

    own = None if study is None else study / MEASURES
    if out is not None and out != own and out.exists() and not force:
        raise DataError(f"{out}: exists; choose another name, or replace it with --force")
    if study is not None:
        if manifest or folders or task:
            raise click.UsageError("--manifest, --mixes and --task are for mixes without a study: leave STUDY out")
        measured = measure_study(study)
    elif manifest and folders and task:
        measured = measure_mixes(manifest, folders, task)
    else:
        raise click.UsageError("expected a STUDY, or --manifest, --mixes and --task")
    out = out or own
    if out is not None:
        write_values(measured, out)
    click.echo(json_text(measured) if as_json else as_text(measured), nl=False)


@click.command()
@source_options
@rule_options
@plan_options
@click.option("--as-paper", is_flag=True, help="The drum-mixing paper's analysis: pooled ratings, Tables 3 and 4.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON, in full precision.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Also write tables (CSV, LaTeX, Markdown) and results.json here.",
)
def compare(
    source: Path,
    rehearsal: bool,
    references: tuple[str, ...],
    anchors: tuple[str, ...],
    scale: tuple[float, float] | None,
    force: bool,
    profile: str | None,
    rules: tuple[str, ...],
    margin: float | None,
    correction: str | None,
    as_paper: bool,
    as_json: bool,
    out: Path | None,
) -> None:
    """Test whether conditions were rated differently.

    Reads the export of a STUDY folder, or a ratings table: CSV with the columns assessor, item, condition,
    score, or what webMUSHRA and pymushra write, wide tables, tables with lists in cells. The design decides the
    analysis, and the output says which and why: assessors' means with Friedman and exact signed-rank tests; a
    mixed model where assessors rated a part; Kruskal-Wallis and Mann-Whitney tests where each rated one
    condition. With --as-paper: Shapiro-Wilk, Kruskal-Wallis and Mann-Whitney tests of all ratings, as if they
    were independent. Screening rules, those declared or those named here, are applied, and the results given with
    and without each. Several scales are analysed apart.

    Example: evalkit compare my_study --as-paper
    """
    from analysis import printed
    from analysis.as_paper import compare_as_paper
    from analysis.by_design import compare_default
    from analysis.designs import designs_of, joined, results_folder
    from analysis.origin import origin_of, session_of
    from analysis.tabular import as_markdown, write_table

    dataset = read_source(
        source,
        rehearsal,
        references,
        anchors,
        scale,
        profile=profile,
        rules=rules,
        margin=margin,
        correction=correction,
    )
    origin = origin_of(dataset, session_of(dataset))
    found = [(part, (compare_as_paper if as_paper else compare_default)(part)) for part in designs_of(dataset)]
    tables = [[origin.label(table) for table in printed.tables_of(comparison)] for _, comparison in found]
    if out is not None:
        with fresh_folder(out, force=force) as whole:
            for (part, comparison), own in zip(found, tables, strict=True):
                folder = results_folder(whole, part)
                for table in own:
                    write_table(table, folder)
                text = "\n".join(as_markdown(table) for table in own)
                (folder / f"{origin.file_stem(MARKDOWN)}.md").write_text(text, encoding="utf-8")
                (folder / RESULTS).write_text(comparison.as_json(), encoding="utf-8")
    if as_json:
        click.echo(joined([(part, comparison.as_json()) for part, comparison in found]), nl=False)
    else:
        pages = [printed.as_text(comparison, own, origin) for (_, comparison), own in zip(found, tables, strict=True)]
        click.echo("\n\n\n".join(pages))


@click.command()
@source_options
@rule_options
@plan_options
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder of the report.")
def report(
    source: Path,
    rehearsal: bool,
    references: tuple[str, ...],
    anchors: tuple[str, ...],
    scale: tuple[float, float] | None,
    force: bool,
    profile: str | None,
    rules: tuple[str, ...],
    margin: float | None,
    correction: str | None,
    out: Path | None,
) -> None:
    """Write the whole report: one HTML page, tables (CSV, LaTeX), figures (PNG, SVG, PDF), results.json.

    Reads the export of a STUDY folder and writes STUDY/report (with --rehearsal: STUDY/report-rehearsal),
    or reads a ratings table and writes the folder report beside it. Of several scales each has its own report.

    Example: evalkit report my_study
    """
    from analysis.designs import designs_of, results_folder
    from analysis.report import write_report

    dataset = read_source(
        source,
        rehearsal,
        references,
        anchors,
        scale,
        profile=profile,
        rules=rules,
        margin=margin,
        correction=correction,
    )
    name = "report-rehearsal" if dataset.is_rehearsal else "report"
    if out is None:
        out = (dataset.study.folder if dataset.study else dataset.path.parent) / name
        force = force or (dataset.study is not None and _is_own(out))
    designs = designs_of(dataset)
    with fresh_folder(out, force=force) as folder:
        for design in designs:
            write_report(design, results_folder(folder, design))
    for design in designs:
        who = "robots" if design.is_rehearsal else "assessors"
        click.echo(f"{out / design.part_folder / PAGE}: {len(design.assessors)} {who}")


def _is_own(folder: Path) -> bool:
    """Say whether a folder holds a report of ours, or one of each scale, which may be replaced whole."""
    return _is_report(folder) or all(_is_report(part) for part in folder.glob("*"))


def _is_report(folder: Path) -> bool:
    return (folder / PAGE).is_file() and (folder / RESULTS).is_file()
