"""Questionnaires: what a question's options may be, and whether answers fit them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field, model_validator

from evalkit.config import StrictModel, validate
from evalkit.study import Question, Study, StudySpec
from webtest.storage.schema import TEXT_LIMIT


class Bounds(StrictModel):
    """Options of a ``number``: the lowest and the highest answer, where there is one."""

    minimum: float | None = None
    maximum: float | None = None


class Steps(StrictModel):
    """Options of a ``scale``: whole numbers from minimum to maximum, and words for the two ends."""

    minimum: int = Field(default=1, ge=-100, le=100)
    maximum: int = Field(default=5, ge=-100, le=100)
    labels: list[str] = Field(default=[], max_length=2)

    @model_validator(mode="after")
    def _ordered(self) -> Steps:
        if self.maximum <= self.minimum:
            raise ValueError(f"maximum {self.maximum} is not above minimum {self.minimum}")
        return self


def check_questions(study: Study) -> None:
    """Check the options and conditions of all questions.

    Raises
    ------
    ConfigError
        With ``file:line``, for the first one that is wrong.
    """
    earlier: dict[str, set[str]] = {}  # names of the questions that come before one, by its own name
    for question in in_order(study.spec):
        earlier[question.id] = set(earlier)
    for number, question in enumerate(study.spec.questions):
        at = ("questions", number)
        if question.kind in ("number", "scale"):
            model = Bounds if question.kind == "number" else Steps
            validate(model, question.options or {}, study.source, at=(*at, "options"))
        elif question.kind == "text" and question.options:
            raise study.error("a question of kind text has no options", *at, "options")
        for name in question.show_if or {}:
            if name not in earlier[question.id]:
                raise study.error(f"no earlier question '{name}'", *at, "show_if")
        _check_screen_out(study, question, *at, "screen_out")


def in_order(spec: StudySpec) -> list[Question]:
    """Return all questions as they are asked: the blocks in the order of the flow, those that are not asked last."""
    blocks = [entry.partition(":")[2] for entry in spec.flow if entry.startswith("questions:")]
    blocks += sorted({question.block for question in spec.questions} - set(blocks))
    return [question for block in blocks for question in spec.questions if question.block == block]


def is_screened_out(questions: Sequence[Question], answers: Mapping[str, Any]) -> bool:
    """Say whether an answer is one of those with which the study takes nobody."""
    for question in questions:
        found = answers.get(question.id)
        if any(value in question.screen_out for value in (found if isinstance(found, list) else [found])):
            return True
    return False


def _check_screen_out(study: Study, question: Question, *at: str | int) -> None:
    if question.kind in ("text", "number") and question.screen_out:
        raise study.error(f"a question of kind {question.kind} screens nobody out, expected choice or scale", *at)
    if question.kind in ("choice", "choices"):
        unknown = [value for value in question.screen_out if value not in question.options]
        if unknown:
            raise study.error(f"'{unknown[0]}' is not one of the options", *at)


def is_shown(question: Question, answers: Mapping[str, Any]) -> bool:
    """Say whether a question is asked, given the answers before it.

    ``show_if`` maps earlier questions to the value (or list of values) that they must have; for ``choices`` one
    of the chosen options is enough.
    """
    for name, wanted in (question.show_if or {}).items():
        allowed = wanted if isinstance(wanted, list) else [wanted]
        found = answers.get(name)
        if not any(value in allowed for value in (found if isinstance(found, list) else [found])):
            return False
    return True


def check_answers(
    questions: Sequence[Question], answers: Mapping[str, Any], *, earlier: Mapping[str, Any] | None = None
) -> tuple[dict[str, str], list[str]]:
    """Check the answers of one block.

    Parameters
    ----------
    questions : of the block, in order
    answers : by question id
    earlier : answers of the blocks before, on which ``show_if`` may depend

    Returns
    -------
    problems : what is wrong, by question id (unknown questions included)
    missing : ids of required questions without an answer
    """
    known = {question.id for question in questions}
    problems = {name: "no such question" for name in answers if name not in known}
    missing = []
    for question in questions:
        value = answers.get(question.id)
        if not is_shown(question, {**(earlier or {}), **answers}):
            if value is not None:
                problems[question.id] = "not asked"
        elif value is None or value in ("", []):
            if question.required:
                missing.append(question.id)
        elif problem := _problem(question, value):
            problems[question.id] = problem
    return problems, missing


def _problem(question: Question, value: Any) -> str | None:
    """Say what is wrong with an answer, or None."""
    options = question.options
    if question.kind == "text":
        return None if _is_text(value) else f"expected text of at most {TEXT_LIMIT} characters"
    if question.kind == "choice":
        return None if isinstance(value, str) and value in options else "expected one of the options"
    if question.kind == "choices":
        fits = isinstance(value, list) and all(isinstance(one, str) and one in options for one in value)
        return None if fits and len(set(value)) == len(value) else "expected a list of different options"
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return "expected a number"
    limits: Bounds | Steps
    if question.kind == "scale":
        limits = Steps.model_validate(options or {})
        if value != int(value):
            return "expected a whole number"
    else:
        limits = Bounds.model_validate(options or {})
    if limits.minimum is not None and value < limits.minimum:
        return f"expected at least {limits.minimum:g}"
    if limits.maximum is not None and value > limits.maximum:
        return f"expected at most {limits.maximum:g}"
    return None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= TEXT_LIMIT and "\x00" not in value
