"""Options of the rating methods, and what becomes of wrong ones."""

import pytest

from evalkit.errors import ConfigError
from evalkit.study import read_study
from webtest.methods import Gates, load_method
from webtest.methods._gates import Share


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


def test_listening_may_be_asked_for_as_a_share_of_the_excerpt(built_study):
    method = method_of(built_study, "{method: ape, gates: {play_all: {fraction: 0.8}}}")
    assert method.gates == Gates(play_all=Share(fraction=0.8))


def test_anchors_and_noun_can_be_chosen(built_study):
    method = method_of(built_study, "{method: ape, options: {anchors: [Bad, Fair, Good], noun: version}}")
    found = method.options.model_dump()
    assert (found["anchors"], found["noun"]) == (("Bad", "Fair", "Good"), "version")


def test_each_axis_is_a_scale_of_its_name(built_study):
    axes = "[{id: clarity, question: Clear?, anchors: [a, b, c]}, {id: space, question: Wide?, anchors: [a, b, c]}]"
    assert method_of(built_study, f"{{method: ape, options: {{axes: {axes}}}}}").scales == ("clarity", "space")
    assert method_of(built_study, "{method: ape}").scales == ("score",)


def test_sliders_of_mushra_start_unset_and_bars_of_ape_at_random(built_study):
    assert method_of(built_study, "{method: mushra}").start == "unset"
    assert method_of(built_study, "{method: ape}").start == "random"


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("{method: apr}", r"unknown method 'apr'; did you mean 'ape'\?"),
        ("{options: {ancors: [a, b, c]}}", r"study\.yaml:\d+: page\.options\.ancors: unknown field; did you mean"),
        ("{options: {anchors: [a, b]}}", r"study\.yaml:\d+: page\.options\.anchors.*: "),
        ("{gates: {play_al: true}}", r"study\.yaml:\d+: page\.gates\.play_al: unknown field; did you mean 'play_all'"),
        ("{gates: {play_all: -1}}", r"study\.yaml:\d+: page\.gates\.play_all"),
        ("{gates: {min_page_s: 60, max_page_s: 30}}", r"study\.yaml:\d+: page\.gates.*min_page_s 60.* is longer than"),
        (
            "{gates: {play_reference: true}}",
            r"study\.yaml:\d+: page\.gates\.play_reference: there is no page\.open",
        ),
        ("{gates: {comment_required: all}}", r"study\.yaml:\d+: page\.gates\.comment_required"),
        ("{method: mushra, options: {asks: taste}}", r"study\.yaml:\d+: page\.options\.asks"),
        ("{method: mushra, options: {labels: [Good]}}", r"study\.yaml:\d+: page\.options\.labels"),
        (
            "{options: {axes: [{id: x, question: a, anchors: [a, b, c]}, {id: x, question: b, anchors: [a, b, c]}]}}",
            r"study\.yaml:\d+: page\.options.*id 'x' stands at two axes",
        ),
    ],
)
def test_a_wrong_option_is_named_with_its_line(built_study, page, problem):
    with pytest.raises(ConfigError, match=problem):
        method_of(built_study, page)
