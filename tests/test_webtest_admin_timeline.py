"""The drawing of a replay: what sounded when, against event lists worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webtest.admin.overview import coverage_rows
from webtest.admin.timeline import LANE, LEFT, RIGHT, TOP, WIDTH, draw, sounded
from webtest.storage.oversight import Coverage
from webtest.storage.replay import Action, Replay

KINDS = ("page.enter", "play", "switch", "stop", "rate", "seek", "page.submit", "visibility", "audio.error")


def action(kind, t_ms, label=None, *, session=1, **data):
    return Action(session=session, t_ms=t_ms, kind=kind, label=label, data=data)


def replay(*actions, labels=("A", "B", "C")):
    return Replay(
        assessor="abc", position=1, pages=2, item="x", labels=labels, submitted_at=None, actions=tuple(actions)
    )


def test_a_sound_lasts_until_the_next_a_stop_or_the_end():
    visit = [
        action("play", 0, "A"), action("rate", 50, "A"), action("switch", 100, "B"), action("stop", 250, "B"),
        action("play", 400, "C"), action("page.submit", 900),
    ]  # fmt: skip
    assert sounded(visit) == [("A", 0, 100), ("B", 100, 250), ("C", 400, 900)]


def test_a_switch_while_nothing_plays_is_no_sound():
    assert sounded([action("play", 0, "A"), action("stop", 10, "A"), action("switch", 20, "B")]) == [("A", 0, 10)]


def test_what_plays_when_the_record_ends_lasts_until_its_last_event():
    assert sounded([action("play", 5, "A"), action("visibility", 65)]) == [("A", 5, 65)]


def test_time_runs_from_left_to_right_over_the_whole_width():
    line = draw(replay(action("page.enter", 1000), action("play", 2000, "A"), action("stop", 5000, "A")))
    (one,) = line.played
    width = WIDTH - LEFT - RIGHT
    assert one.x == pytest.approx(LEFT + width / 4)
    assert one.width == pytest.approx(width * 3 / 4)
    assert [tick.text for tick in line.ticks] == ["0:00", "0:01", "0:02", "0:03", "0:04"]


def test_a_higher_rating_stands_higher_in_its_own_lane():
    line = draw(replay(*(action("rate", 10 * value, "B", value=value) for value in (0, 50, 100))))
    low, middle, high = (one.y for one in line.moved)
    assert high < middle < low
    assert middle == TOP + 1.5 * LANE
    assert high > TOP + LANE and low < TOP + 2 * LANE


def test_visits_follow_each_other_and_each_begins_at_nought():
    line = draw(
        replay(
            action("play", 9000, "A"), action("stop", 19_000, "A"),
            action("play", 300, "B", session=2), action("stop", 10_300, "B", session=2),
        )
    )  # fmt: skip
    first, second = line.played
    assert first.x + first.width < line.breaks[0] < second.x
    assert first.width == pytest.approx(second.width)
    assert [tick.text for tick in line.ticks].count("0:00") == 2


def test_the_words_say_what_the_drawing_says_without_ratings():
    line = draw(replay(action("play", 0, "A"), action("rate", 1500, "A", value=73.5), action("volume", 61_000, db=-3)))
    assert line.rows == (("0:00", "play", "A"), ("0:01", "moved", "A"), ("1:01", "volume changed", "-3 dB"))


def test_a_page_on_which_nothing_happened_can_be_drawn():
    line = draw(replay())
    assert (line.played, line.moved, line.rows) == ((), (), ())
    assert [lane.label for lane in line.lanes] == ["A", "B", "C"]


@given(
    st.lists(
        st.tuples(
            st.integers(1, 3), st.integers(0, 10**7), st.sampled_from(KINDS), st.sampled_from(["A", "B", None]),
            st.floats(0, 100) | st.none() | st.text(max_size=3),
        ),
        max_size=40,
    )
)  # fmt: skip
def test_nothing_is_ever_drawn_outside(events):
    actions = sorted(events, key=lambda one: one[:2])
    line = draw(replay(*(action(kind, t, label, session=s, value=value) for s, t, kind, label, value in actions)))
    for one in line.played:
        assert one.x >= LEFT - 0.01 and one.x + one.width <= WIDTH - RIGHT + 1.6
        assert one.y >= TOP and one.y + one.height <= line.height
    for one in (*line.moved, *line.ticks):
        assert LEFT - 0.01 <= one.x <= WIDTH - RIGHT + 0.01
    assert len(line.rows) == len(events)


def test_coverage_rows_have_a_count_for_each_place_that_was_assigned():
    cells = [
        Coverage(page="p1", item="one", position=1, rated=2, under_way=1),
        Coverage(page="p1", item="one", position=3, rated=1, under_way=0),
        Coverage(page="p2", item="two", position=2, rated=0, under_way=4),
    ]
    rows = [(row.item, row.rated, row.total, row.under_way) for row in coverage_rows(cells)]
    assert rows == [("one", (2, 0, 1), 3, 1), ("two", (0, 0, 0), 0, 4)]
