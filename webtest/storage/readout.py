"""Reading a store for the export: people and robots apart, a page's latest revision, in a fixed order.

Conditions are not read here: rows carry stimulus ids. Whoever withdrew leaves one row, in the list of
assessors; demonstrations leave none, and platform ids are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from sqlalchemy import Select, Table, func, select

from webtest.storage import schema
from webtest.storage.engine import Readable

Row = dict[str, Any]
Use = Literal["slot", "open_reference", "level"]  # of a stimulus

_of = schema.participant
_instance = schema.page_instance
_page = schema.page
_slot = schema.slot
_place = schema.slot_initial
_sent = schema.submission


def bound_study(database: Readable) -> Row | None:
    """Return the study that a store belongs to."""
    with database.read() as connection:
        row = connection.execute(select(schema.study)).mappings().first()
    return None if row is None else dict(row)


def assessors(database: Readable, *, rehearsal: bool) -> list[Row]:
    """Return all listeners (or all robots), in the order of their arrival."""
    columns = (
        _of.c.id,
        _of.c.pseudonym,
        _of.c.state,
        _of.c.locale,
        _of.c.created_at,
        _of.c.consented_at,
        _of.c.finished_at,
    )
    return _rows(database, select(*columns).where(*_who(rehearsal)).order_by(*_arrival()))


def ratings(database: Readable, *, rehearsal: bool) -> list[Row]:
    """Return all ratings, by assessor, page and slot."""
    latest = (
        select(_sent.c.page_instance_id, func.max(_sent.c.revision).label("revision"))
        .where(_sent.c.page_instance_id.is_not(None))
        .group_by(_sent.c.page_instance_id)
        .subquery()
    )
    rating = schema.rating
    query = (
        select(
            _of.c.pseudonym.label("assessor"),
            _page.c.id.label("page"),
            _page.c.item,
            _page.c.method,
            _instance.c.position.label("page_position"),
            _instance.c.replicate,
            _slot.c.position.label("slot"),
            _slot.c.stimulus_id,
            func.coalesce(_place.c.initial, _slot.c.initial).label("initial"),
            rating.c.scale,
            rating.c.value.label("score"),
            rating.c.n_plays,
            rating.c.n_moves,
            rating.c.listened_ms,
            _sent.c.page_ms,
            _sent.c.revision,
            _sent.c.received_at.label("submitted_at"),
        )
        .join_from(rating, _sent, _sent.c.id == rating.c.submission_id)
        .join(latest, (latest.c.page_instance_id == _sent.c.page_instance_id) & (latest.c.revision == _sent.c.revision))
        .join(_slot, _slot.c.id == rating.c.slot_id)
        .outerjoin(_place, (_place.c.slot_id == _slot.c.id) & (_place.c.scale == rating.c.scale))
        .join(_instance, _instance.c.id == _slot.c.page_instance_id)
        .join(_page, _page.c.id == _instance.c.page)
        .join(_of, _of.c.id == _sent.c.participant_id)
        .where(*_exported(rehearsal))
        .order_by(*_arrival(), _instance.c.position, _slot.c.position, rating.c.scale)
    )
    return _rows(database, query)


def answers(database: Readable, *, rehearsal: bool) -> list[Row]:
    """Return all answers to questions."""
    answer = schema.survey_answer
    query = (
        select(
            _of.c.pseudonym.label("assessor"),
            answer.c.question,
            answer.c.value_json,
            _sent.c.received_at.label("submitted_at"),
        )
        .join_from(answer, _sent, _sent.c.id == answer.c.submission_id)
        .join(_of, _of.c.id == _sent.c.participant_id)
        .where(*_exported(rehearsal))
        .order_by(*_arrival(), _sent.c.server_seq, answer.c.question)
    )
    return _rows(database, query)


def comments(database: Readable, *, rehearsal: bool) -> list[Row]:
    """Return all comments: on a stimulus, on a page (no stimulus), or on the test (no page)."""
    comment = schema.comment
    query = (
        select(
            _of.c.pseudonym.label("assessor"),
            _page.c.id.label("page"),
            _page.c.item,
            _slot.c.stimulus_id,
            comment.c.text,
            comment.c.at_ms,
            _sent.c.received_at.label("submitted_at"),
        )
        .join_from(comment, _sent, _sent.c.id == comment.c.submission_id)
        .join(_of, _of.c.id == _sent.c.participant_id)
        .outerjoin(_instance, _instance.c.id == _sent.c.page_instance_id)
        .outerjoin(_page, _page.c.id == _instance.c.page)
        .outerjoin(_slot, _slot.c.id == comment.c.slot_id)
        .where(*_exported(rehearsal))
        .order_by(*_arrival(), _sent.c.server_seq, comment.c.id)
    )
    return _rows(database, query)


def events(database: Readable, *, rehearsal: bool) -> Iterator[Row]:
    """Yield all events, by assessor, session (as they began) and seq; one assessor is held at a time."""
    event, visit = schema.event, schema.visit
    same_visit = (visit.c.participant_id == event.c.participant_id) & (visit.c.client_session == event.c.client_session)
    ids = _rows(database, select(_of.c.id).where(*_exported(rehearsal)).order_by(*_arrival()))
    for row in ids:
        query = (
            select(
                _of.c.pseudonym.label("assessor"),
                _instance.c.page,
                event.c.seq,
                event.c.t_ms,
                event.c.kind,
                event.c.public_id,
                event.c.data_json,
            )
            .join_from(event, _of, _of.c.id == event.c.participant_id)
            .join(visit, same_visit)
            .outerjoin(_instance, _instance.c.id == event.c.page_instance_id)
            .where(event.c.participant_id == row["id"])
            .order_by(visit.c.number, event.c.seq)
        )
        yield from _rows(database, query)


def stimuli_by_public_id(database: Readable) -> dict[str, tuple[str, Use]]:
    """Return, for every public id ever given, its stimulus and what for."""
    found: dict[str, tuple[str, Use]] = {}
    uses: dict[Use, Table] = {"slot": _slot, "open_reference": schema.open_reference, "level": schema.level_clip}
    for use, table in uses.items():
        rows = _rows(database, select(table.c.public_id, table.c.stimulus_id))
        found |= {row["public_id"]: (row["stimulus_id"], use) for row in rows}
    return found


def stimuli_by_page(database: Readable) -> dict[str, list[str]]:
    """Return the stimuli of each page, sorted by their random ids."""
    table = schema.stimulus
    pages: dict[str, list[str]] = {}
    for row in _rows(database, select(table.c.page, table.c.id).order_by(table.c.page, table.c.id)):
        pages.setdefault(row["page"], []).append(row["id"])
    return pages


def _arrival() -> tuple[Any, ...]:
    return _of.c.created_at, _of.c.pseudonym


def _who(rehearsal: bool) -> tuple[Any, ...]:
    return _of.c.is_rehearsal == int(rehearsal), _of.c.is_demo == 0


def _exported(rehearsal: bool) -> tuple[Any, ...]:
    return (*_who(rehearsal), _of.c.state != "withdrawn")


def _rows(database: Readable, query: Select[Any]) -> list[Row]:
    with database.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
