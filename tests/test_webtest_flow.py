"""The steps of a listener and the states that go with them."""

from webtest.flow import state_at, steps_of
from webtest.storage import PageInstance

PAGES = [PageInstance(id=name, position=number, page="p", slots=()) for number, name in enumerate(("x", "y"), start=1)]
FLOW = ["consent", "questions:about", "level", "instructions", "pages", "comments"]


def test_pages_stand_where_the_flow_has_them():
    keys = [step.key for step in steps_of(FLOW, PAGES)]
    assert keys == ["consent", "questions:about", "level", "instructions", "page:x", "page:y", "comments", "finish"]


def test_states_follow_consent_and_the_first_page():
    steps = steps_of(FLOW, PAGES)
    states = [state_at(steps, position) for position in range(len(steps))]
    assert states == ["enrolled", *["consented"] * 3, *["running"] * 4]


def test_without_a_consent_step_nobody_waits_for_it():
    assert state_at(steps_of(["pages"], PAGES), 0) == "running"


def test_a_break_comes_after_every_so_many_pages_but_not_after_the_last():
    pages = [PageInstance(id=str(number), position=number, page="p", slots=()) for number in range(1, 5)]
    keys = [step.key for step in steps_of(["consent", "pages"], pages, break_every=2)]
    assert keys == ["consent", "page:1", "page:2", "break:1", "page:3", "page:4", "finish"]


def test_practice_and_breaks_before_the_pages_are_not_yet_running():
    steps = steps_of(["consent", "training", "break", "pages"], PAGES)
    assert [state_at(steps, position) for position in range(4)] == ["enrolled", "consented", "consented", "running"]
