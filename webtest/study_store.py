"""A study's store as administration opens it: there already, or made for the built study as a draft."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evalkit.errors import DataError
from evalkit.study import Study, read_study
from webtest.app import STORE_NAME
from webtest.key import fill_store, open_bundle
from webtest.storage import oversight
from webtest.storage.engine import Database, holds_tables, open_database, store_url
from webtest.storage.sql import SqlStore


@contextmanager
def opened(folder: Path, store: str | None) -> Iterator[Database]:
    """Open a study's store, which must be there."""
    study = read_study(folder)
    database = open_database(store_url(store, study.folder / STORE_NAME), create=False)
    try:
        _check_whose(study, database)
        yield database
    finally:
        database.close()


@contextmanager
def opened_or_made(folder: Path, store: str | None) -> Iterator[Database]:
    """Open a study's store; one that is not there yet is made for the built study, as a draft."""
    study = read_study(folder)
    url = store_url(store, study.folder / STORE_NAME)
    if not holds_tables(url):
        session = open_bundle(study)
        made = SqlStore(open_database(url, create=True))
        try:
            fill_store(made, study, session, status="draft")
        finally:
            made.close()
    with opened(folder, store) as database:
        yield database


def _check_whose(study: Study, database: Database) -> None:
    overview = oversight.overview(database)
    if overview is None or overview.title != study.spec.title:
        found = "no study" if overview is None else f"the study '{overview.title}'"
        raise DataError(f"{database.name}: holds {found}, expected '{study.spec.title}': name its store with --store")
