"""webMUSHRA's ``mushra.csv``, new (with ``session_uuid``) and old (1.4.0, without).

A row per stimulus: ``session_test_id``, the questionnaire's answers, then ``session_uuid, trial_id,
rating_stimulus, rating_score, rating_time, rating_comment``. The header is that of the first session: where
the questionnaire was changed later, rows are longer or shorter, so the last columns are counted from the
end. Old files tell people apart by their answers only. Every page of webMUSHRA's own method ``mushra`` has
a condition ``reference``; its anchors are ``anchor35`` and ``anchor70`` [1]_. Other pages write the same
file with other scales.

References
----------
.. [1] M. Schoeffler et al., "webMUSHRA: a comprehensive framework for web-based listening tests",
   Journal of Open Research Software 6, 8 (2018).
"""

from __future__ import annotations

from collections.abc import Hashable

from analysis.numerals import counted
from analysis.readers.raw import RawTable, Row
from analysis.readers.rows import Rating, pseudonyms
from analysis.readers.scale import method_of
from evalkit.errors import DataError

TITLE = "webMUSHRA's mushra.csv"
RATING = ("trial_id", "rating_stimulus", "rating_score", "rating_time", "rating_comment")
UUID = "session_uuid"
ROLES = {"reference": "reference", "anchor35": "anchor", "anchor70": "anchor"}


def recognises(raw: RawTable) -> bool:
    """Look for the columns of a rating."""
    return raw.has("session_test_id", *RATING[:3])


def read(raw: RawTable) -> tuple[list[Rating], tuple[str, ...]]:
    """Read each row's last columns, and whose they are."""
    tail = [name for name in raw.header if name in (UUID, *RATING)]
    if raw.header[-len(tail) :] != tuple(tail):
        raise DataError(f"{raw.path}:1: expected {', '.join(tail)} as the last columns")
    tests = {row.cells[0] for row in raw.rows}
    if len(tests) > 1:
        raise DataError(f"{raw.path}: holds {len(tests)} tests ({', '.join(sorted(tests))}): write one file per test")
    cells_of = [(row, _cells(raw, row, tail)) for row in raw.rows]
    found = [(row, _key(row, tail), cells) for row, cells in cells_of]
    names = pseudonyms(key for _, key, _ in found)
    conditions = {cells["rating_stimulus"] for *_, cells in found}
    scores = [raw.number(row, cells["rating_score"], "rating_score") for row, _, cells in found]
    method = method_of(scores, has_reference="reference" in conditions)
    places = _positions([(names[key], cells["trial_id"]) for _, key, cells in found])
    ratings = [
        Rating(
            assessor=names[key],
            item=cells["trial_id"],
            condition=cells["rating_stimulus"],
            score=score,
            role=ROLES.get(cells["rating_stimulus"]),
            method=method,
            page_position=places[names[key], cells["trial_id"]],
            page_s=_seconds(raw, row, cells.get("rating_time", "")),
        )
        for (row, key, cells), score in zip(found, scores, strict=True)
    ]
    return ratings, _notes(raw, tail)


def _key(row: Row, tail: list[str]) -> Hashable:
    """Return what tells a session apart: its key, in old files all that was answered."""
    if UUID in tail:
        return row.cells[tail.index(UUID) - len(tail)]
    return row.cells[: -len(tail)]


def _cells(raw: RawTable, row: Row, tail: list[str]) -> dict[str, str]:
    if len(row.cells) <= len(tail):
        raise DataError(f"{raw.path}:{row.line}: found {len(row.cells)} cells, expected at least {len(tail) + 1}")
    cells = dict(zip(tail, row.cells[-len(tail) :], strict=True))
    for name in ("trial_id", "rating_stimulus"):
        if not cells[name]:
            raise DataError(f"{raw.path}:{row.line}: {name}: empty")
    return cells


def _seconds(raw: RawTable, row: Row, text: str) -> float | None:
    milliseconds = raw.number(row, text, "rating_time")
    return None if milliseconds is None else milliseconds / 1000


def _positions(pages: list[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Number each assessor's pages from 1, in the order of the file, which is that of the session."""
    seen: dict[str, int] = {}
    places: dict[tuple[str, str], int] = {}
    for page in pages:
        if page not in places:
            places[page] = seen[page[0]] = seen.get(page[0], 0) + 1
    return places


def _notes(raw: RawTable, tail: list[str]) -> tuple[str, ...]:
    notes = []
    if UUID not in tail:
        notes.append("no session_uuid: whoever gave the same answers in the questionnaire counts as one assessor")
    odd = sum(len(row.cells) != len(raw.header) for row in raw.rows)
    if odd:
        notes.append(f"{counted(odd, 'row')} of another width than the header: read from the end")
    return tuple(notes)
