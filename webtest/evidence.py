"""Whether a rating page that was handed in is done: its gates, on the server's own evidence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from webtest.messages import SubmissionIn
from webtest.methods._evidence import Evidence, SlotEvidence, bounded, recounted
from webtest.settings import Settings
from webtest.storage import PageInstance

TIMED = ("play_all", "min_page_s", "max_page_s")  # gates for which the time of handing out is kept
COUNTED = ("play_all", "play_reference", "move_all", "min_switches", "rate_only_active")  # that events are evidence of


def is_timed(gates: BaseModel) -> bool:
    """Say whether gates ask for time: then the server notes when it hands a page out."""
    settings = (getattr(gates, name, None) for name in TIMED)
    return any(setting is not None and not isinstance(setting, bool) for setting in settings)


def is_counted(gates: BaseModel) -> bool:
    """Say whether gates ask for what is counted from events."""
    return any(getattr(gates, name, None) not in (None, False) for name in COUNTED)


def missing(settings: Settings, participant_id: str, page: PageInstance, message: SubmissionIn) -> list[dict[str, Any]]:
    """Return the gates that a submission does not meet."""
    evidence = _claimed(settings, page, message)
    store, gates = settings.store, settings.method.gates
    if is_counted(gates):
        log = store.page_log(participant_id, page.id)
        if log.is_whole:
            reference = None if page.reference is None else page.reference.public_id
            evidence = recounted(evidence, log.visits, reference=reference)
    if is_timed(gates):
        handed_out_at = store.handed_out_at(participant_id, page.position)
        if handed_out_at is not None:
            passed_s = (datetime.now(UTC) - datetime.fromisoformat(handed_out_at)).total_seconds()
            if passed_s >= 0:  # otherwise the clock was set back, and says nothing
                evidence = bounded(evidence, passed_s + 1.0)  # stored times are whole seconds
    return settings.method.missing(evidence)


def _claimed(settings: Settings, page: PageInstance, message: SubmissionIn) -> Evidence:
    """Gather what the page says of itself."""
    commented = {comment.slot for comment in message.comments if comment.text.strip()}
    scales = settings.method.scales
    ratings = {(rating.slot, rating.scale): rating for rating in message.ratings}
    library = settings.library
    slots = []
    for slot in page.slots:
        of_slot = {scale: ratings[slot.public_id, scale] for scale in scales}
        slots.append(
            SlotEvidence(
                id=slot.public_id,
                label=slot.label,
                values={scale: rating.value for scale, rating in of_slot.items()},
                n_moves={scale: rating.n_moves for scale, rating in of_slot.items()},
                n_plays=max(rating.n_plays for rating in of_slot.values()),
                listened_s=max(rating.listened_ms for rating in of_slot.values()) / 1000,
                has_comment=slot.public_id in commented,
            )
        )
    return Evidence(
        slots=tuple(slots),
        duration_s=library.samples(page.slots[0].stimulus_id) / settings.rate_hz,
        page_s=message.page_ms / 1000,
        n_switches=message.n_switches,
        reference_plays=message.reference_plays,
        has_page_comment=None in commented,
    )
