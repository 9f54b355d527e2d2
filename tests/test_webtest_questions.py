"""Questionnaires: options, conditions and answers."""

import pytest

from evalkit.errors import ConfigError
from evalkit.study import Question, read_study
from webtest.questions import check_answers, check_questions, is_screened_out


def question(kind="text", **fields):
    return Question(block="b", id=fields.pop("id", "q"), kind=kind, label="?", **fields)


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        (question("text"), "fine"),
        (question("number", options={"minimum": 18, "maximum": 99}), 18),
        (question("number"), -3.5),
        (question("choice", options=["a", "b"]), "b"),
        (question("choices", options=["a", "b"]), ["b", "a"]),
        (question("scale"), 5),
        (question("scale", options={"minimum": 0, "maximum": 10}), 0),
    ],
)
def test_a_fitting_answer_is_accepted(asked, value):
    assert check_answers([asked], {"q": value}) == ({}, [])


@pytest.mark.parametrize(
    ("asked", "value", "problem"),
    [
        (question("text"), 3, "expected text"),
        (question("text"), "x" * 2001, "at most 2000"),
        (question("number"), "18", "expected a number"),
        (question("number"), True, "expected a number"),
        (question("number", options={"minimum": 18}), 17, "at least 18"),
        (question("number", options={"maximum": 99}), 100, "at most 99"),
        (question("choice", options=["a", "b"]), "c", "one of the options"),
        (question("choices", options=["a", "b"]), ["a", "a"], "different options"),
        (question("choices", options=["a", "b"]), "a", "list"),
        (question("scale"), 2.5, "whole number"),
        (question("scale"), 6, "at most 5"),
    ],
)
def test_another_answer_is_refused(asked, value, problem):
    problems, _ = check_answers([asked], {"q": value})
    assert problem in problems["q"]


@pytest.mark.parametrize("value", [None, "", []])
def test_required_questions_without_an_answer_are_missing(value):
    assert check_answers([question(required=True)], {"q": value}) == ({}, ["q"])


def test_an_unknown_question_is_refused():
    assert check_answers([], {"q": 1}) == ({"q": "no such question"}, [])


def test_a_question_that_is_not_asked_needs_no_answer_and_takes_none():
    first = question("choice", id="first", options=["yes", "no"])
    then = question("text", id="then", required=True, show_if={"first": "yes"})
    assert check_answers([first, then], {"first": "no"}) == ({}, [])
    assert check_answers([first, then], {"first": "yes"}) == ({}, ["then"])
    assert check_answers([first, then], {"first": "no", "then": "x"}) == ({"then": "not asked"}, [])


def test_show_if_takes_a_list_and_any_of_several_choices():
    first = question("choices", id="first", options=["a", "b", "c"])
    then = question("text", id="then", required=True, show_if={"first": ["b", "c"]})
    assert check_answers([first, then], {"first": ["a"]}) == ({}, [])
    assert check_answers([first, then], {"first": ["a", "c"]}) == ({}, ["then"])


def test_an_answer_of_an_earlier_block_decides_whether_a_question_is_asked():
    then = question("text", id="then", required=True, show_if={"first": "yes"})
    assert check_answers([then], {}, earlier={"first": "no"}) == ({}, [])
    assert check_answers([then], {}, earlier={"first": "yes"}) == ({}, ["then"])
    assert check_answers([then], {"then": "x"}, earlier={}) == ({"then": "not asked"}, [])
    assert check_answers([then], {"first": "yes", "then": "x"}, earlier={}) == ({"first": "no such question"}, [])


@pytest.mark.parametrize(
    ("asked", "answers", "expected"),
    [
        (question("choice", options=["a", "b"], screen_out=["b"]), {"q": "b"}, True),
        (question("choice", options=["a", "b"], screen_out=["b"]), {"q": "a"}, False),
        (question("choice", options=["a", "b"], screen_out=["b"]), {}, False),
        (question("choices", options=["a", "b", "c"], screen_out=["b"]), {"q": ["a", "b"]}, True),
        (question("scale", screen_out=[1, 2]), {"q": 2}, True),
        (question("scale", screen_out=[1, 2]), {"q": 3}, False),
    ],
)
def test_one_answer_that_the_study_names_screens_out(asked, answers, expected):
    assert is_screened_out([asked], answers) is expected


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{block: about, id: q, kind: number, label: Q, options: {minimun: 3}}", "options.minimun: unknown field; did"),
        ("{block: about, id: q, kind: scale, label: Q, options: {minimum: 3, maximum: 3}}", "maximum 3 is not above"),
        ("{block: about, id: q, kind: text, label: Q, options: [a]}", "kind text has no options"),
        ("{block: about, id: q, kind: text, label: Q, show_if: {nobody: 1}}", "no earlier question 'nobody'"),
        ("{block: late, id: q, kind: text, label: Q, screen_out: [x]}", "kind text screens nobody out"),
        ("{block: about, id: q, kind: choice, label: Q, options: [a, b], screen_out: [c]}", "'c' is not one of the"),
    ],
)
def test_a_wrong_question_is_named_with_its_line(built_study, line, problem):
    path = built_study.folder / "study.yaml"
    text = path.read_text(encoding="utf-8").replace("questions:\n", f"questions:\n  - {line}\n")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"study\.yaml:\d+: questions\.0.*{problem}"):
        check_questions(read_study(built_study.folder))


def test_a_question_may_depend_on_a_block_before_its_own_in_the_flow_but_on_none_after_it(built_study):
    path = built_study.folder / "study.yaml"
    rows = "  - {block: late, id: l, kind: text, label: L, show_if: {skill: Some}}\n"
    text = path.read_text(encoding="utf-8").replace("questions:\n", f"questions:\n{rows}")
    path.write_text(text.replace("pages, comments]", 'pages, "questions:late"]'), encoding="utf-8")
    check_questions(read_study(built_study.folder))
    path.write_text(text.replace("flow: [consent,", 'flow: [consent, "questions:late",'), encoding="utf-8")
    with pytest.raises(ConfigError, match="no earlier question 'skill'"):
        check_questions(read_study(built_study.folder))
