"""Whether the rating page can present a study as it is written."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.study import Study
from webtest.assignment import LABELS
from webtest.crowd import check_recruitment
from webtest.questions import check_questions
from webtest.words import locales


def check_plan(study: Study) -> None:
    """Check everything in ``study.yaml`` that the rating page acts on, apart from the method's own options.

    Raises
    ------
    ConfigError
        With ``file:line: field``, for the first thing that cannot be done.
    """
    spec = study.spec
    check_questions(study)
    check_recruitment(study)
    if spec.locale not in locales():
        raise study.error(f"the page does not speak '{spec.locale}', only {', '.join(locales())}", "locale")
    if len(spec.conditions) > len(LABELS):
        raise study.error(f"found {len(spec.conditions)}, a page has at most {len(LABELS)} labels", "conditions")
    for number, entry in enumerate(spec.flow):
        if entry in spec.flow[:number]:
            raise study.error(f"the step '{entry}' stands there twice", "flow", number)
    if "consent" in spec.flow[1:]:
        raise study.error("consent comes first: nothing is asked before it", "flow", spec.flow.index("consent"))
    if spec.checks.headphones != "off":
        found = spec.checks.headphones
        raise study.error(f"'{found}' is not available yet, expected off", "checks", "headphones")


def check_pages(study: Study, stimuli: Sequence[int]) -> None:
    """Check that the built pages can be shown.

    Parameters
    ----------
    stimuli : how many each page holds

    Raises
    ------
    ConfigError
        If a page has more stimuli than labels, more pages are wanted per assessor than there are, the design does
        not go with their number, or there are too few to repeat any.
    """
    if max(stimuli) > len(LABELS):
        raise study.error(f"a page of {max(stimuli)} stimuli, there are {len(LABELS)} labels", "conditions")
    plan, repeats = study.spec.assignment, study.spec.page.repeats
    heard = len(stimuli) if plan.items_per_assessor == "all" else plan.items_per_assessor
    of_items = ("assignment", "items_per_assessor")
    if heard > len(stimuli):
        raise study.error(f"found {heard}, there are {len(stimuli)} pages", *of_items)
    if plan.design == "williams" and heard < len(stimuli):
        raise study.error(
            f"found {heard} of {len(stimuli)} pages: in the design williams everybody hears all; "
            "expected all, or the design incomplete",
            *of_items,
        )
    if plan.design == "incomplete" and heard == len(stimuli):
        raise study.error(
            f"everybody hears all {heard} pages: expected fewer for the design incomplete, or the design williams",
            *of_items,
        )
    if repeats and (heard < 2 or repeats > heard):
        raise study.error(
            f"found {repeats}, each assessor hears {heard} pages: expected no more than those, and 2 pages at the "
            "least, so that none comes twice in a row",
            "page",
            "repeats",
        )
