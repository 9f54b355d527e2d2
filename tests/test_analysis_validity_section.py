"""Measures in the report: there if they were taken of what was rated, with their tables, figure and cautions."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rated_studies import rated_study, write_bundle

from analysis import half_panels
from analysis import validity as module
from analysis.dataset import Dataset, read_study_ratings
from analysis.measures_file import misfit, read_measures
from analysis.metrics import measures
from analysis.plots.look import ONE_COLUMN, look
from analysis.report.analysed import Analysed, analyse
from analysis.report.blocks import Drawn, Section, Tabled, Text
from analysis.report.files import write_figures, write_markdown, write_results, write_tables
from analysis.report.sections import behaviour, comments, sections_of
from analysis.report.sections.validity import section
from evalkit.errors import DataError
from evalkit.session import read_session

PEAK_DBTP = -9.5  # of all stimuli of the bundle


@pytest.fixture(autouse=True)
def fewer_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PERMUTATIONS", 299)
    monkeypatch.setattr(half_panels, "HALVES", 20)


def write_measures(study: Path, dataset: Dataset, *, peak_dbtp: float = PEAK_DBTP) -> Path:
    """Measure made up: a distance that falls as mean ratings rise, and noise."""
    draw, known = np.random.default_rng(1), measures()
    means = dataset.ratings.groupby(["item", "condition"])["score"].mean()
    rows = []
    for (item, condition), mean in means.items():
        values = {"ltas_distance": 100 - mean, "mfcc_distance": draw.random(), "true_peak": peak_dbtp}
        values["integrated_loudness"] = -28 + 1e-8 * draw.standard_normal()
        for name, value in values.items():
            rows.append((item, condition, name, "both", value, known[name].unit, "ok"))
    columns = ["item", "condition", "name", "channel", "value", "unit", "status"]
    path = study / "measures.csv"
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def rated(tmp_path_factory: pytest.TempPathFactory) -> Analysed:
    study = write_bundle(rated_study(tmp_path_factory.mktemp("validity") / "study"))
    return analyse(read_study_ratings(study))


@pytest.fixture
def study(rated: Analysed) -> Path:
    """Return the rated study as it was before anything was measured."""
    assert rated.dataset.study is not None
    (rated.dataset.study.folder / "measures.csv").unlink(missing_ok=True)
    return rated.dataset.study.folder


def made(analysed: Analysed) -> Section:
    found = section(analysed)
    assert found is not None
    return found


def cautions(found: Section) -> str:
    return " ".join(block.text for block in found.flat() if isinstance(block, Text) and block.tone == "caution")


def test_a_report_of_a_study_that_was_not_measured_is_quiet_about_measures(rated: Analysed, study: Path) -> None:
    assert section(rated) is None
    assert "validity" not in [one.name for one in sections_of(rated)]


def test_measures_stand_after_how_people_listened_and_before_their_comments(rated: Analysed, study: Path) -> None:
    from analysis.report.sections import ORDER, validity

    places = [ORDER.index(one) for one in (behaviour, validity, comments)]
    assert places == sorted(places)


def test_measures_are_held_against_ratings_with_and_without_references_and_anchors(
    rated: Analysed, study: Path
) -> None:
    write_measures(study, rated.dataset)
    tables = {block.table.name: block.table for block in made(rated).flat() if isinstance(block, Tabled)}
    assert list(tables) == ["validity_tested", "validity"]
    for name, stimuli in (("validity", 42), ("validity_tested", 24)):
        first = tables[name].data.iloc[0]
        assert (first["name"], first["n"]) == ("ltas_distance", stimuli)
        assert first["within"] == pytest.approx(1.0)


def test_loudness_that_was_matched_is_no_measure_of_anything(rated: Analysed, study: Path) -> None:
    write_measures(study, rated.dataset)
    for block in made(rated).flat():
        if isinstance(block, Tabled):
            assert "integrated_loudness" not in set(block.table.data["name"])


def test_tables_figure_and_results_go_where_those_of_other_sections_go(
    rated: Analysed, study: Path, tmp_path: Path
) -> None:
    write_measures(study, rated.dataset)
    sections = [made(rated)]
    shown = write_tables(sections, rated.origin, tmp_path)
    write_figures(sections, rated.origin, tmp_path)
    write_markdown(shown, rated.origin, tmp_path)
    write_results(rated, sections, tmp_path)
    expected = {f"{name}.{suffix}" for name in ("validity", "validity_tested") for suffix in ("csv", "tex")}
    expected |= {f"validity{width}.{suffix}" for width in ("", "_one_column") for suffix in ("png", "svg", "pdf")}
    expected |= {"results.json", "results_as_paper.json", "tables.md"}
    assert {path.name for path in tmp_path.iterdir()} == expected
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["tables"]["validity"]
    assert 0 < results[0]["ceiling"] <= 1
    assert (tmp_path / "tables.md").read_text(encoding="utf-8").count("Measures against mean ratings") == 2


def test_one_seed_gives_one_section(rated: Analysed, study: Path) -> None:
    write_measures(study, rated.dataset)
    one, other = ([block.table.rows for block in made(rated).flat() if isinstance(block, Tabled)] for _ in range(2))
    assert one == other


def test_the_section_says_what_its_intervals_speak_of(rated: Analysed, study: Path) -> None:
    write_measures(study, rated.dataset)
    told = cautions(made(rated))
    assert "rests on 6 items and these systems only" in told
    assert "one speaks of other assessors, one of other recordings too, none of other systems" in told


def test_measures_of_other_sounds_are_named_and_not_shown(rated: Analysed, study: Path) -> None:
    write_measures(study, rated.dataset, peak_dbtp=PEAK_DBTP + 0.5)
    found = made(rated)
    assert "has another true peak than when it was measured" in cautions(found)
    assert not [block for block in found.flat() if isinstance(block, Tabled | Drawn)]


def test_measures_that_lack_a_stimulus_do_not_fit_the_bundle(rated: Analysed, study: Path) -> None:
    rows = read_measures(write_measures(study, rated.dataset))
    lost = rows[0]
    left = [row for row in rows if (row.item, row.condition) != (lost.item, lost.condition)]
    session = read_session(study / "session")
    assert misfit(rows, session) is None
    assert misfit(left, session) == f"{lost.condition} of {lost.item} is in the bundle but not measured"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("status\n", "state\n", ":1: no column status"),
        ("ltas_distance", "ltas_distanse", ":2: found 'ltas_distanse' with the status 'ok'"),
        (",ok\n", ",silent\n", ":2: value: ltas_distance: found .* with the status silent"),
        (",dB,", "x,dB,", ":2: value: could not convert"),
    ],
)
def test_damaged_measures_are_named_with_their_line(
    rated: Analysed, study: Path, old: str, new: str, told: str
) -> None:
    path = write_measures(study, rated.dataset)
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=f"measures.csv{told}"):
        section(rated)


def test_agreement_with_robots_is_said_to_mean_nothing(tmp_path: Path) -> None:
    study = write_bundle(rated_study(tmp_path / "study", source="rehearsal"))
    analysed = analyse(read_study_ratings(study, rehearsal=True))
    write_measures(study, analysed.dataset)
    assert "Robots rated" in cautions(made(analysed))


def test_assessors_too_few_to_halve_are_said_to_give_no_intervals(tmp_path: Path) -> None:
    study = write_bundle(rated_study(tmp_path / "study"))
    path = study / "export" / "ratings.csv"
    table = pd.read_csv(path)
    table[table["assessor"].isin(sorted(table["assessor"].unique())[:3])].to_csv(path, index=False)
    analysed = analyse(read_study_ratings(study))
    write_measures(study, analysed.dataset)
    assert "Fewer than 4 assessors cannot be halved" in cautions(made(analysed))


def test_ranks_where_less_is_better_are_not_held_against_measures(rated: Analysed, study: Path) -> None:
    write_measures(study, rated.dataset)
    ranked = replace(rated, default=replace(rated.default, dataset=replace(rated.dataset, method="ranking")))
    assert section(ranked) is None


def test_too_few_rated_stimuli_are_said_and_not_correlated(rated: Analysed, study: Path) -> None:
    write_measures(study, rated.dataset)
    ratings = rated.dataset.ratings
    first = ratings[(ratings["item"] == rated.dataset.items[0]) & ratings["condition"].isin(rated.dataset.ids[:3])]
    few = replace(rated, default=replace(rated.default, dataset=replace(rated.dataset, ratings=first)))
    found = made(few)
    assert "Fewer than 4 stimuli were rated" in cautions(found)
    assert not [block for block in found.flat() if isinstance(block, Tabled | Drawn)]


def test_the_legend_names_conditions_that_the_first_panel_lacks(rated: Analysed, study: Path) -> None:
    """A reference is identical to itself: no ratio has a mark for it, other measures have."""
    path = write_measures(study, rated.dataset)
    table = pd.read_csv(path)
    ratios = table[table["name"] == "ltas_distance"].assign(name="si_sdr")
    ratios["value"] = 200 - ratios["value"]
    own = ratios["condition"].str.startswith("reference")
    ratios = ratios.assign(value=ratios["value"].where(~own), status=ratios["status"].where(~own, "identical"))
    noise = table[table["name"] != "ltas_distance"]
    pd.concat([ratios, noise]).to_csv(path, index=False)
    drawn = next(block for block in made(rated).flat() if isinstance(block, Drawn))
    with look():
        figure = drawn.draw(ONE_COLUMN)
    assert figure.axes[0].get_xlabel() == "SI-SDR (dB)"
    shown = [entry.get_text() for entry in figure.legends[0].get_texts()]
    assert shown == [condition.label for condition in rated.dataset.conditions]
