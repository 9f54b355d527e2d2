"""The page's HTML shell: the same bytes for everybody; all that differs comes through the JSON interface."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, render_template, send_from_directory

from webtest import methods
from webtest.problems import Problem
from webtest.settings import Settings
from webtest.words import words

METHODS = Path(methods.__file__).parent


def blueprint(settings: Settings) -> Blueprint:
    """Return the routes of the page and of its method's module."""
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

    @participant.get("/methods/<name>/page.js")
    def method_module(name: str) -> Response:
        if name != settings.method.name:
            raise Problem(404, "no such method in this study")
        return send_from_directory(METHODS / settings.method.name, "page.js", mimetype="text/javascript")

    return participant
