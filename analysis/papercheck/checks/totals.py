"""Totals are the sums of their parts, along rows and along columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.papercheck.claims import Claims, Counts
from analysis.papercheck.finding import Finding, Verdict

PLACE = 1
TITLE = "Totals"
SOURCE = "arithmetic"


def check(claims: Claims) -> Iterator[Finding]:
    """Check every printed total."""
    for told in claims.sums:
        yield _finding(told.where, told.what, told.total, told.parts)
    for table in claims.counts:
        yield from _rows(table)
        yield from _columns(table)


def _rows(table: Counts) -> Iterator[Finding]:
    if table.total_column is None:
        return
    for name, row in table.rows.items():
        parts = dict(zip(table.columns, row, strict=True))
        yield _finding(table.where, f"{name}, {table.total_column}", parts.pop(table.total_column), parts)


def _columns(table: Counts) -> Iterator[Finding]:
    if table.total_row is None:
        return
    for place, column in enumerate(table.columns):
        parts = {name: row[place] for name, row in table.rows.items()}
        yield _finding(table.where, f"{table.total_row}, {column} (down the column)", parts.pop(table.total_row), parts)


def _finding(where: str, cell: str, total: int, parts: Mapping[str, int]) -> Finding:
    whole = sum(parts.values())
    reason = f"{' + '.join(str(part) for part in parts.values())} = {whole}"
    if whole != total:
        forgotten = [f"{name} ({part})" for name, part in parts.items() if whole - part == total]
        reason += f", not {total}" + (f": the total leaves out {' or '.join(forgotten)}" if forgotten else "")
    verdict: Verdict = "consistent" if whole == total else "impossible"
    return Finding(check="totals", where=where, cell=cell, printed=str(total), verdict=verdict, reason=reason)
