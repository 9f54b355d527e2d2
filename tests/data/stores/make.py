"""Make store_N.sql: a store of version N, filled by rehearsed listeners, as SQLite's dump. No person took part.

The tables of an older version exist only in the code of that version. Check out its last commit in a folder of its own
(git log -S'VERSION = "000N"' -- webtest/storage/schema.py), and run

    PYTHONPATH=FOLDER:FOLDER/tests python tests/data/stores/make.py
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from conftest import build_study, study_yaml
from webtest_listener import SESSION, Listener

from webtest.app import create_app, open_study
from webtest.storage import schema

HERE = Path(__file__).parent
VERSION = int(schema.VERSION)


def fill(folder: Path) -> Path:
    """Let three rehearsed listeners come: one ends, one declines, one is under way."""
    yaml = study_yaml(2)
    if VERSION >= 3:
        yaml = yaml.replace("  question: How", "  open_reference: anchor\n  question: How")
        yaml = yaml.replace("role: anchor", "role: reference")
    if VERSION >= 4:
        yaml = yaml.replace("method: ape", "method: mushra")
    study = build_study(folder / "study", conditions=2, yaml=yaml)
    settings = open_study(study, rehearsal=True)
    app = create_app(settings)
    Listener(app).take_test()
    declines = Listener(app)
    declines.go("/consent", declines.version(version="1", agreed=False))
    under_way = Listener(app).to_pages()
    page = under_way.page()
    remark = {"slot": page["slots"][0]["id"], "text": "a click"} | ({"at_ms": 400} if VERSION >= 4 else {})
    sent = under_way.submission(page, comments=[remark])
    under_way.go("/submissions", sent)
    assert under_way.post("/submissions", {**sent, "page_ms": 1}).status_code == 409  # into quarantine
    page = under_way.page()
    slot = page["slots"][0]["id"]
    play = {"seq": 0, "t_ms": 5, "page": page["id"], "kind": "play", "slot": slot, "data": {"position_s": 0.5}}
    stop = {**play, "seq": 1, "t_ms": 900, "kind": "stop", "data": {}}
    for session, events in ((SESSION, [play, stop]), ("f" * 32, [play])):
        assert under_way.post("/events", {"client_session": session, "events": events}).status_code == 200
    draft = {"values": {}, "comments": {slot: "dull"}, "page_ms": 77}
    assert under_way.put(f"/pages/{page['id']}/draft", {"body": draft}).status_code == 204
    settings.store.log("command line", "unblind", "export", source="rehearsal")
    if VERSION >= 2:
        administer(settings)
    settings.store.close()
    return study.folder / "responses.db"


def administer(settings) -> None:
    """Leave a row in the tables of an administration."""
    from webtest.storage import administration, credentials

    database = settings.store.database
    administration.set_places(database, 24, actor="command line")
    administration.invite(database, 2, label="lab", actor="command line")
    credentials.set_password(database, "a password that nobody has", actor="command line")
    credentials.log_in(database, "a password that nobody has")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name, closing(sqlite3.connect(fill(Path(name)))) as connection:
        dump = "\n".join(connection.iterdump()) + "\n"
        (HERE / f"store_{VERSION}.sql").write_text(dump, encoding="utf-8")
