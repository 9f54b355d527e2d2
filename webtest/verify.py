"""What ``evalkit check`` verifies of a study's presentation and blinding."""

from __future__ import annotations

from collections.abc import Callable

from evalkit.errors import EvalkitError
from evalkit.session import AUDIO_FOLDER, Session
from evalkit.study import Study
from webtest import blinding_report, preview
from webtest.blinding import Library, frames_sha256, public_id
from webtest.key import open_bundle, stimulus_records
from webtest.methods import load_method
from webtest.plan import check_pages, check_plan

Finding = tuple[str, str, str]  # (name of the check, "ok" | "note" | "warning" | "error", message)


def run(study: Study) -> list[Finding]:
    """Verify method, gates, flow and questions, and that the bundle can be served blinded."""
    findings = [
        _checked("rating method", lambda: _method(study)),
        _checked("flow and questions", lambda: _plan(study)),
        *_texts(study),
    ]
    try:
        session = open_bundle(study)
    except EvalkitError as error:
        return [*findings, ("blinding", "error", str(error))]
    assignment = _checked("assignment", lambda: _assignment(study, session))
    findings.append(assignment)
    if assignment[1] == "ok":
        findings += preview.findings(study, session)
    blinding = _checked("blinding", lambda: _blinding(study, session))
    findings.append(blinding)
    if blinding[1] == "error":
        return findings
    try:
        return [*findings, *blinding_report.findings(study, session)]
    except EvalkitError as error:
        return [*findings, ("blinding report", "error", str(error))]


def _checked(name: str, check: Callable[[], str]) -> Finding:
    try:
        return (name, "ok", check())
    except EvalkitError as error:
        return (name, "error", str(error))


def _method(study: Study) -> str:
    method = load_method(study)
    gates = [f"{name}: {value}" for name, value in method.gates.model_dump(exclude_defaults=True).items()]
    return f"{method.name}; gates {', '.join(gates) or 'none'}"


def _plan(study: Study) -> str:
    check_plan(study)
    return f"{', '.join(study.spec.flow)}; {len(study.spec.questions)} questions"


def _assignment(study: Study, session: Session) -> str:
    check_pages(study, [len(page.stimuli) for page in session.pages])
    return preview.summary(study, session)


def _texts(study: Study) -> list[Finding]:
    spec = study.spec
    found: list[Finding] = []
    for step in ("consent", "instructions"):
        if step in spec.flow and not getattr(spec.texts, step).strip():
            where = study.source.where("texts", step)
            found.append((f"{step} text", "warning", f"{where}: empty, though the step is shown"))
    if "consent" not in spec.flow:
        found.append(("consent text", "warning", "listeners are not asked for consent"))
    if not spec.privacy.contact:
        where = study.source.where("privacy", "contact")
        found.append(("contact", "warning", f"{where}: empty: listeners have nobody to ask"))
    return found


def _blinding(study: Study, session: Session) -> str:
    """Check what a page's sounds would tell before they are heard.

    Raises
    ------
    EvalkitError
        If sounds of one page differ in size, or in what their headers say.
    """
    library = Library(study.session_folder / AUDIO_FOLDER, stimulus_records(study, session))
    overhead = []
    for page in session.pages:
        served = [b"".join(library.served(one.id, public_id())) for one in page.stimuli]
        originals = [(study.session_folder / AUDIO_FOLDER / one.file).read_bytes() for one in page.stimuli]
        name = f"page {page.id} ({page.item})"
        if len({len(data) for data in served}) != 1:
            raise study.error(f"{name}: sounds of different size", "page")
        if len({library.header(one.id) for one in page.stimuli}) != 1:
            raise study.error(f"{name}: the headers of its sounds differ: build the study again", "page")
        if [frames_sha256(data) for data in served] != [frames_sha256(data) for data in originals]:
            raise study.error(f"{name}: the audio changed on its way out", "page")
        overhead += [len(data) / len(original) - 1 for data, original in zip(served, originals, strict=True)]
    return f"equal sizes and headers on each page, at most {max(overhead):.1%} larger; audio frames unchanged"
