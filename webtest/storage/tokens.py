"""Tokens: 256 random bits that grant access. Whoever holds one knows it; the store keeps only its hash."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Return a token of 256 bits, as text that fits into an address."""
    return secrets.token_urlsafe(32)


def token_sha256(token: str) -> str:
    """Return what the store keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
