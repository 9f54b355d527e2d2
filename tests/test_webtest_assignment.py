"""Assignment at random: pure, per assessor, and even."""

import hashlib

import numpy as np
import pytest
from assignment_support import allocation, design, made_pages
from scipy.stats import chi2_contingency, kstest

from webtest.assignment import level_stimulus

PAGES = made_pages(6, 7)
OLD = {f"p{page}": [f"s{page}{stimulus}" for stimulus in range(7)] for page in range(6)}  # as the golden has them


def test_the_same_assessor_always_gets_the_same():
    assert design(PAGES).assign("ann", 0) == design(PAGES).assign("ann", 1)


def test_assessors_and_seeds_differ():
    assert design(PAGES).assign("ann", 0) != design(PAGES).assign("bob", 0)
    assert design(PAGES).assign("ann", 0) != design(PAGES, seed=8).assign("ann", 0)


def test_version_1_gives_what_it_has_always_given():
    # SHA-256 over 50 assessors, all pages and four of six, made by the first version of the algorithm
    found = hashlib.sha256()
    for number in range(50):
        for items in ("all", 4):
            made = design(OLD, items_per_assessor=items)
            assert made.version == 1
            pages = made.assign(f"a{number}", 0)
            told = [(page.page, [(one.stimulus_id, one.label, one.initial) for one in page.slots]) for page in pages]
            found.update(repr(told).encode())
    assert found.hexdigest() == "3e209e2af70c73066aa56f8e46df6455973dbfba270287ebecc9634c0b2efba2"


@pytest.mark.parametrize("name", ["random", "williams", "incomplete"])
def test_the_order_in_the_bundle_has_no_influence(name):
    items = 4 if name == "incomplete" else "all"
    turned = {page: list(reversed(PAGES[page])) for page in reversed(PAGES)}
    settings = {"design": name, "items_per_assessor": items, "repeats": 2}
    assert allocation(5, turned, **settings) == allocation(5, PAGES, **settings)


@pytest.mark.parametrize("name", ["random", "williams"])
def test_every_page_and_stimulus_comes_once(name):
    for pages in allocation(8, PAGES, design=name):
        assert sorted(page.page for page in pages) == sorted(PAGES)
        for page in pages:
            assert sorted(slot.stimulus_id for slot in page.slots) == sorted(PAGES[page.page])
            assert "".join(slot.label for slot in page.slots) == "ABCDEFG"


@pytest.mark.parametrize("name", ["random", "williams"])
def test_starting_places_are_even_from_0_to_100_in_steps_of_a_tenth(name):
    given = allocation(100, PAGES, design=name)
    places = np.array([slot.initial for pages in given for page in pages for slot in page.slots])
    assert places.min() >= 0 and places.max() <= 100
    assert np.array_equal(places, np.round(places, 1))
    assert kstest(places / 100, "uniform").pvalue > 0.001


@pytest.mark.parametrize("name", ["random", "williams", "incomplete"])
def test_a_further_scale_has_places_of_its_own_and_changes_nothing_of_the_rest(name):
    plan = {"design": name, "items_per_assessor": 4 if name == "incomplete" else "all", "repeats": 2}
    alone, two, three = (allocation(30, PAGES, further=scales, **plan) for scales in ((), ("x",), ("x", "y")))
    slots = [[slot for pages in given for page in pages for slot in page.slots] for given in (alone, two, three)]
    assert [(one.stimulus_id, one.initial) for one in slots[0]] == [(one.stimulus_id, one.initial) for one in slots[2]]
    assert [one.further["x"] for one in slots[1]] == [one.further["x"] for one in slots[2]]
    places = np.array([[one.initial, one.further["x"], one.further["y"]] for one in slots[2]])
    assert np.abs(np.corrcoef(places.T) - np.eye(3)).max() < 4 / np.sqrt(len(places))  # four standard errors
    assert kstest(places[:, 1] / 100, "uniform").pvalue > 0.001


def test_stimuli_are_even_over_positions_and_pages_over_places():
    # chi-squared test of independence over 2,000 assessors
    slots = np.zeros((7, 7))
    order = np.zeros((6, 6))
    for pages in allocation(2000, PAGES):
        for place, page in enumerate(pages):
            order[int(page.page[1]), place] += 1
            for position, slot in enumerate(page.slots):
                slots[int(slot.stimulus_id[-1]), position] += 1
    assert chi2_contingency(slots).pvalue > 0.001
    assert chi2_contingency(order).pvalue > 0.001


def test_fewer_items_are_a_random_choice_of_pages():
    given = allocation(200, PAGES, items_per_assessor=2)
    chosen = [frozenset(page.page for page in pages) for pages in given]
    assert {len(pages) for pages in chosen} == {2}
    assert len(set(chosen)) == 15  # all pairs of six


def test_the_level_is_set_by_any_stimulus():
    stimuli = [stimulus for page in PAGES.values() for stimulus in page]
    chosen = {level_stimulus(7, f"a{n}", stimuli) for n in range(1000)}
    assert chosen == set(stimuli)
