"""Do the numbers that a paper prints fit each other? No data are needed, only what is printed.

:mod:`.claims` reads a paper's numbers from YAML, each module of :mod:`.checks` holds one check with its
formula and source, :func:`check_claims` runs them all, :mod:`.text` prints what they say. In the spirit
of statcheck [1]_ and GRIM [2]_, for the tests of listening tests.

References
----------
.. [1] M. B. Nuijten et al., "The prevalence of statistical reporting errors in psychology (1985-2013)",
   Behavior Research Methods 48, 1205-1226 (2016).
.. [2] N. J. L. Brown and J. A. J. Heathers, "The GRIM test", Social Psychological and Personality
   Science 8, 363-369 (2017).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType

from analysis.papercheck.claims import Claims
from analysis.papercheck.finding import Finding
from evalkit import registry
from evalkit.errors import DataError
from evalkit.registry import did_you_mean

KIND = "analysis.papercheck.checks"
EXAMPLES = Path(__file__).parent.parent / "papers"


def check_claims(claims: Claims) -> tuple[Finding, ...]:
    """Run every check."""
    return tuple(finding for module in all_checks() for finding in module.check(claims))


def example(name: str) -> Path:
    """Return the file of a paper that ships with evalkit.

    Raises
    ------
    DataError
        If there is no such example.
    """
    known = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
    if name not in known:
        raise DataError(f"no example '{name}'; there is {', '.join(known)}{did_you_mean(name, known)}")
    return EXAMPLES / f"{name}.yaml"


@cache
def all_checks() -> tuple[ModuleType, ...]:
    """Return the checks' modules, in the order of their places."""
    modules = [registry.load(KIND, name) for name in registry.names(KIND)]
    return tuple(sorted(modules, key=lambda module: (module.PLACE, module.__name__)))
