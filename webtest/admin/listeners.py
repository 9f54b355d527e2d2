"""The live monitor, one listener's course, and the replay of a page. Answers and ratings are not shown here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from webtest.admin.door import ACTOR
from webtest.admin.timeline import draw
from webtest.flow import steps_of
from webtest.problems import Problem
from webtest.settings import Settings
from webtest.storage import PageInstance, erasure, oversight
from webtest.storage.course import course
from webtest.storage.engine import Database
from webtest.storage.oversight import Listener
from webtest.storage.replay import replay

FLAGS = {
    "too_fast": "too fast",
    "all_equal": "all ratings equal",
    "little_listened": "little listened",
}
NOW_S = 60  # seen within it: is there now


def add_routes(admin: Blueprint, database: Database, settings: Settings) -> None:
    """Add monitor, listener, replay, copy and erasure."""
    admin.add_app_template_filter(ago, "ago")
    flow, break_every = settings.flow, settings.break_every

    def everybody() -> dict[str, Any]:
        rows = [(one, where(one, flow, break_every)) for one in oversight.listeners(database)]
        return {"rows": rows, "flag_names": FLAGS, "now": datetime.now(UTC)}

    def listener(assessor: str) -> Listener:
        found = next((one for one in oversight.listeners(database) if one.assessor == assessor), None)
        if found is None:
            raise Problem(404, "There is no such listener: perhaps it was erased.")
        return found

    @admin.get("/monitor")
    def monitor() -> str:
        return render_template("admin/monitor.html", here="monitor", **everybody())

    @admin.get("/monitor/live")
    def live() -> str:
        return render_template("admin/live.html", **everybody())

    @admin.get("/listeners/<assessor>")
    def one_listener(assessor: str) -> str:
        found = listener(assessor)
        return render_template(
            "admin/listener.html",
            here="monitor",
            one=found,
            where=where(found, flow, break_every),
            pages=course(database, assessor),
            flag_names=FLAGS,
        )

    @admin.get("/listeners/<assessor>/pages/<int:position>")
    def one_page(assessor: str, position: int) -> str:
        found = replay(database, assessor, position) if 1 <= position <= listener(assessor).pages else None
        if found is None:
            raise Problem(404, "There is no such page.")
        return render_template("admin/replay.html", here="monitor", replay=found, line=draw(found))

    @admin.post("/listeners/<assessor>/copy")
    def copy(assessor: str) -> Response:
        name = listener(assessor).assessor
        text = json.dumps(erasure.everything_about(database, name, actor=ACTOR), indent=1, ensure_ascii=False)
        headers = {"Content-Disposition": f'attachment; filename="listener-{name}.json"'}
        return Response(text, mimetype="application/json", headers=headers)

    @admin.get("/listeners/<assessor>/erase")
    def ask_erase(assessor: str) -> str:
        return render_template("admin/erase.html", here="monitor", one=listener(assessor))

    @admin.post("/listeners/<assessor>/erase")
    def erase(assessor: str) -> AnyResponse:
        if request.form.get("confirmed", "").strip() != listener(assessor).assessor:
            raise Problem(400, "The name that was typed is not this listener's. Nothing was erased.")
        erasure.erase(database, assessor, actor=ACTOR)
        return redirect(url_for("admin.monitor"), 303)


def where(listener: Listener, flow: Sequence[str], break_every: int | None) -> str:
    """Say where a listener is, in words."""
    if listener.outcome == "complete" and listener.state == "withdrawn":
        return "finished, answers taken back"
    if listener.outcome is not None:
        return {"complete": "finished", "screened_out": "screened out"}.get(listener.outcome, listener.outcome)
    places = range(1, listener.pages + 1)
    pages = [PageInstance(id=str(place), position=place, page="", slots=()) for place in places]
    kind = steps_of(flow, pages, break_every=break_every)[listener.step].kind
    if kind == "page" and listener.page is not None:
        return f"page {listener.page} of {listener.pages}"
    return {"page": "pages", "finish": "last page"}.get(kind, kind)


def ago(time: str, now: datetime | None = None) -> str:
    """Say how long ago a time in UTC was."""
    passed_s = ((now or datetime.now(UTC)) - datetime.fromisoformat(time)).total_seconds()
    if passed_s < NOW_S:
        return "now"
    for unit, unit_s in (("d", 86_400), ("h", 3600), ("min", 60)):
        if passed_s >= unit_s:
            return f"{int(passed_s // unit_s)} {unit} ago"
    return "now"
