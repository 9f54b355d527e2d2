"""Which conditions are the hidden reference and the anchors of a BS.1534 test, and whether its rules can apply."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.dataset import Dataset
from evalkit.errors import ConfigError
from evalkit.registry import did_you_mean
from evalkit.study import StudySpec

SCALE = (0.0, 100.0)  # the continuous quality scale of BS.1534
DEFAULT_CORNER_HZ = 3500  # of the system lowpass_anchor


def hidden_references(dataset: Dataset) -> list[str]:
    """Return the conditions of role reference."""
    return [condition.id for condition in dataset.conditions if condition.role == "reference"]


def ratings_of(dataset: Dataset, conditions: Sequence[str]) -> pd.Series:
    """Return the given scores of some conditions, with assessor and item as index."""
    rated = dataset.ratings[dataset.ratings["condition"].isin(conditions)].dropna(subset=["score"])
    return rated.set_index(["assessor", "item"])["score"]


def lowpass_anchors(dataset: Dataset, corner_hz: int, named: str | None) -> list[str]:
    """Return the condition that an option names, else the study's low-pass anchors of a corner frequency.

    Raises
    ------
    ConfigError
        If the named condition was not rated.
    """
    if named is not None:
        if named not in dataset.ids:
            known = ", ".join(dataset.ids)
            raise ConfigError(
                f"{dataset.path}: no condition '{named}'; there are {known}{did_you_mean(named, dataset.ids)}"
            )
        return [named]
    if dataset.study is None:
        return []
    return [
        condition.id
        for condition in dataset.study.spec.conditions
        if condition.system == "lowpass_anchor"
        and condition.options.get("corner_hz", DEFAULT_CORNER_HZ) == corner_hz
        and condition.id in dataset.ids
    ]


def check_condition(name: str | None, study: StudySpec) -> None:
    """Check that an option names a condition of the study.

    Raises
    ------
    ValueError
        If it does not.
    """
    known = [condition.id for condition in study.conditions]
    if name is not None and name not in known:
        raise ValueError(f"no condition '{name}'; there are {', '.join(known)}{did_you_mean(name, known)}")


def scale_problem(dataset: Dataset) -> str:
    """Say why grades of BS.1534 cannot be compared with 90; empty if they can."""
    if dataset.scale is None:
        return "the rating scale is not known: name it with --scale 0:100"
    if dataset.scale != SCALE:
        return f"the scale is {dataset.scale[0]:g} to {dataset.scale[1]:g}, the rule is for 0 to 100"
    return ""
