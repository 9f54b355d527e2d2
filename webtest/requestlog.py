"""A line for each request, off by default: method, route, status, bytes and time; nothing of who asked or what for.

The route is the rule of the application, never the path that was asked for: paths hold listeners' ids.
"""

from __future__ import annotations

import logging
import time

from flask import Flask, Response, g, request

log = logging.getLogger("webtest.requests")


def log_requests(app: Flask) -> None:
    """Let an application write a line at level INFO to the logger ``webtest.requests``."""

    @app.before_request
    def _begin() -> None:
        g.began_s = time.perf_counter()

    @app.after_request
    def _write(response: Response) -> Response:
        if not log.isEnabledFor(logging.INFO):
            return response
        route = "unknown" if request.url_rule is None else request.url_rule.rule
        method = request.method if request.url_rule is not None else "-"
        took_ms = 1000 * (time.perf_counter() - g.get("began_s", time.perf_counter()))
        log.info("%s %s %d %s B %.0f ms", method, route, response.status_code, response.content_length, took_ms)
        return response


def switch_on() -> None:
    """Write the lines to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
