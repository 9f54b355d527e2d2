"""The command line: light to start, one-line errors, exit codes 0, 1 and 2."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from evalkit.cli import COMMANDS, load_command, main

HEAVY = ("numpy", "scipy", "pandas", "torch", "flask", "sqlalchemy", "matplotlib", "seaborn", "sklearn", "pydantic")


def run(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "evalkit", *words], capture_output=True, text=True, cwd=cwd, check=False
    )


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from evalkit.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    code += f"print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_one_screen_of_help_with_an_example(name: str) -> None:
    command = load_command(name)
    text = command.get_help(click.Context(command, info_name=f"evalkit {name}"))
    subcommands = getattr(command, "commands", {})
    examples = [text, *(sub.help or "" for sub in subcommands.values())]
    assert any("Example: evalkit" in part for part in examples), text
    assert len(text.splitlines()) <= 45


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_stands_in_the_readme(name: str) -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    assert f"`evalkit {name}" in readme


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["biuld"], 2, "no such command 'biuld'; did you mean 'build'?"),
        (["build"], 2, "Missing argument 'STUDY'"),
        (["build", "nowhere"], 2, "no such study"),
        (["mix", "nowhere.jsonl", "--system", "mean_gain", "--out", "x"], 1, "no such manifest"),
        (["new", "x", "--template", "mushroom"], 2, "no template 'mushroom'"),
    ],
)
def test_errors_are_one_line_with_their_exit_code(tmp_path: Path, words: list[str], code: int, message: str) -> None:
    done = run(*words, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_debug_shows_the_trace(tmp_path: Path) -> None:
    done = run("build", "nowhere", "--debug", cwd=tmp_path)
    assert "Traceback" in done.stderr


def test_a_namesake_package_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "webtest").mkdir()
    (tmp_path / "webtest" / "__init__.py").write_text("")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nfrom evalkit.cli import main\nmain(['serve', 'x'])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONSAFEPATH": "1"},
    )
    assert done.returncode == 2
    assert "the package 'webtest' of another project is in the way" in done.stderr


def test_a_folder_that_holds_a_study_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as first:
        main(["new", str(tmp_path / "s")])
        raise SystemExit(0)
    before = (tmp_path / "s" / "study.yaml").read_text()
    with pytest.raises(SystemExit) as second:
        main(["new", str(tmp_path / "s"), "--template", "own_files"])
    assert (first.value.code, second.value.code) == (0, 1)
    assert "holds a study already" in capsys.readouterr().err
    assert (tmp_path / "s" / "study.yaml").read_text() == before


def test_checking_a_study_that_is_not_built_exits_1(tmp_path: Path) -> None:
    assert run("new", "drums", "--template", "drum_mixing", cwd=tmp_path).returncode == 0
    done = run("check", "drums", cwd=tmp_path)
    assert "ERROR" in done.stdout
    assert done.returncode == 1
