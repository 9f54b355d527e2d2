"""serve, rehearse and export as they are called, and what goes wrong in one line."""

from __future__ import annotations

import json
import queue
import socket
import threading
import urllib.request

import pandas as pd
import pytest
from click.testing import CliRunner
from webtest_listener import Listener

from evalkit.errors import ConfigError, DataError
from evalkit.ratings import read_ratings
from evalkit.study import read_study
from webtest import commands
from webtest.admin_commands import admin
from webtest.app import create_app, open_study
from webtest.server import Server


def call(command, *arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)


def change(study, old, new):
    path = study.folder / "study.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return read_study(study.folder)


def admit_one(study):
    settings = open_study(study)
    Listener(create_app(settings))
    settings.store.close()


def test_serve_answers_on_its_port_and_says_where(built_study, capsys, monkeypatch):
    started: queue.Queue[Server] = queue.Queue()

    class Watched(Server):
        def run(self):
            started.put(self)
            super().run()

    monkeypatch.setattr(commands, "Server", Watched)
    options = {"study": built_study.folder, "host": "127.0.0.1", "port": 0, "store": None}
    options |= {"names": (), "behind_proxy": 0, "log_requests": False}
    thread = threading.Thread(target=commands.serve.callback, kwargs=options)
    thread.start()
    server = started.get(timeout=30)
    with urllib.request.urlopen(f"{server.address}/readyz", timeout=10) as answer:
        assert json.load(answer) == {"status": "ok"}
    server.stop()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert server.address in capsys.readouterr().out


@pytest.mark.parametrize(("action", "said"), [("pause", "Nobody new is admitted: the study is paused"), ("open", "")])
def test_serve_says_when_nobody_is_admitted(built_study, monkeypatch, action, said):
    class Stopped(Server):
        def run(self):
            self.stop()
            super().run()

    monkeypatch.setattr(commands, "Server", Stopped)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    call(commands.serve, built_study.folder, "--port", port)
    call(admin.commands[action], built_study.folder)
    result = call(commands.serve, built_study.folder, "--port", port)
    assert said in result.stderr
    assert ("Nobody new" in result.stderr) == bool(said)


def test_a_port_in_use_is_named_with_the_option(built_study):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"port {port} of 127\.0\.0\.1 is in use: name another with --port"):
            call(commands.serve, built_study.folder, "--port", port)
    assert not (built_study.folder / "responses.db").exists()


def test_an_unbuilt_study_is_not_served(built_study):
    (built_study.session_folder / "session.json").unlink()
    with pytest.raises(DataError, match=r"session\.json: no such bundle; 'evalkit build"):
        call(commands.serve, built_study.folder)
    assert not (built_study.folder / "responses.db").exists()


def test_a_bundle_of_other_settings_is_not_served(built_study):
    change(built_study, "seed: 7", "seed: 8")
    with pytest.raises(DataError, match=r"built from other settings .* 'evalkit build .* --force'"):
        call(commands.serve, built_study.folder)


def test_before_the_first_listener_the_study_may_change(built_study):
    open_study(built_study).store.close()
    open_study(change(built_study, "Move every bar.", "Place every bar.")).store.close()


def test_after_the_first_listener_a_changed_study_is_not_served(built_study):
    admit_one(built_study)
    change(built_study, "Move every bar.", "Place every bar.")
    with pytest.raises(DataError, match=r"responses\.db: study\.yaml has changed since the first listener"):
        call(commands.serve, built_study.folder)


def test_the_database_of_another_study_is_named(built_study, make_built_study, tmp_path):
    admit_one(built_study)
    other = make_built_study(folder=tmp_path / "other", pages=1)
    change(other, "title: Drum mixes", "title: Songs")
    with pytest.raises(DataError, match="holds listeners of another study, 'Drum mixes', expected 'Songs'"):
        call(commands.serve, other.folder, "--store", built_study.folder / "responses.db")


