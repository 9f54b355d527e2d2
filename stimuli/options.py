"""Options and argument types that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)
device_option = click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N.")
force_option = click.option("--force", is_flag=True, help="Replace what is there.")
jobs_option = click.option("--jobs", default=1, show_default=True, type=click.IntRange(min=1), help="Worker processes.")
