"""Linear mixed model: the conditions' means for assessors and items in general.

Assessors and items are crossed random samples, and so are their own likings of each condition
(assessor x condition, item x condition): the claim reaches beyond the items that were heard.
Variances by restricted maximum likelihood (:mod:`.reml`), degrees of freedom by Satterthwaite's
method (:mod:`.model`); missing ratings are allowed if they do not depend on what they would have
been. Residuals are taken for normal, which a bounded scale is only roughly.

:func:`run` tests the conditions together, :func:`contrasts` pairs of them, :func:`factors` systems
and tasks where both are crossed.

References
----------
.. [1] R. H. Baayen, D. J. Davidson and D. M. Bates, "Mixed-effects modeling with crossed random
   effects for subjects and items", Journal of Memory and Language 59, 390-412 (2008).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from analysis.inference.mixed_model.fit import NoModelError, fit
from analysis.inference.mixed_model.model import Estimate, FTest, MixedModel
from analysis.results import Effect, TestResult, Unit, Values, result_id
from analysis.tails import log10_f_sf, log10_t_two_sided

NAME = "mixed_model"
GROUPS = "many"
MATCHED = True
LEVEL = 0.95
METHOD = "mixed model, Satterthwaite"


def run(units: pd.DataFrame, groups: Sequence[str], *, unit: Unit = "rating") -> TestResult:
    """Test whether the conditions have one mean; the effects are their means and the variances."""
    n = int(units[list(groups)].notna().to_numpy().sum())
    blank = TestResult(id=NAME, test=NAME, groups=tuple(groups), unit=unit, n=n)
    try:
        model = fit(units, groups)
    except NoModelError as error:
        return replace(blank, status=error.status, notes=(str(error),))
    return omnibus(model, unit=unit)


def omnibus(model: MixedModel, *, unit: Unit = "rating") -> TestResult:
    """Test with a fitted model whether its conditions have one mean."""
    means = [(f"mean/{condition}", model.mean(condition, level=LEVEL)) for condition in model.conditions]
    variances = [*model.variances.items(), ("residual", model.residual)]
    result = _f_result(model, NAME, model.conditions, model.f_test_of_conditions(), unit)
    return replace(
        result,
        effects=(
            *(_effect(name, mean) for name, mean in means),
            *(Effect(name=f"variance/{term}", value=value, method="REML") for term, value in variances),
        ),
        notes=tuple(f"no random effect of {term}: {reason}" for term, reason in model.left_out.items()),
    )


def contrasts(model: MixedModel, pairs: Sequence[tuple[str, str]], *, unit: Unit = "rating") -> tuple[TestResult, ...]:
    """Test pairs of a fitted model's conditions, by t of their mean difference."""
    found = []
    for pair in pairs:
        difference = model.difference(*pair, level=LEVEL)
        t = difference.value / difference.se
        found.append(
            TestResult(
                id=result_id(NAME, pair),
                test=NAME,
                groups=pair,
                unit=unit,
                n=model.n,
                statistic=t,
                df=difference.df,
                p=2 * float(stats.t.sf(abs(t), difference.df)),
                log10_p=log10_t_two_sided(t, difference.df),
                effects=(_effect("mean_difference", difference),),
            )
        )
    return tuple(found)


def factors(
    model: MixedModel, cells: Mapping[str, tuple[str, str]], *, unit: Unit = "rating"
) -> tuple[TestResult, ...]:
    """Test systems, tasks and whether systems differ alike in each task.

    Parameters
    ----------
    cells : system and task of each condition that has both; conditions of systems that were not
        rated in every task stay in the model, but not in these tests

    Returns
    -------
    ``mixed_model/system``, ``mixed_model/task`` and ``mixed_model/system:task``; nothing if there
    are not two systems that were rated in the same two tasks or more
    """
    place = {cell: model.conditions.index(condition) for condition, cell in cells.items()}
    tasks = sorted({task for _, task in place})
    systems = sorted({system for system, _ in place if all((system, task) in place for task in tasks)})
    if len(systems) < 2 or len(tasks) < 2:
        return ()
    grid = np.array([[place[system, task] for task in tasks] for system in systems])
    by_system, by_task = _differences(len(systems)), _differences(len(tasks))
    share_of_tasks, share_of_systems = (
        np.full((1, len(tasks)), 1 / len(tasks)),
        np.full((1, len(systems)), 1 / len(systems)),
    )
    found = []
    for name, weights in (
        ("system", np.kron(by_system, share_of_tasks)),
        ("task", np.kron(share_of_systems, by_task)),
        ("system:task", np.kron(by_system, by_task)),
    ):
        whole = np.zeros((len(weights), len(model.conditions)))
        whole[:, grid.ravel()] = weights
        conditions = tuple(model.conditions[number] for number in sorted(grid.ravel()))
        found.append(_f_result(model, result_id(NAME, [name]), conditions, model.f_test(whole), unit))
    return tuple(found)


def _f_result(model: MixedModel, name: str, groups: tuple[str, ...], test: FTest, unit: Unit) -> TestResult:
    return TestResult(
        id=name,
        test=NAME,
        groups=groups,
        unit=unit,
        n=model.n,
        statistic=test.f,
        df=(test.df1, test.df2),
        p=float(stats.f.sf(test.f, test.df1, test.df2)),
        log10_p=log10_f_sf(test.f, test.df1, test.df2),
    )


def _effect(name: str, estimate: Estimate) -> Effect:
    return Effect(name=name, value=estimate.value, low=estimate.low, high=estimate.high, level=LEVEL, method=METHOD)


def _differences(n: int) -> Values:
    """Return n - 1 rows: each level less the first."""
    return np.asarray(np.eye(n)[1:] - np.eye(n)[:1])
