"""Figures: how conditions are arranged, and what the files hold."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image
from rated_studies import dataset_of, rated_study, ratings_table

from analysis.by_design import compare_default
from analysis.conditions import RatedCondition
from analysis.dataset import Dataset, read_study_ratings
from analysis.density import rating_density
from analysis.describe import describe
from analysis.plots import look
from analysis.plots.arrangement import ANCHOR, REFERENCE, TESTED, arrange, families
from analysis.plots.differences import draw_differences
from analysis.plots.items import _titles
from analysis.plots.matrix import draw_matrix
from analysis.plots.violins import draw_violins


def condition(name: str, system: str, task: str = "", role: str = "test") -> RatedCondition:
    return RatedCondition(id=name.lower().replace(" ", "_"), label=name, system=system, task=task, role=role)


@pytest.fixture
def study(tmp_path: Path) -> Dataset:
    return read_study_ratings(rated_study(tmp_path / "study"))


def svg_of(dataset: Dataset, folder: Path) -> str:
    with look.look():
        figure = draw_violins(dataset, describe(dataset), look.TWO_COLUMNS)
        look.tag(figure, "rehearsal: robot listeners")
        paths = look.save(figure, folder / "violins", title="Ratings")
    return next(path for path in paths if path.suffix == ".svg").read_text(encoding="utf-8")


def test_two_tasks_of_a_system_stand_side_by_side(study: Dataset) -> None:
    places = arrange(study.conditions)
    groups = [[place.condition.id for place in group] for group in families(places)]
    assert groups == [
        ["reference_dry", "reference_wet"],
        ["wave_u_net_dry", "wave_u_net_wet"],
        ["random_forest_dry", "random_forest_wet"],
        ["anchor"],
    ]
    assert [place.family for place in places][::2] == ["Reference", "Wave-U-Net", "Random Forest", "Anchor"]
    assert [place.colour for place in places][::2] == [REFERENCE, TESTED[0], TESTED[1], ANCHOR]


def test_any_two_tasks_make_pairs_in_the_order_in_which_they_are_declared() -> None:
    places = arrange([condition("X (far)", "x", "far"), condition("X (near)", "x", "near")])
    assert [(place.family, place.side) for place in places] == [("X", -1), ("X", 1)]


def test_two_variants_of_one_system_are_not_mixed_up() -> None:
    conditions = [condition(f"{size} {task}", "net", task) for size in ("Small", "Large") for task in ("dry", "wet")]
    assert [[p.condition.label for p in group] for group in families(arrange(conditions))] == [
        ["Small dry", "Small wet"],
        ["Large dry", "Large wet"],
    ]


def test_conditions_without_tasks_stand_alone_and_share_one_hue() -> None:
    places = arrange([condition(name, name) for name in "ABCDEFGHIJ"])
    assert {place.side for place in places} == {0}
    assert {place.colour for place in places} == {TESTED[0]}


def test_densities_end_with_the_ratings_and_do_not_sag_at_the_end_of_the_scale() -> None:
    """Uniform ratings have a flat density; without reflection it would halve at 0 and 100."""
    found = rating_density(np.linspace(0, 100, 401), scale=(0, 100))
    assert found is not None
    grid, density = found
    assert (grid[0], grid[-1]) == (0, 100)
    assert density[0] == pytest.approx(1, abs=0.03)


def test_equal_ratings_have_no_density() -> None:
    assert rating_density(np.full(9, 50.0), scale=(0, 100)) is None


def test_a_figure_is_written_as_png_of_300_dpi_svg_with_text_and_pdf(study: Dataset, tmp_path: Path) -> None:
    svg = svg_of(study, tmp_path)
    assert ">Wave-U-Net</text>" in svg
    assert "<dc:date>" not in svg
    with Image.open(tmp_path / "violins.png") as image:
        assert round(image.info["dpi"][0]) == 300
        assert image.size[0] == round(look.TWO_COLUMNS_IN * 300)
    assert (tmp_path / "violins.pdf").read_bytes().startswith(b"%PDF")


def test_a_rehearsal_is_named_in_the_figure_itself(study: Dataset, tmp_path: Path) -> None:
    assert ">rehearsal: robot listeners</text>" in svg_of(study, tmp_path)


def test_the_same_data_give_the_same_file(study: Dataset, tmp_path: Path) -> None:
    assert svg_of(study, tmp_path / "1") == svg_of(study, tmp_path / "2")


def test_an_inline_figure_follows_the_theme_and_has_ids_of_its_own(study: Dataset, tmp_path: Path) -> None:
    inline = look.svg_for_page(svg_of(study, tmp_path), name="violins", title="A <b>", colours={REFERENCE: "--c-ref"})
    assert inline.startswith('<svg role="img" aria-label="A &lt;b&gt;"')
    assert "var(--ink)" in inline and look.INK not in inline and REFERENCE not in inline
    assert 'id="violins-' in inline
    assert "<?xml" not in inline


@pytest.mark.parametrize("n", [2, 3, 9, 15])
def test_every_number_of_conditions_draws_without_a_warning(tmp_path: Path, n: int) -> None:
    table = ratings_table([f"Condition {number} & $x$ <b>" for number in range(n)], assessors=4)
    dataset = dataset_of(table, tmp_path, scale=None if n == 3 else (0, 200))
    comparison = compare_default(dataset)
    with look.look():
        for columns in (look.ONE_COLUMN, look.TWO_COLUMNS):
            draw_violins(dataset, comparison.described, columns).draw_without_rendering()
            draw_matrix(comparison, columns).draw_without_rendering()


def test_differences_are_drawn_from_the_tables_numbers(study: Dataset) -> None:
    differences = compare_default(study).to_reference
    with look.look():
        ax = draw_differences(differences, study, look.TWO_COLUMNS).axes[0]
    drawn = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert drawn == [difference.estimate for difference in differences]


def test_arabic_labels_have_glyphs() -> None:
    with look.look(), warnings.catch_warnings():
        warnings.simplefilter("error")  # a missing glyph warns
        figure = Figure(figsize=(2, 1))
        figure.text(0, 0.5, "مزيج الطبول")
        figure.draw_without_rendering()
        figure.savefig(io.BytesIO())


def test_a_figure_is_laid_out_alike_in_every_format(tmp_path: Path) -> None:
    with look.look():
        figure = Figure(figsize=(4, 2))
        ax = figure.subplots()
        look.tag(figure, "rehearsal")
        look.save(figure, tmp_path / "one", title="One")
        after = ax.get_position().bounds
        look.save(figure, tmp_path / "two", title="Two")
    assert figure.get_layout_engine() is None
    assert ax.get_position().bounds == after


def test_the_titles_of_items_leave_out_what_all_share() -> None:
    assert _titles(["sim/a/solo", "sim/b/solo"]) == {"sim/a/solo": "a/solo", "sim/b/solo": "b/solo"}
    assert _titles(["a", "a/b"]) == {"a": "a", "a/b": "a/b"}
    assert _titles(["sim/a"]) == {"sim/a": "a"}
