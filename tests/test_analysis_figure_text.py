"""Text in figures: nothing is cut, nothing overlaps, every label is told from the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from figure_text import text_problems
from matplotlib.figure import Figure
from matplotlib.text import Text
from rated_studies import dataset_of, rated_study, ratings_table

from analysis.behaviour import At, PositionEffect
from analysis.by_design import compare_default
from analysis.comparison import Comparison
from analysis.dataset import read_study_ratings
from analysis.per_item import per_item
from analysis.plots import lettering, look
from analysis.plots.differences import draw_differences
from analysis.plots.items import draw_items
from analysis.plots.look import ONE_COLUMN, TWO_COLUMNS, Columns
from analysis.plots.matrix import draw_matrix
from analysis.plots.positions import draw_positions
from analysis.plots.variances import draw_variances
from analysis.plots.violins import draw_violins
from analysis.variance_shares import shares_of

LONG = "sixty letters and more " * 3
LABELS = ("A & B_100%", f"{LONG}one", f"{LONG}two", "🥁 drums", "مزيج الطبول", "abc", r"back\slash $x^2$ #1 {~}")
A4_HIGH_IN = 261 / 25.4  # without the margins of the page


@pytest.fixture(scope="module")
def comparisons(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Comparison]:
    """Return a study of the paper's shape with a margin, odd labels, one assessor, and many conditions."""
    from conftest import study_yaml

    folder = tmp_path_factory.mktemp("figures")
    yaml = study_yaml().replace("analysis:\n", "analysis:\n  margin: 10\n")
    tables = {
        "odd": ratings_table(LABELS, assessors=5, items=4),
        "one": ratings_table(("x", "y", "z"), assessors=1),
        "many": ratings_table([f"system number {n:02d}" for n in range(26)], assessors=4, items=2),
    }
    datasets = {name: dataset_of(table, folder / name) for name, table in tables.items()}
    datasets["paper"] = read_study_ratings(rated_study(folder / "study", yaml=yaml))
    return {name: compare_default(dataset) for name, dataset in datasets.items()}


def draw(kind: str, found: Comparison, columns: Columns) -> Figure:
    dataset = found.dataset
    figures: dict[str, Callable[[], Figure]] = {
        "differences": lambda: draw_differences(found.differences, dataset, columns),
        "items": lambda: draw_items(per_item(dataset), dataset, columns),
        "matrix": lambda: draw_matrix(found, columns),
        "variances": lambda: draw_variances(shares_of(found), columns),
        "violins": lambda: draw_violins(dataset, found.described, columns),
    }
    with look.look():
        figure = figures[kind]()
        look.tag(figure, "rehearsal: robot listeners, simulated recordings")
        return figure


@pytest.mark.parametrize("columns", [TWO_COLUMNS, ONE_COLUMN], ids=["two", "one"])
@pytest.mark.parametrize(
    ("kind", "which"),
    [
        *((kind, which) for kind in ("differences", "items", "matrix", "violins") for which in ("paper", "odd", "one")),
        *(("variances", which) for which in ("paper", "odd")),
        *((kind, "many") for kind in ("matrix", "violins")),
    ],
)
def test_no_text_is_cut_or_overlaps_and_a_figure_fits_a_page(
    comparisons: dict[str, Comparison], kind: str, which: str, columns: Columns
) -> None:
    figure = draw(kind, comparisons[which], columns)
    assert text_problems(figure) == []
    assert figure.get_figheight() < A4_HIGH_IN


@pytest.mark.parametrize("columns", [TWO_COLUMNS, ONE_COLUMN], ids=["two", "one"])
def test_no_text_of_positions_is_cut_or_overlaps(columns: Columns) -> None:
    points = tuple(At(position=n, n=9, mean=1.0, low=-3.0, high=5.0) for n in range(1, 8))
    effects = [
        PositionEffect(name=name, n_assessors=9, slope=-0.2, low=-0.5, high=0.1, points=points)
        for name in ("page_position", "slot")
    ]
    with look.look():
        assert text_problems(draw_positions(effects, 10.0, columns)) == []


def test_a_pair_names_both_partners_however_long_the_first_is(comparisons: dict[str, Comparison]) -> None:
    figure = draw("differences", comparisons["odd"], ONE_COLUMN)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert len(set(labels)) == len(labels) == 21
    assert all(len([part for part in label.split("\N{MINUS SIGN}") if part.strip()]) == 2 for label in labels)


def test_an_incomplete_last_row_of_items_leaves_no_axis_without_numbers(comparisons: dict[str, Comparison]) -> None:
    figure = draw("items", comparisons["odd"], TWO_COLUMNS)  # four items, three side by side
    figure.draw_without_rendering()
    numbered = [ax.xaxis.get_tick_params()["labelbottom"] for ax in figure.axes[:4]]
    assert numbered == [False, True, True, True]


def test_medians_have_one_format(comparisons: dict[str, Comparison]) -> None:
    figure = draw("violins", comparisons["odd"], TWO_COLUMNS)
    bold = [text.get_text() for text in figure.findobj(Text) if text.get_fontweight() == "bold"]
    assert {len(text.partition(".")[2]) for text in bold if text[:1].isdigit()} == {1}


@pytest.mark.parametrize(
    ("text", "shown"),
    [("🎧 mix", "[headphone] mix"), ("a👩🏽‍🎤b", "a[woman][microphone]b"), ("鼓", "[U+9F13]"), ("مزيج", "مزيج")],
)
def test_signs_that_the_font_lacks_are_named(text: str, shown: str) -> None:
    assert lettering.readable(text).replace("\N{ZERO WIDTH JOINER}", "") == shown


def test_labels_that_are_cut_alike_are_numbered() -> None:
    texts = [f"{'a' * 40}{middle}{'b' * 40}" for middle in "xyz"]
    found = lettering.fitted_apart(texts, 1.0, 7)
    assert len(set(found.values())) == 3
    assert lettering.widest_in(list(found.values()), 7) <= 1.0


def test_every_machine_draws_with_the_same_font() -> None:
    with look.look():
        figure = Figure()
        text = figure.text(0, 0, "Ωγ")
        assert Path(text.get_fontproperties().get_name()).name == "DejaVu Sans"
