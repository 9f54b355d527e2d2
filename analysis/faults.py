"""Faults counted per assessor: of how many judged ratings, pages or stimuli, and whether that is too many."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.numerals import counted, short
from analysis.screening import Finding, Judgement, Number

EVIDENCE = {
    "n": "how many were judged",
    "n_faults": "how many of them were at fault",
    "share": "n_faults / n",
}


def judge_faults(
    faults: pd.Series,
    assessors: Sequence[str],
    *,
    maximum_share: float,
    noun: str,
    fault: str,
    more: pd.DataFrame | None = None,
    notes: Sequence[str] = (),
) -> Judgement:
    """Judge each assessor by the share of faults; only a greater share than ``maximum_share`` fails.

    Parameters
    ----------
    faults : whether at fault, one value per judged thing, with the assessor as index level ``assessor``
    noun, fault : words for ``1 of 8 NOUNs FAULT``
    more : further evidence, a row per assessor

    Returns
    -------
    the findings with ``notes``, and with a warning where one fault alone is more than the tolerated share
    """
    groups = faults.astype(int).groupby(level="assessor")
    judged, wrong = groups.size(), groups.sum()
    extra = pd.DataFrame(index=judged.index) if more is None else more
    findings = []
    for assessor in assessors:
        n, bad = int(judged.get(assessor, 0)), int(wrong.get(assessor, 0))
        text = f"{bad} of {counted(n, noun)} {fault}" if n else f"no {noun} to judge by"
        evidence: dict[str, Number] = {"n": n, "n_faults": bad, "share": bad / n if n else None}
        for name in extra.columns:
            value = extra[name].get(assessor)
            evidence[str(name)] = None if value is None or pd.isna(value) else float(value)
        failed = bad / n > maximum_share if n else None
        findings.append(Finding(assessor=assessor, failed=failed, text=text, evidence=evidence))
    sizes = [int(n) for n in judged if 1 / n > maximum_share > 0]
    return Judgement(findings=tuple(findings), notes=(*notes, *_cliff(sizes, maximum_share, noun, fault)))


def _cliff(sizes: Sequence[int], maximum_share: float, noun: str, fault: str) -> tuple[str, ...]:
    if not sizes:
        return ()
    n = max(sizes)
    return (
        f"At a cliff: one {noun} {fault} of {n} is {short(100 / n, 3)} %, more than the tolerated "
        f"{short(100 * maximum_share, 3)} %. A single slip decides about {counted(len(sizes), 'assessor')}.",
    )
