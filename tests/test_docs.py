"""The README's commands exist, and its tutorial runs as written."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from evalkit.cli import load_command

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
LINES = [line for block in BLOCKS for line in block.splitlines() if line.startswith("evalkit ")]
TUTORIAL = next(block for block in BLOCKS if block.startswith("evalkit new "))


@pytest.mark.parametrize("line", LINES)
def test_each_command_of_the_readme_is_called_rightly(line: str) -> None:
    verb, *words = shlex.split(line.partition(" > ")[0], comments=True)[1:]
    command = load_command(verb)
    if isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    try:
        command.make_context(verb, words)
    except click.exceptions.Exit as done:  # an option that answers and ends, like --help
        assert done.exit_code == 0


def test_the_pictures_of_the_readme_are_there() -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)
    assert len(pictures) >= 2
    assert [name for name in pictures if not (Path(__file__).parent.parent / name).is_file()] == []


@pytest.mark.slow
def test_the_tutorial_runs_as_written(tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euc", TUTORIAL],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "drums" / "report-rehearsal" / "report.html").is_file()
    assert "Kruskal" in done.stdout
