"""Findings for the terminal, as Markdown and as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from analysis.papercheck import all_checks
from analysis.papercheck.claims import Claims
from analysis.papercheck.finding import VERDICTS, Finding

SCHEMA = "evalkit-papercheck-results/1"
WIDTH = 100


def as_text(claims: Claims, findings: Sequence[Finding]) -> str:
    """Return the findings table by table, for the terminal."""
    lines = [claims.title, summary(findings)]
    for where, some in _by_place(findings):
        lines += ["", where]
        for finding in some:
            head = f"  {finding.verdict:<12} {_cell(finding)}"
            lines += [head, textwrap.fill(finding.reason, WIDTH, initial_indent=" " * 15, subsequent_indent=" " * 15)]
    return "\n".join(lines) + "\n"


def as_markdown(claims: Claims, findings: Sequence[Finding]) -> str:
    """Return the findings as Markdown, a table per place."""
    lines = [f"# Paper check: {claims.title}", "", claims.source, "", summary(findings)]
    for where, some in _by_place(findings):
        lines += ["", f"## {where}", "", "| Cell | Printed | Verdict | Reason |", "|---|---|---|---|"]
        for f in some:
            cells = (f.cell, f.printed, f"**{f.verdict}**" if f.verdict == "impossible" else f.verdict, f.reason)
            lines.append(f"| {' | '.join(_escaped(cell) for cell in cells)} |")
    lines += ["", "## Checks", "", *(f"- {check.TITLE}: {check.SOURCE}" for check in all_checks())]
    return "\n".join(lines) + "\n"


def as_json(claims: Claims, findings: Sequence[Finding]) -> str:
    """Return the findings as strict JSON."""
    counts = {verdict: sum(f.verdict == verdict for f in findings) for verdict in VERDICTS}
    values = {"schema": SCHEMA, "title": claims.title, "source": claims.source, "counts": counts}
    sources = [
        {"name": check.__name__.rpartition(".")[2], "title": check.TITLE, "source": check.SOURCE}
        for check in all_checks()
    ]
    whole = {**values, "checks": sources, "findings": [f.as_dict() for f in findings]}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def summary(findings: Sequence[Finding]) -> str:
    """Return how many cells got which verdict."""
    counts = ", ".join(f"{sum(f.verdict == verdict for f in findings)} {verdict}" for verdict in VERDICTS)
    return f"{len(findings)} cells: {counts}"


def _by_place(findings: Sequence[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    order = list(dict.fromkeys(finding.where for finding in findings))
    ordered = sorted(findings, key=lambda finding: order.index(finding.where))
    return ((where, list(some)) for where, some in groupby(ordered, key=lambda finding: finding.where))


def _cell(finding: Finding) -> str:
    return f"{finding.cell}: {finding.printed}" if finding.printed else finding.cell


def _escaped(cell: str) -> str:
    return cell.replace("|", r"\|").replace("*", r"\*") if not cell.startswith("**i") else cell
