"""``evalkit serve``, ``rehearse`` and ``export``."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import click
from click.core import ParameterSource
from sqlalchemy import URL

from evalkit.study import read_study
from webtest import requestlog
from webtest.app import STORE_NAME, create_app, open_study
from webtest.arguments import STORE, STUDY
from webtest.export import export_store
from webtest.key import index_by_frames, open_bundle
from webtest.network import Network
from webtest.preference import declaration
from webtest.rehearsal import rehearse_on
from webtest.server import LOOPBACK, Server, bind, running
from webtest.storage import oversight, readout
from webtest.storage.engine import open_database, store_url

REHEARSAL_STORE_NAME = "rehearsal.db"


@click.command()
@STUDY
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--name", "names", multiple=True, help="Answer to this host name too, beside localhost and addresses.")
@click.option("--behind-proxy", default=0, type=click.IntRange(0, 9), help="How many proxies in front to believe.")
@click.option("--log-requests", is_flag=True, help="A line for each request: never who asked, or what for.")
@STORE
def serve(
    study: Path, host: str, port: int, names: tuple[str, ...], behind_proxy: int, log_requests: bool, store: str | None
) -> None:
    """Serve the rating page of a built study; ratings go into the store as each page is finished.

    From the first listener on, the study is frozen: a changed study.yaml needs a new store.

    Example: evalkit serve my_study --port 8000
    """
    opened = read_study(study)
    network = Network(names=(host, *names), proxies=behind_proxy)
    if log_requests:
        requestlog.switch_on()
    with bind(host, port) as bound:
        settings = open_study(opened, store=store)
        try:
            server = Server(create_app(settings, study=opened, network=network), bound)
            click.echo(f"Rating page of '{settings.title}': {server.address}   (stop with Ctrl-C)")
            _say_whether_open(store_url(store, opened.folder / STORE_NAME))
            if not ip_address(bound.getsockname()[0]).is_loopback:
                click.echo("Answers travel unencrypted: only for a network that you trust, or behind TLS.", err=True)
            server.run()
        finally:
            settings.store.close()


def _say_whether_open(url: URL) -> None:
    """Say on standard error that nobody is admitted, where that is so."""
    database = open_database(url, create=False)
    overview = oversight.overview(database)
    database.close()
    if overview is not None and overview.status != "open":
        click.echo(f"Nobody new is admitted: the study is {overview.status}; 'evalkit admin open' opens it.", err=True)


@click.command()
@STUDY
@click.option("--assessors", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many robots.")
@click.option("--store", metavar="URL", help="Add to this store. Default: a new rehearsal.db in the study.")
def rehearse(study: Path, assessors: int, store: str | None) -> None:
    """Send robot listeners through the real rating page, and export what they did to export-rehearsal/.

    Their preferences are declared, not heard. They are marked as a rehearsal and never mixed with people.

    Example: evalkit rehearse my_study --assessors 20
    """
    opened = read_study(study)
    index = index_by_frames(opened, open_bundle(opened))
    default = opened.folder / REHEARSAL_STORE_NAME
    if store is None:
        for ending in ("", "-wal", "-shm"):
            default.with_name(default.name + ending).unlink(missing_ok=True)
    settings = open_study(opened, store=store or str(default), rehearsal=True)
    database = open_database(store_url(store, default), create=False)
    try:
        before = len(readout.assessors(database, rehearsal=True))
        with running(create_app(settings)) as address:
            robots = range(before + 1, before + 1 + assessors)
            ratings = rehearse_on(address, index, seed=settings.seed, robots=robots)
        exported = export_store(opened, database, rehearsal=True, masked=False, preference_model=declaration())
    finally:
        database.close()
        settings.store.close()
    click.echo(
        f"{assessors} robot listeners gave {ratings} ratings: {exported.folder} (rehearsal: no person took part)"
    )


@click.command()
@STUDY
@click.option("--rehearsal", is_flag=True, help="The robots, to export-rehearsal/; default store: rehearsal.db.")
@click.option("--masked", is_flag=True, help="A letter per page instead of each condition, to export-masked/.")
@STORE
@click.option("--force", is_flag=True, help="Replace a folder that evalkit did not write.")
@click.pass_context
def export(context: click.Context, study: Path, rehearsal: bool, masked: bool, store: str | None, force: bool) -> None:
    """Write ratings, assessors, answers, choices and events of a store to export/. Each unblinding is logged.

    Example: evalkit export my_study
    """
    opened = read_study(study)
    if rehearsal and context.get_parameter_source("store") is ParameterSource.ENVIRONMENT:
        store = None  # robots have a store of their own
    default = opened.folder / (REHEARSAL_STORE_NAME if rehearsal else STORE_NAME)
    database = open_database(store_url(store, default), create=False)
    try:
        exported = export_store(opened, database, rehearsal=rehearsal, masked=masked, force=force)
    finally:
        database.close()
    who = "robot listeners" if rehearsal else "listeners"
    click.echo(f"{exported.ratings} ratings of {exported.assessors} {who}: {exported.folder}")
