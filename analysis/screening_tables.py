"""Tables of screening and reliability: the rules, the assessors, the numbers behind each verdict, the coefficients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.numerals import MINUS, NONE, fixed, fraction, interval, listed, p_value, signed
from analysis.reliability.summary import LEVEL, Coefficient
from analysis.screened import Decision, Outcome, Screened
from analysis.screening import load_rule
from analysis.tabular import Column, Table
from analysis.with_and_without import VariantResult

WORDS: dict[Decision, str] = {"keep": "keep", "flag": "flag", "exclude": "exclude", "not_judged": "not judged"}
COUNTS = "n counts what was rated: cells (items in conditions), conditions (Kendall's W) or pairs (test-retest)."
REASONS: tuple[Decision, ...] = ("exclude", "flag")


def tables_of(screened: Screened, coefficients: Sequence[Coefficient]) -> list[Table]:
    """Return the tables in reading order, the evidence last; without rules, that of reliability alone."""
    if not screened.outcomes:
        return [reliability_table(coefficients)]
    return [
        rules_table(screened),
        assessors_table(screened),
        reliability_table(coefficients),
        evidence_table(screened),
    ]


def rules_table(screened: Screened) -> Table:
    """Tabulate what each rule looks for, and how many assessors it excludes, flags and keeps."""
    rows: list[tuple[str, ...]] = []
    data: list[dict[str, object]] = []
    for outcome in screened.outcomes:
        rule, name = load_rule(outcome.rule.name), outcome.rule.name
        counts: dict[str, int] = {decision: len(outcome.assessors(decision)) for decision in WORDS}
        cells = [str(counts[decision]) if outcome.applied else NONE for decision in WORDS]
        rows.append((name, rule.TITLE, *cells))
        data.append({"rule": name, "title": rule.TITLE, "source": rule.SOURCE, **counts, "reason": outcome.reason})
    names = ["rule", "title", "source", *WORDS, "reason"]
    return Table(
        name="screening_rules",
        caption="Screening rules and the number of assessors with each verdict",
        columns=(
            Column("Rule", "l"),
            Column("Looks for", "l"),
            Column("Keep"),
            Column("Flag"),
            Column("Exclude"),
            Column("Not judged"),
        ),
        rows=tuple(rows),
        data=pd.DataFrame(data, columns=names),
        note=" ".join(filter(None, map(_not_judged, screened.outcomes))),
    )


def assessors_table(screened: Screened) -> Table:
    """Tabulate the gravest verdict on each assessor and every reason for it."""
    rows, data = [], []
    for assessor in screened.dataset.assessors:
        decision = screened.decision(assessor)
        grave = [v for v in screened.verdicts if v.assessor == assessor and v.decision in REASONS]
        reasons = "; ".join(f"{verdict.rule}: {verdict.text}" for verdict in grave)
        rows.append((assessor, WORDS[decision], reasons or NONE))
        data.append({"assessor": assessor, "verdict": decision, "reasons": reasons})
    return Table(
        name="screening_assessors",
        caption="Verdict on each assessor, by all rules together",
        columns=(Column("Assessor", "l"), Column("Verdict", "l"), Column("Reasons", "l")),
        rows=tuple(rows),
        data=pd.DataFrame(data, columns=["assessor", "verdict", "reasons"]),
        note=(
            "Nobody is removed from the data. By the same rules ‘evalkit compare’ and ‘evalkit report’ give the "
            "results with and without each."
        ),
    )


def evidence_table(screened: Screened) -> Table:
    """Tabulate the verdict of each rule on each assessor; the data hold every number behind it, one a row."""
    rows = [(v.assessor, v.rule, WORDS[v.decision], v.text) for v in screened.verdicts]
    data = [
        {"assessor": v.assessor, "rule": v.rule, "verdict": v.decision, "measure": name, "value": value}
        for v in screened.verdicts
        for name, value in v.evidence.items()
    ]
    return Table(
        name="screening_evidence",
        caption="What each rule found of each assessor",
        columns=(Column("Assessor", "l"), Column("Rule", "l"), Column("Verdict", "l"), Column("Evidence", "l")),
        rows=tuple(rows),
        data=pd.DataFrame(data, columns=["assessor", "rule", "verdict", "measure", "value"]),
    )


def reliability_table(coefficients: Sequence[Coefficient]) -> Table:
    """Tabulate the coefficients of reliability with what they rest on."""
    rows = tuple((c.label, _value(c), _interval(c), str(c.n), str(c.n_assessors), c.basis) for c in coefficients)
    fields = ("name", "value", "low", "high", "n", "n_assessors", "basis", "status", "note")
    return Table(
        name="reliability",
        caption="Reliability: agreement of the assessors with each other and with themselves",
        columns=(
            Column("Coefficient", "l"),
            Column("Value"),
            Column(f"{100 * LEVEL:g} % interval"),
            Column("n"),
            Column("Assessors"),
            Column("Basis", "l"),
        ),
        rows=rows,
        data=pd.DataFrame([{name: getattr(c, name) for name in fields} for c in coefficients], columns=list(fields)),
        note=" ".join([COUNTS, *_remarks(coefficients)]),
    )


def with_and_without_table(results: Sequence[VariantResult], labels: Mapping[str, str]) -> Table:
    """Tabulate differences to the reference, or means, in each data set that screening leaves."""
    of_means = all(found.reference is None for variant in results for found in variant.found)
    pairs = [(variant, found) for variant in results for found in variant.found]
    rows = [
        (
            variant.label,
            str(variant.n_assessors),
            labels[found.condition]
            if found.reference is None
            else f"{labels[found.condition]} {MINUS} {labels[found.reference]}",
            fixed(found.estimate) if of_means else signed(found.estimate),
            interval(found.low, found.high, sign=not of_means),
            *([] if of_means else [p_value(found.p_adjusted), found.verdict or NONE]),
        )
        for variant, found in pairs
    ]
    heads = [Column("Assessors", "l"), Column("n", symbol=True), Column("Condition" if of_means else "Pair", "l")]
    heads += [Column("Mean" if of_means else "Difference"), Column("95 % interval")]
    heads += [] if of_means else [Column("p differ"), Column("Verdict", "l")]
    fields = ("condition", "reference", "estimate", "low", "high", "p_adjusted", "verdict")
    data = [
        {"assessors": variant.label, "n_assessors": variant.n_assessors, "excluded": "; ".join(variant.excluded)}
        | {name: getattr(found, name) for name in fields}
        for variant, found in pairs
    ]
    return Table(
        name="with_and_without",
        caption=f"{'Means' if of_means else 'Differences to the reference'} with and without each screening rule",
        columns=tuple(heads),
        rows=tuple(rows),
        data=pd.DataFrame(data),
        note=(
            "By the analysis that leads. What would leave the same assessors as a line above, or nobody, is left out; "
            "‘too’: besides those who are excluded."
        ),
    )


def excluded_text(screened: Screened) -> str:
    """Say in one line whom the rules exclude."""
    if not screened.excluded:
        return "Excluded: nobody"
    return f"Excluded: {listed(list(screened.excluded), most=len(screened.excluded))}"


def _value(coefficient: Coefficient) -> str:
    points = "difference" in coefficient.name
    return fixed(coefficient.value) if points else fraction(coefficient.value)


def _interval(coefficient: Coefficient) -> str:
    if coefficient.low is None or coefficient.high is None:
        return NONE
    return f"[{fraction(coefficient.low)}, {fraction(coefficient.high)}]"


def _remarks(coefficients: Sequence[Coefficient]) -> list[str]:
    """Say once what has to be said of several coefficients."""
    labels: dict[str, list[str]] = {}
    for coefficient in coefficients:
        if coefficient.note:
            labels.setdefault(coefficient.note, []).append(coefficient.label)
    return [f"{listed(names, most=len(names))}: {note}." for note, names in labels.items()]


def _not_judged(outcome: Outcome) -> str:
    """Say why a rule does not apply, or does not judge some assessors."""
    if not outcome.applied:
        return f"{outcome.rule.name}: {outcome.reason}."
    reasons = {verdict.text: None for verdict in outcome.verdicts if verdict.decision == "not_judged"}
    return f"{outcome.rule.name}, not judged: {listed(list(reasons), most=3)}." if reasons else ""
