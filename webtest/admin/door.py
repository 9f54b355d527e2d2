"""Who comes in: password, session, CSRF token; over TLS or from this machine only.

References
----------
.. [1] OWASP Application Security Verification Standard 5.0, chapters V3 (cookies, CSRF) and V7 (sessions).
"""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from evalkit.errors import DataError
from webtest.network import Network, sender
from webtest.problems import Problem
from webtest.rates import LOGINS, Limiter
from webtest.storage import StoreUnavailableError, credentials
from webtest.storage.credentials import LoginRefusedError
from webtest.storage.engine import Database

ACTOR = "admin page"
FORM_LIMIT = 16 * 1024  # bytes
SECURE_COOKIE = "__Host-evalkit-admin"  # the browser takes it over TLS only, and for this host only
LOCAL_COOKIE = "evalkit-admin"  # http on this machine: no cookie there may be called __Host-
OPEN = ("admin.log_in", "admin.ask_password")
UNATTENDED = ("admin.live",)  # asked for by the page itself: being open is no use, and a session idles out


def guard(admin: Blueprint, database: Database, network: Network, *, title: str) -> None:
    """Let only the administrator through, and say to everybody else why not."""
    logins = Limiter(LOGINS)

    @admin.before_request
    def _check() -> AnyResponse | None:
        if not credentials.has_password(database):
            abort(404)
        if not network.is_private(request):
            raise Problem(403, "The admin page is shown over TLS (https) or on the server's own machine only.")
        request.max_content_length = FORM_LIMIT
        if request.method == "POST" and not _is_from_here():
            raise Problem(403, "This form was sent from another site.")
        if request.endpoint in OPEN:
            return None
        find = credentials.glance if request.endpoint in UNATTENDED else credentials.session
        found = find(database, request.cookies.get(_cookie(), ""))
        if found is None:
            return redirect(url_for("admin.ask_password"), 303)
        g.csrf = found.csrf_secret
        if request.method == "POST" and not hmac.compare_digest(
            request.form.get("csrf", "").encode(), found.csrf_secret.encode()
        ):
            raise Problem(403, "This form has expired: go back, load the page again and repeat.")
        return None

    @admin.context_processor
    def _in_every_page() -> dict[str, Any]:
        return {"title": title, "csrf": g.get("csrf", "")}

    @admin.errorhandler(Problem)
    def _refused(problem: Problem) -> Response:
        return _page_of(problem.status, problem.detail, problem.retry_after_s)

    @admin.errorhandler(DataError)
    def _wrong(error: DataError) -> Response:
        return _page_of(422, str(error))

    @admin.errorhandler(StoreUnavailableError)
    def _unavailable(_: StoreUnavailableError) -> Response:
        return _page_of(503, "The store does not answer just now. Nothing was changed.", 2)

    @admin.get("/login")
    def ask_password() -> str:
        return render_template("admin/login.html")

    @admin.post("/login")
    def log_in() -> AnyResponse:
        logins.admit(sender(request))
        try:
            session = credentials.log_in(database, request.form.get("password", ""))
        except LoginRefusedError as error:
            return _ask_again(error)
        former = request.cookies.get(_cookie())
        if former:
            credentials.log_out(database, former)
        answer = redirect(url_for("admin.show"), 303)
        _set_cookie(answer, session.id)
        return answer

    @admin.post("/logout")
    def log_out() -> AnyResponse:
        credentials.log_out(database, request.cookies.get(_cookie(), ""))
        answer = redirect(url_for("admin.ask_password"), 303)
        _set_cookie(answer, "", max_age=0)
        return answer


def _cookie() -> str:
    return SECURE_COOKIE if request.is_secure else LOCAL_COOKIE


def _set_cookie(answer: AnyResponse, value: str, *, max_age: int | None = None) -> None:
    answer.set_cookie(
        _cookie(), value, max_age=max_age, secure=request.is_secure, httponly=True, samesite="Strict", path="/"
    )


def _is_from_here() -> bool:
    """Say whether a form came from a page of this server, as far as the browser tells.

    Sec-Fetch-Site comes first: where it is sent, Origin is ``null`` because of our Referrer-Policy.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _ask_again(error: LoginRefusedError) -> Response:
    """Say that a login failed: 429 with the time to wait where the next one has to wait."""
    page = render_template("admin/login.html", wrong=str(error), wait_s=error.wait_s)
    answer = make_response(page, 429 if error.wait_s else 403)
    if error.wait_s:
        answer.headers["Retry-After"] = str(error.wait_s)
    return answer


def _page_of(status: int, detail: str, retry_after_s: int | None = None) -> Response:
    answer = make_response(render_template("admin/problem.html", detail=detail), status)
    if retry_after_s is not None:
        answer.headers["Retry-After"] = str(retry_after_s)
    return answer
