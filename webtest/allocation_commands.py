"""``evalkit admin allocation`` and ``coverage``: who will hear what, and what has been heard."""

from __future__ import annotations

from pathlib import Path

import click

from evalkit.study import read_study
from evalkit.whole_files import whole_file
from webtest.arguments import STORE, STUDY
from webtest.key import open_bundle
from webtest.methods import load_method
from webtest.plan import check_pages
from webtest.preview import allocation as allocation_of
from webtest.preview import table
from webtest.storage.oversight import Coverage, cells
from webtest.storage.oversight import coverage as coverage_of
from webtest.study_store import opened


@click.command(short_help="who will hear what, as a table")
@STUDY
@click.option("--out", type=click.Path(path_type=Path), help="File to write. Default: standard output.")
def allocation(study: Path, out: Path | None) -> None:
    """Write who will hear what as CSV: a row for each slot and scale of each planned assessor. Nothing is stored.

    Stimuli are named by their random ids, not by condition. For the design random the assessors are made up.

    Example: evalkit admin allocation my_study --out allocation.csv
    """
    read = read_study(study)
    session = open_bundle(read)
    check_pages(read, [len(page.stimuli) for page in session.pages])
    method = load_method(read)
    assigned = allocation_of(read, session, further=method.scales[1:])
    text = table(assigned, method, session)
    if out is None:
        click.echo(text, nl=False)
        return
    with whole_file(out) as file:
        file.write_text(text, encoding="utf-8", newline="")
    click.echo(f"{out}: {len(assigned)} assessors")


@click.command(short_help="how often each item was rated, at which place")
@STUDY
@STORE
def coverage(study: Path, store: str | None) -> None:
    """Show how often each item was rated at each place of a listener's order, and how cells of the design are used.

    Listeners who withdrew do not count; robots and demonstrations never do. No condition is read.

    Example: evalkit admin coverage my_study
    """
    with opened(study, store) as database:
        rows = coverage_of(database)
        uses = cells(database)
    if not rows:
        click.echo("Nobody has been assigned a page yet.")
        return
    for line in _lines(rows):
        click.echo(line)
    complete = sum(use.complete > 0 for use in uses)
    free = sum(not (use.complete or use.under_way) for use in uses)
    shared = sum(use.complete + use.under_way > 1 for use in uses)
    click.echo(
        f"cells of the design: {len(uses)} given out, {complete} complete, {free} to be given out again; "
        f"left by {sum(use.left for use in uses)} listeners, {shared} with more than one"
    )


def _lines(rows: list[Coverage]) -> list[str]:
    """Return the table of items by places: rated, and under way after a plus."""
    places = sorted({row.position for row in rows})
    cell = {(row.page, row.position): row for row in rows}
    items = {row.page: row.item for row in rows}
    width = max([len("item"), *map(len, items.values())])
    lines = [f"{'item':<{width}}" + "".join(f"{place:>7}" for place in places) + "    all"]
    for page, item in items.items():
        counts = [cell.get((page, place)) for place in places]
        rated = sum(one.rated for one in counts if one is not None)
        under_way = sum(one.under_way for one in counts if one is not None)
        lines.append(
            f"{item:<{width}}"
            + "".join(f"{'-' if one is None else _count(one.rated, one.under_way):>7}" for one in counts)
            + f"{_count(rated, under_way):>7}"
        )
    return lines


def _count(rated: int, under_way: int) -> str:
    return f"{rated}+{under_way}" if under_way else str(rated)
