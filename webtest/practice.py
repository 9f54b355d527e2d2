"""The page for practice: of the study, but apart from it. Nothing that is done there is ever a rating.

It is one that the listener does not rate where there is such a page, otherwise one of the listener's own in another
order under other letters. It is not stored: page, order and names follow from the seed and the listener, so a reload
shows the same. What happens on it stands in the event log, without a page and without a condition.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from evalkit.seeds import stream
from webtest.assignment.pages import laid_out
from webtest.settings import Settings
from webtest.storage import OpenReference, PageInstance, Participant, Slot

NAME_LENGTH = 32  # hexadecimal digits of a public id


def practice_page(settings: Settings, participant: Participant, pages: Sequence[PageInstance]) -> PageInstance:
    """Return the page on which a listener practises.

    Parameters
    ----------
    pages : those that the listener rates
    """
    library = settings.library
    rng = stream(settings.seed, "practice", participant.pseudonym)
    own = {page.page for page in pages}
    choice = sorted(set(library.pages) - own) or sorted(own)
    chosen = choice[int(rng.integers(len(choice)))]
    stimuli = sorted(library.pages[chosen])
    page = laid_out(
        chosen, [stimuli[index] for index in rng.permutation(len(stimuli))], rng, further=settings.method.scales[1:]
    )
    named = next((one for one in stimuli if library.stimuli[one].is_open_reference), None)
    return PageInstance(
        id=_name(participant, "page"),
        position=1,
        page=chosen,
        slots=tuple(
            Slot(
                position=place,
                label=slot.label,
                public_id=_name(participant, "slot", slot.stimulus_id),
                stimulus_id=slot.stimulus_id,
                initial=slot.initial,
                further=slot.further,
            )
            for place, slot in enumerate(page.slots, start=1)
        ),
        reference=(
            None
            if named is None
            else OpenReference(public_id=_name(participant, "reference", named), stimulus_id=named)
        ),
    )


def practice_sounds(page: PageInstance) -> dict[str, str]:
    """Return the stimuli of the page for practice by their public ids."""
    named = {} if page.reference is None else {page.reference.public_id: page.reference.stimulus_id}
    return {slot.public_id: slot.stimulus_id for slot in page.slots} | named


def _name(participant: Participant, *parts: str) -> str:
    """Make a public id that nobody can guess who does not know the listener's random id, which stays on the server."""
    digest = hmac.new(participant.id.encode(), " ".join(("practice", *parts)).encode(), hashlib.sha256)
    return digest.hexdigest()[:NAME_LENGTH]
