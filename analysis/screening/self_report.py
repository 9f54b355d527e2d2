"""Who said that they listened on equipment, or in a place, that does not do.

In the drum-mixing paper headphones and listening conditions were self-reported, and "any poor quality budget
headphones, or excessively noisy environments were removed" ([1]_, section 3.2). Which answers those are is
declared here, question by question; there is no default, since the questions are the study's own.

References
----------
.. [1] M. A. Martinez Ramirez, D. Stoller, D. Moffat, "A deep learning approach to intelligent drum mixing
   with the Wave-U-Net", Journal of the Audio Engineering Society 69 (2021).
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.dataset import Dataset
from analysis.export_table import ANSWERS, read_export_table
from analysis.screening import Action, Finding, Judgement, RuleOptions
from evalkit.registry import did_you_mean
from evalkit.study import Question, StudySpec

TITLE = "declared equipment or environment that is refused"
SOURCE = "Martinez Ramirez et al. (2021), section 3.2"
METHODS: tuple[str, ...] = ()
EVIDENCE = {
    "n": "questions that can lead to a refusal and were answered",
    "n_unanswered": "such questions without an answer",
    "n_refused": "answers that are refused",
}


class Options(RuleOptions):
    """Answers that are refused, by the question's id; compared without regard to case."""

    action: Action = "exclude"
    refuse: dict[str, list[str]] = {}

    def check(self, study: StudySpec) -> None:
        """Check that the questions and the answers to choose from stand in the study."""
        if not self.refuse:
            raise ValueError("names no answer: add refuse: {QUESTION: [ANSWER, ...]}")
        questions = {question.id: question for question in study.questions}
        for name, refused in self.refuse.items():
            if name not in questions:
                known = ", ".join(questions) or "none"
                raise ValueError(f"no question '{name}'; there are {known}{did_you_mean(name, questions)}")
            _check_answers(questions[name], refused)


def _check_answers(question: Question, refused: Sequence[str]) -> None:
    if question.kind not in ("choice", "choices") or not isinstance(question.options, list):
        return
    known = [option.casefold() for option in question.options]
    for answer in refused:
        if answer.casefold() not in known:
            hint = did_you_mean(answer, question.options)
            there = ", ".join(question.options)
            raise ValueError(f"question '{question.id}' has no answer '{answer}'; there are: {there}{hint}")


def judge(dataset: Dataset, options: Options) -> Judgement:
    """Look for refused answers of each assessor; only declared answers are printed, never free text."""
    if not options.refuse:
        return Judgement(reason="the option refuse: {QUESTION: [ANSWER, ...]} names no answer")
    answers = read_export_table(dataset.path.parent / ANSWERS, ("assessor", "kind", "question", "value"))
    if answers is None:
        return Judgement(reason=f"no {ANSWERS} beside the ratings")
    given = answers[(answers["kind"] == "question") & (answers["value"] != "")]
    by_question = {
        (str(assessor), str(question)): [str(value) for value in rows]
        for (assessor, question), rows in given.groupby(["assessor", "question"])["value"]
    }
    findings = []
    for assessor in dataset.assessors:
        said = {name: by_question.get((assessor, name), []) for name in options.refuse}
        findings.append(_finding(assessor, said, options))
    return Judgement(findings=tuple(findings))


def _finding(assessor: str, said: dict[str, list[str]], options: Options) -> Finding:
    refused = [
        f"{name}: {answer}"
        for name, answers in options.refuse.items()
        for answer in answers
        if _holds(said[name], answer)
    ]
    silent = [name for name, answers in said.items() if not answers]
    texts = [*refused, *(f"{name}: no answer" for name in silent)]
    return Finding(
        assessor=assessor,
        failed=True if refused else None if silent else False,
        text=", ".join(texts) or "nothing refused",
        evidence={"n": len(said) - len(silent), "n_unanswered": len(silent), "n_refused": len(refused)},
    )


def _holds(answers: Sequence[str], refused: str) -> bool:
    return refused.strip().casefold() in [answer.strip().casefold() for answer in answers]
