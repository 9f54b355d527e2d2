"""The blinding report of ``evalkit check``: what is equal, what is random, what is sent, what no server can prevent.

Sizes, headers, order, names and what is sent are measured: a listener is admitted to a store that is thrown away, and
every sound and the first page are fetched as a browser would fetch them. What no server can prevent is told as a note.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from flask.testing import FlaskClient
from scipy.stats import chi2

from evalkit.session import Session
from evalkit.study import Study
from webtest.answers import PageAnswer, SlotAnswer
from webtest.app import create_app, open_study
from webtest.assignment import design_of
from webtest.flow import steps_of
from webtest.security import SCHEME
from webtest.settings import Settings
from webtest.state import API
from webtest.storage import Move
from webtest.storage.tokens import token_sha256

Finding = tuple[str, str, str]
SIMULATED = 500  # assessors
TELLS = 1e-6  # a p so small means that the order is not random
SHORTEST_NAME = 4  # letters; shorter ones stand in other words
COMMON = {"reference", "anchor", "original", "hidden", "test", "mix"}  # words that instructions may use
SESSION = "0" * 32
RECORDED = (
    "not preventable: whoever records the sounds can compare them, subtract two to find a hidden reference, see how "
    "far each compresses, and time how long the browser takes to decode each"
)
PEOPLE = (
    "not preventable: a listener may know a mix by ear, and listeners may talk (letters and order differ between "
    "them); whoever runs the server holds the key: every export is logged, and no page of the server shows it"
)


def findings(study: Study, session: Session) -> list[Finding]:
    """Report on one study whose bundle can be served.

    Raises
    ------
    EvalkitError
        If the study cannot be opened for listeners.
    """
    with _one_listener(study) as (settings, client, token):
        answers = _sounds(settings, client, token)
        texts = _texts(client, token)
        page = _first_page(settings, client, token)
    return [
        _sizes(answers),
        _headers(answers),
        _order(study, session),
        _names(study, texts),
        _sent(session, page),
        ("blinding: recording", "note", RECORDED),
        ("blinding: people", "note", PEOPLE),
    ]


@contextmanager
def _one_listener(study: Study) -> Iterator[tuple[Settings, FlaskClient, str]]:
    """Admit a listener to a store of the report's own."""
    with tempfile.TemporaryDirectory(prefix="evalkit-check-") as folder:
        settings = open_study(study, store=str(Path(folder) / "check.db"), rehearsal=True)
        try:
            client = create_app(settings).test_client()
            body: dict[str, Any] = {"client_session": SESSION, "capabilities": {}, "external": None}
            token: str = client.post(f"{API}/enrol", json=body).json["token"]  # type: ignore[index]
            yield settings, client, token
        finally:
            settings.store.close()


def _sounds(settings: Settings, client: FlaskClient, token: str) -> list[list[tuple[int, tuple[Any, ...]]]]:
    """Fetch all sounds; returns (bytes, headers apart from the date) of each, by page."""
    participant = settings.store.participant(token_sha256(token))
    pages = settings.store.pages("" if participant is None else participant.id)
    found = []
    for page in pages:
        here = []
        for slot in page.slots:
            answer = client.get(f"{API}/audio/{slot.public_id}", headers={"Authorization": SCHEME + token})
            headers = tuple((name, value) for name, value in answer.headers if name != "Date")
            here.append((len(answer.data), headers))
        found.append(here)
    return found


def _texts(client: FlaskClient, token: str) -> str:
    """Return the words that a listener gets before the first page."""
    state = client.get(f"{API}/state", headers={"Authorization": SCHEME + token})
    return (client.get("/").text + state.text).casefold()


def _first_page(settings: Settings, client: FlaskClient, token: str) -> dict[str, Any]:
    """Lead the listener to the first page, and fetch what a browser gets of it."""
    participant = settings.store.participant(token_sha256(token))
    assert participant is not None, "enrolled a moment ago"
    steps = steps_of(settings.flow, settings.store.pages(participant.id), break_every=settings.break_every)
    position = next(number for number, step in enumerate(steps) if step.kind == "page")
    settings.store.move(
        participant.id, Move(from_version=participant.state_version, to_step=position, to_state="running")
    )
    page = client.get(f"{API}/pages/{steps[position].name}", headers={"Authorization": SCHEME + token})
    return dict(page.json or {})


