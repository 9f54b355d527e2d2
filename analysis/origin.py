"""Where ratings come from, said wherever they are shown: people or robots, real or simulated recordings."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.dataset import Dataset
from analysis.tabular import Table
from evalkit.session import FILE_NAME, Session, read_session


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """What kind of data a report shows."""

    rehearsal: bool
    simulated: bool

    @property
    def tags(self) -> tuple[str, ...]:
        """Return the kinds to be named beside a title; empty for people and real recordings."""
        robots = ("rehearsal: robot listeners",) if self.rehearsal else ()
        return robots + (("simulated recordings",) if self.simulated else ())

    @property
    def mark(self) -> str:
        """Return the words that stand in every figure."""
        return ", ".join(self.tags)

    @property
    def banner(self) -> str:
        """Return the words that stand first on the page and in the terminal."""
        robots = "REHEARSAL: robot listeners, no people. " if self.rehearsal else ""
        recordings = "Simulated recordings: no instrument was played." if self.simulated else ""
        return f"{robots}{recordings}".strip()

    def file_stem(self, name: str) -> str:
        """Return a file's stem, which names a rehearsal."""
        return f"{name}_rehearsal" if self.rehearsal else name

    def label(self, table: Table) -> Table:
        """Return a table whose name and caption say where its numbers come from."""
        suffix = f". {self.mark[0].upper()}{self.mark[1:]}" if self.mark else ""
        return replace(table, name=self.file_stem(table.name), caption=f"{table.caption}{suffix}")


def session_of(dataset: Dataset) -> Session | None:
    """Read the bundle that was rated, if the study has one."""
    if dataset.study is None or not (dataset.study.session_folder / FILE_NAME).is_file():
        return None
    return read_session(dataset.study.session_folder)


def origin_of(dataset: Dataset, session: Session | None) -> Origin:
    """Say who rated what kind of recordings."""
    simulated = dataset.exported.simulated or (session is not None and session.simulated)
    return Origin(rehearsal=dataset.is_rehearsal, simulated=simulated)
