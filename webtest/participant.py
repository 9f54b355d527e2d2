"""The page's HTML shell: the same bytes for everybody; all that differs comes through the JSON interface."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, render_template, send_from_directory

from webtest.problems import Problem
from webtest.settings import Settings
from webtest.words import words

TYPES = {".js": "text/javascript", ".css": "text/css"}


def blueprint(settings: Settings) -> Blueprint:
    """Return the routes of the page and of its method's script and style."""
    participant = Blueprint("participant", __name__)

    @participant.get("/")
    def shell() -> Response:
        names = " ".join(settings.crowd.parameters)
        page = render_template(
            "participant.html",
            title=settings.title,
            locale=settings.locale,
            words=words(settings.locale),
            arrival_names=names,
        )
        return Response(page, mimetype="text/html")

    @participant.get("/methods/<name>/<file>")
    def method_file(name: str, file: str) -> Response:
        kind = TYPES.get(Path(file).suffix)
        if name != settings.method.name or kind is None:
            raise Problem(404, "no such method in this study")
        return send_from_directory(settings.method.folder, file, mimetype=kind)

    return participant
