"""Power by simulation, held against closed forms and against simulations made elsewhere."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rated_studies import dataset_of, rated_study, ratings_table, write_csv
from scipy import integrate, stats

from analysis.power import Point, PowerPlan, enough, power_curves
from analysis.power.components import Components, draw, of_pilot
from analysis.power.decisions import DECISIONS
from analysis.power.planned import planned
from analysis.power.printed import as_text, power_table
from evalkit.cli import main
from evalkit.errors import ConfigError, DataError
from evalkit.parallel import ONE_WORKER, Workers

CODEC = Components(assessor_condition=8.4, error=15.9)


def plan(**changes: Any) -> PowerPlan:
    settings: dict[str, Any] = {
        "components": Components(assessor=10, item=5, error=15, scale=(0, 100)),
        "test": "signed_rank",
        "conditions": 2,
        "difference": 8.0,
        "margin": None,
        "alpha": 0.05,
        "correction": "holm",
        "assessors": (20,),
        "items": (6,),
        "runs": 300,
        "seed": 1,
    }
    return PowerPlan(**{**settings, **changes})


def power(**changes: Any) -> Point:
    return power_curves(plan(**changes), workers=ONE_WORKER)[0]


def tost_power(margin: float, sd: float, n: int, *, alpha: float = 0.05) -> float:
    """Integrate the chance that the mean lies within margin - t s / sqrt(n), over s; true difference 0."""
    t, error = float(stats.t.ppf(1 - alpha, n - 1)), sd / math.sqrt(n)

    def given(x: float) -> float:
        room = margin - t * error * math.sqrt(x / (n - 1))
        return max(0.0, 2 * float(stats.norm.cdf(room / error)) - 1) * float(stats.chi2.pdf(x, n - 1))

    return float(integrate.quad(given, 0, 200, limit=200)[0])


@pytest.mark.parametrize("n", [20, 40])
def test_the_power_of_tost_is_the_integral_of_its_closed_form(n: int) -> None:
    found = power(components=CODEC, test="tost", difference=0.0, margin=10.0, assessors=(n,), runs=2000)
    sd = math.sqrt(2 * (8.4**2 + 15.9**2 / 6))
    assert found.power == pytest.approx(tost_power(10, sd, n), abs=4 * math.sqrt(0.25 / 2000))
    assert 0 < found.low < found.power < found.high < 1


def test_six_assessors_reach_significance_by_the_signed_rank_only_if_all_agree() -> None:
    # exact two-sided p of six equal signs is 2/64; of the next best sum of ranks it is 4/64, above .05
    parts = Components(assessor=30, assessor_condition=3, error=4)
    chance = float(stats.norm.cdf(5 / math.sqrt(2 * (9 + 16 / 6))))
    found = power(components=parts, assessors=(6,), difference=5.0, runs=2000)
    assert found.power == pytest.approx(chance**6 + (1 - chance) ** 6, abs=4 * math.sqrt(0.25 / 2000))


@pytest.mark.parametrize(
    ("test", "correction", "truth"),
    # 1000 simulated studies of 20 assessors, 6 items, 7 conditions made with scipy alone, outside this project
    [("friedman", "holm", 0.957), ("kruskal_wallis", "holm", 0.925), ("mann_whitney", "bonferroni", 0.608)],
)
def test_power_agrees_with_simulations_made_elsewhere(test: str, correction: str, truth: float) -> None:
    found = power(test=test, correction=correction, conditions=7)
    assert found.power == pytest.approx(truth, abs=3.5 * math.sqrt(truth * (1 - truth) * (1 / 300 + 1 / 1000)))


@pytest.mark.parametrize("test", ["iman_davenport", "permutation", "max_t"])
def test_without_a_difference_a_test_finds_one_as_often_as_alpha_says(test: str) -> None:
    found = power(test=test, difference=0.0, conditions=3, runs=300)
    assert found.power <= 0.05 + 3.5 * math.sqrt(0.05 * 0.95 / 300)


@pytest.mark.slow
def test_the_mixed_model_finds_nothing_as_often_as_alpha_says() -> None:
    parts = Components(assessor=10, item=5, assessor_condition=6, item_condition=6, error=15)
    found = power(test="mixed_model", components=parts, difference=0.0, conditions=3, runs=200)
    assert found.power == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / 200))


@pytest.mark.parametrize("test", [name for name in DECISIONS if name != "tost"])
def test_a_large_difference_is_always_found_and_more_so_than_none(test: str) -> None:
    sizes: dict[str, Any] = {"test": test, "conditions": 3, "assessors": (12,), "items": (3,), "runs": 10}
    assert power(**sizes, difference=60.0).power == 1
    assert power(**sizes, difference=0.0).power <= 0.4


def test_more_assessors_and_more_items_give_more_power() -> None:
    points = power_curves(plan(assessors=(8, 24), items=(2, 12), runs=300), workers=ONE_WORKER)
    found = {(point.assessors, point.items): point.power for point in points}
    assert found[8, 2] < found[24, 2] < found[24, 12]
    assert found[8, 2] < found[8, 12]


@pytest.mark.slow
def test_power_does_not_depend_on_how_many_work() -> None:
    asked = plan(assessors=(6, 10), runs=250)
    assert power_curves(asked, workers=Workers(jobs=2)) == power_curves(asked, workers=ONE_WORKER)


def test_another_number_of_assessors_changes_no_other_point() -> None:
    few, more = (power_curves(plan(assessors=n, runs=50), workers=ONE_WORKER) for n in ((10,), (10, 15)))
    assert few[0] == more[0]


def test_drawn_ratings_have_the_stated_components_and_difference() -> None:
    parts = Components(assessor=10, item=5, assessor_condition=4, item_condition=3, error=8, centre=40)
    rng = np.random.default_rng(1)
    ratings = draw(parts, rng, assessors=400, items=400, conditions=2, difference=9)
    difference = ratings[:, :, 0] - ratings[:, :, 1]
    assert difference.mean() == pytest.approx(9, abs=1.2)
    assert difference.mean(axis=1).std() == pytest.approx(4 * math.sqrt(2), rel=0.15)
    assert difference.mean(axis=0).std() == pytest.approx(3 * math.sqrt(2), rel=0.15)
    assert ratings[:, :, 1].mean(axis=1).std() == pytest.approx(math.hypot(10, 4), rel=0.15)


def test_ratings_stay_on_a_known_scale() -> None:
    parts = Components(assessor=60, error=60, scale=(1, 5), centre=3)
    ratings = draw(parts, np.random.default_rng(1), assessors=9, items=9, conditions=2, difference=0)
    assert (ratings.min(), ratings.max()) == (1, 5)


def test_a_pilots_components_are_those_it_was_drawn_with(tmp_path: Path) -> None:
    truth = Components(assessor=12, item=6, assessor_condition=8, item_condition=5, error=15)
    ratings = draw(truth, np.random.default_rng(3), assessors=60, items=30, conditions=4, difference=0)
    rows = [(f"a{a}", f"i{i}", f"c{c}", score) for (a, i, c), score in np.ndenumerate(ratings)]
    table = pd.DataFrame(rows, columns=["assessor", "item", "condition", "score"])
    found = of_pilot(dataset_of(table, tmp_path, scale=None))
    for name in ("assessor", "item", "assessor_condition", "item_condition", "error"):
        assert getattr(found, name) == pytest.approx(getattr(truth, name), rel=0.3), name
    assert "60 assessors and 30 items: they are uncertain" in found.notes[0]


def test_a_pilot_that_gives_no_model_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    table = ratings_table().assign(score=50)
    with pytest.raises(DataError, match="all values are equal; state them with --sd"):
        of_pilot(dataset_of(table, tmp_path))


def test_the_answer_is_the_fewest_assessors_from_which_the_power_stays() -> None:
    points = tuple(
        Point(assessors=n, items=6, power=p, low=0, high=1, runs=9)
        for n, p in ((10, 0.85), (20, 0.7), (30, 0.8), (40, 0.9))
    )
    assert (enough(points, 6, wanted=0.8), enough(points, 6, wanted=0.95)) == (30, None)


def test_the_table_says_what_was_simulated_and_how_sure_it_is() -> None:
    asked = plan(assessors=(10, 20), items=(2, 6), runs=50)
    points = power_curves(asked, workers=ONE_WORKER)
    table = power_table(asked, points)
    assert [len(row) for row in table.rows] == [3, 3]
    text = " ".join(as_text(asked, table, points).split())
    for words in ("one of them 8 points better", "assessor 10, item 5", "Wilson's 95 % interval of 50 studies"):
        assert words in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sds": {}}, "either a pilot"),
        ({"sds": {"assessor": 3.0}}, "error=POINTS: expected more than 0"),
        ({"margin": 5.0}, "--margin is needed for --test tost, and for no other"),
        ({"test": "tost"}, "--margin is needed"),
        ({"difference": 0.0}, "--difference: how many points better"),
        ({"test": "friedman"}, "--conditions: friedman compares 3 or more, found 2"),
        ({"conditions": None}, "--conditions: signed_rank compares 2 or more, found none"),
    ],
)
def test_what_does_not_go_together_is_said(changes: dict[str, Any], words: str) -> None:
    settings: dict[str, Any] = {
        **{"sds": {"error": 9.0}, "scale": None, "test": "signed_rank", "conditions": 2, "difference": 5.0},
        **{"margin": None, "assessors": (5,), "items": (2,), "alpha": None, "correction": None, "runs": 10},
        **{"seed": None, **changes},
    }
    with pytest.raises(ConfigError, match=words):
        planned(None, **settings)


def test_power_of_a_file_is_printed_as_json_and_written_with_a_figure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_csv(ratings_table(), tmp_path / "r.csv")
    words = ["--test", "friedman", "--difference", "8", "--assessors", "5,9", "--items", "2", "--runs", "20"]
    main(["power", str(path), *words, "--json", "--out", str(tmp_path / "out")])
    data = json.loads(capsys.readouterr().out)
    assert (data["schema"], data["plan"]["conditions"], len(data["points"])) == ("evalkit-power/1", 3, 2)
    assert {"power.csv", "power.tex", "power.json", "power.png", "power.svg", "power.pdf"} == {
        file.name for file in (tmp_path / "out").iterdir()
    }


def test_a_rehearsals_power_is_labelled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = rated_study(tmp_path / "study", source="rehearsal")
    words = ["--rehearsal", "--test", "tost", "--margin", "10", "--assessors", "8", "--runs", "10"]
    main(["power", str(folder), *words])
    assert "rehearsal: robot listeners" in capsys.readouterr().out.casefold()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--assessors", "20,10"], "expected rising numbers"),
        (["--assessors", "few"], "expected whole numbers such as 10,20,40"),
        (["--sd", "asessor=3"], "did you mean 'assessor'?"),
        (["--sd", "error=-3"], "expected 0 or more"),
    ],
)
def test_wrong_numbers_are_said(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["power", "--test", "friedman", *words])
    assert (stop.value.code, message in capsys.readouterr().err) == (2, True)
