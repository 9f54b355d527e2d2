"""Rating methods: one folder each, with options, gates, page script and style. METHODS.md tells how to write one.

A method's module has ``Options`` and ``Gates`` (pydantic models of ``page.options`` and ``page.gates``),
``scales(options)`` (the names of its rating scales), ``RANGE`` (lowest and highest value), ``DECIMALS``,
and ``START`` (``"random"``: a slider stands at a random place until it is moved; ``"unset"``: nowhere); and
``SHOWS_REFERENCE = True`` if its page has a place for the open reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from evalkit.config import validate
from evalkit.registry import load
from evalkit.study import Study
from webtest.methods._evidence import Evidence as Evidence
from webtest.methods._gates import Gates as Gates
from webtest.methods._gates import Missing as Missing
from webtest.methods._gates import missing
from webtest.methods._options import PageOptions as PageOptions
from webtest.methods._options import Words as Words

KIND = "webtest.methods"


@dataclass(frozen=True, kw_only=True, slots=True)
class Method:
    """A study's rating method, with its options and gates validated; ``folder`` holds its script and style."""

    name: str
    question: str
    options: BaseModel
    gates: BaseModel
    scales: tuple[str, ...]
    range: tuple[float, float]
    decimals: int
    start: Literal["random", "unset"]
    folder: Path

    def missing(self, evidence: Evidence) -> list[Missing]:
        """Return the gates that are not met, with what is in the way."""
        return missing(self.gates, evidence)


def load_method(study: Study) -> Method:
    """Return a study's method.

    Raises
    ------
    ConfigError
        For an unknown method, option or gate, a gate that asks for what the study has not, or an open reference that
        the method does not show, with file and line.
    """
    page = study.spec.page
    known = load(KIND, page.method)
    options = study.options(known.Options, "page", "options")
    gates = validate(known.Gates, page.gates, study.source, at=("page", "gates"))
    if page.open_reference is not None and not getattr(known, "SHOWS_REFERENCE", False):
        raise study.error(f"the method '{page.method}' shows no reference: expected null", "page", "open_reference")
    if getattr(gates, "play_reference", False) and page.open_reference is None:
        raise study.error("there is no page.open_reference to be played", "page", "gates", "play_reference")
    return Method(
        name=page.method,
        question=page.question,
        options=options,
        gates=gates,
        scales=tuple(known.scales(options)),
        range=known.RANGE,
        decimals=known.DECIMALS,
        start=known.START,
        folder=Path(str(known.__file__)).parent,
    )
