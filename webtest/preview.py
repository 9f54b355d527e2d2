"""The whole allocation of a study before it is launched: how even it is, and a table of who will hear what.

The designs ``williams`` and ``incomplete`` are known in advance, cell by cell; ``random`` is drawn for pseudonyms that
do not exist yet, so that pseudonyms of the preview's own stand for them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import product
from math import lcm

from evalkit.session import Session
from evalkit.study import Study
from webtest.assignment import AssignedPage, design_of, material_of
from webtest.assignment.balance import balance_of
from webtest.assignment.williams import williams_rows
from webtest.export import escape
from webtest.methods import Method

Finding = tuple[str, str, str]
ORDERS = {
    "random": "pages and slots in random order",
    "williams": "pages and slots in orders of Williams designs",
    "incomplete": "pages chosen in balance, slots in orders of Williams designs",
}
COLUMNS = ("cell", "page_position", "page", "item", "replicate", "slot", "label", "stimulus", "scale", "initial")


def allocation(study: Study, session: Session, *, further: Sequence[str] = ()) -> list[tuple[AssignedPage, ...]]:
    """Return the pages of each assessor for as many as the study is planned for, in the order of the cells.

    Parameters
    ----------
    further : names of the scales after the first one, if their starting places are wanted
    """
    pages = {page.id: [one.id for one in page.stimuli] for page in session.pages}
    design = design_of(study.spec, pages, further=further)
    assessors = material_of(study.spec, pages).assessors
    return [design.assign(f"preview {cell}", cell) for cell in range(assessors)]


def summary(study: Study, session: Session) -> str:
    """Say what each assessor hears, in which kind of order."""
    material = material_of(study.spec, {page.id: [one.id for one in page.stimuli] for page in session.pages})
    most = max(len(page.stimuli) for page in session.pages)
    again = f", {material.repeats} of them twice" if material.repeats else ""
    named = study.spec.page.open_reference
    return (
        f"{material.per_assessor} of {len(material.pages)} pages for each assessor{again}, up to {most} stimuli a page"
        f"{f', an open reference ({named})' if named else ''}, {ORDERS[study.spec.assignment.design]}"
    )


def findings(study: Study, session: Session) -> list[Finding]:
    """Report on the allocation of the planned assessors: coverage, balance, and where the whole of it is to be had."""
    pages = {page.id: [one.id for one in page.stimuli] for page in session.pages}
    material = material_of(study.spec, pages)
    counts = balance_of(allocation(study, session), material)
    design = study.spec.assignment.design
    said = study.spec.assignment.target_assessors is not None
    planned = f"{material.assessors} assessors{'' if said else ' (no target_assessors: as many as pages)'}"
    known = "for example " if design == "random" else ""
    coverage = f"with {planned}, {known}each item is heard by {counts.pages}, each two items by {counts.pairs}"
    if material.repeats:
        coverage += f", each item a second time by {counts.repeats}"
    balance = (
        f"{known}each item comes at each place {counts.page_places} times and right after each other item "
        f"{counts.page_neighbours} times; each stimulus at each place of its page {counts.slot_places} times and right "
        f"after each other one {counts.slot_neighbours} times"
    )
    if design == "williams":
        whole = lcm(*(len(williams_rows(number)) for number in {len(pages), *map(len, material.pages.values())}))
        balance += f"; exactly even for {whole} assessors, and for every multiple"
    version = design_of(study.spec, pages).version
    kept = f"seed {study.spec.seed}, algorithm {version} of '{design}'; orders are stored as each listener is admitted"
    return [
        ("assignment: coverage", "ok", coverage),
        ("assignment: balance", "ok", balance),
        ("assignment: kept", "ok", f"{kept}; the whole table: 'evalkit admin allocation {study.folder}'"),
    ]


def table(assigned: Sequence[Sequence[AssignedPage]], method: Method, session: Session) -> str:
    """Return who hears what as CSV, a slot and scale a row; ``session.json`` knows the conditions of the stimuli."""
    items = {page.id: escape(page.item) for page in session.pages}
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for cell, pages in enumerate(assigned):
        for position, page in enumerate(pages, start=1):
            for (place, slot), scale in product(enumerate(page.slots, start=1), method.scales):
                initial = slot.further.get(scale, slot.initial) if method.start == "random" else ""
                writer.writerow(
                    (cell, position, page.page, items[page.page], page.replicate, place, slot.label, slot.stimulus_id,
                     scale, initial)
                )  # fmt: skip
    return text.getvalue()
