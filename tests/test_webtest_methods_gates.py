"""Gates by name, and the evidence on which the server checks them."""

from dataclasses import replace

from webtest.methods import Evidence, Gates
from webtest.methods._evidence import SlotEvidence, bounded, recounted
from webtest.methods._gates import Share, missing
from webtest.storage import Event

REFERENCE = "f" * 32
IDS = {label: label.lower() * 32 for label in "ABC"}


def slot(label="A", *, value=50.0, n_moves=1, n_plays=1, listened_s=5.0, has_comment=False, scales=("score",)):
    return SlotEvidence(
        id=IDS[label],
        label=label,
        values=dict.fromkeys(scales, value),
        n_moves=dict.fromkeys(scales, n_moves),
        n_plays=n_plays,
        listened_s=listened_s,
        has_comment=has_comment,
    )


def page(*slots, **facts):
    known = {"duration_s": 10.0, "page_s": 60.0, "n_switches": 5, "reference_plays": 1}
    return Evidence(slots=slots or (slot(),), **{**known, **facts})


def event(t_ms, kind, label=None, *, public_id=None, **data):
    public_id = IDS[label] if label else public_id
    return Event(seq=t_ms, t_ms=t_ms, page_instance_id="p", public_id=public_id, kind=kind, data=data)


def test_without_gates_nothing_is_missing():
    assert missing(Gates(), page(slot(value=None, n_moves=0, n_plays=0, listened_s=0.0))) == []


def test_gates_name_the_slots_in_the_way():
    evidence = page(slot("B", n_plays=0), slot("A", n_moves=0), slot("C", value=None))
    assert missing(Gates(play_all=True, move_all=True), evidence) == [
        {"gate": "play_all", "slots": ["B"]},
        {"gate": "move_all", "slots": ["A", "C"]},
    ]


def test_a_number_of_seconds_counts_listened_time():
    evidence = page(slot("A", listened_s=1.999), slot("B", listened_s=2.0))
    assert missing(Gates(play_all=2.0), evidence) == [{"gate": "play_all", "slots": ["A"]}]


def test_a_share_counts_listened_time_against_the_excerpts_length():
    evidence = page(slot("A", listened_s=7.9), slot("B", listened_s=8.0), duration_s=10.0)
    assert missing(Gates(play_all=Share(fraction=0.8)), evidence) == [{"gate": "play_all", "slots": ["A"]}]


def test_the_reference_must_have_been_played():
    assert missing(Gates(play_reference=True), page(reference_plays=0)) == [{"gate": "play_reference", "slots": []}]
    assert missing(Gates(play_reference=True), page(reference_plays=1)) == []


def test_every_axis_wants_its_move():
    both = slot(scales=("clarity", "space"))
    half = replace(both, n_moves={"clarity": 1, "space": 0})
    assert missing(Gates(move_all=True), page(both)) == []
    assert missing(Gates(move_all=True), page(half)) == [{"gate": "move_all", "slots": ["A"]}]


def test_one_at_least_is_asked_of_every_scale_and_unset_is_no_number():
    gates = Gates(one_at_least=90)
    assert missing(gates, page(slot("A", value=89.9), slot("B", value=90.0))) == []
    assert missing(gates, page(slot("A", value=89.9), slot("B", value=None))) == [
        {"gate": "one_at_least", "slots": [], "scale": "score", "left": 90}
    ]
    assert missing(Gates(one_at_least=0), page(slot(value=None))) != []


def test_a_page_that_was_too_short_says_how_much_is_left():
    assert missing(Gates(min_page_s=60), page(page_s=45.5)) == [{"gate": "min_page_s", "slots": [], "left": 14.5}]
    assert missing(Gates(min_page_s=60), page(page_s=60.0)) == []


def test_switches_are_counted():
    assert missing(Gates(min_switches=7), page(n_switches=5)) == [{"gate": "min_switches", "slots": [], "left": 2}]
    assert missing(Gates(min_switches=5), page(n_switches=5)) == []


def test_a_comment_may_be_required_on_the_page_or_on_each_stimulus():
    assert missing(Gates(comment_required="page"), page()) == [{"gate": "comment_required", "slots": []}]
    assert missing(Gates(comment_required="page"), page(has_page_comment=True)) == []
    each = page(slot("A", has_comment=True), slot("B"))
    assert missing(Gates(comment_required="each"), each) == [{"gate": "comment_required", "slots": ["B"]}]


