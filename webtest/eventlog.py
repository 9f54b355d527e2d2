"""Events that a page sends, before they are kept: each must be about a page and a sound of the listener's own."""

from __future__ import annotations

from webtest.messages import Events
from webtest.practice import practice_sounds
from webtest.problems import Problem
from webtest.state import Place
from webtest.storage import Event
from webtest.storage.visits import OWN


def checked(place: Place, message: Events) -> list[Event]:
    """Return the events of a message.

    Raises
    ------
    Problem
        422 for a client session that is the server's, or a page or sound that is somebody else's.
    """
    if message.client_session in OWN:
        raise Problem(422, "a client session of the server's own")
    pages = {one.page for one in message.events} - {None}
    sounds = {one.slot for one in message.events} - {None}
    sounds -= {place.settings.store.level_clip(place.participant.id).public_id}
    for page in place.pages:
        pages.discard(page.id)
        sounds -= {slot.public_id for slot in page.slots}
        sounds -= set() if page.reference is None else {page.reference.public_id}
    if sounds and place.practice is not None:
        sounds -= practice_sounds(place.practice).keys()
    if pages or sounds:
        raise Problem(422, "a page or slot of somebody else")
    return [
        Event(seq=one.seq, t_ms=one.t_ms, page_instance_id=one.page, public_id=one.slot, kind=one.kind, data=one.data)
        for one in message.events
    ]
