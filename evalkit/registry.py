"""Plug-ins by file name: a file's name is its plug-in's name.

A plug-in of a kind is a module (or package) in that kind's package, for example
``stimuli.systems.mean_gain`` is the system ``mean_gain``. Other distributions add
theirs through entry points of the group ``evalkit.KIND``, for example ``evalkit.stimuli.systems``.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable
from importlib.metadata import entry_points
from types import ModuleType

from evalkit.errors import ConfigError


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the nearest known word, or an empty text."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def names(kind: str) -> list[str]:
    """List the plug-ins of a kind (a package such as ``"stimuli.systems"``), sorted."""
    package = importlib.import_module(kind)
    own = {module.name for module in pkgutil.iter_modules(package.__path__) if not module.name.startswith("_")}
    foreign = {point.name for point in entry_points(group=f"evalkit.{kind}")}
    return sorted(own | foreign)


def load(kind: str, name: str) -> ModuleType:
    """Import a plug-in's module.

    Raises
    ------
    ConfigError
        If there is no such plug-in.
    """
    known = names(kind)
    if name not in known:
        word = kind.rsplit(".", 1)[-1].removesuffix("s")
        hint = did_you_mean(name, known) or f"; known: {', '.join(known)}"
        raise ConfigError(f"unknown {word} '{name}'{hint}")
    for point in entry_points(group=f"evalkit.{kind}"):
        if point.name == name:
            module = point.load()
            if isinstance(module, ModuleType):
                return module
    return importlib.import_module(f"{kind}.{name}")
