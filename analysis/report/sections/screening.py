"""What screening rules say about each assessor, and on which evidence: those asked for, or of a file all that fit."""

from __future__ import annotations

from analysis.numerals import listed
from analysis.report.analysed import Analysed
from analysis.report.blocks import Block, Fold, Points, Section, Tabled, Text
from analysis.screened import Outcome, Screened, screen
from analysis.screening_plan import every_rule
from analysis.screening_tables import (
    assessors_table,
    evidence_table,
    excluded_text,
    rules_table,
    with_and_without_table,
)

NONE_DECLARED = (
    "The study declares no screening rule, so nobody was judged. ‘evalkit screen’ shows what each rule would say; "
    "rules are declared before the data, under analysis.screening."
)
NONE_NAMED = (
    "No screening rule was named for this file, so nobody was judged. ‘evalkit screen’ shows what each rule would "
    "say; --profile and --rule apply rules that were chosen before the data, --reference and --anchor say what they "
    "judge by."
)
EXPLORED = (
    "No screening rule was named for this file. The rules that fit its reference or anchor are shown to explore it: "
    "they flag at most, and no result of this report rests on them. --profile and --rule apply rules that were chosen "
    "before the data."
)
BOTH_WAYS = " What each rule changes stands in the table below, and by pairs under ‘sensitivity’."


def section(analysed: Analysed) -> Section:
    """Return the rules with their counts, results with and without each, and every verdict with its evidence."""
    screened = analysed.default.screened
    blocks = _applied(analysed, screened) if screened.outcomes else _not_asked_for(analysed)
    return Section(name="screening", title="Screening", blocks=blocks)


def _applied(analysed: Analysed, screened: Screened) -> tuple[Block, ...]:
    results, labels = analysed.default.with_and_without, analysed.dataset.labels
    return (
        Text(text=f"{excluded_text(screened)}.{BOTH_WAYS if results else ''}"),
        *_rules(screened),
        *([Tabled(table=with_and_without_table(results, labels), shape="long")] if results else []),
        *_verdicts(screened),
    )


def _not_asked_for(analysed: Analysed) -> tuple[Block, ...]:
    """Explore a file that has a reference or an anchor; a study says before the data what judges it."""
    everybody = analysed.everybody
    if everybody.study is not None:
        return (Text(text=NONE_DECLARED),)
    if not any(condition.role in ("reference", "anchor") for condition in everybody.conditions):
        return (Text(text=NONE_NAMED),)
    outcomes = screen(everybody, every_rule()).outcomes
    fitting = Screened(dataset=everybody, outcomes=tuple(outcome for outcome in outcomes if outcome.applied))
    return (Text(text=EXPLORED), *_rules(fitting), *_verdicts(fitting))


def _rules(screened: Screened) -> tuple[Block, ...]:
    who = tuple(_excludes(outcome) for outcome in screened.outcomes if outcome.applied)
    return Tabled(table=rules_table(screened)), Points(texts=who)


def _excludes(outcome: Outcome) -> str:
    names = outcome.assessors("exclude")
    return f"{outcome.rule.name} excludes {listed(list(names), most=len(names)) or 'nobody'}."


def _verdicts(screened: Screened) -> tuple[Block, ...]:
    return (
        Fold(summary="Verdict on each assessor", blocks=(Tabled(table=assessors_table(screened), shape="long"),)),
        Fold(summary="Evidence of each verdict", blocks=(Tabled(table=evidence_table(screened), shape="long"),)),
    )
