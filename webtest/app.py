"""The application: study and store are opened here, wired once, and served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, jsonify, request
from flask.json.provider import DefaultJSONProvider
from flask.wrappers import Response
from pydantic_core import to_json

from evalkit.provenance import sha256_json
from evalkit.session import AUDIO_FOLDER
from evalkit.study import Study
from webtest import admin, api, key, openapi, participant
from webtest.assignment import design_of
from webtest.blinding import Library
from webtest.crowd import crowd_of
from webtest.methods import load_method
from webtest.network import Network, sender
from webtest.plan import check_pages, check_plan
from webtest.problems import handle_problems
from webtest.rates import PROBES, Limiter
from webtest.requestlog import log_requests
from webtest.security import secure
from webtest.settings import Settings
from webtest.storage.engine import open_database, store_url
from webtest.storage.sql import SqlStore
from webtest.texts import html

STORE_NAME = "responses.db"


class _Json(DefaultJSONProvider):
    """Writes answers by pydantic's writer: every request has one."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return to_json(obj).decode()


def open_study(study: Study, *, store: str | None = None, rehearsal: bool = False) -> Settings:
    """Open a study's bundle and store, and make the store this study's.

    Parameters
    ----------
    store : database URL or path of an SQLite file; default: ``responses.db`` in the study's folder
    rehearsal : mark everybody who is admitted as a robot

    Raises
    ------
    EvalkitError
        If the study, the bundle or the store does not fit the others.
    """
    check_plan(study)
    method = load_method(study)
    session = key.open_bundle(study)
    check_pages(study, [len(page.stimuli) for page in session.pages])
    spec = study.spec
    library = Library(study.session_folder / AUDIO_FOLDER, key.stimulus_records(study, session))
    opened = SqlStore(open_database(store_url(store, study.folder / STORE_NAME), create=True))
    try:
        key.fill_store(opened, study, session)
    except BaseException:
        opened.close()
        raise
    return Settings(
        title=spec.title,
        study_sha256=study.study_sha256,
        seed=spec.seed,
        rate_hz=session.rate_hz,
        simulated=session.simulated,
        rehearsal=rehearsal,
        contact=spec.privacy.contact,
        flow=tuple(spec.flow),
        texts={name: html(getattr(spec.texts, name)) for name in ("consent", "instructions", "debrief")},
        consent_version=spec.texts.consent_version,
        consent_sha256=sha256_json([spec.texts.consent, *spec.texts.agree] if spec.texts.agree else spec.texts.consent),
        questions=tuple(spec.questions),
        method=method,
        design=design_of(spec, library.pages, further=method.scales[1:]),
        crowd=crowd_of(spec.recruitment),
        store=opened,
        library=library,
        locale=spec.locale,
        agree=tuple(spec.texts.agree),
        break_every=spec.breaks.every_pages,
        break_s=spec.breaks.minimum_s,
    )


def create_app(settings: Settings, *, study: Study | None = None, network: Network | None = None) -> Flask:
    """Make the WSGI application of one study on one store.

    Parameters
    ----------
    study : what the admin page exports; without it there is no admin page
    network : how the server is reached; default: by addresses and as localhost, without a proxy
    """
    folder = Path(__file__).parent
    network = Network() if network is None else network
    probes = Limiter(PROBES)
    app = Flask(__name__, template_folder=str(folder / "templates"), static_folder=str(folder / "static"))
    app.json = _Json(app)
    log_requests(app)
    secure(app)
    network.guard(app)
    handle_problems(app)
    app.register_blueprint(api.blueprint(settings, network))
    app.register_blueprint(openapi.blueprint(network))
    if study is not None and isinstance(settings.store, SqlStore):
        app.register_blueprint(admin.blueprint(settings, settings.store.database, study, network))
    app.register_blueprint(participant.blueprint(settings))

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @app.get("/readyz")
    def readyz() -> Response:
        if not network.is_local(request):
            probes.admit(sender(request))
        settings.store.probe()
        return jsonify(status="ok")

    return app
