"""Make store_1.sql: a store of version 1, filled by rehearsed listeners, as SQLite's dump. No person took part.

The tables of version 1 exist only in the code of that version: check out the commit that added this file, and run

    python tests/data/store_1/make.py
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))

from conftest import build_study  # noqa: E402
from webtest_listener import SESSION, Listener  # noqa: E402

from webtest.app import create_app, open_study  # noqa: E402
from webtest.storage import schema  # noqa: E402


def fill(folder: Path) -> Path:
    """Let three rehearsed listeners come: one ends, one declines, one is under way."""
    study = build_study(folder / "study", conditions=2)
    settings = open_study(study, rehearsal=True)
    app = create_app(settings)
    Listener(app).take_test()
    declines = Listener(app)
    declines.go("/consent", declines.version(version="1", agreed=False))
    under_way = Listener(app).to_pages()
    sent = under_way.rate()
    assert under_way.post("/submissions", {**sent, "page_ms": 1}).status_code == 409  # into quarantine
    page = under_way.page()
    slot = page["slots"][0]["id"]
    stands = {"value": 12.5, "moved": True, "n_moves": 1, "n_plays": 1, "listened_ms": 9}
    under_way.put(f"/pages/{page['id']}/draft", {"body": {"values": {slot: stands}, "comments": {}, "page_ms": 77}})
    play = {"seq": 0, "t_ms": 5, "page": page["id"], "kind": "play", "slot": slot, "data": {"position_s": 0.5}}
    under_way.post("/events", {"client_session": SESSION, "events": [play]})
    settings.store.log("command line", "unblind", "export", source="rehearsal")
    settings.store.close()
    return study.folder / "responses.db"


if __name__ == "__main__":
    if schema.VERSION != 1:
        sys.exit(f"this code makes stores of version {schema.VERSION}, expected 1: check out the commit named above")
    with tempfile.TemporaryDirectory() as name, closing(sqlite3.connect(fill(Path(name)))) as connection:
        (HERE / "store_1.sql").write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")
