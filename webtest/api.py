"""The JSON interface between page and store. The server's state is the truth; nothing here knows a condition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from evalkit.provenance import sha256_json
from webtest import evidence
from webtest.admission import admit
from webtest.eventlog import checked
from webtest.flow import ENDED
from webtest.messages import Advance, Agree, Answers, Draft, Empty, Enrol, Events, RatingIn, SubmissionIn, parse
from webtest.network import Network, sender
from webtest.practice import practice_sounds
from webtest.problems import Problem
from webtest.questions import check_answers, is_screened_out
from webtest.rates import ENROLMENTS, FAILURES, REQUESTS, Limiter
from webtest.security import bearer_token
from webtest.settings import Settings
from webtest.state import API, Place
from webtest.storage import (
    Comment,
    Consent,
    Move,
    Outcome,
    PageInstance,
    Participant,
    Rating,
    Receipt,
    Submission,
)
from webtest.storage.pagelog import handed_out
from webtest.storage.tokens import token_sha256
from webtest.storage.visits import SERVER

OUT_OF_TURN = "this is not the present step; the present state is attached"


def blueprint(settings: Settings, network: Network) -> Blueprint:
    """Return the routes below ``/api/v1`` for one study on one store."""
    api = Blueprint("api", __name__, url_prefix=API)
    store = settings.store
    enrolments, requests, failures = Limiter(ENROLMENTS), Limiter(REQUESTS), Limiter(FAILURES)

    @api.before_request
    def _authenticate() -> None:
        is_limited = not network.is_local(request)
        if request.endpoint == "api.enrol":
            if is_limited:
                enrolments.admit(sender(request))
            return
        token = bearer_token(request)
        participant = None if token is None else store.participant(token_sha256(token))
        if participant is None:
            if is_limited:
                failures.admit(sender(request))  # not by the token: whoever makes one up makes up the next
            raise Problem(401, "no such token")
        if is_limited:
            requests.admit(participant.id)
        g.participant = participant

    def here() -> Place:
        if "place" not in g:
            g.place = Place(settings, g.participant)
        place: Place = g.place
        return place

    def now() -> Place:
        """Read the listener again, after a change."""
        participant = store.participant(token_sha256(bearer_token(request) or ""))
        return Place(settings, participant or g.participant, here().pages)

    def out_of_turn() -> Problem:
        return Problem(409, OUT_OF_TURN, state=now().as_json())

    def go(participant: Participant, move: Move) -> dict[str, Any]:
        if not store.move(participant.id, move):
            raise out_of_turn()
        return now().as_json()

    def ended_as(outcome: Outcome) -> Response:
        """End the test before its end, at the listener's wish."""
        parse(request, Empty)
        place = here()
        if outcome in (place.participant.outcome, place.participant.state):
            return jsonify(place.as_json())
        if outcome == "withdrawn" and place.participant.state in ("complete", "screened_out"):
            return jsonify(go(place.participant, place.taken_back()))
        if place.has_ended:
            raise out_of_turn()
        return jsonify(go(place.participant, place.end(outcome)))

    @api.post("/enrol")
    def enrol() -> tuple[Response, int]:
        message = parse(request, Enrol)
        token, participant = admit(settings, message)
        return jsonify(token=token, state=Place(settings, participant).as_json()), HTTPStatus.CREATED

    @api.get("/state")
    def state() -> Response:
        return jsonify(here().as_json())

    @api.post("/consent")
    def consent() -> Response:
        message = parse(request, Agree)
        place = here()
        is_now = place.step.kind == "consent" and message.version == settings.consent_version
        if not is_now or message.state_version != place.participant.state_version:
            raise out_of_turn()
        given = Consent(version=message.version, text_sha256=settings.consent_sha256, agreed=message.agreed)
        move = place.onwards(consent=given) if message.agreed else place.end("declined", consent=given)
        return jsonify(go(place.participant, move))

    @api.post("/advance")
    def advance() -> Response:
        message = parse(request, Advance)
        place = here()
        if message.step != place.step.key or message.state_version != place.participant.state_version:
            raise out_of_turn()
        return jsonify(go(place.participant, place.onwards()))

    @api.post("/answers")
    def answers() -> Response:
        message = parse(request, Answers)
        place = here()
        try:
            submission = _form(place, message)
        except Problem:
            receipt = store.submit_again(place.participant.id, _unchecked(message, message.step))
            if receipt is None:
                raise
        else:
            move = _move_from(place, message.step)
            if move.from_version >= 0 and is_screened_out(settings.questions, dict(submission.answers)):
                move = place.end("screened_out")
            receipt = store.submit(place.participant.id, submission, move)
        _check(receipt, out_of_turn)
        return jsonify(now().as_json())

    @api.get("/pages/<instance_id>")
    def page(instance_id: str) -> Response:
        place = here()
        if place.step.kind == "training" and place.practice is not None and place.practice.id == instance_id:
            return jsonify(_page_as_json(place, place.practice))
        wanted = place.page(instance_id)
        if wanted is None:
            store.note_foreign(place.participant.id, instance_id)
        if wanted is None or place.ahead is None or place.ahead.name != instance_id:
            wanted = _present_page(place, instance_id, out_of_turn)
        if not settings.rehearsal and evidence.is_timed(settings.method.gates):
            store.add_events(place.participant.id, SERVER, [handed_out(wanted.position)])
        return jsonify(_page_as_json(place, wanted))

    @api.put("/pages/<instance_id>/draft")
    def draft(instance_id: str) -> tuple[str, int]:
        message = parse(request, Draft)
        place = here()
        if place.practice is not None and place.practice.id == instance_id:
            return "", HTTPStatus.NO_CONTENT  # only the browser keeps it
        present = _present_page(place, instance_id, out_of_turn)
        known = {slot.public_id for slot in present.slots}
        named = {*message.body.values, *message.body.comments, *(moment.slot for moment in message.body.moments)}
        if not named <= known | {"page"}:
            raise Problem(422, "a slot that is not on this page")
        store.put_draft(place.participant.id, present.id, message.body.model_dump())
        return "", HTTPStatus.NO_CONTENT

    @api.get("/audio/<public_id>")
    def audio(public_id: str) -> Response:
        has_ended = g.participant.state in ENDED
        stimulus_id = None if has_ended else store.stimulus_of(g.participant.id, public_id)
        if stimulus_id is None and not has_ended and (practice := here().practice) is not None:
            stimulus_id = practice_sounds(practice).get(public_id)
        if stimulus_id is None and not has_ended:
            store.note_foreign(g.participant.id, public_id)
        if stimulus_id is None:
            raise Problem(404, "no such sound")
        return Response(settings.library.served(stimulus_id, public_id), mimetype="audio/flac")

    @api.post("/submissions")
    def submissions() -> tuple[Response, int]:
        message = parse(request, SubmissionIn)
        place = here()
        step = f"page:{message.page}"
        move = _move_from(place, step)
        try:
            submission = _page_submission(place, message)
        except Problem:  # what was stored before is not judged again
            receipt = store.submit_again(place.participant.id, _unchecked(message, step))
            if receipt is None:
                raise
        else:
            receipt = store.submit(place.participant.id, submission, move)
        _check(receipt, out_of_turn)
        if receipt is Receipt.DUPLICATE:
            return jsonify(duplicate=True, state=now().as_json()), HTTPStatus.OK
        return jsonify(duplicate=False, state=place.after(move).as_json()), HTTPStatus.CREATED

    @api.post("/events")
    def events() -> Response:
        message = parse(request, Events)
        place = here()
        if place.participant.state in ("declined", "withdrawn"):
            raise out_of_turn()
        kept = checked(place, message)
        answer = store.add_events(place.participant.id, message.client_session, kept, waiting=message.waiting)
        return jsonify(acked_upto=answer.upto, full=answer.is_full)

    @api.post("/finish")
    def finish() -> Response:
        parse(request, Empty)
        place = here()
        if place.participant.state == "complete":
            return jsonify(place.as_json())
        if place.has_ended or place.step.kind != "finish":
            raise out_of_turn()
        return jsonify(go(place.participant, place.end("complete")))

    @api.post("/withdraw")
    def withdraw() -> Response:
        return ended_as("withdrawn")

    @api.post("/technical")
    def technical() -> Response:
        return ended_as("technical")

    return api


