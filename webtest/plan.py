"""Whether the rating page can present a study as it is written."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.study import Study
from webtest.assignment import LABELS
from webtest.crowd import check_recruitment
from webtest.questions import check_questions


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
    if len(spec.conditions) > len(LABELS):
        raise study.error(f"found {len(spec.conditions)}, a page has at most {len(LABELS)} labels", "conditions")
    for number, entry in enumerate(spec.flow):
        if entry in spec.flow[:number]:
            raise study.error(f"the step '{entry}' stands there twice", "flow", number)
    if "consent" in spec.flow[1:]:
        raise study.error("consent comes first: nothing is asked before it", "flow", spec.flow.index("consent"))
    not_yet = {
        ("assignment", "design"): (spec.assignment.design, "random"),
        ("page", "repeats"): (spec.page.repeats, 0),
        ("page", "open_reference"): (spec.page.open_reference, None),
        ("checks", "headphones"): (spec.checks.headphones, "off"),
    }
    for keys, (found, known) in not_yet.items():
        if found != known:
            expected = "nothing" if known is None else known
            raise study.error(f"'{found}' is not available yet, expected {expected}", *keys)


def check_pages(study: Study, stimuli: Sequence[int]) -> None:
    """Check that the built pages can be shown.

    Parameters
    ----------
    stimuli : how many each page holds

    Raises
    ------
    ConfigError
        If a page has more stimuli than labels, or more pages are wanted per assessor than there are.
    """
    if max(stimuli) > len(LABELS):
        raise study.error(f"a page of {max(stimuli)} stimuli, there are {len(LABELS)} labels", "conditions")
    wanted = study.spec.assignment.items_per_assessor
    if wanted != "all" and wanted > len(stimuli):
        raise study.error(f"found {wanted}, there are {len(stimuli)} pages", "assignment", "items_per_assessor")
