"""Options and argument types that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from evalkit.config import Source, validate
from evalkit.errors import ConfigError

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)
device_option = click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N.")
rendering_device_option = click.option(
    "--device",
    default="auto",
    show_default=True,
    help="auto, cpu, cuda or cuda:N. A GPU renders in one process; with several, auto renders on the CPU.",
)
force_option = click.option("--force", is_flag=True, help="Replace what is there.")


def parse_options(model: Any, words: tuple[str, ...]) -> Any:
    """Turn ``KEY=VALUE`` words into a system's validated options; values are read as YAML.

    Raises
    ------
    ConfigError
        If a word has no ``=``, or the option is unknown or of the wrong type.
    """
    values: dict[str, Any] = {}
    for word in words:
        key, equals, text = word.partition("=")
        if not equals or not key:
            raise ConfigError(f"--option {word}: expected KEY=VALUE")
        try:
            values[key] = YAML(typ="safe", pure=True).load(text)
        except YAMLError as error:
            raise ConfigError(f"--option {word}: not a YAML value") from error
    return validate(model, values, Source(Path("--option")))
