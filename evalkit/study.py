"""A study: what is built, how it is presented, how it will be analysed (``study.yaml``).

The core keeps every ``options`` mapping unread; the package that owns the plug-in validates
it with :meth:`Study.options`, so that a mistake there is reported with its line, too.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, StringConstraints, field_validator, model_validator

from evalkit.config import Keys, Source, StrictModel, read_yaml, validate
from evalkit.errors import ConfigError
from evalkit.provenance import sha256_json

SCHEMA = "evalkit-study/1"
FILE_NAME = "study.yaml"
BUILD_FIELDS = ("seed", "rate_hz", "data", "excerpt", "conditions", "loudness")
FLOW_STEPS = ("consent", "level", "instructions", "training", "pages", "break", "comments")
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
Options = TypeVar("Options", bound=BaseModel)


class Selection(StrictModel):
    """Items of a manifest by rule: a split, kinds, and how many per group."""

    split: Literal["train", "validation", "test"] = "test"
    kinds: list[str] = []
    per_group: int | None = Field(default=None, ge=1)
    group: list[str] = []


class Data(StrictModel):
    """Which multitracks: a manifest (path relative to the study) and items by id or by rule."""

    manifest: str
    items: list[str] | Selection = Selection()


class Excerpt(StrictModel):
    """The cut that is heard: one per item, the same for all conditions."""

    seconds: float = Field(default=15.0, ge=0.5, le=600)
    choose: Literal["loudest", "start", "whole"] = "loudest"
    fade_ms: float = Field(default=10.0, ge=0, le=1000)


class Condition(StrictModel):
    """One of the things compared: a system with a task, in the role of test, reference or anchor."""

    id: Identifier
    label: str = Field(min_length=1)
    system: str
    task: str | None = None
    role: Literal["test", "reference", "anchor"] = "test"
    options: dict[str, Any] = {}


class Loudness(StrictModel):
    """Matching: every stimulus to one integrated loudness, with room below a true-peak ceiling."""

    target_lufs: float = Field(default=-28.0, ge=-60, le=-5)
    tolerance_lu: float = Field(default=0.05, gt=0, le=1)
    ceiling_dbtp: float = Field(default=-1.0, le=0)
    on_exceed: Literal["stop", "lower_page"] = "stop"


class PageSpec(StrictModel):
    """How an item is rated: method, question, what must be done before going on."""

    method: str = "ape"
    question: str = "How much do you like each mix?"
    options: dict[str, Any] = {}
    gates: dict[str, Any] = {"play_all": True, "move_all": True}
    open_reference: str | None = None
    repeats: int = Field(default=0, ge=0, le=5)


class Texts(StrictModel):
    """What listeners read, in Markdown; ``agree`` are the statements to be ticked one by one, in plain words."""

    consent: str = ""
    consent_version: str = "1"
    agree: list[Annotated[str, Field(min_length=1)]] = []
    instructions: str = ""
    debrief: str = ""


class Question(StrictModel):
    """One question of a questionnaire block; an answer that is in ``screen_out`` ends the test."""

    block: Identifier
    id: Identifier
    kind: Literal["text", "number", "choice", "choices", "scale"]
    label: str = Field(min_length=1)
    required: bool = False
    options: list[str] | dict[str, Any] = []
    show_if: dict[str, Any] | None = None
    screen_out: list[str | int] = []

    @model_validator(mode="after")
    def _has_choices(self) -> Question:
        if self.kind in ("choice", "choices") and not (isinstance(self.options, list) and len(self.options) >= 2):
            raise ValueError(f"question '{self.id}' of kind {self.kind} needs a list of at least two options")
        return self


class Breaks(StrictModel):
    """Breaks: after how many pages one comes, and how long each lasts at least."""

    every_pages: int | None = Field(default=None, ge=1)
    minimum_s: int = Field(default=30, ge=0, le=900)


class Checks(StrictModel):
    """Checks before rating."""

    headphones: Literal["off", "flag", "screen"] = "off"


class Recruitment(StrictModel):
    """Where listeners come from and how they are sent back."""

    platform: Literal["none", "prolific", "generic"] = "none"
    parameters: dict[str, str] = {}
    completion_url: str | None = None
    codes: dict[Literal["complete", "declined", "screened_out", "technical"], str] = {}


class Privacy(StrictModel):
    """Whom to ask, and how long answers are kept."""

    contact: str = ""
    retention_days: int | None = Field(default=None, ge=1)


class Assignment(StrictModel):
    """Who hears what, in which order."""

    design: Literal["random", "williams", "incomplete"] = "random"
    items_per_assessor: Literal["all"] | Annotated[int, Field(ge=1)] = "all"
    target_assessors: int | None = Field(default=None, ge=1)


class Family(StrictModel):
    """A family of comparisons that is corrected together."""

    name: str
    contrasts: Literal["all", "to_reference"] | list[tuple[str, str]] = "all"


class Analysis(StrictModel):
    """The analysis plan, declared before the data."""

    alpha: float = Field(default=0.05, gt=0, lt=1)
    correction: Literal["holm", "bonferroni", "fdr_bh", "none"] = "holm"
    families: list[Family] = [Family(name="all pairs", contrasts="all")]
    margin: float | None = Field(default=None, gt=0)
    reference: str | dict[str, str] | None = None
    screening: list[str | dict[str, Any]] = []


class StudySpec(StrictModel):
    """The whole of ``study.yaml``."""

    schema_: Literal["evalkit-study/1"] = Field(alias="schema")
    title: str = Field(min_length=1)
    locale: str = Field(default="en", pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")
    seed: int = Field(default=1, ge=0)
    rate_hz: int | None = Field(default=None, ge=16_000, le=192_000)
    data: Data | None = None
    excerpt: Excerpt = Excerpt()
    conditions: list[Condition] = Field(min_length=2)
    loudness: Loudness = Loudness()
    page: PageSpec = PageSpec()
    flow: list[str] = ["consent", "level", "instructions", "pages", "comments"]
    texts: Texts = Texts()
    questions: list[Question] = []
    breaks: Breaks = Breaks()
    checks: Checks = Checks()
    recruitment: Recruitment = Recruitment()
    privacy: Privacy = Privacy()
    assignment: Assignment = Assignment()
    analysis: Analysis = Analysis()

    @field_validator("conditions")
    @classmethod
    def _unique_conditions(cls, conditions: list[Condition]) -> list[Condition]:
        for name in ("id", "label"):
            counts = Counter(getattr(condition, name) for condition in conditions)
            twice = [value for value, count in counts.items() if count > 1]
            if twice:
                raise ValueError(f"{name} '{twice[0]}' stands at two conditions")
        return conditions

    @field_validator("questions")
    @classmethod
    def _unique_questions(cls, questions: list[Question]) -> list[Question]:
        counts = Counter(question.id for question in questions)
        twice = [value for value, count in counts.items() if count > 1]
        if twice:
            raise ValueError(f"id '{twice[0]}' stands at two questions")
        return questions


@dataclass(frozen=True, slots=True)
class Study:
    """A study folder: its specification, and where each field stands in the file."""

    folder: Path
    spec: StudySpec
    source: Source
    raw: dict[str, Any]

    @property
    def session_folder(self) -> Path:
        """Where ``evalkit build`` writes the bundle."""
        return self.folder / "session"

    @property
    def trained_folder(self) -> Path:
        """Where systems that were fitted for this study are kept."""
        return self.folder / "trained"

    @property
    def build_sha256(self) -> str:
        """Hash of the fields that decide what a bundle holds."""
        spec = self.spec.model_dump(mode="json", by_alias=True)
        return sha256_json({name: spec[name] for name in BUILD_FIELDS})

    @property
    def study_sha256(self) -> str:
        """Hash of the whole study, frozen when the first listener is admitted."""
        return sha256_json(self.spec.model_dump(mode="json", by_alias=True))

    def condition(self, condition_id: str) -> Condition:
        """Return a condition by its id."""
        return next(condition for condition in self.spec.conditions if condition.id == condition_id)

    def options(self, model: type[Options], *keys: str | int) -> Options:
        """Validate an ``options`` mapping against the model of the plug-in that owns it.

        Parameters
        ----------
        model : pydantic model of the plug-in's options
        keys : path of the mapping, for example ``"conditions", 2, "options"``
        """
        value: Any = self.raw
        for key in keys:
            try:
                value = value[key]
            except (KeyError, IndexError):
                value = {}
                break
        return validate(model, value or {}, self.source, at=keys)

    def error(self, problem: str, *keys: str | int) -> ConfigError:
        """Make a ``file:line: field: problem`` error about a field."""
        return ConfigError(f"{self.source.where(*keys)}: {problem}")


def read_study(folder: Path) -> Study:
    """Read and check ``study.yaml`` of a study folder (or the file itself).

    Raises
    ------
    ConfigError
        With ``file:line: field: problem``.
    """
    path = folder if folder.is_file() else folder / FILE_NAME
    if not path.is_file():
        raise ConfigError(f"{path}: no such study; 'evalkit new {folder}' makes one")
    raw, source = read_yaml(path)
    study = Study(path.parent, validate(StudySpec, raw, source), source, raw)
    _check_references(study)
    return study


def _check_references(study: Study) -> None:
    """Check that names used in one field exist in another."""
    spec = study.spec
    ids = [condition.id for condition in spec.conditions]

    def known(condition_id: str, *keys: str | int) -> None:
        if condition_id not in ids:
            raise study.error(f"no condition '{condition_id}'; there are {', '.join(ids)}", *keys)

    if spec.page.open_reference is not None:
        known(spec.page.open_reference, "page", "open_reference")
    reference = spec.analysis.reference
    if isinstance(reference, str):
        known(reference, "analysis", "reference")
    elif reference is not None:
        for task, condition_id in reference.items():
            known(condition_id, "analysis", "reference", task)
    for number, family in enumerate(spec.analysis.families):
        if not isinstance(family.contrasts, str):
            for index, pair in enumerate(family.contrasts):
                for side in pair:
                    known(side, "analysis", "families", number, "contrasts", index)
    if spec.data is None and any(condition.system != "files" for condition in spec.conditions):
        first = next(i for i, condition in enumerate(spec.conditions) if condition.system != "files")
        name = spec.conditions[first].system
        raise study.error(
            f"system '{name}' needs multitracks: add data: {{manifest: ...}}", "conditions", first, "system"
        )
    _check_flow(study)


def _check_flow(study: Study) -> None:
    blocks = {question.block for question in study.spec.questions}
    steps = study.spec.flow
    for number, step in enumerate(steps):
        keys: Keys = ("flow", number)
        name, _, block = step.partition(":")
        if name == "questions" and block not in blocks:
            raise study.error(f"no question has the block '{block}'", *keys)
        if name != "questions" and step not in FLOW_STEPS:
            raise study.error(f"unknown step '{step}'; known: {', '.join(FLOW_STEPS)}, questions:BLOCK", *keys)
    if steps.count("pages") != 1:
        raise study.error("needs the step 'pages' exactly once", "flow")
