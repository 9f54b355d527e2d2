"""Post-screening rules, one module each; the module's name is the rule's name.

A rule judges each assessor by its evidence and removes nothing. It has

- ``TITLE``: what it looks for, for people, and ``SOURCE``: who prescribes it, or that it is our choice;
- ``METHODS``: the rating methods it is defined for; empty: any;
- ``EVIDENCE``: the numbers behind its verdicts, each with its meaning;
- ``Options``: its settings, a :class:`RuleOptions`;
- ``judge(dataset, options)``: a :class:`Judgement`.

Rules of Recommendations exclude by default; those that are our own choice flag. ``action`` changes that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, Protocol, cast

from pydantic import Field

from analysis.dataset import Dataset
from evalkit import registry
from evalkit.config import StrictModel
from evalkit.study import StudySpec

KIND = "analysis.screening"
OWN_CHOICE = "evalkit's own choice; declare another before the data if you have a better one"
TEST_OF_METHOD = {"mushra": "BS.1534", "bs1116": "BS.1116"}
Action = Literal["exclude", "flag"]
Number = float | int | None


class RuleOptions(StrictModel):
    """What every rule takes: whether who fails it is excluded from the results, or only flagged."""

    action: Action = "flag"

    def check(self, study: StudySpec) -> None:
        """Check what the options name in a study.

        Raises
        ------
        ValueError
            If it does not stand in the study.
        """


class ShareOptions(RuleOptions):
    """Options of a rule that counts faults: up to this share of them is tolerated."""

    maximum_share: float = Field(default=0.25, ge=0, lt=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One assessor under one rule: ``failed`` is None where there is nothing to judge by."""

    assessor: str
    failed: bool | None
    text: str
    evidence: Mapping[str, Number]


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What a rule found, with what has to be said about it; ``reason``: why it does not apply."""

    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str = ""


class Rule(Protocol):
    """What a module of this package offers."""

    TITLE: str
    SOURCE: str
    METHODS: tuple[str, ...]
    EVIDENCE: Mapping[str, str]
    Options: type[RuleOptions]

    def judge(self, dataset: Dataset, options: RuleOptions) -> Judgement: ...


@cache
def rule_names() -> tuple[str, ...]:
    """List the rules, sorted."""
    return tuple(registry.names(KIND))


@cache
def load_rule(name: str) -> Rule:
    """Import a rule by its name.

    Raises
    ------
    ConfigError
        If there is no such rule.
    """
    return cast(Rule, registry.load(KIND, name))
