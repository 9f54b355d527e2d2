"""Assignment: pure, per assessor, and even."""

import numpy as np
from scipy.stats import chi2_contingency, kstest

from webtest.assignment import assign, level_stimulus

PAGES = {f"p{page}": [f"s{page}{stimulus}" for stimulus in range(7)] for page in range(6)}


def test_the_same_assessor_always_gets_the_same():
    assert assign(7, "ann", PAGES) == assign(7, "ann", PAGES)


def test_assessors_and_seeds_differ():
    assert assign(7, "ann", PAGES) != assign(7, "bob", PAGES)
    assert assign(7, "ann", PAGES) != assign(8, "ann", PAGES)


def test_the_order_in_the_bundle_has_no_influence():
    turned = {page: list(reversed(PAGES[page])) for page in reversed(PAGES)}
    assert assign(7, "ann", turned) == assign(7, "ann", PAGES)


def test_every_page_and_stimulus_comes_once():
    pages = assign(7, "ann", PAGES)
    assert sorted(page.page for page in pages) == sorted(PAGES)
    for page in pages:
        assert sorted(slot.stimulus_id for slot in page.slots) == sorted(PAGES[page.page])
        assert "".join(slot.label for slot in page.slots) == "ABCDEFG"


def test_starting_places_are_even_from_0_to_100_in_steps_of_a_tenth():
    places = np.array([s.initial for n in range(100) for page in assign(7, f"a{n}", PAGES) for s in page.slots])
    assert places.min() >= 0 and places.max() <= 100
    assert np.array_equal(places, np.round(places, 1))
    assert kstest(places / 100, "uniform").pvalue > 0.001


def test_stimuli_are_even_over_positions_and_pages_over_places():
    # chi-squared test of independence over 2,000 assessors
    slots = np.zeros((7, 7))
    order = np.zeros((6, 6))
    for number in range(2000):
        for place, page in enumerate(assign(7, f"a{number}", PAGES)):
            order[int(page.page[1]), place] += 1
            for position, slot in enumerate(page.slots):
                slots[int(slot.stimulus_id[-1]), position] += 1
    assert chi2_contingency(slots).pvalue > 0.001
    assert chi2_contingency(order).pvalue > 0.001


def test_fewer_items_are_a_random_choice_of_pages():
    chosen = [frozenset(page.page for page in assign(7, f"a{n}", PAGES, items_per_assessor=2)) for n in range(200)]
    assert {len(pages) for pages in chosen} == {2}
    assert len(set(chosen)) == 15  # all pairs of six


def test_the_level_is_set_by_any_stimulus():
    stimuli = [stimulus for page in PAGES.values() for stimulus in page]
    chosen = {level_stimulus(7, f"a{n}", stimuli) for n in range(1000)}
    assert chosen == set(stimuli)
