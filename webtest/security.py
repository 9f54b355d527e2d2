"""Headers of every answer, and listeners' tokens."""

from __future__ import annotations

from flask import Flask, Request, Response, abort, request

BODY_LIMIT = 256 * 1024  # bytes of any request
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SCHEME = "Bearer "


def secure(app: Flask) -> None:
    """Limit bodies and set the headers of every answer; only files of the page itself may be cached."""
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT

    @app.before_request
    def _check_path() -> None:
        if not request.path.isprintable():  # no address of ours; and PostgreSQL takes no NUL to compare with
            abort(404)

    @app.after_request
    def _set_headers(response: Response) -> Response:
        response.headers.extend(HEADERS)  # nobody else sets one of these
        if not response.headers.get("Cache-Control"):
            response.headers["Cache-Control"] = "no-store"
        return response


def bearer_token(asked: Request) -> str | None:
    """Return the token of a request, from its Authorization header."""
    header = asked.headers.get("Authorization", "")
    return header.removeprefix(SCHEME) if header.startswith(SCHEME) else None
