"""The admin page: progress, quality, invitations, downloads. Never a mean, and a condition only in an export.

It is plain HTML from the server; one script lets the monitor refresh itself.
"""

from __future__ import annotations

from flask import Blueprint

from evalkit.study import Study
from webtest.admin import downloads, invitations, listeners, overview
from webtest.admin.door import guard
from webtest.network import Network
from webtest.settings import Settings
from webtest.storage.engine import Database

PREFIX = "/admin"


def blueprint(settings: Settings, database: Database, study: Study, network: Network) -> Blueprint:
    """Return the routes below ``/admin``; all of them are 404 until a password is set."""
    admin = Blueprint("admin", __name__, url_prefix=PREFIX)
    guard(admin, database, network, title=settings.title)
    overview.add_routes(admin, database)
    listeners.add_routes(admin, database, settings)
    invitations.add_routes(admin, database)
    downloads.add_routes(admin, database, study)
    return admin
