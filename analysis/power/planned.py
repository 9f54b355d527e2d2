"""What to simulate: what is asked for, completed by what a pilot says."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.corrections import Correction
from analysis.dataset import FILE_SEED, Dataset
from analysis.power import PowerPlan
from analysis.power.components import Components, of_pilot
from analysis.power.decisions import DECISIONS
from evalkit.errors import ConfigError
from evalkit.study import Analysis


def planned(
    pilot: Dataset | None,
    *,
    sds: Mapping[str, float],
    scale: tuple[float, float] | None,
    test: str,
    conditions: int | None,
    difference: float,
    margin: float | None,
    assessors: tuple[int, ...],
    items: tuple[int, ...],
    alpha: float | None,
    correction: Correction | None,
    runs: int,
    seed: int | None,
) -> PowerPlan:
    """Join what is asked for with a pilot's components, conditions and analysis plan; None: as in the pilot.

    Parameters
    ----------
    pilot : ratings; without them ``sds`` states the components
    scale : lowest and highest score, for stated components

    Raises
    ------
    ConfigError
        If something is missing or does not go together.
    DataError
        If the pilot gives no components.
    """
    _check(pilot, sds, test, difference, margin)
    if pilot is None:
        components, analysis, own_seed = _stated(sds, scale), Analysis(), FILE_SEED
    else:
        components, analysis, own_seed = of_pilot(pilot), pilot.plan, pilot.seed
        conditions = conditions or len(pilot.ids)
    fewest = DECISIONS[test].fewest_conditions
    if conditions is None or conditions < fewest:
        found = "none" if conditions is None else str(conditions)
        raise ConfigError(f"--conditions: {test} compares {fewest} or more, found {found}")
    return PowerPlan(
        components=components,
        test=test,
        conditions=conditions,
        difference=difference,
        margin=margin,
        alpha=analysis.alpha if alpha is None else alpha,
        correction=analysis.correction if correction is None else correction,
        assessors=assessors,
        items=items,
        runs=runs,
        seed=own_seed if seed is None else seed,
    )


def _stated(sds: Mapping[str, float], scale: tuple[float, float] | None) -> Components:
    return Components(
        assessor=sds.get("assessor", 0.0),
        item=sds.get("item", 0.0),
        assessor_condition=sds.get("assessor_condition", 0.0),
        item_condition=sds.get("item_condition", 0.0),
        error=sds["error"],
        centre=50.0 if scale is None else (scale[0] + scale[1]) / 2,
        scale=scale,
    )


def _check(pilot: Dataset | None, sds: Mapping[str, float], test: str, difference: float, margin: float | None) -> None:
    if (pilot is None) == (not sds):
        raise ConfigError("expected either a pilot (STUDY or FILE) or its components, --sd error=POINTS and others")
    if pilot is None and sds.get("error", 0) == 0:
        raise ConfigError("--sd error=POINTS: expected more than 0")
    if (margin is not None) != (test == "tost"):
        raise ConfigError("--margin is needed for --test tost, and for no other")
    if difference == 0 and test != "tost":
        raise ConfigError(f"--difference: how many points better is one condition in truth? {test} looks for it")
