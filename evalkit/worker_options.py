"""The options of every command that spreads its work over processes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, get_args

import click

from evalkit.parallel import Backend, Workers


def workers_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--jobs``, ``--backend`` and ``--scheduler``, as one parameter ``workers``."""

    @click.option("--jobs", default=1, show_default=True, type=click.IntRange(min=1), help="Worker processes.")
    @click.option(
        "--backend",
        default="loky",
        show_default=True,
        type=click.Choice(get_args(Backend)),
        help="What starts them: loky; dask or ray, which also work on other machines.",
    )
    @click.option(
        "--scheduler",
        metavar="ADDRESS",
        help="Use the workers of a running dask scheduler (tcp://HOST:8786) or ray (HOST:6379), however many it has, "
        "in place of --jobs. They share the file system.",
    )
    @wraps(command)
    def with_workers(*arguments: Any, jobs: int, backend: Backend, scheduler: str | None, **others: Any) -> Any:
        workers = Workers(jobs=jobs, backend=backend, scheduler=scheduler)
        return command(*arguments, workers=workers, **others)

    return with_workers
