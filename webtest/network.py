"""Who may speak to the server under which name, and which requests cannot be overheard.

A page of somebody else's can have its own name resolve to this machine and then read the answers as if they were
its own (DNS rebinding). It cannot do so with an address, only with a name: names are therefore answered only if
they are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from flask import Flask, Request, request
from werkzeug.middleware.proxy_fix import ProxyFix

from webtest.problems import Problem

SENDERS_REMEMBERED = 1024  # hosts and addresses that are not read again
FORWARDING = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via")


@dataclass(frozen=True, kw_only=True, slots=True)
class Network:
    """How the server is reached.

    ``names`` are host names that it answers to beside localhost and every address. ``proxies`` is how many proxies
    stand in front of it: so many entries of X-Forwarded-For and X-Forwarded-Proto are believed, none by default.
    """

    names: tuple[str, ...] = ()
    proxies: int = 0

    def guard(self, app: Flask) -> None:
        """Answer to known names only, and believe the proxies in front of it."""
        if self.proxies:
            app.wsgi_app = ProxyFix(app.wsgi_app, x_for=self.proxies, x_proto=self.proxies)  # type: ignore[method-assign]

        @app.before_request
        def _check_name() -> None:
            if not self.answers_to(request.host):
                raise Problem(
                    421, "this server does not answer to that host name: ask by address, or name it at the start"
                )

    def answers_to(self, host: str) -> bool:
        """Say whether a Host header names this server: an address, localhost or a configured name."""
        name = _name(host)
        return name == "localhost" or name in {one.lower() for one in self.names} or _address(name) is not None

    def is_local(self, asked: Request) -> bool:
        """Say whether a request was made on this machine, and not passed on by an unknown proxy."""
        name, address, sender = _name(asked.host), _address(_name(asked.host)), _address(asked.remote_addr or "")
        asks_here = name == "localhost" or (address is not None and address.is_loopback)
        is_passed_on = not self.proxies and any(header in asked.headers for header in FORWARDING)
        return asks_here and not is_passed_on and sender is not None and sender.is_loopback

    def is_private(self, asked: Request) -> bool:
        """Say whether nobody on the way can read a request and its answer: TLS, or this machine."""
        return asked.is_secure or self.is_local(asked)


def sender(asked: Request) -> str:
    """Return what stands for the sender of a request in a rate limit: the address, of IPv6 the network (/64)."""
    address = _address(asked.remote_addr or "")
    if isinstance(address, IPv6Address):
        return address.exploded[:19]
    return str(address)


@lru_cache(SENDERS_REMEMBERED)
def _name(host: str) -> str:
    """Return a Host header's name in lower case, without port and brackets."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


@lru_cache(SENDERS_REMEMBERED)
def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None
