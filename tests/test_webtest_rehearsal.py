"""Robots: their preference model, and what they notice."""

import numpy as np
import pytest
from webtest_listener import Listener

from evalkit.errors import DataError
from evalkit.seeds import stream
from webtest.app import create_app, open_study
from webtest.key import index_by_frames, open_bundle
from webtest.preference import Preference, mean_of
from webtest.rehearsal import answer_all, rehearse_on
from webtest.server import running

SEVEN = {
    "reference_dry": ("human_mix", "dry", "reference"),
    "reference_wet": ("human_mix", "wet", "reference"),
    "wave_u_net_dry": ("wave_u_net", "dry", "test"),
    "wave_u_net_wet": ("wave_u_net", "wet", "test"),
    "random_forest_dry": ("random_forest", "dry", "test"),
    "random_forest_wet": ("random_forest", "wet", "test"),
    "anchor": ("overhead_anchor", None, "anchor"),
}


def scores(seed: int) -> dict[str, np.ndarray]:
    found = {}
    for condition, (system, task, role) in SEVEN.items():
        found[condition] = np.array(
            [
                Preference(seed=seed, number=number).score(
                    condition=condition, system=system, task=task, role=role, item=f"item {item}"
                )
                for number in range(20)
                for item in range(6)
            ]
        )
    return found


def test_scores_follow_the_papers_figure_3():
    # Figure 3: references and Wave-U-Net around 70, random forest dry about 35, wet and anchor near 10
    means = {condition: values.mean() for condition, values in scores(2020).items()}
    for condition in ("reference_dry", "reference_wet", "wave_u_net_dry", "wave_u_net_wet"):
        assert 62 < means[condition] < 78
    assert 27 < means["random_forest_dry"] < 43
    assert 4 < means["random_forest_wet"] < 16
    assert 2 < means["anchor"] < 12


def test_scores_stay_on_the_scale_to_a_tenth():
    values = np.concatenate(list(scores(1).values()))
    assert values.min() == 0 and values.max() <= 100
    assert np.array_equal(values, np.round(values, 1))


def test_one_robots_scores_do_not_depend_on_the_others():
    stimulus = {"condition": "a", "system": "files", "task": None, "role": "test", "item": "x"}
    assert Preference(seed=1, number=3).score(**stimulus) == Preference(seed=1, number=3).score(**stimulus)
    assert Preference(seed=1, number=3).score(**stimulus) != Preference(seed=1, number=4).score(**stimulus)


def test_unknown_conditions_are_placed_by_their_role():
    def mean(condition, role):
        return mean_of(5, condition=condition, system="files", task=None, role=role)

    assert mean("original", "reference") == 70
    assert mean("lowpass", "anchor") == 5
    assert mean("opus", "test") != mean("mp3", "test")


def test_answers_are_plausible_and_within_the_options():
    questions = [
        {"id": "age", "kind": "number", "label": "?", "required": True, "options": [], "show_if": None},
        {"id": "years", "kind": "number", "label": "?", "required": True, "options": {"maximum": 9}, "show_if": None},
        {"id": "gear", "kind": "choices", "label": "?", "required": True, "options": ["a", "b"], "show_if": None},
        {"id": "tired", "kind": "scale", "label": "?", "required": True, "options": {}, "show_if": None},
        {"id": "why", "kind": "text", "label": "?", "required": True, "options": [], "show_if": {"age": 7}},
    ]
    for number in range(20):
        answers = answer_all(questions, stream(number))
        assert 20 <= answers["age"] <= 45 and answers["years"] == 9
        assert 1 <= answers["tired"] <= 5 and set(answers["gear"]) <= {"a", "b"}
        assert "why" not in answers


def test_a_robot_stops_at_a_sound_that_is_not_in_the_bundle(built_study):
    settings = open_study(built_study, rehearsal=True)
    index = index_by_frames(built_study, open_bundle(built_study))
    broken = {"0" * 64: next(iter(index.values()))}
    with running(create_app(settings)) as address, pytest.raises(DataError, match="not in session/"):
        rehearse_on(address, broken, seed=1, robots=range(1, 2))
    settings.store.close()


def test_robots_and_people_see_the_same_interface(built_study):
    settings = open_study(built_study, rehearsal=True)
    index = index_by_frames(built_study, open_bundle(built_study))
    app = create_app(settings)
    with running(app) as address:
        assert rehearse_on(address, index, seed=1, robots=range(1, 3)) == 12
    assert Listener(app).take_test().state["state"] == "complete"
    settings.store.close()
