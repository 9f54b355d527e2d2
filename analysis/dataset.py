"""Ratings to analyse, of a study folder or of a file alone, with what is known about their design.

From a study the order, labels, tasks and roles of the conditions and the analysis plan are those of
``study.yaml``, declared before the data. A file alone is read with its own columns; conditions are
then in alphabetical order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.conditions import RatedCondition, of_study, references_of
from analysis.design import Design, read_design
from analysis.export_record import ExportRecord, read_export_record
from analysis.families import Pair, pairs_of
from analysis.readers import Imported, read_any
from evalkit.errors import ConfigError, DataError
from evalkit.provenance import sha256_file
from evalkit.ratings import SCALE_OF_METHOD, read_ratings
from evalkit.registry import did_you_mean
from evalkit.study import FILE_NAME, Analysis, Family, Study, read_study

CELL = ("assessor", "item", "condition")
FILE_SEED = 1  # of the resampling, where no study gives a seed


class NamedRules(NamedTuple):
    """Screening rules as the command line names them: a profile, and rules beyond it."""

    profile: str | None
    rules: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Dataset:
    """Ratings to analyse: ``ratings`` has a row per rating, missing scores included, sorted by key.

    ``imported`` says how a foreign file was read. What was read may hold several scales or designs, which
    :mod:`analysis.designs` takes apart; ``part`` names one of several, ``part_folder`` the folder of its results.
    ``named_rules`` take the place of the screening rules that the study declares.
    """

    title: str
    name: str
    path: Path
    sha256: str
    source: str
    ratings: pd.DataFrame
    conditions: tuple[RatedCondition, ...]
    method: str | None
    scale: tuple[float, float] | None
    plan: Analysis
    seed: int
    study: Study | None = None
    named_rules: NamedRules | None = None
    exported: ExportRecord = field(default_factory=ExportRecord)
    notes: tuple[str, ...] = ()
    imported: Imported | None = None
    part: str = ""
    part_folder: str = ""

    @property
    def ids(self) -> list[str]:
        """Return the conditions' ids, in the order of all tables and figures."""
        return [condition.id for condition in self.conditions]

    @property
    def labels(self) -> dict[str, str]:
        """Return the conditions' labels by id."""
        return {condition.id: condition.label for condition in self.conditions}

    @property
    def scale_name(self) -> str:
        """Return the name of the scale, if other scales were rated beside it; else nothing."""
        return self.part if self.part in set(self.ratings["scale"]) else ""

    @property
    def is_rehearsal(self) -> bool:
        """Say whether robots gave these ratings."""
        return self.source == "rehearsal"

    @property
    def assessors(self) -> list[str]:
        """Return the assessors who rated something, sorted."""
        return sorted(self.ratings.dropna(subset=["score"])["assessor"].unique())

    @property
    def items(self) -> list[str]:
        """Return the items, sorted."""
        return sorted(self.ratings["item"].unique())

    @property
    def n_missing(self) -> int:
        """Count the ratings that were not given: empty ones, and those of which there is not even a row.

        An item's conditions are expected of every assessor who rated one of them, except where each assessor
        rated one condition only.
        """
        empty = self.ratings[self.ratings["score"].isna()]
        if self.design.path == "independent":
            return len(empty)
        given = self.ratings.dropna(subset=["score"])
        is_rated = _keys(empty, *CELL).isin(_keys(given, *CELL))
        is_heard = _keys(empty, *CELL[:2]).isin(_keys(given, *CELL[:2]))
        beyond = is_rated | ~is_heard  # empty repeats of rated cells, and items of which an assessor rated nothing
        return self.design.n_missing_cells + int(beyond.sum())

    @property
    def n_ratings(self) -> int:
        """Count the ratings that were given."""
        return int(self.ratings["score"].notna().sum())

    @property
    def design(self) -> Design:
        """Read from the ratings what kind of study they come from."""
        return read_design(self.ratings, len(self.conditions), self.scale)

    def references_of(self, condition_id: str) -> list[str]:
        """Return the references that a condition is compared with."""
        condition = next(condition for condition in self.conditions if condition.id == condition_id)
        return references_of(condition, self.conditions, self.plan.reference)

    def pairs_of(self, family: Family) -> tuple[Pair, ...]:
        """List the pairs of a family of comparisons."""
        return pairs_of(family, self.conditions, self.plan.reference)


