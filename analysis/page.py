"""The report as one HTML page: nothing is fetched, every download is inside."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from analysis.tabular import Table

TEMPLATE = "report.html"
POWERS = re.compile(r"(?<![\w.])(\d(?:\.\d+)?)e([+-]\d+)(?![\w.])")
SYMBOLS = re.compile(r"(?<![\w’])([pWH]|χ²)(\([^)]*\))? (=|&lt;) ")
TYPES = {
    ".csv": "text/csv",
    ".tex": "text/x-tex",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".json": "application/json",
    ".md": "text/markdown",
}
NAMES = {
    ".csv": "CSV", ".tex": "LaTeX", ".svg": "SVG", ".png": "PNG", ".pdf": "PDF", ".json": "JSON", ".md": "Markdown",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Download:
    """A file beside the page, which the page also carries inside as a data URL."""

    name: str
    kind: str
    href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownTable:
    """A table on the page, with its files; ``name`` is its address there."""

    name: str
    table: Table
    downloads: tuple[Download, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownFigure:
    """A figure on the page: inline SVG for wide and narrow screens, what it shows, its files by width."""

    name: str
    stem: str
    title: str
    caption: str
    svg: str
    narrow_svg: str
    downloads: Mapping[str, tuple[Download, ...]]


def download(path: Path) -> Download:
    """Return a written file as a download."""
    content = base64.b64encode(path.read_bytes()).decode("ascii")
    return Download(path.name, NAMES[path.suffix], f"data:{TYPES[path.suffix]};base64,{content}")


def render_page(context: Mapping[str, Any]) -> str:
    """Render the page; text is escaped, figures are inline SVG."""
    return _environment().get_template(TEMPLATE).render(context)


def cell(text: str) -> Markup:
    """Return text for HTML, with ``1.7e-120`` as a power of ten."""
    return Markup(POWERS.sub(_power, str(escape(text))))  # nosec B704: escaped here; only tags around digits are added


def sentence(text: str) -> Markup:
    """Return a sentence for HTML, with statistical symbols in italics and no break inside ``p = .01``."""
    marked = SYMBOLS.sub(r"<i>\1</i>\2&nbsp;\3&nbsp;", str(escape(text)))
    return Markup(marked)  # nosec B704: escaped in the line above


def _power(found: re.Match[str]) -> str:
    digits, power = found.groups()
    factor = "" if digits == "1" else f"{digits}&nbsp;×&nbsp;"
    return f"{factor}10<sup>{int(power)}</sup>".replace("<sup>-", "<sup>−")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("analysis"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"cell": cell, "sentence": sentence, "inline": _inline}
    return environment


def _inline(name: str) -> Markup:
    """Return a style sheet or script of ours, to stand inside the page."""
    return Markup((files("analysis") / "templates" / name).read_text(encoding="utf-8"))  # nosec B704: a file of ours
