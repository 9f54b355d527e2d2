"""How one listener went through one page: plays, switches and moves over time, by the labels that were shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from webtest.storage import schema
from webtest.storage.engine import Database

OPEN_REFERENCE = "reference"  # its label


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """One event; ``label`` is the stimulus it was about. ``data`` has labels in place of ids."""

    session: int  # which visit, counted from 1: the clock of each begins anew
    t_ms: int
    kind: str
    label: str | None
    data: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Replay:
    """A page as one listener saw it, and what happened on it, in order."""

    assessor: str
    position: int
    pages: int
    item: str
    labels: tuple[str, ...]
    submitted_at: str | None
    actions: tuple[Action, ...]


def replay(database: Database, pseudonym: str, position: int) -> Replay | None:
    """Return what a listener did on the page at a place (from 1) in the order, or None if there is no such page."""
    of, instance, slot, event, visit = (
        schema.participant, schema.page_instance, schema.slot, schema.event, schema.visit,
    )  # fmt: skip
    with database.read() as connection:
        page = connection.execute(
            select(instance.c.id, instance.c.participant_id, schema.page.c.item)
            .join_from(instance, of, of.c.id == instance.c.participant_id)
            .join(schema.page, schema.page.c.id == instance.c.page)
            .where(of.c.pseudonym == pseudonym, instance.c.position == position)
        ).first()
        if page is None:
            return None
        mine = instance.c.participant_id == page.participant_id
        pages = connection.scalars(select(instance.c.id).where(mine)).all()
        names = {
            row.public_id: row.label
            for row in connection.execute(
                select(slot.c.public_id, slot.c.label)
                .where(slot.c.page_instance_id == page.id)
                .order_by(slot.c.position)
            )
        }
        named = schema.open_reference
        reference = connection.scalar(select(named.c.public_id).where(named.c.page_instance_id == page.id))
        submitted_at = connection.scalar(
            select(schema.submission.c.received_at)
            .where(schema.submission.c.page_instance_id == page.id)
            .order_by(schema.submission.c.server_seq.desc())
        )
        rows = connection.execute(
            select(event)
            .join(visit, visit.c.client_session == event.c.client_session)
            .where(event.c.page_instance_id == page.id, visit.c.participant_id == page.participant_id)
            .order_by(visit.c.number, event.c.seq)
        ).all()
    if reference is not None:
        names[reference] = OPEN_REFERENCE
    visits: dict[str, int] = {}
    actions = [
        Action(
            session=visits.setdefault(row.client_session, len(visits) + 1),
            t_ms=row.t_ms,
            kind=row.kind,
            label=names.get(row.public_id),
            data=_labelled(json.loads(row.data_json), names),
        )
        for row in rows
    ]
    return Replay(
        assessor=pseudonym,
        position=position,
        pages=len(pages),
        item=page.item,
        labels=tuple(names.values()),
        submitted_at=submitted_at,
        actions=tuple(sorted(actions, key=lambda action: (action.session, action.t_ms))),
    )


def _labelled(value: Any, labels: dict[str, str]) -> Any:
    if isinstance(value, str):
        return labels.get(value, value)
    if isinstance(value, list):
        return [_labelled(one, labels) for one in value]
    if isinstance(value, dict):
        return {key: _labelled(one, labels) for key, one in value.items()}
    return value
