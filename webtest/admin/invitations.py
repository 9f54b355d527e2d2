"""Invitations, each for one listener, and the demonstration of the page."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from evalkit.errors import DataError
from webtest.admin.door import ACTOR
from webtest.invitations import links, page_address
from webtest.problems import Problem
from webtest.storage import administration
from webtest.storage.engine import Database

COUNT_LIMIT = 500  # of one form; the command makes more
LABEL_LIMIT = 200


def add_routes(admin: Blueprint, database: Database) -> None:
    """Add the list of invitations, new ones, and the demonstration."""

    @admin.get("/invitations")
    def invitations() -> str:
        return _list()

    @admin.post("/invitations")
    def invite() -> str:
        count = request.form.get("count", "")
        label = request.form.get("label", "").strip()
        if not (count.isascii() and count.isdecimal() and len(count) < 6 and 1 <= int(count) <= COUNT_LIMIT):
            raise Problem(400, f"How many: expected 1 to {COUNT_LIMIT}; 'evalkit admin invite' makes more.")
        if len(label) > LABEL_LIMIT or not label.isprintable():
            raise Problem(400, f"The note is one line of at most {LABEL_LIMIT} characters.")
        try:
            address = page_address(request.form.get("address", ""))
        except DataError as error:
            raise Problem(400, f"{error}.") from error
        tokens = administration.invite(database, int(count), label=label or None, actor=ACTOR)
        return _list(links(address, tokens))

    @admin.post("/demonstration")
    def demonstrate() -> Response:
        token = administration.invite_to_demonstration(database, actor=ACTOR)
        return redirect(f"/?invite={token}", 303)

    def _list(links: list[str] | None = None) -> str:
        return render_template(
            "admin/invitations.html",
            here="invitations",
            links=links or [],
            known=administration.invitations(database),
            address=request.host_url.rstrip("/"),
            count_limit=COUNT_LIMIT,
            label_limit=LABEL_LIMIT,
        )