def read_study_ratings(folder: Path, *, rehearsal: bool = False) -> Dataset:
    """Read a study's exported ratings, of listeners or of a rehearsal.

    Raises
    ------
    DataError
        If nothing was exported yet, or the ratings are not of this study.
    """
    study = read_study(folder)
    name = "export-rehearsal" if rehearsal else "export"
    path = study.folder / name / "ratings.csv"
    if not path.is_file():
        command = f"'evalkit rehearse {folder}'" if rehearsal else f"'evalkit export {folder}'"
        other = study.folder / "export-rehearsal" / "ratings.csv"
        hint = "; a rehearsal's are read with --rehearsal" if not rehearsal and other.is_file() else ""
        raise DataError(f"{path}: no ratings yet; {command} writes them{hint}")
    ratings = _rated(read_ratings(path), path)
    source = _one_source(ratings, path)
    if (source == "rehearsal") != rehearsal:
        raise DataError(f"{path}: found ratings of source '{source}': export the study again")
    declared = {condition.id: condition for condition in study.spec.conditions}
    for condition in ratings["condition"].unique():
        if condition not in declared:
            raise DataError(
                f"{path}: condition '{condition}' does not stand in {study.folder / FILE_NAME}: "
                "export again, without --masked, from this study's store"
            )
    rated = set(ratings["condition"])
    absent = [condition.label for condition in study.spec.conditions if condition.id not in rated]
    notes = [f"not rated: {', '.join(absent)}"] if absent else []
    exported = read_export_record(path.parent)
    if not rehearsal and exported.study_sha256 not in (None, study.study_sha256):
        notes.append(
            "study.yaml was changed after the first listener was admitted: what it declares now may not be what was "
            "declared before the data"
        )
    method = study.spec.page.method
    return Dataset(
        title=study.spec.title,
        name=f"{name}/ratings.csv",
        path=path,
        sha256=sha256_file(path),
        source=source,
        ratings=_sorted(ratings),
        conditions=tuple(condition for condition in of_study(study.spec.conditions) if condition.id in rated),
        method=method,
        scale=SCALE_OF_METHOD.get(method),
        plan=study.spec.analysis,
        seed=study.spec.seed,
        study=study,
        exported=exported,
        notes=tuple(notes),
    )


def read_ratings_file(
    path: Path,
    *,
    references: Sequence[str] = (),
    anchors: Sequence[str] = (),
    scale: tuple[float, float] | None = None,
    plan: Analysis | None = None,
) -> Dataset:
    """Read a ratings table, or a file of a foreign format (:mod:`analysis.readers`), without a study.

    Parameters
    ----------
    references, anchors : conditions in these roles, beyond those of the file's ``role`` column
    scale : lowest and highest possible score; default: that of the rating method, if it is known
    plan : how to analyse; default: all pairs, no margin

    Raises
    ------
    DataError
        If the table is damaged, of no known format, or holds several sources or a scale without a score.
    ConfigError
        If a reference or anchor is not in the table.
    """
    table, imported = read_any(path, scale=scale)
    ratings = _rated(table, path)
    known = sorted(ratings["condition"].unique())
    roles: dict[str, str] = {}
    for role, names in (("reference", references), ("anchor", anchors)):
        for name in names:
            if name not in known:
                raise ConfigError(
                    f"{path}: no condition '{name}'; there are {', '.join(known)}{did_you_mean(name, known)}"
                )
            if roles.setdefault(name, role) != role:
                raise ConfigError(f"condition '{name}' cannot be a reference and an anchor")
    facts = {str(name): _facts(rows, str(name), path) for name, rows in ratings.groupby("condition")}
    methods = ratings["method"].dropna().unique()
    method = str(methods[0]) if len(methods) == 1 else None
    return Dataset(
        title=path.stem.replace("_", " "),
        name=path.name,
        path=path,
        sha256=sha256_file(path),
        source=_one_source(ratings, path),
        ratings=_sorted(ratings),
        conditions=tuple(
            RatedCondition(id=name, label=name, **{**facts[name], **({"role": roles[name]} if name in roles else {})})
            for name in known
        ),
        method=method,
        scale=scale or (SCALE_OF_METHOD.get(method) if method else None),
        plan=plan or Analysis(),
        seed=FILE_SEED,
        exported=read_export_record(path.parent),
        notes=imported.notes if imported is not None else (),
        imported=imported,
    )


def _facts(rows: pd.DataFrame, condition: str, path: Path) -> Mapping[str, str]:
    """Return system, task and role of a condition, which its rows must agree on."""
    facts = {}
    for name in ("system", "task", "role"):
        found = rows[name].dropna().unique()
        if len(found) > 1:
            raise DataError(f"{path}: condition '{condition}' has several values of {name}: {', '.join(sorted(found))}")
        facts[name] = str(found[0]) if len(found) else ""
    return facts


def _rated(ratings: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return ratings of which every scale has a score."""
    if ratings["score"].isna().all():
        raise DataError(f"{path}: every score is empty")
    for scale, rows in ratings.groupby("scale"):
        if rows["score"].isna().all():
            raise DataError(
                f"{path}: every score of scale '{scale}' is empty: use a file without the rows of this scale"
            )
    return ratings


def _one_source(ratings: pd.DataFrame, path: Path) -> str:
    sources = sorted(ratings["source"].unique())
    if len(sources) > 1:
        raise DataError(f"{path}: mixes ratings of {' and '.join(sources)}: analyse each source alone")
    return str(sources[0])


def _keys(ratings: pd.DataFrame, *columns: str) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(ratings[list(columns)])


def _sorted(ratings: pd.DataFrame) -> pd.DataFrame:
    """Sort by key: no result depends on the order of the rows."""
    return ratings.sort_values(["assessor", "page", "condition", "replicate"], ignore_index=True)
