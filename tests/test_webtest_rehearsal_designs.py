"""Robots take every design over HTTP, several at once: what is exported is the allocation, cell by cell."""

from __future__ import annotations

from collections import Counter

import pytest
from conftest import study_yaml

from evalkit.ratings import read_ratings
from evalkit.session import read_session
from webtest.app import create_app, open_study
from webtest.export import export_store
from webtest.key import index_by_frames, open_bundle
from webtest.preview import allocation
from webtest.rehearsal import rehearse_on
from webtest.server import running

ROBOTS = 4


def rehearsed(study, robots=ROBOTS):
    """Let robots take the test; returns their exported ratings."""
    settings = open_study(study, rehearsal=True)
    with running(create_app(settings)) as address:
        rehearse_on(address, index_by_frames(study, open_bundle(study)), seed=7, robots=range(1, 1 + robots))
    exported = export_store(study, settings.store.database, rehearsal=True, masked=False)
    settings.store.close()
    return read_ratings(exported.folder / "ratings.csv")


def planned(assignment, *, repeats=0):
    text = study_yaml(3).replace("  method: ape\n", f"  method: ape\n  repeats: {repeats}\n")
    return text.replace("conditions:", f"assignment: {{{assignment}, target_assessors: {ROBOTS}}}\nconditions:")


def heard(ratings):
    """Return (page, replicate, conditions in the order of the slots) of each assessor, without names, in no order."""
    orders = []
    for _, of in ratings.groupby("assessor"):
        pages = []
        for _, rows in of.sort_values(["page_position", "slot"]).groupby("page_position"):
            pages.append((rows["page"].iloc[0], int(rows["replicate"].iloc[0]), tuple(rows["condition"])))
        orders.append(tuple(pages))
    return Counter(orders)


@pytest.mark.parametrize(
    ("assignment", "repeats"),
    [("design: williams", 0), ("design: williams", 2), ("design: incomplete, items_per_assessor: 2", 1)],
)
def test_robots_hear_the_allocation_that_was_previewed(make_built_study, assignment, repeats):
    study = make_built_study(pages=4, yaml=planned(assignment, repeats=repeats))
    session = read_session(study.session_folder)
    conditions = {one.id: one.condition for page in session.pages for one in page.stimuli}
    expected = Counter(
        tuple((page.page, page.replicate, tuple(conditions[slot.stimulus_id] for slot in page.slots)) for page in pages)
        for pages in allocation(study, session)
    )
    assert heard(rehearsed(study)) == expected


def test_repeated_pages_are_rated_twice_each_under_letters_of_its_own(make_built_study):
    ratings = rehearsed(make_built_study(pages=3, yaml=planned("design: random", repeats=2)), robots=8)
    again = ratings[ratings["replicate"] == 2]
    keys = ["assessor", "page", "condition"]
    both = ratings[ratings["replicate"] == 1].merge(again, on=keys, suffixes=("_first", "_again"))
    assert len(again) == len(both) == 8 * 2 * 3
    assert (both["page_position_again"] > both["page_position_first"] + 1).all()
    assert (both["slot_first"] != both["slot_again"]).any() and (both["initial_first"] != both["initial_again"]).any()
