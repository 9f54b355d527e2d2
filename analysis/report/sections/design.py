"""What was compared, rated by whom and how, and what was declared before the data."""

from __future__ import annotations

from analysis.comparison import Comparison
from analysis.corrections import NAMES
from analysis.learned import session_notes
from analysis.numerals import MINUS, counted, p_value
from analysis.report.analysed import Analysed
from analysis.report.blocks import Block, Facts, Fold, Section, Tabled, Text
from analysis.study_tables import conditions_table, loudness_summary, loudness_table, stimuli_table
from analysis.text import excluded
from evalkit.session import Session


def section(analysed: Analysed) -> Section:
    """Return the design box, the conditions, what to beware of in what they learned from, and how loud all were."""
    dataset, session = analysed.dataset, analysed.session
    blocks: list[Block] = [
        Facts(facts=tuple(_facts(analysed.default, session)), wide=("Items", "Analysis")),
        Tabled(table=conditions_table(dataset)),
    ]
    if session is not None:
        blocks += [Text(text=note, tone="caution") for note in session_notes(session)]
        blocks.append(Tabled(table=loudness_table(dataset, session)))
        every = Tabled(table=stimuli_table(dataset, session), shape="long")
        blocks.append(Fold(summary="Every stimulus", blocks=(every,)))
    return Section(name="design", title="Design", blocks=tuple(blocks))


def _facts(comparison: Comparison, session: Session | None) -> list[tuple[str, str]]:
    dataset = comparison.dataset
    plan = dataset.plan
    missing = dataset.n_missing
    cells = f"{dataset.n_ratings} of {dataset.n_ratings + missing}"
    replicates = int(dataset.ratings["replicate"].max()) - 1
    scale = f"{dataset.scale[0]:g} to {dataset.scale[1]:g}" if dataset.scale else "not known"
    facts = [
        ("Assessors", f"{len(dataset.assessors)}, {excluded(comparison)}"),
        ("Conditions", str(len(dataset.conditions))),
        ("Method", f"{dataset.method or 'not known'}, scale {scale}"),
        ("Ratings", f"{cells} cells, {missing} not rated" if missing else f"{cells}, none missing"),
        ("Repeats", counted(replicates, "repeat") if replicates else "none"),
    ]
    if dataset.scale_name:
        facts.insert(2, ("Scale", dataset.scale_name))
    if dataset.study is None:
        named = "no margin" if plan.margin is None else f"margin ±{plan.margin:g} named for the analysis"
        facts.append(("Plan", f"none declared: all pairs, {NAMES[plan.correction]}, α = {plan.alpha:g}, {named}"))
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
    items = f"{len(dataset.items)}: {', '.join(dataset.items)}"
    return [*facts, ("Analysis", comparison.design.why), ("Items", items)]
