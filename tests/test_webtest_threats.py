"""The table of threats names tests that exist, and each row has one or says why not."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "webtest" / "SECURITY.md"


def rows():
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return cells[2:]


def test_every_row_names_a_test_or_says_why_there_is_none():
    assert len(rows()) >= 25
    assert [row for row in rows() if len(row) != 3] == []
    assert [row[0] for row in rows() if "`test_" not in row[2] and not re.match(r"no test: \w+", row[2])] == []


def test_every_test_that_is_named_exists():
    known = {
        name
        for path in (ROOT / "tests").glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.M)
    }
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT.read_text(encoding="utf-8")))
    assert named - known == set()
