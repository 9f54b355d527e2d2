"""``evalkit demo``: a whole study on embedded defaults, driven through the other commands only.

Run again on its own folder it goes on where it stopped; finished, unchanged steps are not repeated.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import click

from evalkit.cli import load_command
from evalkit.errors import DataError, EvalkitError
from evalkit.new import make_study
from evalkit.provenance import sha256_file, utc_now
from evalkit.session import read_session
from evalkit.study import FILE_NAME, read_study

MARK = "demo.json"  # says that a folder is a demo's own, and which steps are done
TEMPLATE = "drum_mixing"
ASSESSORS = 20
SEED = 2020


@click.command()
@click.option(
    "--folder", default="demo_study", show_default=True, type=click.Path(path_type=Path), help="Study folder to make."
)
@click.option("--no-serve", is_flag=True, help="End after the report.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N.")
def demo(folder: Path, no_serve: bool, port: int, device: str) -> None:
    """Run a whole study: simulated drum sessions, seven mixes of six loops, robot listeners, report, rating page.

    The rating page is served only where standard output is a terminal.

    Example: evalkit demo --no-serve
    """
    _claim(folder)
    jobs = str(min(4, os.cpu_count() or 1))
    began = time.monotonic()
    data = folder / "data"
    _step(folder, "1/5  simulated drum sessions", "data", "simulate", "--preset", "demo", "--seed", str(SEED),
          "--out", str(data), "--jobs", jobs, done=(data / "manifest.jsonl").is_file())  # fmt: skip
    _step(folder, "2/5  seven mixes of six loops, matched in loudness", "build", str(folder), "--jobs", jobs,
          "--device", device, "--force", done=_is_built(folder))  # fmt: skip
    _step(folder, "3/5  check", "check", str(folder), done=False)
    rehearsed = folder / "export-rehearsal" / "ratings.csv"
    fresh = rehearsed.is_file() and rehearsed.stat().st_mtime > _built_at(folder)
    _step(folder, f"4/5  rehearsal: {ASSESSORS} robot listeners through the rating page", "rehearse", str(folder),
          "--assessors", str(ASSESSORS), done=fresh)  # fmt: skip
    _step(folder, "5/5  report of the rehearsal", "report", str(folder), "--rehearsal", done=False)
    click.echo(
        f"\nDone in {time.monotonic() - began:.0f} s. Simulated recordings, rehearsed ratings: no person took part."
    )
    click.echo(f"Report: {(folder / 'report-rehearsal' / 'report.html').resolve()}")
    if no_serve or not sys.stdout.isatty():
        click.echo(f"Rating page: evalkit serve {folder}")
        return
    load_command("serve").main([str(folder), "--port", str(port)], prog_name="evalkit serve", standalone_mode=False)


def _claim(folder: Path) -> None:
    """Make the study folder, or accept it if it is a demo's own."""
    if (folder / MARK).is_file():
        return
    if folder.exists() and (folder.is_file() or any(folder.iterdir())):
        what = "holds a study already" if (folder / FILE_NAME).is_file() else "is not empty"
        raise DataError(f"{folder}: {what}, and no demo made it: name another folder with --folder")
    make_study(folder, TEMPLATE)
    text = json.dumps({"made_by": "evalkit demo", "created_at": utc_now()}) + "\n"
    (folder / MARK).write_text(text, encoding="utf-8")


def _step(folder: Path, title: str, command: str, *arguments: str, done: bool) -> None:
    """Run one command, unless its result is there and unchanged."""
    if done:
        click.echo(f"{title}: done before")
        return
    click.echo(title)
    began = time.monotonic()
    code = load_command(command).main(list(arguments), prog_name=f"evalkit {command}", standalone_mode=False)
    if code:
        raise DataError(f"{folder}: 'evalkit {command}' found errors, printed above")
    click.echo(f"     {time.monotonic() - began:.0f} s")


def _is_built(folder: Path) -> bool:
    """Say whether the bundle was built from the study and the data as they stand."""
    try:
        study = read_study(folder)
        session = read_session(study.session_folder)
        same_data = session.provenance["data"]["sha256"] == sha256_file(folder / "data" / "manifest.jsonl")
    except (EvalkitError, OSError, KeyError):
        return False
    return session.build_sha256 == study.build_sha256 and same_data


def _built_at(folder: Path) -> float:
    return (folder / "session" / "session.json").stat().st_mtime