def test_when_the_time_is_over_no_gate_holds_a_page_back():
    untouched = page(slot(value=None, n_moves=0, n_plays=0), page_s=120.0)
    assert missing(Gates(play_all=True, move_all=True, max_page_s=120), untouched) == []
    assert missing(Gates(play_all=True, move_all=True, max_page_s=121), untouched) != []


def test_no_more_time_is_believed_than_the_servers_clock_allows():
    believed = bounded(page(slot(listened_s=100.0), page_s=500.0), available_s=20.0)
    assert (believed.page_s, believed.slots[0].listened_s) == (20.0, 20.0)


def test_plays_moves_and_switches_are_counted_from_the_stored_events():
    claimed = page(slot("A", n_plays=9, n_moves=9), slot("B", n_plays=9, n_moves=9), n_switches=99)
    events = [
        event(0, "play", "A"),
        event(500, "rate", "A", value=3.0, input="pointer", scale="score"),
        event(1000, "switch", "B"),
        event(2000, "stop", "B"),
    ]
    found = recounted(claimed, [events], reference=None)
    assert [one.n_plays for one in found.slots] == [1, 1]
    assert [one.n_moves["score"] for one in found.slots] == [1, 0]
    assert found.n_switches == 1


def test_listened_time_is_that_between_the_events_with_little_to_spare():
    claimed = page(slot("A", listened_s=60.0), slot("B", listened_s=0.4))
    events = [event(0, "play", "A"), event(3000, "switch", "B"), event(9000, "stop", "B")]
    found = recounted(claimed, [events], reference=None)
    assert 3.0 <= found.slots[0].listened_s <= 3.4
    assert found.slots[1].listened_s == 0.4


def test_the_clocks_of_two_visits_are_not_mixed():
    visits = [
        [event(5000, "play", "A"), event(6000, "stop", "A")],
        [event(100, "play", "A"), event(1100, "stop", "A"), event(1200, "page.submit")],
    ]
    found = recounted(page(slot("A", listened_s=60.0)), visits, reference=None)
    assert 2.0 <= found.slots[0].listened_s <= 2.4


def test_the_reference_counts_only_by_its_own_id():
    events = [event(0, "play", public_id=REFERENCE), event(900, "switch", "A"), event(1800, "stop", "A")]
    assert recounted(page(reference_plays=5), [events], reference=REFERENCE).reference_plays == 1
    assert recounted(page(reference_plays=5), [events[1:]], reference=REFERENCE).reference_plays == 0


def test_what_was_moved_while_another_was_heard_is_found():
    events = [
        event(0, "play", "A"),
        event(100, "rate", "A", scale="score"),
        event(200, "switch", "B"),
        event(300, "rate", "A", scale="score"),
        event(400, "stop", "B"),
        event(500, "rate", "B", scale="score"),  # the sound ended while the slider was held
        event(5000, "rate", "C", scale="score"),
    ]
    found = recounted(page(slot("A"), slot("B"), slot("C")), [events], reference=None)
    assert found.rated_inactive == ("A", "C")
    assert missing(Gates(rate_only_active=True), found) == [{"gate": "rate_only_active", "slots": ["A", "C"]}]


def test_a_move_while_it_is_heard_makes_up_for_an_earlier_one_also_on_another_visit():
    wrong = [event(0, "play", "B"), event(100, "rate", "A", scale="score"), event(5000, "stop", "B")]
    right = [event(0, "play", "A"), event(100, "rate", "A", scale="score"), event(200, "stop", "A")]
    assert recounted(page(slot("A")), [wrong, right], reference=None).rated_inactive == ()
    assert recounted(page(slot("A")), [right, wrong], reference=None).rated_inactive == ("A",)


def test_a_move_on_one_scale_does_not_make_up_for_one_on_another():
    events = [
        event(0, "play", "B"),
        event(100, "rate", "A", scale="clarity"),
        event(200, "switch", "A"),
        event(300, "rate", "A", scale="space"),
        event(400, "stop", "A"),
    ]
    claimed = page(slot("A", scales=("clarity", "space")))
    assert recounted(claimed, [events], reference=None).rated_inactive == ("A",)
