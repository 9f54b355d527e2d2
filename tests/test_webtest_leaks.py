"""Nothing that leaves the server tells a condition: no name, hash or file, and nothing that a classifier could use.

A p above 0.001 is asked of the real server: one run in a thousand fails by chance, since ids and times are real. Leaks
that were planted on purpose are found at a p below 0.001, or the classifier would prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask, Response, request
from leak_classifier import Table, p_value, tabulate
from leak_observer import Observation, observe
from leak_study import BITS, CONDITIONS, MARKED, build_telling_study

from evalkit.session import AUDIO_FOLDER, read_session
from evalkit.study import Study
from webtest.assignment import AssignedPage, AssignedSlot
from webtest.assignment.at_random import AtRandom
from webtest.blinding import Library

FEW, MANY, PLANTED = 12, 200, 60  # sessions
TELLS = 0.001
SEED = 1
Plant = Callable[[Study, pytest.MonkeyPatch], Callable[[Flask], None]]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Make a study of one page with names that cannot occur by chance."""
    return build_telling_study(tmp_path_factory.mktemp("telling") / "study", pages=1)


@pytest.fixture(scope="module")
def seen(study: Study) -> Observation:
    """Watch a few sessions."""
    return observe(study, FEW)


def marked_stimuli(study: Study) -> set[str]:
    return {
        one.id for page in read_session(study.session_folder).pages for one in page.stimuli if one.condition == MARKED
    }


def plant_size(study: Study, patch: pytest.MonkeyPatch) -> Callable[[Flask], None]:
    """Serve one condition with a byte more."""
    marked, whole = marked_stimuli(study), Library.size
    patch.setattr(Library, "size", lambda self, one: whole(self, one) + (one in marked))
    return lambda app: None


def plant_header(study: Study, patch: pytest.MonkeyPatch) -> Callable[[Flask], None]:
    """Say of one condition that it came from another cache."""
    marked, served = marked_stimuli(study), Library.served

    def note(self: Library, stimulus_id: str, name: str) -> tuple[bytes, bytes]:
        request.environ["is_marked"] = stimulus_id in marked
        return served(self, stimulus_id, name)

    def plant(app: Flask) -> None:
        @app.after_request
        def tell(response: Response) -> Response:
            is_marked = "/audio/" in request.path and request.environ.get("is_marked")
            response.headers["X-Cache"] = "HIT" if is_marked else "MIS"
            return response

    patch.setattr(Library, "served", note)
    return plant


def plant_order(study: Study, patch: pytest.MonkeyPatch) -> Callable[[Flask], None]:
    """Put one condition first on four pages of five, and by chance on some of the rest."""
    marked, assign = marked_stimuli(study), AtRandom.assign
    rng = np.random.default_rng(0)

    def first(page: AssignedPage) -> AssignedPage:
        stimuli = [slot.stimulus_id for slot in page.slots]
        if rng.random() < 0.8:
            stimuli.sort(key=lambda one: one not in marked)
        slots = [
            AssignedSlot(stimulus_id=one, label=slot.label, initial=slot.initial)
            for one, slot in zip(stimuli, page.slots, strict=True)
        ]
        return AssignedPage(page=page.page, slots=tuple(slots))

    def partial(*given: Any) -> Sequence[AssignedPage]:
        return tuple(first(page) for page in assign(*given))

    patch.setattr(AtRandom, "assign", partial)
    return lambda app: None


PLANTS = {"size": plant_size, "header": plant_header, "order": plant_order}


def test_the_conditions_differ_in_size_before_they_are_served(study: Study) -> None:
    [page] = read_session(study.session_folder).pages
    sizes = [(study.session_folder / AUDIO_FOLDER / one.file).stat().st_size for one in page.stimuli]
    assert len(sizes) == len(BITS) and sizes == sorted(sizes, reverse=True) and sizes[0] > 2 * sizes[-1]


def test_no_name_hash_or_file_of_a_condition_leaves_the_server(seen: Observation) -> None:
    assert seen.found == []
    assert seen.searched_bytes > FEW * len(CONDITIONS) * 50_000


def test_the_search_finds_what_it_looks_for(seen: Observation) -> None:
    probe = Observation(needles=seen.needles, conditions={})
    for number, needle in enumerate(seen.needles):
        probe.search(str(number), (), b"...." + needle + b"....")
    assert {found.split(":")[0] for found in probe.found} == {str(number) for number in range(len(seen.needles))}


def test_sounds_of_a_page_have_the_same_headers_apart_from_the_time(seen: Observation) -> None:
    sounds = [answer for answer in seen.answers if answer.condition is not None]
    assert len({tuple(one for one in answer.headers if one[0] != "Date") for answer in sounds}) == 1
    assert {answer.size for answer in sounds} == {sounds[0].size}


def test_a_classifier_cannot_tell_the_conditions(seen: Observation) -> None:
    table = tabulate(seen)
    assert len(table.labels) == FEW * len(CONDITIONS)
    assert p_value(table, seed=SEED) > TELLS


@pytest.mark.parametrize("leak", list(PLANTS))
def test_a_planted_leak_is_found_in_a_few_sessions(study: Study, leak: str) -> None:
    assert p_value(tabulate(with_leak(study, leak, 2 * FEW if leak == "order" else FEW)), seed=SEED) < TELLS


def with_leak(study: Study, leak: str, robots: int) -> Observation:
    with pytest.MonkeyPatch.context() as patch:
        return observe(study, robots, plant=PLANTS[leak](study, patch))


@pytest.mark.slow  # a few sessions are too few: one condition of several, in one of the features
def test_a_condition_that_takes_longer_is_found(study: Study) -> None:
    seen = observe(study, PLANTED)
    slower = [
        replace(answer, whole_ms=answer.whole_ms + 10_000) if answer.condition == MARKED else answer
        for answer in seen.answers
    ]
    changed = Observation(needles=(), conditions={}, answers=slower)
    assert p_value(tabulate(changed), seed=SEED) < TELLS


@pytest.mark.slow
def test_two_hundred_sessions_tell_nothing(tmp_path: Path) -> None:
    seen = observe(build_telling_study(tmp_path / "study", pages=2), MANY)
    assert seen.found == []
    table = tabulate(seen)
    assert len(set(table.sessions)) == MANY and len(table.labels) == MANY * 2 * len(CONDITIONS)
    assert p_value(table, seed=SEED) > TELLS


@pytest.mark.slow
@pytest.mark.parametrize("leak", list(PLANTS))
def test_a_planted_leak_is_found_among_many_sessions(study: Study, leak: str) -> None:
    assert p_value(tabulate(with_leak(study, leak, PLANTED)), seed=SEED) < TELLS


def test_without_information_the_p_values_are_spread_evenly() -> None:
    rng = np.random.default_rng(2)
    found = []
    for seed in range(8):
        pages = np.repeat(np.arange(10), 4)
        labels = np.concatenate([rng.permutation(4) for _ in range(10)])
        values = rng.standard_normal((40, 3))
        table = Table(kinds=("a", "b", "c"), values=values, labels=labels, pages=pages, sessions=pages)
        found.append(p_value(table, seed=seed))
    assert min(found) > TELLS and 0.2 < np.mean(found) < 0.8
