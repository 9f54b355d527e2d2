"""The first page: status, places, who has come how far, and how often each item was rated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webtest.admin.door import ACTOR
from webtest.problems import Problem
from webtest.storage import Status, administration, oversight
from webtest.storage.engine import Database
from webtest.storage.oversight import Coverage

PLACES_DIGITS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class CoverageRow:
    """One page of the study: how often it was rated at each place in the order, and how often it is under way."""

    item: str
    rated: tuple[int, ...]
    under_way: int
    total: int


def add_routes(admin: Blueprint, database: Database) -> None:
    """Add the first page and what is set on it."""

    @admin.get("")
    def show() -> str:
        return render_template(
            "admin/overview.html",
            here="overview",
            overview=oversight.overview(database),
            rows=coverage_rows(oversight.coverage(database)),
        )

    @admin.post("/status")
    def set_status() -> Response:
        wanted = request.form.get("status")
        for status in get_args(Status):
            if wanted == status:
                administration.set_status(database, status, actor=ACTOR)
                return redirect(url_for("admin.show"), 303)
        raise Problem(400, "There is no such status.")

    @admin.post("/places")
    def set_places() -> Response:
        wanted = request.form.get("places", "").strip()
        if wanted and not (wanted.isascii() and wanted.isdecimal() and len(wanted) <= PLACES_DIGITS):
            raise Problem(400, "Places is a whole number, or empty for no limit.")
        administration.set_places(database, int(wanted) if wanted else None, actor=ACTOR)
        return redirect(url_for("admin.show"), 303)


def coverage_rows(cells: Sequence[Coverage]) -> list[CoverageRow]:
    """Return a row for each page, with a count for each place in the order that was ever assigned."""
    places = max((cell.position for cell in cells), default=0)
    pages: dict[str, list[Coverage]] = {}
    for cell in cells:
        pages.setdefault(cell.page, []).append(cell)
    rows = []
    for of_page in pages.values():
        rated = {cell.position: cell.rated for cell in of_page}
        rows.append(
            CoverageRow(
                item=of_page[0].item,
                rated=tuple(rated.get(place, 0) for place in range(1, places + 1)),
                under_way=sum(cell.under_way for cell in of_page),
                total=sum(rated.values()),
            )
        )
    return rows
