"""One look for every figure: style, fonts, sizes, colours of ink, and files in three formats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.transforms import ScaledTranslation, Transform

STYLE = Path(__file__).with_name("evalkit.mplstyle")
ONE_COLUMN_IN, TWO_COLUMNS_IN = 3.46, 7.09  # 88 mm and 180 mm
HIGHEST_IN = 8.6  # 218 mm: with heading, lead and caption a figure still stands on one A4 page
INK, MUTED, RULE, PAPER, WARN = "#1b1f24", "#5b6470", "#c9ced6", "#ffffff", "#a33a00"
VARIABLES = {INK: "--ink", MUTED: "--muted", RULE: "--rule", PAPER: "--paper", WARN: "--warn"}
FORMATS = ("png", "svg", "pdf")


@dataclass(frozen=True, slots=True)
class Columns:
    """How many columns of a journal a figure spans, and how wide that is."""

    name: str
    width_in: float


ONE_COLUMN, TWO_COLUMNS = Columns("one column", ONE_COLUMN_IN), Columns("two columns", TWO_COLUMNS_IN)


@contextmanager
def look() -> Iterator[None]:
    """Draw and save inside this context: the project's style, which looks alike on every machine."""
    with matplotlib.rc_context(fname=STYLE):
        matplotlib.rcParams["text.parse_math"] = False  # a dollar sign in a label is a dollar sign
        yield


def points_up(ax: Axes, points: float) -> Transform:
    """Return a shift of so many points upwards, to add to a transform."""
    return ScaledTranslation(0, points / 72, figure_of(ax).dpi_scale_trans)


def figure_of(ax: Axes) -> Figure:
    """Return the figure that holds some axes."""
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("these axes are in no figure")
    return figure


def tag(figure: Figure, text: str) -> None:
    """Say in the figure itself what kind of data it shows, in a strip of its own below everything else."""
    strip = 0.17 / figure.get_figheight()
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0, strip, 1, 1 - strip))
    line = 0.05 / figure.get_figheight()  # of the text
    figure.text(0.997, line, text, ha="right", va="baseline", fontsize=7, fontweight="bold", color=WARN)


def save(figure: Figure, stem: Path, *, title: str) -> tuple[Path, ...]:
    """Write a figure as PNG (300 dpi, white), SVG (transparent, text as text) and PDF, without dates."""
    figure.draw_without_rendering()  # lays the figure out, once for all formats
    stem.parent.mkdir(parents=True, exist_ok=True)
    paths = tuple(stem.with_name(f"{stem.name}.{ending}") for ending in FORMATS)
    with matplotlib.rc_context({"figure.constrained_layout.use": False}):  # saving would bring the layout engine back
        figure.set_layout_engine(None)  # a layout engine, even one that does nothing, draws every file twice
        figure.savefig(paths[0], facecolor=PAPER, metadata={"Title": title})
        figure.savefig(paths[1], metadata={"Title": title, "Creator": None, "Date": None})
        figure.savefig(paths[2], metadata={"Title": title, "Creator": None, "CreationDate": None})
    return paths


def svg_for_page(text: str, *, name: str, title: str, colours: dict[str, str]) -> str:
    """Return an SVG file as an inline element whose ink follows the page's light or dark theme.

    Parameters
    ----------
    text : content of the file that :func:`save` wrote
    name : prefix of all ids, unique on the page
    title : the figure's accessible name
    colours : further hex colours to replace, each by the name of a CSS variable
    """
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", text)
    text = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', text)
    for hex_colour, variable in {**VARIABLES, **colours}.items():
        text = text.replace(hex_colour, f"var({variable})")
    text = re.sub(r' width="[\d.]+pt"| height="[\d.]+pt"', "", text, count=2)
    return text.replace("<svg ", f'<svg role="img" aria-label="{_escaped(title)}" ', 1).strip()


def luminance(colour: tuple[float, float, float]) -> float:
    """Return the relative luminance of an sRGB colour, as WCAG 2 defines it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
