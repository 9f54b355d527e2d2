"""Bandit, a finder of insecure Python, finds nothing; each exception is one line with its reason."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("webtest", "evalkit", "analysis", "stimuli")
EXCEPTIONS_LIMIT = 10


@pytest.mark.slow
def test_bandit_finds_nothing():
    done = subprocess.run(
        [sys.executable, "-m", "bandit", "-q", "-c", "pyproject.toml", "-f", "json", "-r", *PACKAGES],
        capture_output=True, text=True, cwd=ROOT, check=False, timeout=300,
    )  # fmt: skip
    report = json.loads(done.stdout)
    found = [
        f"{one['filename']}:{one['line_number']}: {one['test_id']} {one['issue_text']}" for one in report["results"]
    ]
    assert (found, report["errors"]) == ([], [])
    assert report["metrics"]["_totals"]["loc"] > 10_000


def test_every_exception_names_its_rule_and_its_reason_and_they_are_few():
    lines = [
        line
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "nosec" in line
    ]
    assert [line for line in lines if not re.search(r"# nosec B\d{3}: \w+ \w+", line)] == []
    assert len(lines) <= EXCEPTIONS_LIMIT
