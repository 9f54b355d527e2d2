"""Listeners who come from a platform: their ids on arrival, and the code and address by which they go back.

Prolific and everything that puts ids into an address ("generic": SONA, CloudResearch and others) are known. Amazon
Mechanical Turk is not built: it shows the page in a frame and takes a form back; its place would be here. An id is no
credential: the platform's address makes it known to whoever sees the address.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from evalkit.study import Recruitment, Study
from webtest.storage import External, NotAdmittedError, Outcome

FIELDS = ("external_id", "external_study", "external_session")
PARAMETERS: dict[str, dict[str, str]] = {  # query name -> field, unless the study names its own
    "prolific": {"PROLIFIC_PID": "external_id", "STUDY_ID": "external_study", "SESSION_ID": "external_session"},
    "generic": {"external_id": "external_id", "external_study": "external_study",
                "external_session": "external_session"},
}  # fmt: skip
RETURN_FIELDS = ("code", "outcome", *FIELDS)
VALUE = re.compile(r"[A-Za-z0-9._~:@+=-]{1,128}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Crowd:
    """How listeners come from a platform and go back; ``parameters`` maps names in the address to fields."""

    platform: str
    parameters: Mapping[str, str]
    codes: Mapping[str, str]
    completion_url: str | None

    def arrival(self, query: Mapping[str, Any] | None) -> External | None:
        """Return who comes, by the names in the address; names that the study does not know are not looked at.

        Raises
        ------
        NotAdmittedError
            If listeners come from a platform and there is no id, or one that no platform gives.
        """
        if self.platform == "none":
            return None
        given = {field: (query or {}).get(name) for name, field in self.parameters.items()}
        if not given.get("external_id"):
            raise NotAdmittedError("a listener came without an id of the platform", code="external_missing")
        for value in given.values():
            if value and (not isinstance(value, str) or VALUE.fullmatch(value) is None):
                raise NotAdmittedError("a listener came with an id that no platform gives", code="external_invalid")
        return External(
            platform=self.platform,
            id=str(given["external_id"]),
            study=given.get("external_study") or None,
            session=given.get("external_session") or None,
        )

    def code(self, outcome: Outcome) -> str | None:
        """Return the code that goes with an outcome, if there is one."""
        return self.codes.get(outcome)

    def return_address(self, outcome: Outcome, external: External | None) -> str | None:
        """Return the address that leads back; None if it needs a code and there is none for this outcome."""
        code = self.code(outcome)
        if self.completion_url is None or (code is None and "{code}" in self.completion_url):
            return None
        known = {"code": code, "outcome": outcome}
        if external is not None:
            known |= {
                "external_id": external.id,
                "external_study": external.study,
                "external_session": external.session,
            }
        filled = {name: quote(known.get(name) or "", safe="") for name in RETURN_FIELDS}
        return self.completion_url.format_map(filled)


def crowd_of(recruitment: Recruitment) -> Crowd:
    """Return how a study's listeners come and go; check it first with :func:`check_recruitment`."""
    platform = recruitment.platform
    return Crowd(
        platform=platform,
        parameters=recruitment.parameters or PARAMETERS.get(platform, {}),
        codes={str(outcome): code for outcome, code in recruitment.codes.items()},
        completion_url=recruitment.completion_url,
    )


def check_recruitment(study: Study) -> None:
    """Check platform, parameters, codes and the address that leads back.

    Raises
    ------
    ConfigError
        With ``file:line: field``, for the first thing that cannot be done.
    """
    given = study.spec.recruitment
    if given.parameters and given.platform == "none":
        raise study.error("found names, but platform is none: say prolific or generic", "recruitment", "parameters")
    for name, field in given.parameters.items():
        if field not in FIELDS:
            raise study.error(f"found '{field}', expected {', '.join(FIELDS)}", "recruitment", "parameters", name)
        if name == "invite" or VALUE.fullmatch(name) is None:
            raise study.error(f"'{name}' cannot be a name in an address here", "recruitment", "parameters", name)
    fields = list(given.parameters.values())
    if given.parameters and ("external_id" not in fields or len(set(fields)) != len(fields)):
        raise study.error("expected one name for external_id, and none twice", "recruitment", "parameters")
    if given.platform == "prolific" and "complete" not in given.codes:
        raise study.error("Prolific pays by a code: add 'complete'", "recruitment", "codes")
    codes = list(given.codes.values())
    if len(set(codes)) != len(codes):
        raise study.error("two outcomes have one code: the platform could not tell them apart", "recruitment", "codes")
    _check_address(study, given.completion_url)


def _check_address(study: Study, address: str | None) -> None:
    if address is None:
        return
    at = ("recruitment", "completion_url")
    try:
        parts = [(name, spec, turn) for _, name, spec, turn in string.Formatter().parse(address) if name is not None]
        parsed = urlsplit(address)
    except ValueError as error:
        raise study.error(f"not an address: {error}", *at) from error
    if parsed.scheme not in ("https", "http") or not parsed.netloc or "{" in parsed.netloc:
        raise study.error("expected an address that begins with https:// and a fixed host", *at)
    for name, spec, turn in parts:
        if name not in RETURN_FIELDS or spec or turn:
            known = ", ".join("{" + field + "}" for field in RETURN_FIELDS)
            raise study.error(f"unknown field '{{{name}}}'; known: {known}", *at)
