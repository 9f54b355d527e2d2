"""Where a listener stands, as the page is told: study, progress, and the present step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from webtest.flow import ENDED, Step, state_at, steps_of
from webtest.settings import Settings
from webtest.storage import Consent, Move, Outcome, PageInstance, Participant

API = "/api/v1"
AHEAD = ("page", "questions", "comments")  # steps whose answers name no version of the state


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
        self.steps = steps_of(settings.flow, self.pages)

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
        """What follows a rating page, if it can be shown before the page is acknowledged: rating goes on off-line."""
        position = self.participant.step
        if self.has_ended or self.steps[position].kind != "page" or self.steps[position + 1].kind not in AHEAD:
            return None
        return self.steps[position + 1]

    def page(self, instance_id: str) -> PageInstance | None:
        """Return one of this listener's pages."""
        return next((page for page in self.pages if page.id == instance_id), None)

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
        return Place(self.settings, moved, self.pages)

    def end(self, outcome: Outcome, *, consent: Consent | None = None) -> Move:
        """Return the move that ends this listener's test; who can hear nothing is screened out by the equipment."""
        return Move(
            from_version=self.participant.state_version,
            to_step=self.participant.step,
            to_state="screened_out" if outcome == "technical" else outcome,
            consent=consent,
            outcome=outcome,
        )

    def as_json(self) -> dict[str, Any]:
        """Return the state as the page is told it."""
        settings, participant = self.settings, self.participant
        done = sum(step.kind == "page" for step in self.steps[: participant.step])
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
            "progress": {"done": done, "total": len(self.pages)},
            "step": self._step_as_json(self.step),
            "ahead": None if self.ahead is None else self._step_as_json(self.ahead),
        }

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
            return known | {"html": settings.texts["consent"], "version": settings.consent_version}
        if step.kind == "instructions":
            return known | {"html": settings.texts["instructions"]}
        if step.kind == "questions":
            wanted = {"id", "kind", "label", "required", "options", "show_if"}
            return known | {"questions": [one.model_dump(include=wanted) for one in settings.block(step.name)]}
        if step.kind == "level":
            clip = settings.store.level_clip(self.participant.id)
            return known | {
                "audio": f"{API}/audio/{clip.public_id}",
                "samples": settings.library.samples(clip.stimulus_id),
                "rate_hz": settings.rate_hz,
                "bytes": settings.library.size(clip.stimulus_id),
            }
        if step.kind == "page":
            page = next(page for page in self.pages if page.id == step.name)
            return known | {"page": page.id, "index": page.position, "count": len(self.pages)}
        if step.kind == "finish":
            return known | {"html": settings.texts["debrief"], **self._way_back()}
        return known
