"""Where a listener stands, as the page is told: study, progress, and the present step."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import Any

from webtest.flow import ENDED, Step, state_at, steps_of
from webtest.practice import practice_page
from webtest.settings import Settings
from webtest.storage import Consent, Move, Outcome, PageInstance, Participant

API = "/api/v1"
AHEAD = ("page", "questions", "comments")  # steps whose answers name no version of the state
BEFORE_PAGES = ("questions", "level", "instructions")  # steps long enough to fetch the first page's sounds meanwhile


class Place:
    """One listener at one moment.

    Parameters
    ----------
    settings : the study that is served
    participant : as the store has it now
    pages : the listener's pages, if they were read before; they never change
    """

    def __init__(
        self, settings: Settings, participant: Participant, pages: tuple[PageInstance, ...] | None = None
    ) -> None:
        self.settings = settings
        self.participant = participant
        self.pages = settings.store.pages(participant.id) if pages is None else pages
        self.steps = steps_of(settings.flow, self.pages, break_every=settings.break_every)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more is taken from this listener."""
        return self.participant.state in ENDED

    @property
    def step(self) -> Step:
        """The present step; the finish for everybody who has ended."""
        return self.steps[-1] if self.has_ended else self.steps[self.participant.step]

    @property
    def ahead(self) -> Step | None:
        """What follows, if it can be fetched before its turn: rating begins without a wait and goes on off-line."""
        if self.has_ended or self.step.kind not in ("page", "break", *BEFORE_PAGES):
            return None
        following = self.steps[self.participant.step + 1]
        known = ("page",) if self.step.kind in BEFORE_PAGES else AHEAD
        return following if following.kind in known else None

    def page(self, instance_id: str) -> PageInstance | None:
        """Return one of this listener's pages."""
        return next((page for page in self.pages if page.id == instance_id), None)

    @property
    def practice(self) -> PageInstance | None:
        """The page for practice, if the study has one."""
        if "training" not in self.settings.flow:
            return None
        return practice_page(self.settings, self.participant, self.pages)

    def earlier_answers(self, block: str) -> dict[str, Any]:
        """Return what was answered before a block, as far as its questions depend on it."""
        names = {name for question in self.settings.block(block) for name in question.show_if or {}}
        names -= {question.id for question in self.settings.block(block)}
        if not names:
            return {}
        given = self.settings.store.answers(self.participant.id)
        return {name: given[name] for name in sorted(names) if name in given}

    def onwards(self, *, consent: Consent | None = None) -> Move:
        """Return the move to the next step."""
        position = self.participant.step + 1
        return Move(
            from_version=self.participant.state_version,
            to_step=position,
            to_state=state_at(self.steps, position),
            consent=consent,
        )

    def after(self, move: Move) -> Place:
        """Return where a move has led that the store has made: known without reading the listener again."""
        moved = replace(
            self.participant,
            step=move.to_step,
            state=move.to_state,
            state_version=move.from_version + 1,
            outcome=move.outcome,
        )
        place = copy(self)
        place.participant = moved
        return place

    def end(self, outcome: Outcome, *, consent: Consent | None = None) -> Move:
        """Return the move that ends this listener's test; who can hear nothing is screened out by the equipment."""
        return Move(
            from_version=self.participant.state_version,
            to_step=self.participant.step,
            to_state="screened_out" if outcome == "technical" else outcome,
            consent=consent,
            outcome=outcome,
        )

    def taken_back(self) -> Move:
        """Return the move of a listener who takes all answers back after the end; how the test ended stays."""
        participant = self.participant
        return Move(from_version=participant.state_version, to_step=participant.step, to_state="withdrawn")

    def as_json(self) -> dict[str, Any]:
        """Return the state as the page is told it."""
        settings, participant = self.settings, self.participant
        done = sum(step.kind == "page" for step in self.steps[: participant.step])
        breaks = sum(step.kind == "break" for step in self.steps[participant.step :])
        return {
            "study": {
                "title": settings.title,
                "rate_hz": settings.rate_hz,
                "simulated": settings.simulated,
                "rehearsal": settings.rehearsal or participant.is_demo,
                "contact": settings.contact,
                "locale": participant.locale,
            },
            "assessor": participant.pseudonym,
            "state": participant.state,
            "state_version": participant.state_version,
            "progress": {
                "done": done,
                "total": len(self.pages),
                "page_s": self._sound_s / max(1, len(self.pages)),
                "break_s": breaks * settings.break_s,
            },
            "step": self._step_as_json(self.step),
            "ahead": None if self.ahead is None else self._step_as_json(self.ahead),
        }

    @property
    def _sound_s(self) -> float:
        """Length of all sounds on this listener's pages, each heard once."""
        sounds = [slot.stimulus_id for page in self.pages for slot in page.slots]
        sounds += [page.reference.stimulus_id for page in self.pages if page.reference is not None]
        return sum(map(self.settings.library.samples, sounds)) / self.settings.rate_hz

    def _way_back(self) -> dict[str, Any]:
        """Return the outcome; the code and the address that go with it only after the commit that ended the test."""
        outcome = self.participant.outcome
        if outcome is None:
            return {"outcome": "complete", "code": None, "url": None}
        crowd = self.settings.crowd
        address = crowd.return_address(outcome, self.settings.store.external(self.participant.id))
        return {"outcome": outcome, "code": crowd.code(outcome), "url": address}

    def _step_as_json(self, step: Step) -> dict[str, Any]:
        settings = self.settings
        known: dict[str, Any] = {"kind": step.kind, "key": step.key}
        if step.kind == "consent":
            consent = {"html": settings.texts["consent"], "version": settings.consent_version}
            return known | consent | {"agree": list(settings.agree)}
        if step.kind == "instructions":
            return known | {"html": settings.texts["instructions"]}
        if step.kind == "questions":
            wanted = {"id", "kind", "label", "required", "options", "show_if"}
            questions = [one.model_dump(include=wanted) for one in settings.block(step.name)]
            return known | {"questions": questions, "earlier": self.earlier_answers(step.name)}
        if step.kind == "training" and self.practice is not None:
            return known | {"page": self.practice.id}
        if step.kind == "break":
            return known | {"minimum_s": settings.break_s}
        if step.kind == "level":
            clip = settings.store.level_clip(self.participant.id)
            return known | {
                "audio": f"{API}/audio/{clip.public_id}",
                "samples": settings.library.samples(clip.stimulus_id),
                "rate_hz": settings.rate_hz,
                "bytes": settings.library.size(clip.stimulus_id),
                "sha256": settings.library.served_sha256(clip.stimulus_id, clip.public_id),
            }
        if step.kind == "page":
            page = next(page for page in self.pages if page.id == step.name)
            return known | {"page": page.id, "index": page.position, "count": len(self.pages)}
        if step.kind == "finish":
            return known | {"html": settings.texts["debrief"], **self._way_back()}
        return known
