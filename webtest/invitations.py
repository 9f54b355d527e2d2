"""The links of invitations."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evalkit.errors import DataError

_ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")


def page_address(text: str) -> str:
    """Return the address of a rating page, without a slash at its end.

    Raises
    ------
    DataError
        If it is none that a listener could open.
    """
    address = text.strip().rstrip("/")
    if _ADDRESS.fullmatch(address) is None:
        raise DataError("The address begins with http:// or https:// and ends before any question mark")
    return address


def links(address: str, tokens: Sequence[str]) -> list[str]:
    """Return a link for each token."""
    return [f"{address}/?invite={token}" for token in tokens]
