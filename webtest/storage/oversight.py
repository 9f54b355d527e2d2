"""What the live monitor reads: progress and quality. Never a condition, never a mean; the key is not read here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select

from webtest.storage import Status, schema
from webtest.storage.engine import Database
from webtest.storage.places import has_place, is_listener, places_taken
from webtest.storage.quality import Flag, RatedPage, flags_of

_of = schema.participant
_instance = schema.page_instance
_sent = schema.submission
_event = schema.event


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """A study at one moment. ``ended`` counts listeners by outcome; robots and demonstrations stand apart."""

    title: str
    status: Status
    places: int | None
    places_taken: int
    under_way: int
    ended: Mapping[str, int]
    robots: int
    demonstrations: int
    invitations: int
    invitations_used: int
    platform_ids: int
    delete_on: date | None
    by_invitation: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Listener:
    """One listener in the monitor; ``page`` is the place in the order of the page that is open, if one is."""

    assessor: str
    state: str
    outcome: str | None
    step: int
    page: int | None
    pages_done: int
    pages: int
    created_at: str
    last_seen_at: str
    waiting: int | None
    audio_failures: int
    kept_aside: int
    flags: Mapping[Flag, int]
    is_rehearsal: bool
    is_demo: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """How often a page was rated, or will be by those who are under way, at each place in the order."""

    page: str
    item: str
    position: int
    rated: int
    under_way: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CellUse:
    """How many listeners had a cell of the design: complete, under way, or left (it is given out again)."""

    cell: int
    complete: int
    under_way: int
    left: int


def overview(database: Database) -> Overview | None:
    """Return the study's state and counts, or None if no study was bound to the store."""
    with database.read() as connection:
        study = connection.execute(select(schema.study)).first()
        if study is None:
            return None
        outcomes = Counter(connection.scalars(select(_of.c.outcome).where(is_listener())))
        under_way = outcomes.pop(None, 0)
        invites = schema.invite
        to_take_part = invites.c.is_demo == 0
        return Overview(
            title=study.title,
            status=study.status,
            places=study.places,
            places_taken=places_taken(connection),
            under_way=under_way,
            ended={outcome: outcomes[outcome] for outcome in schema.OUTCOMES},
            robots=_count(connection, select(func.count()).where(_of.c.is_rehearsal == 1)),
            demonstrations=_count(connection, select(func.count()).where(_of.c.is_demo == 1)),
            invitations=_count(connection, select(func.count(invites.c.id)).where(to_take_part)),
            invitations_used=_count(connection, select(func.count(invites.c.participant_id)).where(to_take_part)),
            platform_ids=_count(connection, select(func.count()).select_from(schema.participant_external)),
            delete_on=_delete_on(connection, study.spec_json),
            by_invitation=bool(study.by_invitation),
        )


def listeners(database: Database) -> list[Listener]:
    """Return everybody who was admitted, robots and demonstrations too, the latest seen first."""
    with database.read() as connection:
        people = connection.execute(select(_of).order_by(_of.c.last_seen_at.desc(), _of.c.pseudonym)).all()
        pages = _counts(connection, select(_instance.c.participant_id, func.count()), _instance.c.participant_id)
        failures = _counts(
            connection,
            select(_event.c.participant_id, func.count()).where(_event.c.kind == "audio.error"),
            _event.c.participant_id,
        )
        aside = schema.quarantine.c.participant_id
        kept_aside = _counts(connection, select(aside, func.count()), aside)
        done: Counter[str] = Counter()
        flags: dict[str, Counter[Flag]] = {}
        for key, _, page in rated_pages(connection):
            done[key] += 1
            flags.setdefault(key, Counter()).update(flags_of(page))
    return [
        Listener(
            assessor=row.pseudonym,
            state=row.state,
            outcome=row.outcome,
            step=row.step,
            page=done[row.id] + 1 if row.state == "running" and done[row.id] < pages.get(row.id, 0) else None,
            pages_done=done[row.id],
            pages=pages.get(row.id, 0),
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            waiting=row.waiting,
            audio_failures=failures.get(row.id, 0),
            kept_aside=kept_aside.get(row.id, 0),
            flags=flags.get(row.id, {}),
            is_rehearsal=bool(row.is_rehearsal),
            is_demo=bool(row.is_demo),
        )
        for row in people
    ]