def test_a_key_that_was_tampered_with_is_refused(built_study):
    admit_one(built_study)
    path = built_study.session_folder / "session.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"anchor"', '"x"').replace('"random_forest_dry"', '"anchor"'), encoding="utf-8")
    with pytest.raises(DataError, match="names other conditions"):
        call(commands.serve, built_study.folder)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("method: ape", "method: apes", "unknown method 'apes'"),
        ("page:", "checks: {headphones: flag}\npage:", r"checks\.headphones: 'flag' is not available yet"),
        (
            "flow: [consent, ",
            'flow: ["questions:about", consent, ',
            r"flow\.2: the step 'questions:about' stands there twice",
        ),
        ("level, instructions", "level, level", "'level' stands there twice"),
    ],
)
def test_what_cannot_be_presented_is_named_with_its_line(built_study, old, new, problem, monkeypatch):
    def run(server):
        raise AssertionError("it is served")

    monkeypatch.setattr(commands.Server, "run", run)
    change(built_study, old, new)
    with pytest.raises(ConfigError, match=rf"(study\.yaml:\d+: .*)?{problem}"):
        call(commands.serve, built_study.folder)


def test_rehearsed_ratings_are_complete_and_marked(built_study):
    result = call(commands.rehearse, built_study.folder, "--assessors", 3)
    assert "3 robot listeners gave 18 ratings" in result.output
    ratings = read_ratings(built_study.folder / "export-rehearsal" / "ratings.csv")
    assert len(ratings) == 3 * 2 * 3
    assert set(ratings["source"]) == {"rehearsal"}
    assessors = pd.read_csv(built_study.folder / "export-rehearsal" / "assessors.csv")
    assert list(assessors["state"]) == ["complete"] * 3
    assert not (built_study.folder / "responses.db").exists()


def test_rehearsing_again_replaces_the_rehearsal_and_repeats_its_scores(built_study):
    def scores():
        call(commands.rehearse, built_study.folder, "--assessors", 2)
        ratings = read_ratings(built_study.folder / "export-rehearsal" / "ratings.csv")
        return sorted(zip(ratings["item"], ratings["condition"], ratings["score"], strict=True))

    first = scores()
    assert len(first) == 12
    assert scores() == first


def test_rehearsing_freezes_nothing(built_study):
    call(commands.rehearse, built_study.folder, "--assessors", 1)
    changed = change(built_study, "Move every bar.", "Place every bar.")
    call(commands.rehearse, changed.folder, "--assessors", 1)
    open_study(changed).store.close()


def test_robots_can_join_a_named_store_without_becoming_listeners(built_study):
    admit_one(built_study)
    store = built_study.folder / "responses.db"
    call(commands.rehearse, built_study.folder, "--assessors", 2, "--store", store)
    result = call(commands.export, built_study.folder)
    assert "0 ratings of 1 listeners" in result.output
    facts = json.loads((built_study.folder / "export-rehearsal" / "export.json").read_text(encoding="utf-8"))
    assert facts["assessors"] == {"complete": 2}
    assert facts["preference_model"]["means"]["overhead_anchor"] == 3


def test_exporting_what_was_never_served_says_so(built_study):
    with pytest.raises(DataError, match=r"responses\.db: no such store; 'evalkit serve'"):
        call(commands.export, built_study.folder)


def test_robots_are_looked_for_in_their_own_store(built_study, tmp_path, monkeypatch):
    monkeypatch.setenv("EVALKIT_STORE", str(tmp_path / "elsewhere.db"))
    call(commands.rehearse, built_study.folder, "--assessors", 1)
    assert "6 ratings of 1 robot listeners" in call(commands.export, built_study.folder, "--rehearsal").output


def test_the_store_can_be_named_by_the_environment(built_study, tmp_path, monkeypatch):
    monkeypatch.setenv("EVALKIT_STORE", f"sqlite:///{tmp_path / 'elsewhere.db'}")
    with pytest.raises(DataError, match=r"elsewhere\.db: no such store"):
        call(commands.export, built_study.folder)
