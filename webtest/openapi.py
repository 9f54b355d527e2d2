"""The JSON interface as an OpenAPI 3.1 document, made from the models of its messages and answers.

It is served to requests from this machine only: nobody else needs it, and it holds nothing of the study.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from webtest import answers, messages
from webtest.network import Network
from webtest.problems import Problem
from webtest.state import API

REF = "#/components/schemas/{model}"
PROBLEMS = {
    400: "the body does not fit its schema",
    401: "no such token",
    403: "no new listeners are taken",
    404: "not this listener's",
    409: "not the present step, or other content under a known id; the present state is attached",
    413: "the body is too long",
    415: "not JSON",
    421: "not a name of this server",
    422: "something is missing, or does not belong here",
    429: "too many requests; Retry-After says when",
    503: "could not be stored just now; Retry-After says when",
}
ALWAYS = (421, 429, 503)
WITH_TOKEN = (401, *ALWAYS)
WITH_BODY = (400, 413, 415)


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One operation: ``answers`` maps a status to its model, or to None for an answer without JSON."""

    method: str
    path: str
    summary: str
    takes: type[messages.Message] | None = None
    answers: Mapping[int, type[answers.Answer] | None]
    refuses: tuple[int, ...] = ()
    content_type: str = "application/json"
    parameters: Mapping[str, str] = field(default_factory=dict)
    needs_token: bool = True


PAGE = {"instance_id": "a page of this listener"}
ROUTES = (
    Route(method="post", path="/enrol", summary="Come in: everything is assigned before the first sound",
          takes=messages.Enrol, answers={201: answers.Enrolled}, refuses=(403, 422), needs_token=False),
    Route(method="get", path="/state", summary="Where a listener stands", answers={200: answers.StateAnswer}),
    Route(method="post", path="/consent", summary="Agree or decline", takes=messages.Agree,
          answers={200: answers.StateAnswer}, refuses=(409,)),
    Route(method="post", path="/advance", summary="Leave a step without answers", takes=messages.Advance,
          answers={200: answers.StateAnswer}, refuses=(409,)),
    Route(method="post", path="/answers", summary="Hand in a questionnaire or the closing comment",
          takes=messages.Answers, answers={200: answers.StateAnswer}, refuses=(409, 422)),
    Route(method="get", path="/pages/{instance_id}", summary="The present rating page",
          answers={200: answers.PageAnswer}, refuses=(404, 409), parameters=PAGE),
    Route(method="put", path="/pages/{instance_id}/draft", summary="Keep an unfinished page", takes=messages.Draft,
          answers={204: None}, refuses=(404, 409, 422), parameters=PAGE),
    Route(method="get", path="/audio/{public_id}", summary="One sound", answers={200: None}, refuses=(404,),
          content_type="audio/flac", parameters={"public_id": "a slot of this listener, or the level sound"}),
    Route(method="post", path="/submissions", summary="Hand in a rating page; acknowledged after the commit",
          takes=messages.SubmissionIn, answers={200: answers.Stored, 201: answers.Stored}, refuses=(404, 409, 422)),
    Route(method="post", path="/events", summary="What happened on the page", takes=messages.Events,
          answers={200: answers.Acknowledged}, refuses=(409, 422)),
    Route(method="post", path="/finish", summary="End the test", takes=messages.Empty,
          answers={200: answers.StateAnswer}, refuses=(409,)),
    Route(method="post", path="/withdraw", summary="Leave for good", takes=messages.Empty,
          answers={200: answers.StateAnswer}, refuses=(409,)),
    Route(method="post", path="/technical", summary="Leave because the sounds cannot be played", takes=messages.Empty,
          answers={200: answers.StateAnswer}, refuses=(409,)),
)  # fmt: skip


def document() -> dict[str, Any]:
    """Return the OpenAPI document of the JSON interface."""
    models: list[type[BaseModel]] = [route.takes for route in ROUTES if route.takes is not None]
    models += [model for route in ROUTES for model in route.answers.values() if model is not None]
    models.append(answers.ProblemAnswer)
    _, schemas = models_json_schema([(model, "validation") for model in models], ref_template=REF)
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(API + route.path, {})[route.method] = _operation(route)
    token = {"type": "http", "scheme": "bearer", "description": "the token that /enrol told"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "evalkit rating page", "version": version("mix-evalkit")},
        "paths": paths,
        "components": {"schemas": schemas["$defs"], "securitySchemes": {"token": token}},
    }


def blueprint(network: Network) -> Blueprint:
    """Return the route of the document."""
    openapi = Blueprint("openapi", __name__)

    @openapi.get(f"{API}/openapi.json")
    def describe() -> Response:
        if not network.is_local(request):
            raise Problem(404, "told on this machine only")
        return jsonify(document())

    return openapi


def _operation(route: Route) -> dict[str, Any]:
    statuses = {*route.refuses, *(WITH_TOKEN if route.needs_token else ALWAYS), *(WITH_BODY if route.takes else ())}
    told = {str(status): _answer(status, model, route.content_type) for status, model in route.answers.items()}
    refused = {
        str(status): {"description": PROBLEMS[status], "content": _content("application/problem+json", "ProblemAnswer")}
        for status in sorted(statuses)
    }
    operation: dict[str, Any] = {
        "operationId": f"{route.method}_{route.path.split('/')[-1].strip('{}')}",
        "summary": route.summary,
        "responses": told | refused,
        "security": [{"token": []}] if route.needs_token else [],
    }
    if route.takes is not None:
        operation["requestBody"] = {
            "required": True,
            "content": _content("application/json", route.takes.__name__),
        }
    if route.parameters:
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "description": what, "schema": {"type": "string"}}
            for name, what in route.parameters.items()
        ]
    return operation


def _answer(status: int, model: type[answers.Answer] | None, content_type: str) -> dict[str, Any]:
    if status == 204:
        return {"description": "kept"}
    if model is None:
        return {"description": "the sound", "content": {content_type: {}}}
    return {"description": (model.__doc__ or "").strip(), "content": _content(content_type, model.__name__)}


def _content(content_type: str, model: str) -> dict[str, Any]:
    return {content_type: {"schema": {"$ref": REF.format(model=model)}}}
