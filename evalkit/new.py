"""``evalkit new``: a study folder from a template."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from evalkit.errors import ConfigError, DataError
from evalkit.registry import did_you_mean
from evalkit.study import FILE_NAME


def template_names() -> list[str]:
    """List the templates that ship, sorted."""
    folder = resources.files("evalkit") / "templates"
    return sorted(Path(entry.name).stem for entry in folder.iterdir() if entry.name.endswith(".yaml"))


def read_template(name: str) -> str:
    """Return the text of a template.

    Raises
    ------
    ConfigError
        If there is no such template.
    """
    if name not in template_names():
        hint = did_you_mean(name, template_names()) or f"; there are {', '.join(template_names())}"
        raise ConfigError(f"no template '{name}'{hint}")
    return (resources.files("evalkit") / "templates" / f"{name}.yaml").read_text(encoding="utf-8")


def make_study(folder: Path, template: str) -> Path:
    """Write a new study's ``study.yaml``; a folder that holds one already is left alone.

    Raises
    ------
    DataError
        If the folder holds a study, or is a file.
    """
    text = read_template(template)
    path = folder / FILE_NAME
    if folder.is_file():
        raise DataError(f"{folder}: is a file, expected a folder or nothing")
    if path.exists():
        raise DataError(f"{path}: this folder holds a study already; choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--template",
    default="drum_mixing",
    show_default=True,
    help="drum_mixing, mushra, own_files, stem_processing or stem_similarity.",
)
def new(folder: Path, template: str) -> None:
    """Make a study folder with a commented study.yaml.

    Example: evalkit new my_study --template own_files
    """
    path = make_study(folder, template)
    click.echo(f"{path}: read its first comment, then edit it")
