"""The table of threats names tests that exist, and each row has one or says why not."""

from __future__ import annotations

import re
from pathlib import Path

# Every threat of OWASP's lists that concerns a page of this kind, by words of its row's first cell.
THREATS = (
    "forged by another site (CSRF)", "administrator's forms forged", "(XSS)", "script that came in all the same",
    "type guessing, referrers", "read by paths", "files uploaded", "large or endless bodies", "floods of",
    "all connections held", "many sounds fetched at once", "disk filled", "more listeners than wanted",
    "admin password guessed", "overheard", "session fixed, stolen", "behind a proxy", "DNS rebinding",
    "token guessed or read", "another's data", "listener's session fixed", "steps left out", "robots or demonstrations",
    "SQL injection", "formulas in exported text", "secrets in the configuration", "debugger, traces", "logs that tell",
    "store that tells who took part", "unblinded by accident", "sounds of somebody else", "account on the server",
    "known holes in libraries",
)  # fmt: skip
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


def test_every_known_threat_has_one_row_and_there_is_no_other():
    cells = [row[0] for row in rows()]
    assert [threat for threat in THREATS if sum(threat in cell for cell in cells) != 1] == []
    assert [cell for cell in cells if not any(threat in cell for threat in THREATS)] == []


def test_every_test_that_is_named_exists():
    known = {
        name
        for path in (ROOT / "tests").glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.M)
    }
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT.read_text(encoding="utf-8")))
    assert named - known == set()
