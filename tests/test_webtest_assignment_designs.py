"""Designs whose balance is claimed: the claims are counted, for every number of treatments that comes into question."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise, permutations

import numpy as np
import pytest
from assignment_support import allocation, design, made_pages, material
from hypothesis import given, settings
from hypothesis import strategies as st

from webtest.assignment.balance import Range, balance_of
from webtest.assignment.blocks import balanced_blocks
from webtest.assignment.williams import order_at, williams_rows

SEEDS = st.integers(0, 2**32)


def even(count: int) -> Range:
    return Range(least=count, most=count)


# --- Williams designs


@pytest.mark.parametrize("treatments", range(1, 27))
def test_each_treatment_of_a_williams_design_comes_at_each_place_equally_often(treatments):
    rows = np.array(williams_rows(treatments))
    assert all(sorted(row) == list(range(treatments)) for row in rows)
    for place in range(treatments):
        assert set(np.bincount(rows[:, place], minlength=treatments)) == {len(rows) // treatments}


@pytest.mark.parametrize("treatments", range(2, 27))
def test_each_ordered_pair_of_a_williams_design_is_adjacent_equally_often(treatments):
    followed = Counter(pair for row in williams_rows(treatments) for pair in pairwise(row))
    assert followed == dict.fromkeys(permutations(range(treatments), 2), 1 if treatments % 2 == 0 else 2)


@given(treatments=st.integers(1, 12), seed=SEEDS, run=st.integers(0, 5))
def test_every_run_of_orders_is_a_whole_williams_design(treatments, seed, run):
    length = len(williams_rows(treatments))
    orders = [order_at(run * length + turn, treatments, seed=seed, of=("pages",)) for turn in range(length)]
    followed = Counter(pair for order in orders for pair in pairwise(order))
    assert len(set(followed.values())) <= 1 and len(followed) == treatments * (treatments - 1)
    for place in range(treatments):
        assert set(Counter(order[place] for order in orders).values()) == {length // treatments}


@given(treatments=st.integers(1, 13), seed=SEEDS)
def test_places_are_even_after_as_many_assessors_as_treatments(treatments, seed):
    orders = [order_at(turn, treatments, seed=seed, of=("pages",)) for turn in range(treatments)]
    assert all(len({order[place] for order in orders}) == treatments for place in range(treatments))


def test_runs_are_shuffled_anew():
    runs = [[order_at(4 * run + turn, 4, seed=7, of=("pages",)) for turn in range(4)] for run in range(3)]
    assert runs[0] != runs[1] != runs[2]


@settings(max_examples=20, deadline=None)
@given(pages=st.integers(1, 7), stimuli=st.integers(2, 7), seed=SEEDS)
def test_pages_and_slots_of_the_design_williams_are_exactly_even(pages, stimuli, seed):
    made = made_pages(pages, stimuli)
    assessors = int(np.lcm(len(williams_rows(pages)), len(williams_rows(stimuli))))
    found = balance_of(allocation(assessors, made, design="williams", seed=seed), material(made))
    assert found.pages == even(assessors)
    assert found.page_places == even(assessors // pages)
    assert found.slot_places == even(assessors // stimuli)
    assert found.slot_neighbours == even(assessors // stimuli)
    assert found.page_neighbours == even(assessors // pages if pages > 1 else 0)


# --- incomplete blocks


@settings(max_examples=40, deadline=None)
@given(data=st.data(), items=st.integers(2, 9), assessors=st.integers(1, 12), seed=SEEDS)
def test_items_of_the_design_incomplete_come_equally_often(data, items, assessors, seed):
    made = made_pages(items, 2)
    wanted = data.draw(st.integers(1, items - 1))
    plan = {"design": "incomplete", "items_per_assessor": wanted, "target_assessors": assessors, "seed": seed}
    for runs in (1, 2):  # those planned, and as many again
        given_pages = allocation(runs * assessors, made, **plan)
        assert all(len({page.page for page in pages}) == len(pages) == wanted for pages in given_pages)
        heard = balance_of(given_pages, material(made, **plan)).pages
        assert heard.most - heard.least <= 1
        assert heard.least == runs * assessors * wanted // items


@pytest.mark.parametrize(
    ("items", "size", "blocks", "together"),
    [(7, 3, 7, 1), (6, 3, 10, 2), (9, 3, 12, 1), (13, 4, 13, 1), (11, 5, 11, 2), (8, 4, 14, 3)],
    # the projective planes of order 2 and 3, the affine plane of order 3, the biplane of Paley, a Hadamard 3-design:
    # classical designs, in which together * (items - 1) = comes * (size - 1) and items * comes = blocks * size
)
@pytest.mark.parametrize("seed", range(3))
def test_balanced_incomplete_block_designs_are_found_where_they_exist(items, size, blocks, together, seed):
    none = [[0] * items for _ in range(items)]
    found = balanced_blocks(size, blocks, came=[0] * items, together=none, rng=np.random.default_rng(seed))
    pairs = Counter(pair for block in found for pair in combinations(block, 2))
    assert pairs == dict.fromkeys(combinations(range(items), 2), together)


@given(data=st.data(), items=st.integers(3, 9), seed=SEEDS)
@settings(max_examples=20, deadline=None)
def test_slots_are_even_over_those_who_hear_a_page(data, items, seed):
    made = made_pages(items, 4)
    wanted = data.draw(st.integers(1, items - 1))
    heard: dict[str, list[tuple[str, ...]]] = {}
    for pages in allocation(
        4 * items, made, design="incomplete", items_per_assessor=wanted, target_assessors=2 * items, seed=seed
    ):
        for page in pages:
            heard.setdefault(page.page, []).append(tuple(slot.stimulus_id for slot in page.slots))
    for orders in heard.values():
        whole = orders[: len(orders) // 4 * 4]
        followed = Counter(pair for order in whole for pair in pairwise(order))
        assert set(followed.values()) == {len(whole) // 4}


def test_many_more_assessors_than_planned_are_no_burden():
    made = design(made_pages(3, 2), design="incomplete", items_per_assessor=1, target_assessors=1)
    assert len(made.assign("late", 5000)) == 1


# --- what holds for each


DESIGNS = [("random", "all"), ("random", 4), ("williams", "all"), ("incomplete", 4)]


@pytest.mark.parametrize(("name", "items"), DESIGNS)
@pytest.mark.parametrize("repeats", range(1, 5))
def test_repeated_pages_come_after_all_others_and_never_twice_in_a_row(name, items, repeats):
    made = made_pages(6, 3)
    heard = 6 if items == "all" else items
    for pages in allocation(30, made, design=name, items_per_assessor=items, repeats=repeats):
        names = [page.page for page in pages]
        assert [page.replicate for page in pages] == [1] * heard + [2] * repeats
        assert len(set(names[heard:])) == repeats and set(names[heard:]) <= set(names[:heard])
        assert all(one != other for one, other in pairwise(names))


@pytest.mark.parametrize(("name", "items"), DESIGNS)
def test_repeats_change_nothing_of_the_first_hearings(name, items):
    made = made_pages(6, 3)
    without = allocation(12, made, design=name, items_per_assessor=items)
    repeated = allocation(12, made, design=name, items_per_assessor=items, repeats=2)
    assert [pages[: len(plain)] for pages, plain in zip(repeated, without, strict=True)] == without


def test_each_run_of_the_design_williams_repeats_each_page_equally_often():
    made = made_pages(6, 3)
    found = balance_of(allocation(12, made, design="williams", repeats=2), material(made))
    assert found.repeats == even(4)


def test_the_design_incomplete_repeats_pages_about_equally_often():
    made = made_pages(6, 3)
    plan = {"design": "incomplete", "items_per_assessor": 4, "target_assessors": 18, "repeats": 2}
    found = balance_of(allocation(18, made, **plan), material(made, **plan))
    assert found.repeats.most - found.repeats.least <= 1


@pytest.mark.parametrize(("name", "items"), DESIGNS[2:])
def test_a_cell_is_the_same_for_whoever_has_it(name, items):
    plan = {"design": name, "items_per_assessor": items, "target_assessors": 8, "repeats": 1}
    made = made_pages(6, 3)
    assert design(made, **plan).assign("ann", 11) == design(made, **plan).assign("bob", 11)
    assert design(made, **plan).assign("ann", 11) != design(made, **plan).assign("ann", 12)
    assert design(made, **plan).version == 2
