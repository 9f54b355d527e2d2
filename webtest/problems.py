"""Errors of the HTTP interface as problem details (RFC 9457); they never repeat what was sent."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, json
from werkzeug.exceptions import HTTPException

from webtest.storage import ListenerGoneError, NotAdmittedError, StoreUnavailableError

RETRY_AFTER_S = 2


class Problem(Exception):
    """A request that is refused: HTTP status, one sentence, and what belongs to it."""

    def __init__(
        self, status: int, detail: str, *, retryable: bool = False, retry_after_s: int | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.retryable = retryable
        self.retry_after_s = retry_after_s
        self.members = members


def handle_problems(app: Flask) -> None:
    """Answer all errors of an application with problem details."""

    @app.errorhandler(Problem)
    def _refused(problem: Problem) -> Response:
        response = _response(problem.status, problem.detail, retryable=problem.retryable, **problem.members)
        if problem.retry_after_s is not None:
            response.headers["Retry-After"] = str(problem.retry_after_s)
        return response

    @app.errorhandler(StoreUnavailableError)
    def _unavailable(error: StoreUnavailableError) -> Response:
        app.logger.error("store unavailable: %s", error)
        response = _response(503, "the answer could not be stored just now", retryable=True)
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
        return response

    @app.errorhandler(ListenerGoneError)
    def _gone(error: ListenerGoneError) -> Response:
        return _response(401, "no such token", retryable=False)

    @app.errorhandler(NotAdmittedError)
    def _closed(error: NotAdmittedError) -> Response:
        app.logger.error("nobody admitted: %s", error)
        return _response(403, "this study takes no new listeners at present", retryable=False, code=error.code)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        status = error.code or 500
        known = HTTPStatus(status)
        response = _response(status, known.description or known.phrase, retryable=status >= 500)
        for name, value in error.get_headers():
            if name in ("Allow", "Location"):
                response.headers[name] = value
        return response


def _response(status: int, detail: str, *, retryable: bool, **members: Any) -> Response:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "retryable": retryable,
        **members,
    }
    response = Response(json.dumps(body), status=status, mimetype="application/problem+json")
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
