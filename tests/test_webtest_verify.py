"""What `evalkit check` finds in a study's presentation."""

from evalkit.audio import write_audio
from evalkit.session import AUDIO_FOLDER
from evalkit.study import read_study
from webtest.verify import run


def findings(study):
    return {name: (status, message) for name, status, message in run(read_study(study.folder))}


def change(study, old, new):
    path = study.folder / "study.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_good_study_has_no_error(built_study):
    found = findings(built_study)
    assert {status for status, _ in found.values()} <= {"ok", "note", "warning"}
    assert found["rating method"] == ("ok", "ape; gates play_all: True, move_all: True")
    assert found["assignment"][1].startswith("2 of 2 pages for each assessor, up to 3 stimuli a page, pages and slots")
    assert found["blinding"][1].startswith("equal sizes and headers on each page")


def test_a_missing_contact_is_a_warning(built_study):
    assert findings(built_study)["contact"][0] == "warning"
    change(built_study, "conditions:", "privacy: {contact: us@example.org}\nconditions:")
    assert "contact" not in findings(built_study)


def test_an_empty_consent_is_a_warning(built_study):
    change(built_study, "You will hear **drum loops**. It takes about ten minutes.", "")
    assert findings(built_study)["consent text"][0] == "warning"


def test_a_wrong_gate_is_an_error_with_its_line(built_study):
    change(built_study, "method: ape", "method: ape\n  gates: {play_al: true}")
    status, message = findings(built_study)["rating method"]
    assert status == "error" and "study.yaml:" in message and "did you mean 'play_all'" in message


def test_a_question_without_sense_is_an_error(built_study):
    change(built_study, "kind: number, label: Your age", "kind: number, label: Your age, options: {minimun: 1}")
    assert findings(built_study)["flow and questions"][0] == "error"


def test_more_pages_than_there_are_is_an_error(built_study):
    change(built_study, "conditions:", "assignment: {items_per_assessor: 3}\nconditions:")
    status, message = findings(built_study)["assignment"]
    assert status == "error" and "items_per_assessor: found 3, there are 2 pages" in message


def test_a_changed_sound_is_an_error(built_study):
    path = next((built_study.session_folder / AUDIO_FOLDER).iterdir())
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert findings(built_study)["blinding"][0] == "error"


def test_sounds_whose_headers_differ_are_an_error(built_study, monkeypatch):
    import numpy as np

    import webtest.key

    path = next((built_study.session_folder / AUDIO_FOLDER).iterdir())
    write_audio(path, np.zeros((44_100, 2)), 44_100, subtype="PCM_16")
    monkeypatch.setattr(webtest.key, "verify_session", lambda *_: None)
    status, message = findings(built_study)["blinding"]
    assert status == "error" and "headers" in message
