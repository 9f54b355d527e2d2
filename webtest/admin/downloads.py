"""The export as a zip file: the unblinding, which is logged, or masked."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

from flask import Blueprint, Response, render_template, request

from evalkit.study import Study
from webtest.admin.door import ACTOR
from webtest.export import export_store
from webtest.problems import Problem
from webtest.storage.audit import recent
from webtest.storage.engine import Database

KINDS = ("masked", "unblinded")


def add_routes(admin: Blueprint, database: Database, study: Study) -> None:
    """Add the downloads and the log."""

    @admin.get("/downloads")
    def downloads() -> str:
        return render_template("admin/downloads.html", here="downloads", lines=recent(database))

    @admin.post("/downloads/export.zip")
    def export() -> Response:
        kind = request.form.get("kind")
        if kind not in KINDS:
            raise Problem(400, "There is no such export.")
        if kind == "unblinded" and request.form.get("understood") != "yes":
            raise Problem(400, "Tick the box: this export tells which condition each rating was given to.")
        name = "export-masked" if kind == "masked" else "export"
        headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
        return Response(
            zipped(study, database, name, masked=kind == "masked"), mimetype="application/zip", headers=headers
        )


def zipped(study: Study, database: Database, name: str, *, masked: bool) -> bytes:
    """Export the listeners of a store, and return the files as a zip archive."""
    with tempfile.TemporaryDirectory() as folder:
        exported = export_store(study, database, rehearsal=False, masked=masked, out=Path(folder) / name, actor=ACTOR)
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(exported.folder.iterdir()):
                archive.write(path, f"{name}/{path.name}")
    return content.getvalue()
