"""What the sections of a report are made of; how a block looks is the template's business."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from matplotlib.figure import Figure

from analysis.plots.look import Columns
from analysis.tabular import Table

BROADEST = 16  # columns of a table on A4


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A paragraph; ``tone`` says whether it is plain, a caution, or ready to be pasted into a paper."""

    kind: ClassVar[str] = "text"
    text: str
    tone: Literal["plain", "caution", "paste"] = "plain"


@dataclass(frozen=True, kw_only=True, slots=True)
class Points:
    """Sentences in a list; ``numbered`` lists are references, as ``[1]``."""

    kind: ClassVar[str] = "points"
    texts: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Names with texts; ``columns`` stand side by side, ``wide`` ones take the whole width, ``code`` is not prose."""

    kind: ClassVar[str] = "facts"
    facts: tuple[tuple[str, str], ...]
    columns: Literal[1, 2] = 2
    wide: tuple[str, ...] = ()
    code: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Tabled:
    """A table with its files; ``shape`` is ``long`` if it may break over pages, ``files`` if only its files show."""

    kind: ClassVar[str] = "table"
    table: Table
    shape: Literal["", "stars", "long", "files"] = ""

    @property
    def is_broad(self) -> bool:
        """Say whether the table has more columns than a page of paper holds: then only its files print."""
        return len(self.table.columns) > BROADEST


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """A figure with its files: ``draw`` makes it in the width of one or two columns of a journal."""

    kind: ClassVar[str] = "figure"
    name: str
    title: str
    caption: str
    draw: Callable[[Columns], Figure]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fold:
    """Blocks that are folded away until somebody asks; printed they are open."""

    kind: ClassVar[str] = "fold"
    summary: str
    blocks: tuple[Text | Points | Facts | Tabled | Drawn, ...]
    is_open: bool = False


Block = Text | Points | Facts | Tabled | Drawn | Fold


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One section of the report; ``name`` is its address on the page."""

    name: str
    title: str
    blocks: tuple[Block, ...]

    def flat(self) -> list[Text | Points | Facts | Tabled | Drawn]:
        """Return the blocks, folded ones included."""
        return [one for block in self.blocks for one in (block.blocks if isinstance(block, Fold) else (block,))]
