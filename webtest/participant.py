"""The page's HTML shell: the same bytes for everybody; all that differs comes through the JSON interface."""

from __future__ import annotations

from flask import Blueprint, Response, render_template


def blueprint() -> Blueprint:
    """Return the route of the page."""
    participant = Blueprint("participant", __name__)

    @participant.get("/")
    def shell() -> Response:
        return Response(render_template("page.html"), mimetype="text/html")

    return participant