def coverage(database: Database) -> list[Coverage]:
    """Return how often each page was rated at each place in the order, by listeners; every cell that was assigned."""
    rated = select(_sent.c.page_instance_id).where(_sent.c.page_instance_id.is_not(None))
    query = (
        select(
            schema.page.c.id.label("page"),
            schema.page.c.item,
            _instance.c.position,
            _of.c.outcome,
            _instance.c.id.in_(rated).label("is_rated"),
        )
        .join_from(_instance, schema.page, schema.page.c.id == _instance.c.page)
        .join(_of, _of.c.id == _instance.c.participant_id)
        .where(is_listener(), _of.c.state != "withdrawn")
    )
    with database.read() as connection:
        rows = connection.execute(query).all()
    counted: dict[tuple[str, str, int], list[int]] = {}
    for row in rows:
        cell = counted.setdefault((row.page, row.item, row.position), [0, 0])
        if row.is_rated:
            cell[0] += 1
        elif row.outcome is None:
            cell[1] += 1
    return [
        Coverage(page=page, item=item, position=position, rated=rated, under_way=under_way)
        for (page, item, position), (rated, under_way) in sorted(counted.items())
    ]


def cells(database: Database) -> list[CellUse]:
    """Return the use of each cell that was ever given out to listeners, in order."""
    query = select(_of.c.cell, _of.c.outcome, has_place().label("has_place")).where(is_listener())
    with database.read() as connection:
        rows = connection.execute(query.where(_of.c.cell.is_not(None)).order_by(_of.c.cell)).all()
    uses: dict[int, Counter[str]] = {}
    for row in rows:
        use = "left" if not row.has_place else "under_way" if row.outcome is None else "complete"
        uses.setdefault(row.cell, Counter())[use] += 1
    return [
        CellUse(cell=cell, complete=use["complete"], under_way=use["under_way"], left=use["left"])
        for cell, use in uses.items()
    ]


def rated_pages(connection: Connection) -> list[tuple[str, str, RatedPage]]:
    """Return (listener's key, key of the page instance, page) of all rated pages, each in its latest revision."""
    rating, slot, stimulus = schema.rating, schema.slot, schema.stimulus
    rate_hz = connection.scalar(select(schema.study.c.rate_hz)) or 1
    query = (
        select(
            _sent.c.participant_id, _sent.c.page_instance_id, _sent.c.server_seq, _sent.c.page_ms, rating.c.value,
            rating.c.listened_ms, stimulus.c.samples,
        )
        .join_from(_sent, rating, rating.c.submission_id == _sent.c.id)
        .join(slot, slot.c.id == rating.c.slot_id)
        .join(stimulus, stimulus.c.id == slot.c.stimulus_id)
        .order_by(_sent.c.server_seq, slot.c.position)
    )  # fmt: skip
    latest: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        rows = latest.setdefault(row.page_instance_id, [])
        if rows and rows[0].server_seq != row.server_seq:  # an older revision
            rows.clear()
        rows.append(row)
    return [
        (
            rows[0].participant_id,
            rows[0].page_instance_id,
            RatedPage(
                page_s=(rows[0].page_ms or 0) / 1000,
                stimulus_s=rows[0].samples / rate_hz,
                scores=[row.value for row in rows],
                listened_s=[row.listened_ms / 1000 for row in rows],
            ),
        )
        for rows in latest.values()
    ]


def _delete_on(connection: Connection, spec_json: str) -> date | None:
    """Return the day on which the study's promise says that answers are deleted: so long after the last of them."""
    days = json.loads(spec_json).get("privacy", {}).get("retention_days")
    last = connection.scalar(select(func.max(_of.c.last_seen_at)).where(is_listener()))
    if days is None or last is None:
        return None
    return (datetime.fromisoformat(last) + timedelta(days=days)).date()


def _count(connection: Connection, query: Select[Any]) -> int:
    return int(connection.scalar(query) or 0)


def _counts(connection: Connection, query: Select[Any], key: Any) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.execute(query.group_by(key))}
