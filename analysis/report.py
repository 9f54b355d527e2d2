"""The report: every table and figure of a study, one HTML page, and the numbers in full precision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from analysis.as_paper import compare_as_paper
from analysis.by_design import compare_default
from analysis.comparison import LIBRARIES, Comparison
from analysis.corrections import NAMES
from analysis.dataset import Dataset
from analysis.differences import Difference
from analysis.findings import agreement, findings
from analysis.inference import mixed_model
from analysis.numerals import MINUS, counted, p_value
from analysis.origin import Origin, origin_of, session_of
from analysis.page import ShownFigure, ShownTable, download, render_page
from analysis.pair_tables import differences_table, pairs_table
from analysis.participants import Fact, participants
from analysis.plots import arrangement, look
from analysis.plots.differences import draw_differences
from analysis.plots.matrix import LARGEST, draw_matrix
from analysis.plots.violins import draw_violins
from analysis.resampling import REPLICATES
from analysis.study_tables import (
    conditions_table,
    loudness_summary,
    loudness_table,
    participants_table,
    stimuli_table,
)
from analysis.tables import TEST_NAMES, described_table, normality_table, omnibus_table, star_matrix
from analysis.tabular import Table, write_table
from analysis.text import apa, excluded, methods
from evalkit.provenance import record
from evalkit.session import Session

PAGE = "report.html"
RESULTS, RESULTS_AS_PAPER = "results.json", "results_as_paper.json"
SECTIONS = {
    "participants": "Participants",
    "design": "Design",
    "ratings": "Ratings",
    "omnibus": "Do the conditions differ at all?",
    "pairs": "Which conditions differ?",
    "differences": "Different, equivalent or undecided?",
    "as-paper": "As the paper analysed it",
    "methods": "Methods, ready to paste",
    "provenance": "Provenance",
    "downloads": "Downloads",
}


def write_report(dataset: Dataset, folder: Path) -> Path:
    """Write the page, tables, figures and results into an existing, empty folder.

    Returns
    -------
    path of the page

    Raises
    ------
    DataError
        If there is nothing to compare, or a file beside the ratings is damaged.
    """
    session = session_of(dataset)
    origin = origin_of(dataset, session)
    default, as_paper = compare_default(dataset), compare_as_paper(dataset)
    differences = default.to_reference
    facts = participants(dataset)
    tables = {table.name: table for table in _tables(dataset, session, default, as_paper, differences, facts)}
    shown = {name: _write_table(origin.label(table), folder) for name, table in tables.items()}
    figures = _write_figures(default, differences, origin, folder)
    results = [_write_json(default, folder / RESULTS), _write_json(as_paper, folder / RESULTS_AS_PAPER)]
    context: dict[str, Any] = {
        "title": dataset.title,
        "origin": origin,
        "summary": _summary(dataset),
        "findings": findings(default, as_paper, differences),
        "notes": default.notes,
        "sections": [(name, text) for name, text in SECTIONS.items() if differences or name != "differences"],
        "preferences": dataset.exported.preferences() if origin.rehearsal else [],
        "participants": [(fact.name, fact.text) for fact in facts],
        "design": _design(default, session),
        "tables": {name: shown.get(name) for name in (*tables, "loudness", "stimuli", "differences")},
        "figures": {name: figures.get(name) for name in ("violins", "matrix", "differences")},
        "omnibus": f"{_test_name(default)} {apa(default.omnibus)}.",
        "omnibus_as_paper": f"Kruskal–Wallis test of the pooled ratings: {apa(as_paper.omnibus)}.",
        "independence": as_paper.notes[0],
        "agreement": agreement(default, as_paper).text,
        "methods": methods(default, as_paper, differences),
        "provenance": _provenance(dataset, session),
        "results": [download(path) for path in results],
        "places": [
            *((f"table-{name}", table.table.name, table.downloads) for name, table in shown.items()),
            *((f"figure-{name}", origin.file_stem(name), figure.downloads) for name, figure in figures.items()),
        ],
    }
    page = folder / PAGE
    page.write_text(render_page(context), encoding="utf-8")
    return page


def _tables(
    dataset: Dataset,
    session: Session | None,
    default: Comparison,
    as_paper: Comparison,
    differences: list[Difference],
    facts: list[Fact],
) -> list[Table]:
    return [
        participants_table(facts),
        conditions_table(dataset),
        *([loudness_table(dataset, session), stimuli_table(dataset, session)] if session else []),
        described_table(default),
        omnibus_table([default, as_paper]),
        star_matrix(default),
        pairs_table(default),
        *([differences_table(differences, dataset)] if differences else []),
        normality_table(as_paper),
        star_matrix(as_paper),
        pairs_table(as_paper),
    ]


def _write_table(table: Table, folder: Path) -> ShownTable:
    return ShownTable(table=table, downloads=tuple(download(path) for path in write_table(table, folder)))


def _write_json(comparison: Comparison, path: Path) -> Path:
    path.write_text(comparison.as_json(), encoding="utf-8")
    return path


def _write_figures(
    comparison: Comparison, differences: list[Difference], origin: Origin, folder: Path
) -> dict[str, ShownFigure]:
    dataset, shown = comparison.dataset, {}
    with look.look():
        figures = {
            "violins": (draw_violins(dataset, comparison.described), "Ratings per condition", _violins_caption(dataset))
        }
        if 2 < len(dataset.conditions) <= LARGEST:
            figures["matrix"] = (draw_matrix(comparison), "All pairs of conditions", MATRIX_CAPTION)
        if differences:
            drawn = draw_differences(differences, dataset)
            figures["differences"] = (drawn, "Differences to the reference", DIFFERENCES_CAPTION)
        for name, (figure, title, caption) in figures.items():
            shown[name] = _write_figure(figure, name, title, caption, origin, folder)
    return shown


def _write_figure(figure: Figure, name: str, title: str, caption: str, origin: Origin, folder: Path) -> ShownFigure:
    full_title = f"{title} ({origin.mark})" if origin.mark else title
    if origin.mark:
        look.tag(figure, origin.mark)
    paths = look.save(figure, folder / origin.file_stem(name), title=full_title)
    svg = next(path for path in paths if path.suffix == ".svg").read_text(encoding="utf-8")
    return ShownFigure(
        name=name,
        title=full_title,
        caption=caption,
        svg=look.svg_for_page(svg, name=name, title=full_title, colours=arrangement.VARIABLES),
        downloads=tuple(download(path) for path in paths),
    )


MATRIX_CAPTION = (
    "Above the diagonal: does the pair differ? Below it: by how much, as the chance that a rating of the row’s "
    "condition is the higher one minus the chance that it is the lower one."
)
DIFFERENCES_CAPTION = (
    "Thick line: the interval of the equivalence test (1 − 2α); thin line: 95 % interval; both over assessors, not "
    "corrected for the number of comparisons. Grey band, where there is one: the margin declared before the data."
)


def _violins_caption(dataset: Dataset) -> str:
    ends = f", reflected at {dataset.scale[0]:g} and {dataset.scale[1]:g} and" if dataset.scale else ","
    return (
        f"Shape: density of the ratings{ends} drawn between the lowest and the highest one, all with the same greatest "
        f"width. Bar: median with the 95 % percentile interval from {REPLICATES} resamples of whole assessors. "
        "Dots: one assessor’s mean over the items."
    )


def _summary(dataset: Dataset) -> str:
    noun = "robot listener" if dataset.is_rehearsal else "assessor"
    return ", ".join(
        (
            counted(len(dataset.assessors), noun),
            counted(len(dataset.items), "item"),
            counted(len(dataset.conditions), "condition"),
            counted(dataset.n_ratings, "rating"),
        )
    )


def _test_name(comparison: Comparison) -> str:
    of = "ratings" if comparison.omnibus.test == mixed_model.NAME else "assessors’ means"
    return f"{TEST_NAMES[comparison.omnibus.test]} test of the {of}:"


def _design(comparison: Comparison, session: Session | None) -> list[tuple[str, str]]:
    dataset = comparison.dataset
    plan = dataset.plan
    missing = "none missing" if not dataset.n_missing else f"{dataset.n_missing} missing"
    replicates = int(dataset.ratings["replicate"].max()) - 1
    scale = f"{dataset.scale[0]:g} to {dataset.scale[1]:g}" if dataset.scale else "not known"
    facts = [
        ("Assessors", f"{len(dataset.assessors)}, {excluded(comparison)}"),
        ("Conditions", str(len(dataset.conditions))),
        ("Method", f"{dataset.method or 'not known'}, scale {scale}"),
        ("Ratings", f"{dataset.n_ratings} of {len(dataset.ratings)}, {missing}"),
        ("Repeats", counted(replicates, "repeat") if replicates else "none"),
        ("Analysis", comparison.design.why),
    ]
    if dataset.study is None:
        facts.append(("Plan", f"none declared: all pairs, {NAMES[plan.correction]}, α = {plan.alpha:g}"))
    else:
        spec = dataset.study.spec
        margin = f"margin ±{plan.margin:g}" if plan.margin is not None else "no margin"
        families = ", ".join(family.name for family in plan.families)
        target = f"target {spec.loudness.target_lufs:g} LUFS".replace("-", MINUS)
        facts[2:2] = [("Question", spec.page.question)]
        facts += [
            ("Declared before", f"α = {plan.alpha:g}, {NAMES[plan.correction]}, {margin}; {families}"),
            ("Loudness", f"{target}; {loudness_summary(session)}" if session else target),
        ]
    facts += [
        (
            "Smallest attainable p",
            f"{p_value(reach.p)}; {p_value(reach.p_adjusted)} after correction over {counted(reach.n_pairs, 'pair')}",
        )
        for reach in comparison.attainable
    ]
    return [*facts, ("Items", f"{len(dataset.items)}: {', '.join(dataset.items)}")]


def _provenance(dataset: Dataset, session: Session | None) -> list[tuple[str, str]]:
    about = record(LIBRARIES)
    facts = [
        ("Command", " ".join(about["command"])),
        ("Made at", about["created_at"]),
        ("Ratings", f"{dataset.name}, source: {dataset.source}"),
        ("SHA-256", dataset.sha256),
    ]
    if dataset.study is not None:
        facts.append(("Study hash", dataset.study.study_sha256))
    if session is not None:
        changed = dataset.study is not None and session.build_sha256 != dataset.study.build_sha256
        facts.append(("Bundle hash", session.build_sha256))
        if changed:
            facts.append(("Warning", "study.yaml was changed in what is built after the bundle was built"))
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    return [*facts, ("Seed", str(dataset.seed)), ("Platform", about["platform"]), ("Versions", versions)]
