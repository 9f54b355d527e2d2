"""Options and gates of the rating methods."""

from dataclasses import dataclass

import pytest

from evalkit.errors import ConfigError
from evalkit.study import read_study
from webtest.methods import load_method
from webtest.methods.ape import Gates, missing


@dataclass
class Placed:
    value: float | None = 50.0
    n_moves: int = 1
    n_plays: int = 1
    listened_ms: int = 5000


def method_of(study, page):
    path = study.folder / "study.yaml"
    text = path.read_text(encoding="utf-8")
    begin = text.index("page:")
    end = text.index("flow:")
    path.write_text(text[:begin] + f"page: {page}\n" + text[end:], encoding="utf-8")
    return load_method(read_study(study.folder))


def test_by_default_everything_must_be_played_and_moved(built_study):
    method = method_of(built_study, "{method: ape}")
    assert method.gates == Gates(play_all=True, move_all=True)


def test_gates_that_are_written_are_the_only_ones(built_study):
    method = method_of(built_study, "{method: ape, gates: {play_all: 2.5}}")
    assert method.gates == Gates(play_all=2.5, move_all=False)


def test_anchors_and_noun_can_be_chosen(built_study):
    method = method_of(built_study, "{method: ape, options: {anchors: [Bad, Fair, Good], noun: version}}")
    assert method.options.model_dump() == {"anchors": ("Bad", "Fair", "Good"), "noun": "version"}


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("{method: apr}", r"unknown method 'apr'; did you mean 'ape'\?"),
        ("{options: {ancors: [a, b, c]}}", r"study\.yaml:\d+: page\.options\.ancors: unknown field; did you mean"),
        ("{options: {anchors: [a, b]}}", r"study\.yaml:\d+: page\.options\.anchors.*: "),
        ("{gates: {play_al: true}}", r"study\.yaml:\d+: page\.gates\.play_al: unknown field; did you mean 'play_all'"),
        ("{gates: {play_all: -1}}", r"study\.yaml:\d+: page\.gates\.play_all"),
    ],
)
def test_a_wrong_option_is_named_with_its_line(built_study, page, problem):
    with pytest.raises(ConfigError, match=problem):
        method_of(built_study, page)


def test_gates_name_the_slots_in_the_way():
    ratings = [("B", Placed(n_plays=0)), ("A", Placed(n_moves=0)), ("C", Placed(value=None))]
    assert missing(Gates(play_all=True, move_all=True), ratings) == [
        {"gate": "play_all", "slots": ["B"]},
        {"gate": "move_all", "slots": ["A", "C"]},
    ]


def test_a_number_of_seconds_counts_listened_time():
    ratings = [("A", Placed(listened_ms=1999)), ("B", Placed(listened_ms=2000))]
    assert missing(Gates(play_all=2), ratings) == [{"gate": "play_all", "slots": ["A"]}]


def test_without_gates_nothing_is_missing():
    assert missing(Gates(), [("A", Placed(value=None, n_moves=0, n_plays=0, listened_ms=0))]) == []
