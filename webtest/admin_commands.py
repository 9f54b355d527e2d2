"""``evalkit admin``: running a study from the command line."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click

from evalkit.errors import ConfigError, DataError
from evalkit.provenance import utc_now
from evalkit.study import read_study
from evalkit.whole_files import whole_file
from webtest.allocation_commands import allocation, coverage
from webtest.app import STORE_NAME
from webtest.arguments import STORE, STUDY
from webtest.invitations import links, page_address
from webtest.storage import Status, administration, credentials, erasure, oversight, soundness
from webtest.storage.backup import backup_postgresql, backup_sqlite
from webtest.storage.engine import Database, holds_tables, open_database, store_url
from webtest.study_store import opened, opened_or_made

ACTOR = "command line"
ASSESSOR = click.argument("assessor")
MEANINGS: dict[Status, str] = {
    "draft": "a draft: nobody is admitted yet; 'evalkit admin open' opens it",
    "open": "open: listeners are admitted",
    "paused": "paused: nobody new is admitted, those under way may finish",
    "closed": "closed: nobody new is admitted, those under way may finish",
}


@click.group()
def admin() -> None:
    """Run a study: open, pause and close it, invite listeners, set the password of the admin page, back up, erase.

    Each action works while the study is served. Example: evalkit admin open my_study
    """


admin.add_command(allocation)
admin.add_command(coverage)


@admin.command("open", short_help="admit listeners")
@STUDY
@STORE
def open_(study: Path, store: str | None) -> None:
    """Admit listeners. Before the first 'evalkit serve' this makes the store.

    Example: evalkit admin open my_study
    """
    with opened_or_made(study, store) as database:
        _set_status(database, "open")


@admin.command(short_help="admit nobody new for a while")
@STUDY
@STORE
def pause(study: Path, store: str | None) -> None:
    """Admit nobody new for a while; those under way may finish.

    Example: evalkit admin pause my_study
    """
    with opened(study, store) as database:
        _set_status(database, "paused")


@admin.command(short_help="end the study")
@STUDY
@STORE
def close(study: Path, store: str | None) -> None:
    """End a study: nobody new is admitted; those under way may finish. It can be opened again.

    Example: evalkit admin close my_study
    """
    with opened(study, store) as database:
        _set_status(database, "closed")


@admin.command(short_help="how many listeners are wanted")
@STUDY
@click.argument("places", metavar="PLACES|none")
@STORE
def quota(study: Path, places: str, store: str | None) -> None:
    """Say how many listeners are wanted; 'none' sets no limit. Without this it is target_assessors of study.yaml.

    Who declined, left, was screened out, or was not seen for two hours gives the place back.

    Example: evalkit admin quota my_study 24
    """
    if places != "none" and not (places.isdecimal() and len(places) < 8):
        raise ConfigError(f"PLACES: found '{places}', expected a number, or none")
    with opened_or_made(study, store) as database:
        administration.set_places(database, None if places == "none" else int(places), actor=ACTOR)
        _say_status(database)


@admin.command(short_help="links, each for one listener")
@STUDY
@click.option("--count", default=1, show_default=True, type=click.IntRange(1, 10_000), help="How many links.")
@click.option("--label", help="A note for your own list; it is deleted with the other identifiers.")
@click.option("--address", default="http://127.0.0.1:8000", show_default=True, help="Where listeners reach the page.")
@STORE
def invite(study: Path, count: int, label: str | None, address: str, store: str | None) -> None:
    """Print links, each for one listener; whoever opens one again goes on where he or she was.

    From the first link on, nobody is admitted without one (or from a platform, with its id).

    Example: evalkit admin invite my_study --count 20 --address https://listen.example.org > links.txt
    """
    page = page_address(address)
    with opened_or_made(study, store) as database:
        for link in links(page, administration.invite(database, count, label=label, actor=ACTOR)):
            click.echo(link)
        click.echo("Each link is for one listener; they are shown only now.", err=True)
        _say_status(database)


@admin.command(short_help="set the admin page's password")
@STUDY
@STORE
def password(study: Path, store: str | None) -> None:
    """Set the password of the admin page, and end its sessions. Without one there is no admin page.

    It is asked for, or read from standard input as one line.

    Example: evalkit admin password my_study
    """
    with opened_or_made(study, store) as database:
        if sys.stdin.isatty():
            given = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        else:
            given = sys.stdin.readline().rstrip("\r\n")
        credentials.set_password(database, given, actor=ACTOR)
        click.echo("Password set. The admin page is at /admin of the rating page's address.")
        _say_status(database)


@admin.command(short_help="copy the store while it is served")
@STUDY
@click.option("--out", type=click.Path(path_type=Path), help="File to write. Default: in backups/ of the study.")
@STORE
def backup(study: Path, out: Path | None, store: str | None) -> None:
    """Copy a store to one file while it is served.

    SQLite: the copy is checked; to restore, serve it with --store. Copying the file by other means may lose what is
    still in SQLite's log. PostgreSQL: the copy is made by its pg_dump; restore it to an empty database by pg_restore.

    Example: evalkit admin backup my_study
    """
    with opened(study, store) as database:
        if out is None:
            ending = "db" if database.is_sqlite else "dump"
            out = read_study(study).folder / "backups" / f"{utc_now().replace(':', '')}.{ending}"
            out.parent.mkdir(exist_ok=True)
        if database.is_sqlite:
            backup_sqlite(Path(database.name), out)
            made = "a whole copy, checked"
        else:
            with database.read() as connection:
                schema = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
            backup_postgresql(database.url, schema, out)
            made = f"a whole copy; pg_restore --dbname=DATABASE {out.name} restores it"
    click.echo(f"{out}: {made}. It holds what identifies people: keep it as safe as the store.")


@admin.command(short_help="check that the store is whole")
@STUDY
@STORE
def verify(study: Path, store: str | None) -> None:
    """Check that a store is whole, and say how the study stands and until when answers may be kept.

    Exit code 1 if something is broken. Events that never came are told, and are no fault.

    Example: evalkit admin verify my_study
    """
    with opened(study, store) as database:
        found = soundness.faults(database)
        gaps = soundness.event_gaps(database)
        overview = oversight.overview(database)
        _say_status(database)
    if overview is not None:
        counts = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in overview.ended.items() if number)
        click.echo(f"listeners: {overview.under_way} under way{', ' if counts else ''}{counts}")
        click.echo(f"leads to people: {overview.platform_ids} platform ids, {overview.invitations} invitations")
        click.echo(f"answers are kept: {_kept_until(overview.delete_on)}")
    if gaps:
        missing = sum(gap.missing for gap in gaps)
        click.echo(f"events: {missing} never came, from {len({gap.assessor for gap in gaps})} listeners")
    if found:
        raise DataError(f"{database.name}: not whole: {'; '.join(found)}")
    click.echo(f"{database.name}: whole")


@admin.command(short_help="bring the store of an older evalkit up to date")
@STUDY
@STORE
def migrate(study: Path, store: str | None) -> None:
    """Bring a store that an older evalkit made up to date, as 'evalkit serve' does; all rows are kept.

    A copy of an SQLite store is left beside it. Stop servers of the older evalkit first.

    Example: evalkit admin migrate my_study
    """
    url = store_url(store, read_study(study).folder / STORE_NAME)
    if holds_tables(url):
        open_database(url, create=True).close()
    with opened(study, store) as database:
        click.echo(f"{database.name}: tables of today")


@admin.command(short_help="delete everything about one listener")
@STUDY
@ASSESSOR
@click.option("--yes", is_flag=True, help="Do not ask.")
@STORE
def erase(study: Path, assessor: str, yes: bool, store: str | None) -> None:
    """Delete everything about one listener, by the listener's code (pseudonym). This cannot be undone.

    Exports and backups that were made before still hold it: export again, and delete older copies. If somebody reads
    the store meanwhile, its log cannot be emptied: exit code 1 says so, and the same again later empties it.

    Example: evalkit admin erase my_study hk3x9m2a
    """
    with opened(study, store) as database:
        if not yes:
            click.confirm(f"Delete everything about '{assessor}' for good?", abort=True)
        erasure.erase(database, assessor, actor=ACTOR)
    click.echo("Erased. Exports and backups that were made before still hold this listener.")


@admin.command("purge_identifiers", short_help="delete what leads to people")
@STUDY
@STORE
def purge_identifiers(study: Path, store: str | None) -> None:
    """Delete platform ids and invitations of a closed study, once everybody is paid: nothing leads to people then.

    Example: evalkit admin purge_identifiers my_study
    """
    with opened(study, store) as database:
        purged = erasure.purge_identifiers(database, actor=ACTOR)
    click.echo(f"Deleted {purged.platform_ids} platform ids and {purged.invitations} invitations.")


@admin.command(short_help="one listener's data, as a copy to hand out")
@STUDY
@ASSESSOR
@click.option("--out", type=click.Path(path_type=Path), help="File to write. Default: standard output.")
@STORE
def participant(study: Path, assessor: str, out: Path | None, store: str | None) -> None:
    """Write everything that is stored about one listener as JSON: the copy that a listener may ask for.

    Stimuli are named by page and label, not by condition: it unblinds nobody.

    Example: evalkit admin participant my_study hk3x9m2a --out copy.json
    """
    with opened(study, store) as database:
        everything = erasure.everything_about(database, assessor, actor=ACTOR)
    text = json.dumps(everything, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        with whole_file(out) as file:
            file.write_text(text, encoding="utf-8")
        click.echo(f"{out}: everything about '{assessor}'")


def _kept_until(delete_on: date | None) -> str:
    if delete_on is None:
        return "no date: study.yaml has no privacy.retention_days, or nobody answered yet"
    if delete_on < datetime.now(UTC).date():
        return f"until {delete_on.isoformat()}: that is past; export what you need and delete the store"
    return f"until {delete_on.isoformat()}"


def _set_status(database: Database, status: Status) -> None:
    administration.set_status(database, status, actor=ACTOR)
    _say_status(database)


def _say_status(database: Database) -> None:
    overview = oversight.overview(database)
    if overview is not None:
        places = "no limit" if overview.places is None else f"{overview.places_taken} of {overview.places} places taken"
        who = "by invitation, " if overview.by_invitation else ""
        click.echo(f"'{overview.title}' is {MEANINGS[overview.status]} ({who}{places})", err=True)
