"""``evalkit serve``, ``rehearse`` and ``export``: thin commands over functions of the same kind."""

from __future__ import annotations

from pathlib import Path

import click

from evalkit.study import read_study
from webtest.app import create_app, open_study
from webtest.server import LOOPBACK, make_server

STUDY = click.argument("study", type=click.Path(path_type=Path))
STORE = click.option(
    "--store",
    envvar="EVALKIT_STORE",
    metavar="URL",
    help="Database URL or path of an SQLite file. Default: $EVALKIT_STORE, else responses.db in the study.",
)


@click.command()
@STUDY
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@STORE
def serve(study: Path, host: str, port: int, store: str | None) -> None:
    """Serve the rating page of a built study; ratings go into the store as each page is finished.

    Example: evalkit serve my_study --port 8000
    """
    settings = open_study(read_study(study), store=store)
    try:
        server = make_server(create_app(settings), host=host, port=port)
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"Rating page of '{settings.title}': http://{shown}:{port}   (stop with Ctrl-C)")
        server.run()
    finally:
        settings.store.close()