def _check(receipt: Receipt, out_of_turn: Callable[[], Problem]) -> None:
    if receipt is Receipt.CONFLICT:
        problem = out_of_turn()
        problem.detail = "another content was stored under this id; this one is kept aside"
        raise problem
    if receipt is Receipt.NOT_KEPT:
        problem = out_of_turn()
        problem.detail = "this is not stored, and not kept aside: too much of this listener's is; keep your copy"
        problem.members["kept"] = False
        raise problem
    if receipt is Receipt.OUT_OF_TURN:
        raise out_of_turn()


def _move_from(place: Place, key: str) -> Move:
    """Return the move that a submission makes; one that cannot match if it is not the present step."""
    if not place.has_ended and place.step.key == key:
        return place.onwards()
    return Move(from_version=-1, to_step=0, to_state=place.participant.state)


def _present_page(place: Place, instance_id: str, out_of_turn: Callable[[], Problem]) -> PageInstance:
    page = place.page(instance_id)
    if page is None:
        raise Problem(404, "no such page")
    if place.step.name != page.id:
        raise out_of_turn()
    return page


def _page_as_json(place: Place, page: PageInstance) -> dict[str, Any]:
    settings = place.settings
    library, method = settings.library, settings.method

    def sound(public_id: str, stimulus_id: str) -> dict[str, Any]:
        return {
            "id": public_id,
            "audio": f"{API}/audio/{public_id}",
            "bytes": library.size(stimulus_id),
            "sha256": library.served_sha256(stimulus_id, public_id),
        }

    reference = page.reference
    slots = [
        {
            **sound(slot.public_id, slot.stimulus_id),
            "slot": slot.position,
            "label": slot.label,
            "initials": {scale: slot.initial_on(scale) for scale in method.scales} if method.start == "random" else {},
        }
        for slot in page.slots
    ]
    return {
        "id": page.id,
        "index": page.position,
        "count": len(place.pages),
        "method": method.name,
        "question": method.question,
        "options": method.options.model_dump(),
        "gates": method.gates.model_dump(exclude_defaults=True),
        "scales": method.scales,
        "rate_hz": settings.rate_hz,
        "samples": library.samples(page.slots[0].stimulus_id),
        "slots": slots,
        "open_reference": None if reference is None else sound(reference.public_id, reference.stimulus_id),
        "draft": settings.store.draft(place.participant.id, page.id),
    }


