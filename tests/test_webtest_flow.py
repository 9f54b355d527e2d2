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
