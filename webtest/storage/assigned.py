"""What is decided when a listener is admitted, and never changes: pages, slots, and the sounds behind their ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from webtest.storage import LevelClip, ListenerGoneError, OpenReference, PageInstance, Slot, schema


@dataclass(frozen=True, kw_only=True, slots=True)
class Assigned:
    """One listener's assignment; ``slot_ids`` are the store's own numbers of the slots, by public id."""

    pages: tuple[PageInstance, ...]
    level_clip: LevelClip
    slot_ids: Mapping[str, int]

    def stimulus_of(self, public_id: str) -> str | None:
        """Return the stimulus behind a public id of this listener's."""
        if public_id == self.level_clip.public_id:
            return self.level_clip.stimulus_id
        sounds = (sound for page in self.pages for sound in (*page.slots, page.reference) if sound is not None)
        return next((sound.stimulus_id for sound in sounds if sound.public_id == public_id), None)


def read_assigned(connection: Connection, participant_id: str) -> Assigned:
    """Read what a listener was assigned; raises ListenerGoneError if there is nothing."""
    instance, slot, named, clip = schema.page_instance, schema.slot, schema.open_reference, schema.level_clip
    level = connection.execute(
        select(clip.c.public_id, clip.c.stimulus_id).where(clip.c.participant_id == participant_id)
    ).first()
    rows = connection.execute(
        select(
            instance.c.id, instance.c.position, instance.c.page, instance.c.replicate,
            named.c.public_id, named.c.stimulus_id, slot,
        )
        .join(slot, slot.c.page_instance_id == instance.c.id)
        .outerjoin(named, named.c.page_instance_id == instance.c.id)
        .where(instance.c.participant_id == participant_id)
        .order_by(instance.c.position, slot.c.position)
    ).all()  # fmt: skip
    if level is None or not rows:
        raise ListenerGoneError("no pages: erased since")
    further = _starting_places(connection, participant_id)
    heads: dict[str, dict[str, Any]] = {}
    slots: dict[str, list[Slot]] = {}
    slot_ids: dict[str, int] = {}
    for row in rows:
        key, at, page, replicate, reference_id, reference_stimulus = row[:6]
        slot_id, _, position, label, public_id, stimulus_id, initial = row[6:]
        reference = None
        if reference_id is not None:
            reference = OpenReference(public_id=reference_id, stimulus_id=reference_stimulus)
        heads[key] = {"position": at, "page": page, "replicate": replicate, "reference": reference}
        slots.setdefault(key, []).append(
            Slot(
                position=position,
                label=label,
                public_id=public_id,
                stimulus_id=stimulus_id,
                initial=initial,
                further=further.get(slot_id, {}),
            )
        )
        slot_ids[public_id] = slot_id
    return Assigned(
        pages=tuple(PageInstance(id=key, slots=tuple(slots[key]), **head) for key, head in heads.items()),
        level_clip=LevelClip(public_id=level.public_id, stimulus_id=level.stimulus_id),
        slot_ids=slot_ids,
    )


def _starting_places(connection: Connection, participant_id: str) -> dict[int, dict[str, float]]:
    """Return where sliders start on scales that have a place of their own, by the slot's number."""
    instance, slot, place = schema.page_instance, schema.slot, schema.slot_initial
    query = (
        select(place)
        .join(slot, slot.c.id == place.c.slot_id)
        .join(instance, instance.c.id == slot.c.page_instance_id)
        .where(instance.c.participant_id == participant_id)
    )
    further: dict[int, dict[str, float]] = {}
    for slot_id, scale, initial in connection.execute(query):
        further.setdefault(slot_id, {})[scale] = initial
    return further
