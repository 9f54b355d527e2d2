"""pymushra's download of a test, as CSV (semicolons) or as JSON records.

Columns ``wm_id, wm_type, wm_testId, wm_date`` and so on of a page, ``responses_stimulus, responses_score,
responses_time`` of a stimulus, and ``questionaire_uuid`` (sic) with the answers of a session, in any
order [1]_. Pages that ask for no score (paired comparisons) are left out, and counted.

References
----------
.. [1] pymushra, https://github.com/nils-werner/pymushra (columns of its CSV and JSON downloads).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.numerals import counted, listed
from analysis.readers.raw import RawTable, Row
from analysis.readers.rows import Rating, pseudonyms
from analysis.readers.scale import method_of
from evalkit.errors import DataError

TITLE = "pymushra's CSV or JSON download"
ROLES = {"reference": "reference", "anchor35": "anchor", "anchor70": "anchor"}
SCORED = ("mushra", "likert_multi_stimulus", "likert_single_stimulus")


def recognises(raw: RawTable) -> bool:
    """Look for the columns of a rating."""
    return raw.has("wm_id", "responses_stimulus", "responses_score", "questionaire_uuid")


def read(raw: RawTable) -> tuple[list[Rating], tuple[str, ...]]:
    """Read the rows of pages with scores."""
    table = {name: raw.column(name) for name in raw.header}
    tests = sorted(set(table.get("wm_testId", [])) - {""})
    if len(tests) > 1:
        raise DataError(f"{raw.path}: holds {len(tests)} tests ({', '.join(tests)}): download each alone")
    types = table.get("wm_type", ["mushra"] * len(raw.rows))
    kept = [number for number, kind in enumerate(types) if kind in SCORED]
    for number in kept:
        _check_filled(raw, number, table)
    names = pseudonyms(table["questionaire_uuid"][number] for number in kept)
    scores = [raw.number(raw.rows[n], table["responses_score"][n], "responses_score") for n in kept]
    conditions = {table["responses_stimulus"][number] for number in kept}
    method = method_of(scores, has_reference="reference" in conditions)
    ratings = [
        Rating(
            assessor=names[table["questionaire_uuid"][number]],
            item=table["wm_id"][number],
            condition=table["responses_stimulus"][number],
            score=score,
            role=ROLES.get(table["responses_stimulus"][number]),
            method=method,
            page_s=_seconds(raw, raw.rows[number], table.get("responses_time", [""] * len(raw.rows))[number]),
        )
        for number, score in zip(kept, scores, strict=True)
    ]
    others = sorted({kind or "(none)" for kind in types if kind not in SCORED})
    left_out = len(raw.rows) - len(kept)
    note = f"{counted(left_out, 'row')} without a score left out: pages of type {listed(others)}"
    return ratings, (note,) if left_out else ()


def _check_filled(raw: RawTable, number: int, table: Mapping[str, Sequence[str]]) -> None:
    for name in ("questionaire_uuid", "wm_id", "responses_stimulus"):
        if not table[name][number]:
            raise DataError(f"{raw.path}:{raw.rows[number].line}: {name}: empty")


def _seconds(raw: RawTable, row: Row, text: str) -> float | None:
    milliseconds = raw.number(row, text, "responses_time")
    return None if milliseconds is None else milliseconds / 1000
