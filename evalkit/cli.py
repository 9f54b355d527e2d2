"""The command table, in pipeline order. A command's module is imported only when it runs."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import click

from evalkit import __version__
from evalkit.errors import ConfigError, EvalkitError, MissingExtraError
from evalkit.registry import did_you_mean

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": (
        "evalkit.demo:demo",
        "a whole study on embedded defaults, from drum sessions to the rating page",
    ),
    "new": ("evalkit.new:new", "a study folder with a commented study.yaml"),
    "data": ("stimuli.data_commands:data", "multitracks: simulate, index, import or check  →  manifest.jsonl"),
    "train": ("stimuli.commands:train", "manifest  →  a trained system"),
    "mix": ("stimuli.commands:mix", "manifest, system  →  mixes as WAV files"),
    "build": ("stimuli.commands:build", "study  →  session/: aligned, loudness-matched stimuli"),
    "check": ("evalkit.check:check", "verify a study before a listener sees it"),
    "measure": (
        "analysis.commands:measure",
        "study, or mixes and manifest  →  objective measures, distances to references",
    ),
    "figures": (
        "analysis.figure_commands:figures",
        "study, item  →  waveforms and spectrograms, for the researcher only",
    ),
    "serve": ("webtest.commands:serve", "session/  →  the rating page, ratings into the store"),
    "admin": ("webtest.admin_commands:admin", "run a study: open, pause, close, invite, back up, erase, verify"),
    "rehearse": ("webtest.commands:rehearse", "robot listeners through the real rating page"),
    "export": ("webtest.commands:export", "store  →  export/ratings.csv and what belongs to it"),
    "screen": ("analysis.screening_commands:screen", "ratings  →  verdicts on assessors, reliability"),
    "compare": ("analysis.commands:compare", "ratings  →  test tables"),
    "report": ("analysis.commands:report", "ratings  →  report/: one HTML page, tables, figures"),
    "power": ("analysis.planning_commands:power", "pilot ratings  →  how many assessors and items the next test needs"),
    "papercheck": ("analysis.planning_commands:papercheck", "printed results  →  do they fit each other?"),
}
MODULE_EXTRAS = {"torch": "mixing", "sklearn": "mixing", "numba": "mixing", "safetensors": "mixing", "skops": "mixing",
                 "psycopg": "postgres", "dask": "dask", "distributed": "dask", "ray": "ray"}  # fmt: skip


class CommandTable(click.Group):
    """A click group that knows its commands' help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return load_command(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            ctx.fail(f"no such command '{args[0]}'{did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands, in the order of a study"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


def load_command(name: str) -> click.Command:
    """Import a command, and check that its package is ours and not a namesake."""
    module_name, _, attribute = COMMANDS[name][0].partition(":")
    top = module_name.partition(".")[0]
    module = importlib.import_module(top)
    found = Path(module.__file__ or "").resolve().parent
    expected = Path(__file__).resolve().parent.parent / top
    if found != expected:
        raise ConfigError(
            f"the package '{top}' of another project is in the way ({found}): install evalkit into a fresh environment"
        )
    command = getattr(importlib.import_module(module_name), attribute)
    assert isinstance(command, click.Command)  # a programmer's error, not a user's
    return command


@click.group(
    cls=CommandTable,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Each command explains itself: evalkit COMMAND --help. Add --debug to any of them for a full trace.",
)
@click.version_option(__version__, prog_name="evalkit")
def cli() -> None:
    """Automatic-mixing studies, from multitrack recordings to paper-ready results."""


def main(arguments: list[str] | None = None) -> None:
    """Run evalkit; exit code 0 done, 1 the data is wrong, 2 called wrongly."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words or bool(os.environ.get("EVALKIT_DEBUG"))
    words = [word for word in words if word != "--debug"]
    try:
        code = cli.main(args=words, prog_name="evalkit", standalone_mode=False)
        if isinstance(code, int) and code:  # what a command gave to context.exit
            sys.exit(code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        if debug:
            raise
        error.show()
        sys.exit(2)
    except EvalkitError as error:
        _fail(error, debug)
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        if module not in MODULE_EXTRAS:
            raise
        _fail(MissingExtraError(module, MODULE_EXTRAS[module]), debug)


def _fail(error: EvalkitError, debug: bool) -> None:
    if debug:
        raise error
    click.echo(f"evalkit: {error}", err=True)
    sys.exit(error.exit_code)
