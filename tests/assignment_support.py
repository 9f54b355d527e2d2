"""For the tests of assignment: designs without a study file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evalkit.study import StudySpec
from webtest.assignment import AssignedPage, Design, design_of, material_of
from webtest.assignment.pages import Material


def made_pages(pages: int, stimuli: int) -> dict[str, list[str]]:
    """Name stimuli so that page and number can be read from them."""
    return {f"p{page}": [f"{page}.{stimulus}" for stimulus in range(stimuli)] for page in range(pages)}


def spec(*, seed: int = 7, repeats: int = 0, **assignment: Any) -> StudySpec:
    """Make a study that differs from any other in its assignment only."""
    return StudySpec.model_validate(
        {
            "schema": "evalkit-study/1",
            "title": "Designs",
            "seed": seed,
            "page": {"method": "ape", "question": "?", "repeats": repeats},
            "conditions": [{"id": name, "label": name, "system": "files"} for name in "ab"],
            "assignment": assignment,
        }
    )


def design(pages: dict[str, list[str]], *, further: Sequence[str] = (), **settings: Any) -> Design:
    return design_of(spec(**settings), pages, further=further)


def material(pages: dict[str, list[str]], **settings: Any) -> Material:
    return material_of(spec(**settings), pages)


def allocation(assessors: int, pages: dict[str, list[str]], **settings: Any) -> list[tuple[AssignedPage, ...]]:
    """Return the pages of the first assessors."""
    made = design(pages, **settings)
    return [made.assign(f"a{cell}", cell) for cell in range(assessors)]
