"""Letting a listener in: token, pseudonym, and the whole assignment before the first sound."""

from __future__ import annotations

import secrets
from functools import partial

from webtest.assignment import level_stimulus
from webtest.blinding import public_id
from webtest.flow import state_at, steps_of
from webtest.messages import Enrol
from webtest.settings import Settings
from webtest.storage import LevelClip, Newcomer, OpenReference, PageInstance, Participant, Slot
from webtest.storage.tokens import new_token, token_sha256

LETTERS = "abcdefghjkmnpqrstuvwxyz"  # nothing that is read as something else
ALPHABET = LETTERS + "23456789"
PSEUDONYM_LENGTH = 8


def admit(settings: Settings, message: Enrol) -> tuple[str, Participant]:
    """Admit a listener; returns the token, of which the store keeps only the hash.

    Whoever came before by the same invitation or platform id goes on as the same listener, with the new token; so does
    who asks again with the same key because the first answer was lost.

    Raises
    ------
    NotAdmittedError
        If the study takes no newcomers, or not this one.
    """
    is_known_otherwise = settings.rehearsal or message.invite is not None
    external = None if is_known_otherwise else settings.crowd.arrival(message.external)
    token = new_token()
    assessor = _pseudonym()
    newcomer = Newcomer(
        id=public_id(),
        study_sha256=settings.study_sha256,
        token_sha256=token_sha256(token),
        pseudonym=assessor,
        state=state_at(steps_of(settings.flow, _pages(settings, assessor, 0)), 0),  # the same in every cell
        seed=settings.seed,
        assignment_version=settings.design.version,
        is_rehearsal=settings.rehearsal,
        locale=settings.locale,
        client_session=message.client_session,
        capabilities=message.capabilities.model_dump(),
        allot=partial(_pages, settings, assessor),
        level_clip=LevelClip(
            public_id=public_id(), stimulus_id=level_stimulus(settings.seed, assessor, tuple(settings.library.stimuli))
        ),
        external=external,
        invite_sha256=None if message.invite is None else token_sha256(message.invite),
        key_sha256=None if message.key is None else token_sha256(message.key),
    )
    return token, settings.store.enrol(newcomer)


def _pages(settings: Settings, assessor: str, cell: int) -> tuple[PageInstance, ...]:
    """Return an assessor's pages with random ids for everything on them."""
    named = {one.page: one.id for one in settings.library.stimuli.values() if one.is_open_reference}
    return tuple(
        PageInstance(
            id=public_id(),
            position=position,
            page=page.page,
            replicate=page.replicate,
            slots=tuple(
                Slot(
                    position=place,
                    label=slot.label,
                    public_id=public_id(),
                    stimulus_id=slot.stimulus_id,
                    initial=slot.initial if settings.method.start == "random" else None,
                    further=slot.further if settings.method.start == "random" else {},
                )
                for place, slot in enumerate(page.slots, start=1)
            ),
            reference=(
                OpenReference(public_id=public_id(), stimulus_id=named[page.page]) if page.page in named else None
            ),
        )
        for position, page in enumerate(settings.design.assign(assessor, cell), start=1)
    )


def _pseudonym() -> str:
    """Make a pseudonym that begins with a letter, so that no spreadsheet takes it for a number."""
    return secrets.choice(LETTERS) + "".join(secrets.choice(ALPHABET) for _ in range(PSEUDONYM_LENGTH - 1))
