"""Percentages of a table's totals are those of its own counts."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.numerals import fixed
from analysis.papercheck.claims import Claims, Counts
from analysis.papercheck.finding import Finding
from analysis.papercheck.printed_number import Printed

PLACE = 2
TITLE = "Percentages"
SOURCE = "arithmetic; a printed number stands for all that rounds to it"


def check(claims: Claims) -> Iterator[Finding]:
    """Check the percentages of each table of counts that has a row of totals."""
    for table in claims.counts:
        if table.total_row is not None:
            counts = dict(zip(table.columns, table.rows[table.total_row], strict=True))
            for name, printed in table.percentages.items():
                yield _finding(table, counts, name, printed)


def _finding(table: Counts, counts: dict[str, int], name: str, printed: Printed) -> Finding:
    stated = counts.get(table.total_column) if table.total_column else None
    whole = sum(count for column, count in counts.items() if column != table.total_column)
    part = whole if name == table.total_column else counts[name]
    share = 100 * part / whole
    fits = printed.low <= share <= printed.high
    reason = f"{part} of {whole} is {fixed(share, 2)} %"
    if stated is not None and stated != whole and name != table.total_column:
        reason += f"; of the printed total {stated} it would be {fixed(100 * part / stated, 2)} %"
    return Finding(
        check="percentages",
        where=table.where,
        cell=f"{name}, per cent",
        printed=printed.text,
        verdict="consistent" if fits else "impossible",
        reason=reason,
    )
