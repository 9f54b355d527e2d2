"""What several commands take: the study, and its store."""

from __future__ import annotations

from pathlib import Path

import click

STUDY = click.argument("study", type=click.Path(path_type=Path))
STORE = click.option(
    "--store",
    envvar="EVALKIT_STORE",
    metavar="URL",
    help="Database URL or path of an SQLite file. Default: $EVALKIT_STORE, else responses.db in the study.",
)
