"""Ratings with the verdicts of screening rules: every assessor stays in the data, results are given both ways.

:class:`Screened` holds the data of everybody. ``kept`` is the data without those whom a rule excludes, and
``variants`` lists the data sets for which a result has to be shown: with everybody, after screening, and by
each rule alone where rules exclude different people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from analysis.dataset import Dataset
from analysis.numerals import counted, listed
from analysis.screening import TEST_OF_METHOD, Finding, Judgement, Number, load_rule
from analysis.screening_plan import Plan, PlannedRule, plan_of_dataset
from evalkit.errors import DataError

Decision = Literal["keep", "flag", "exclude", "not_judged"]
NAMED = "Screening rules were named on the command line: they are declared rules only if chosen before the data."
ALL_FLAGGED = "The rules flag or exclude everybody: there are no results without all who are flagged."
GRAVITY: tuple[Decision, ...] = ("exclude", "flag", "keep", "not_judged")


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What one rule says about one assessor, and the numbers behind it (see the rule's ``EVIDENCE``)."""

    assessor: str
    rule: str
    decision: Decision
    text: str
    evidence: Mapping[str, Number]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """One rule applied to a data set; ``reason`` says why it does not apply, then nobody is judged."""

    rule: PlannedRule
    reason: str
    notes: tuple[str, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def applied(self) -> bool:
        """Say whether the rule fits these data."""
        return not self.reason

    def assessors(self, decision: Decision) -> tuple[str, ...]:
        """Return the assessors with a verdict."""
        return tuple(verdict.assessor for verdict in self.verdicts if verdict.decision == decision)

    def as_dict(self) -> dict[str, Any]:
        """Return the rule with its options and source as strict JSON values."""
        rule = load_rule(self.rule.name)
        return {
            "name": self.rule.name,
            "title": rule.TITLE,
            "source": rule.SOURCE,
            "options": self.rule.options.model_dump(mode="json"),
            "status": "ok" if self.applied else "not_applicable",
            "reason": self.reason,
            "notes": list(self.notes),
            "evidence": dict(rule.EVIDENCE),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """A data set for which results are shown, and which assessors it lacks."""

    label: str
    dataset: Dataset
    excluded: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Screened:
    """Everybody's ratings, and what the rules say about each assessor."""

    dataset: Dataset
    outcomes: tuple[Outcome, ...]

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Return all verdicts, rule after rule."""
        return tuple(verdict for outcome in self.outcomes for verdict in outcome.verdicts)

    @property
    def excluded(self) -> tuple[str, ...]:
        """Return the assessors whom at least one rule excludes, sorted."""
        return tuple(sorted({name for outcome in self.outcomes for name in outcome.assessors("exclude")}))

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what has to be said about the data and the rules."""
        rules = (f"{outcome.rule.name}: {note}" for outcome in self.outcomes for note in outcome.notes)
        named = (NAMED,) if self.dataset.named_rules is not None and self.outcomes else ()
        out = {**self._excluded_by(self.outcomes), **_by_rule(self.outcomes, "flag")}
        flagged = (ALL_FLAGGED,) if len(out) == len(self.dataset.assessors) > len(self.excluded) else ()
        return (*self.dataset.notes, *named, *rules, *flagged)

    @property
    def kept(self) -> Dataset:
        """Return the data without the excluded.

        Raises
        ------
        DataError
            If that leaves nobody.
        """
        rules = [outcome.rule.name for outcome in self.outcomes if outcome.assessors("exclude")]
        return without(self.dataset, self.excluded, by=rules)

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Return the data with everybody, after screening, and with and without each rule.

        By each rule alone, by all but it, and as if those whom it only flags were excluded too; what excludes the
        same assessors as an earlier one, or everybody, is left out.
        """
        plans = [("all assessors", self._excluded_by([])), ("after screening", self._excluded_by(self.outcomes))]
        plans += [(f"by {one.rule.name} alone", self._excluded_by([one])) for one in self.outcomes]
        for one in self.outcomes:
            rest = [other for other in self.outcomes if other is not one]
            plans.append((f"by all rules but {one.rule.name}", self._excluded_by(rest)))
        flagged = {one.rule.name: _by_rule([one], "flag") for one in self.outcomes}
        for name, out in flagged.items():
            plans.append((f"without those flagged by {name}, too", {**self._excluded_by(self.outcomes), **out}))
        everyone = {name: rule for out in flagged.values() for name, rule in out.items()}
        plans.append(("without all flagged, too", {**self._excluded_by(self.outcomes), **everyone}))
        found: dict[frozenset[str], Variant] = {}
        for label, out in plans:
            if frozenset(out) not in found and len(out) < len(self.dataset.assessors):
                data = without(self.dataset, out, by=dict.fromkeys(out.values()))
                found[frozenset(out)] = Variant(label=label, dataset=data, excluded=tuple(sorted(out)))
        return tuple(found.values())

    def _excluded_by(self, outcomes: Iterable[Outcome]) -> dict[str, str]:
        """Return whom some rules exclude, each with the first rule that does."""
        return _by_rule(outcomes, "exclude")

    def as_dict(self) -> dict[str, Any]:
        """Return rules and verdicts as strict JSON values, as they stand in results.json under ``screening``."""
        return {
            "rules": [outcome.as_dict() for outcome in self.outcomes],
            "assessors": [{"assessor": name, "verdict": self.decision(name)} for name in self.dataset.assessors],
            "verdicts": [
                {
                    "assessor": verdict.assessor,
                    "rule": verdict.rule,
                    "verdict": verdict.decision,
                    "text": verdict.text,
                    "evidence": dict(verdict.evidence),
                }
                for verdict in self.verdicts
            ],
            "excluded": list(self.excluded),
        }

    def decision(self, assessor: str) -> Decision:
        """Return the gravest verdict on an assessor."""
        own: set[Decision] = {verdict.decision for verdict in self.verdicts if verdict.assessor == assessor}
        return next((decision for decision in GRAVITY if decision in own), "not_judged")


def _by_rule(outcomes: Iterable[Outcome], decision: Decision) -> dict[str, str]:
    found: dict[str, str] = {}
    for outcome in outcomes:
        for name in outcome.assessors(decision):
            found.setdefault(name, outcome.rule.name)
    return found


def screen(dataset: Dataset, plan: Plan) -> Screened:
    """Apply rules to a data set; nobody is removed from it."""
    return Screened(dataset=dataset, outcomes=tuple(_apply(dataset, rule) for rule in plan))


def screen_as_declared(dataset: Dataset) -> Screened:
    """Apply the rules named on the command line, else those that the study declares.

    Raises
    ------
    ConfigError
        If the declaration is wrong, with its line.
    """
    return screen(dataset, plan_of_dataset(dataset))


def without(dataset: Dataset, excluded: Iterable[str], *, by: Iterable[str]) -> Dataset:
    """Return the data without some assessors, with a note that says who and by which rules.

    Raises
    ------
    DataError
        If that leaves nobody.
    """
    names = sorted(set(excluded))
    if not names:
        return dataset
    ratings = dataset.ratings[~dataset.ratings["assessor"].isin(names)].reset_index(drop=True)
    rules = listed(list(by))
    if ratings["score"].isna().all():
        raise DataError(f"{dataset.path}: {rules} exclude all {counted(len(dataset.assessors), 'assessor')}")
    rated = set(ratings["condition"])
    note = f"{len(names)} of {counted(len(dataset.assessors), 'assessor')} excluded by {rules}: {listed(names)}."
    return replace(
        dataset,
        ratings=ratings,
        conditions=tuple(condition for condition in dataset.conditions if condition.id in rated),
        notes=(*dataset.notes, note),
    )


def _apply(dataset: Dataset, planned: PlannedRule) -> Outcome:
    rule = load_rule(planned.name)
    if rule.METHODS and dataset.method is not None and dataset.method not in rule.METHODS:
        test = " or ".join(TEST_OF_METHOD[method] for method in rule.METHODS)
        reason = f"not a {test} test but one of the method '{dataset.method}': the rule does not apply"
        judgement = Judgement(reason=reason)
    else:
        judgement = rule.judge(dataset, planned.options)
    return Outcome(
        rule=planned,
        reason=judgement.reason,
        notes=judgement.notes,
        verdicts=tuple(_verdict(planned, finding) for finding in judgement.findings),
    )


def _verdict(planned: PlannedRule, finding: Finding) -> Verdict:
    decision: Decision = (
        "not_judged" if finding.failed is None else planned.options.action if finding.failed else "keep"
    )
    return Verdict(
        assessor=finding.assessor,
        rule=planned.name,
        decision=decision,
        text=finding.text,
        evidence=finding.evidence,
    )
