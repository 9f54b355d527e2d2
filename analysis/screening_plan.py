"""Which rules screen the assessors: those declared in ``study.yaml``, a profile's, or named on the command line.

A plan is a tuple of rules with their options. ``analysis.screening`` of a study is a list of names of rules or
profiles, or of ``{rule: {option: value}}``.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from analysis.dataset import Dataset
from analysis.screening import RuleOptions, load_rule, rule_names
from evalkit.config import Keys
from evalkit.errors import ConfigError
from evalkit.registry import did_you_mean
from evalkit.study import Study

PROFILES: dict[str, tuple[str, ...]] = {
    "none": (),
    "bs1534": ("bs1534_reference", "bs1534_mid_anchor"),
    "mpeg": ("mpeg",),
}
FIELD = ("analysis", "screening")


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedRule:
    """A rule by name, with its options."""

    name: str
    options: RuleOptions


Plan: TypeAlias = tuple[PlannedRule, ...]


def plan_of_dataset(dataset: Dataset) -> Plan:
    """Return the rules named on the command line, else those that the study declares; a file alone declares none.

    Raises
    ------
    ConfigError
        For an unknown profile, rule or option.
    """
    if dataset.named_rules is not None:
        profile, rules = dataset.named_rules
        return together(() if profile is None else plan_of_profile(profile), plan_of_words(rules))
    return () if dataset.study is None else plan_of_study(dataset.study)


def plan_of_study(study: Study) -> Plan:
    """Read the rules that a study declares.

    Raises
    ------
    ConfigError
        With ``file:line: field: problem``, for an unknown rule or option, or one that does not fit the study.
    """
    declared = study.spec.analysis.screening
    planned = tuple(rule for index, entry in enumerate(declared) for rule in _declared(study, index, entry))
    twice = _twice(planned)
    if twice:
        raise study.error(f"the rule '{twice}' stands there twice", *FIELD)
    return planned


def plan_of_profile(name: str) -> Plan:
    """Return a profile's rules with their default options.

    Raises
    ------
    ConfigError
        If there is no such profile.
    """
    if name not in PROFILES:
        raise ConfigError(f"no profile '{name}'; there are {', '.join(PROFILES)}{did_you_mean(name, PROFILES)}")
    return tuple(PlannedRule(name=rule, options=_default(rule)) for rule in PROFILES[name])


def plan_of_words(words: Sequence[str]) -> Plan:
    """Read rules as a study's list names them: ``RULE`` or ``RULE: {OPTION: VALUE}``.

    Raises
    ------
    ConfigError
        For an unknown rule or option, or a rule that is named twice.
    """
    return together(*((_worded(word),) for word in words))


def together(*plans: Plan) -> Plan:
    """Join plans.

    Raises
    ------
    ConfigError
        If a rule stands in two of them.
    """
    planned = tuple(itertools.chain.from_iterable(plans))
    twice = _twice(planned)
    if twice:
        raise ConfigError(f"the rule '{twice}' is named twice")
    return planned


def every_rule() -> Plan:
    """Return all rules, to be looked at: they flag and exclude nobody."""
    return tuple(
        PlannedRule(name=name, options=load_rule(name).Options.model_validate({"action": "flag"}))
        for name in rule_names()
    )


def _declared(study: Study, index: int, entry: str | dict[str, Any]) -> Plan:
    """Read one entry of a study's list."""
    keys: Keys = (*FIELD, index)
    if isinstance(entry, str) and entry in PROFILES:
        return plan_of_profile(entry)
    if not isinstance(entry, str) and len(entry) != 1:
        raise study.error(f"expected a rule's name or {{rule: options}}, found {len(entry)} fields", *keys)
    name = entry if isinstance(entry, str) else next(iter(entry))
    if name not in rule_names():
        raise study.error(_unknown(name), *keys)
    if isinstance(entry, str):
        options = _default(name)
    else:
        keys = (*keys, name)
        options = study.options(load_rule(name).Options, *keys)
    try:
        options.check(study.spec)
    except ValueError as problem:
        raise study.error(str(problem), *keys) from None
    return (PlannedRule(name=name, options=options),)


def _worded(word: str) -> PlannedRule:
    try:
        entry = YAML(typ="safe", pure=True).load(word)
    except YAMLError:
        raise ConfigError(f"--rule {word}: expected RULE or 'RULE: {{OPTION: VALUE}}'") from None
    name, values = next(iter(entry.items())) if isinstance(entry, dict) and len(entry) == 1 else (entry, {})
    if name not in rule_names():
        raise ConfigError(f"--rule {word}: {_unknown(str(name))}")
    model = load_rule(name).Options
    try:
        return PlannedRule(name=name, options=model.model_validate(values or {}))
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        field = ".".join(str(key) for key in problem["loc"])
        if problem["type"] == "extra_forbidden":
            hint = did_you_mean(field, model.model_fields) or f"; known: {', '.join(model.model_fields)}"
            raise ConfigError(f"--rule {word}: unknown option '{field}'{hint}") from None
        raise ConfigError(f"--rule {word}: {field}: {problem['msg'].lower()}") from None


def _default(name: str) -> RuleOptions:
    return load_rule(name).Options()


def _unknown(name: str) -> str:
    known = [*rule_names(), *PROFILES]
    hint = did_you_mean(name, known) or f"; known: {', '.join(known)}"
    return f"unknown screening rule '{name}'{hint}"


def _twice(planned: Iterable[PlannedRule]) -> str:
    counts = Counter(rule.name for rule in planned)
    return next((name for name, n in counts.items() if n > 1), "")
