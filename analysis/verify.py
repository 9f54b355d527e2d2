"""What ``evalkit check`` verifies about a study's analysis plan, before there are data."""

from __future__ import annotations

from collections import Counter

from analysis.conditions import of_study
from analysis.families import pairs_of
from analysis.numerals import counted
from analysis.screening import ShareOptions, load_rule
from analysis.screening_plan import plan_of_study
from evalkit.errors import ConfigError
from evalkit.ratings import SCALE_OF_METHOD
from evalkit.session import FILE_NAME as SESSION
from evalkit.session import read_session
from evalkit.study import Family, Study

Finding = tuple[str, str, str]


def run(study: Study) -> list[Finding]:
    """Verify that the analysis plan can be carried out, and can find something."""
    return [_families(study), _references(study), _attainable(study), _margin(study), _screening(study)]


def _families(study: Study) -> Finding:
    name = "families of comparisons"
    plan = study.spec.analysis
    if not plan.families:
        return _problem(study, name, "error", "empty: add {name: all pairs, contrasts: all}", "families")
    twice = [family for family, n in Counter(family.name for family in plan.families).items() if n > 1]
    if twice:
        return _problem(study, name, "error", f"the name '{twice[0]}' stands at two families", "families")
    for number, family in enumerate(plan.families):
        where = ("families", number, "contrasts")
        pairs = family.contrasts if isinstance(family.contrasts, list) else []
        if family.contrasts == []:
            return _problem(study, name, "error", "holds no pair", *where)
        for index, (first, second) in enumerate(pairs):
            if first == second:
                return _problem(study, name, "error", f"compares '{first}' with itself", *where, index)
        sets = Counter(frozenset(pair) for pair in pairs)
        if any(n > 1 for n in sets.values()):
            pair = " and ".join(sorted(next(pair for pair, n in sets.items() if n > 1)))
            return _problem(study, name, "error", f"holds the pair {pair} twice", *where)
        if family.contrasts == "to_reference" and not _has_reference(study):
            return _problem(study, name, "error", "needs analysis.reference or a condition of role reference", *where)
    sizes = ", ".join(f"{family.name} ({_size(study, family)} pairs)" for family in plan.families)
    return (name, "ok", f"{sizes}; correction {plan.correction}, alpha {plan.alpha:g}")


def _references(study: Study) -> Finding:
    name, reference = "references", study.spec.analysis.reference
    if reference is None:
        return (name, "ok", "none declared; conditions of role reference serve, if there are any")
    tasks = {condition.task for condition in study.spec.conditions if condition.task}
    if isinstance(reference, dict):
        for task in reference:
            if task not in tasks:
                known = ", ".join(sorted(tasks)) or "none"
                return _problem(
                    study, name, "error", f"no condition has this task; there are: {known}", "reference", task
                )
    used = [reference] if isinstance(reference, str) else list(reference.values())
    other = [condition for condition in used if study.condition(condition).role != "reference"]
    if other:
        return _problem(study, name, "warning", f"'{other[0]}' has not the role reference", "reference")
    return (name, "ok", ", ".join(used))


def _attainable(study: Study) -> Finding:
    """Exact signed-rank tests of n assessors cannot go below 2 / 2^n, whatever the ratings."""
    name, plan, n = "attainable significance", study.spec.analysis, study.spec.assignment.target_assessors
    if n is None:
        return (name, "warning", "assignment.target_assessors is not declared: not checked")
    needs = []
    for family in plan.families:
        factor = max(1, _size(study, family)) if plan.correction in ("holm", "bonferroni") else 1
        if factor * 2.0 ** (1 - n) >= plan.alpha:
            least = next(m for m in range(1, 200) if factor * 2.0 ** (1 - m) < plan.alpha)
            needs.append(f"'{family.name}' needs at least {least} assessors")
    if needs:
        text = f"with {n} assessors no pair can be significant at {plan.alpha:g}: {'; '.join(needs)}"
        return _problem(study, name, "error", text, at=("assignment", "target_assessors"))
    return (name, "ok", f"possible with {n} assessors; smallest p of a pair {2.0 ** (1 - n):.2g} before correction")


def _margin(study: Study) -> Finding:
    name, margin = "margin of equivalence", study.spec.analysis.margin
    scale = SCALE_OF_METHOD.get(study.spec.page.method)
    if margin is None:
        return (name, "ok", "none declared: conditions can be shown to differ, not to be equivalent")
    if scale is not None and margin >= (scale[1] - scale[0]) / 2:
        text = f"±{margin:g} on a scale of {scale[0]:g} to {scale[1]:g} calls nearly everything equivalent"
        return _problem(study, name, "warning", text, "margin")
    return (name, "ok", f"±{margin:g} scale points")


def _screening(study: Study) -> Finding:
    """Read the declared rules; warn of those that cannot apply, or turn on a single rating."""
    name, declared = "screening", study.spec.analysis.screening
    if not declared:
        return (name, "ok", "no rule declared: nobody is excluded")
    try:
        plan = plan_of_study(study)
    except ConfigError as error:
        return (name, "error", str(error))
    method, n_pages = study.spec.page.method, _pages(study)
    for rule in plan:
        methods = load_rule(rule.name).METHODS
        if methods and method not in methods:
            text = f"'{rule.name}' is for the method {' or '.join(methods)}, not for {method}: it will not apply"
            return _problem(study, name, "warning", text, "screening")
        if methods and isinstance(rule.options, ShareOptions) and n_pages * rule.options.maximum_share < 1 <= n_pages:
            text = (
                f"'{rule.name}' is at a cliff: of {counted(n_pages, 'page')} a single slip is "
                f"{100 / n_pages:.3g} %, more than the tolerated {100 * rule.options.maximum_share:.3g} %"
            )
            return _problem(study, name, "warning", text, "screening")
    return (name, "ok", ", ".join(f"{rule.name} ({rule.options.action})" for rule in plan) or "none, as declared")


def _pages(study: Study) -> int:
    """Return how many pages an assessor rates, 0 where that is not known before the bundle is built."""
    assigned = study.spec.assignment.items_per_assessor
    if isinstance(assigned, int):
        return assigned
    built = (study.session_folder / SESSION).is_file()
    return len(read_session(study.session_folder).pages) if built else 0


def _problem(
    study: Study, name: str, status: str, text: str, *keys: str | int, at: tuple[str | int, ...] = ()
) -> Finding:
    """Return a finding that begins with file, line and field."""
    return (name, status, str(study.error(text, *(at or ("analysis", *keys)))))


def _has_reference(study: Study) -> bool:
    return study.spec.analysis.reference is not None or any(c.role == "reference" for c in study.spec.conditions)


def _size(study: Study, family: Family) -> int:
    return len(pairs_of(family, of_study(study.spec.conditions), study.spec.analysis.reference))
