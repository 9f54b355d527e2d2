"""The house stays in order: layers, file sizes, names."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path
    for package in ("evalkit", "stimuli", "webtest", "analysis")
    for kind in ("*.py", "*.js")
    for path in (ROOT / package).rglob(kind)
)
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc"}


def test_imports_point_down_only() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_above_500_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


def test_only_the_secret_side_and_the_tables_themselves_mention_the_key() -> None:
    """An import of the key is forbidden by a contract; a query could name its table without one."""
    allowed = {"webtest/key.py", "webtest/storage/binding.py", "webtest/storage/schema.py"}
    found = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if "stimulus_key" in path.read_text(encoding="utf-8") and path.parent.name != "versions"
    }
    assert found == allowed


def test_no_file_is_named_for_nothing() -> None:
    assert [path.name for path in SOURCES if path.stem in FORBIDDEN_NAMES] == []


def test_the_top_level_is_the_one_agreed() -> None:
    done = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode != 0:
        pytest.skip("not a git checkout: the list of tracked files is not known")
    top = {line.split("/")[0] for line in done.stdout.splitlines()}
    agreed = {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "Makefile",
        "evalkit",
        "webtest",
        "stimuli",
        "analysis",
        "tests",
    }
    assert {name for name in top if not name.startswith(".")} == agreed
