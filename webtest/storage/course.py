"""One listener's way through the pages: times and signs of little care, no ratings."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from webtest.storage import schema
from webtest.storage.engine import Database
from webtest.storage.oversight import rated_pages
from webtest.storage.quality import Flag, flags_of


@dataclass(frozen=True, kw_only=True, slots=True)
class CoursePage:
    """One page in the order of a listener; ``page_s`` as the browser measured it."""

    position: int
    item: str
    submitted_at: str | None
    page_s: float | None
    actions: int
    flags: tuple[Flag, ...]


def course(database: Database, pseudonym: str) -> list[CoursePage]:
    """Return a listener's pages in their order, rated or not; none if there is no such listener."""
    of, instance, event, sent = schema.participant, schema.page_instance, schema.event, schema.submission
    actions = select(func.count()).where(event.c.page_instance_id == instance.c.id).scalar_subquery()
    last = select(func.max(sent.c.received_at)).where(sent.c.page_instance_id == instance.c.id).scalar_subquery()
    query = (
        select(
            instance.c.id, instance.c.position, schema.page.c.item,
            actions.label("actions"), last.label("submitted_at"),
        )
        .join_from(instance, of, of.c.id == instance.c.participant_id)
        .join(schema.page, schema.page.c.id == instance.c.page)
        .where(of.c.pseudonym == pseudonym)
        .order_by(instance.c.position)
    )  # fmt: skip
    with database.read() as connection:
        rows = connection.execute(query).all()
        rated = {key: page for _, key, page in rated_pages(connection)}
    return [
        CoursePage(
            position=row.position,
            item=row.item,
            submitted_at=row.submitted_at,
            page_s=rated[row.id].page_s if row.id in rated else None,
            actions=row.actions,
            flags=flags_of(rated[row.id]) if row.id in rated else (),
        )
        for row in rows
    ]