def _sent(session: Session, page: dict[str, Any]) -> Finding:
    """Look through everything that is told of a page and of its sounds."""
    sounds = [*page["slots"], *([page["open_reference"]] if page["open_reference"] else [])]
    of_sound = {name for sound in sounds for name in sound}
    unknown = sorted((of_sound - set(SlotAnswer.model_fields)) | (set(page) - set(PageAnswer.model_fields)))
    if unknown:
        return ("blinding: sent", "error", f"a page tells more than it should: {', '.join(unknown)}")
    secrets = {
        str(secret)
        for one in (stimulus for built in session.pages for stimulus in built.stimuli)
        for secret in (one.id, one.condition, one.system, one.task, one.file, Path(one.file).stem, one.sha256)
        if secret
    }
    told = {str(value).casefold() for sound in sounds for value in sound.values()}
    betraying = sorted(secret for secret in secrets if any(_stands_in(secret.casefold(), value) for value in told))
    if betraying:
        return ("blinding: sent", "error", f"a page tells of its sounds: {', '.join(betraying)}")
    message = f"for each sound {', '.join(sorted(of_sound))}; for its page {', '.join(sorted(page))}"
    return ("blinding: sent", "ok", f"{message}; no id, file, hash, condition, system or task of the study in them")


def _sizes(answers: list[list[tuple[int, tuple[Any, ...]]]]) -> Finding:
    different = [number for number, page in enumerate(answers, start=1) if len({size for size, _ in page}) > 1]
    if different:
        return ("blinding: sizes", "error", f"sounds of one page differ in bytes: page {different[0]}")
    sizes = sorted({size for page in answers for size, _ in page})
    span = f"{sizes[0]:,} bytes" if len(sizes) == 1 else f"{sizes[0]:,} to {sizes[-1]:,} bytes, by page"
    return ("blinding: sizes", "ok", f"equal for all sounds of a page, as sent, on {len(answers)} pages: {span}")


def _headers(answers: list[list[tuple[int, tuple[Any, ...]]]]) -> Finding:
    if any(len({headers for _, headers in page}) > 1 for page in answers):
        return ("blinding: headers", "error", "answers with sounds of one page differ in their headers")
    names = sorted(name for name, _ in answers[0][0][1])
    return ("blinding: headers", "ok", f"equal for all sounds of a page: {', '.join(names)}")


def _order(study: Study, session: Session) -> Finding:
    """Count how often each condition comes at each place for simulated assessors.

    Of N random orders of k conditions, (k - 1) / N times the sum of squared differences from N / k follows a chi
    squared distribution with (k - 1) squared degrees of freedom.
    """
    conditions = {one.id: one.condition for page in session.pages for one in page.stimuli}
    design = design_of(study.spec, {page.id: [one.id for one in page.stimuli] for page in session.pages})
    counts: Counter[tuple[str, int]] = Counter()
    orders = 0
    for number in range(SIMULATED):
        for page in design.assign(f"check {number}", number):
            orders += 1
            counts.update((conditions[slot.stimulus_id], place) for place, slot in enumerate(page.slots))
    names = sorted(set(conditions.values()))
    table = np.array([[counts[name, place] for place in range(len(names))] for name in names])
    places = len(names)
    statistic = (places - 1) / orders * float(((table - orders / places) ** 2).sum())
    p = float(chi2.sf(statistic, (places - 1) ** 2)) if places > 1 else 1.0
    share = 100 * table / orders
    message = (
        f"drawn for each listener and page; among {SIMULATED} simulated listeners each condition came at each "
        f"place {share.min():.1f} to {share.max():.1f} % of the times (expected {100 / places:.1f}; p = {p:.2g})"
    )
    return ("blinding: order", "ok" if p > TELLS else "error", message)


def _names(study: Study, texts: str) -> Finding:
    """Look for ids and labels of conditions in what every listener reads."""
    spec = study.spec
    asked = [question.label for question in spec.questions]
    own = (spec.page.question, spec.texts.instructions, spec.texts.consent, *spec.texts.agree, *asked)
    written = " ".join((texts, *own)).casefold()
    names = {name for one in spec.conditions for name in (one.id, one.label)}
    betraying = sorted(name for name in names if _stands_in(name.casefold(), written))
    if betraying:
        said = f"the study's own texts name {', '.join(betraying)}: do listeners need to know?"
        return ("blinding: names", "warning", said)
    return ("blinding: names", "ok", f"none of {len(names)} ids and labels of conditions stands in the study's texts")


def _stands_in(name: str, written: str) -> bool:
    is_telling = len(name) >= SHORTEST_NAME and name not in COMMON
    return is_telling and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", written) is not None