def _unchecked(message: Answers | SubmissionIn, step: str) -> Submission:
    """Return as much as it takes to answer what was stored before."""
    body = message.model_dump()
    content = {name: value for name, value in body.items() if name != "sending"}
    return Submission(id=message.id, step=step, payload_sha256=sha256_json(content), body=body)


def _form(place: Place, message: Answers) -> Submission:
    """Check a questionnaire or the closing comment."""
    step = next((step for step in place.steps if step.key == message.step), None)
    if step is None or step.kind not in ("questions", "comments"):
        raise Problem(422, "no such form")
    answers: list[tuple[str, Any]] = []
    comments: tuple[Comment, ...] = ()
    if step.kind == "comments":
        text = message.answers.get("comment") or ""
        if set(message.answers) - {"comment"} or not isinstance(text, str):
            raise Problem(422, "expected one comment")
        comments = (Comment(public_id=None, text=text),) if text.strip() else ()
    else:
        earlier = place.earlier_answers(step.name)
        problems, missing = check_answers(place.settings.block(step.name), message.answers, earlier=earlier)
        if problems:
            known = {question.id for question in place.settings.block(step.name)}
            parts = (f"{name if name in known else 'question'}: {why}" for name, why in problems.items())
            raise Problem(422, "; ".join(parts))
        if missing:
            raise Problem(422, "questions to be answered", missing=[{"gate": "required", "questions": missing}])
        answers = [(name, value) for name, value in message.answers.items() if value not in (None, "", [])]
    return replace(_unchecked(message, step.key), answers=tuple(answers), comments=comments)


def _page_submission(place: Place, message: SubmissionIn) -> Submission:
    """Check the ratings of a page: every slot once on every scale, and the gates."""
    method = place.settings.method
    page = place.page(message.page)
    if page is None:
        raise Problem(404, "no such page")
    labels = {slot.public_id: slot.label for slot in page.slots}
    given = [(rating.slot, rating.scale) for rating in message.ratings]
    wanted = {(public_id, scale) for public_id in labels for scale in method.scales}
    if len(given) != len(wanted) or set(given) != wanted:
        absent = sorted({labels[slot] for slot, _ in wanted - set(given)})
        raise Problem(422, "expected one rating of each slot", missing=[{"gate": "ratings", "slots": absent}])
    if not {comment.slot for comment in message.comments} <= {None, *labels}:
        raise Problem(422, "a comment on a slot that is not on this page")
    missing = evidence.missing(place.settings, place.participant.id, page, message)
    if missing:
        raise Problem(422, "something is left to do on this page", missing=missing)
    sending = message.sending
    return replace(
        _unchecked(message, f"page:{page.id}"),
        page_instance_id=page.id,
        revision=message.revision,
        page_ms=message.page_ms,
        client_session=None if sending is None else sending.client_session,
        events_made=0 if sending is None else sending.events_made,
        client_sent_at=None if sending is None else sending.at,
        ratings=tuple(_rating(rating, method.decimals) for rating in message.ratings),
        comments=tuple(
            Comment(public_id=comment.slot, text=comment.text, at_ms=comment.at_ms)
            for comment in message.comments
            if comment.text.strip()
        ),
    )


def _rating(rating: RatingIn, decimals: int) -> Rating:
    return Rating(
        public_id=rating.slot,
        scale=rating.scale,
        value=None if rating.value is None else round(rating.value, decimals),
        n_moves=rating.n_moves,
        n_plays=rating.n_plays,
        listened_ms=rating.listened_ms,
    )
