"""The OpenAPI document describes what the server does: every route, every answer."""

from __future__ import annotations

import json
import re

import jsonschema_rs
import pytest
from webtest_listener import API, Listener, crawl

from webtest.app import create_app, open_study
from webtest.openapi import document


@pytest.fixture
def app(built_study):
    opened = open_study(built_study)
    yield create_app(opened)
    opened.store.close()


def operations():
    return {
        (method, path.removeprefix(API)): operation
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


def test_every_route_of_the_interface_is_described_and_no_other(app):
    served = {
        (method.lower(), re.sub(r"<(\w+)>", r"{\1}", rule.rule).removeprefix(API))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(API) and not rule.rule.endswith("openapi.json")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert served == set(operations())


def test_every_answer_of_a_visit_fits_the_document(app):
    """Refusals included; nothing is in an answer that the document does not name."""
    seen = set()
    for answer in crawl(Listener(app)):
        rule = answer.request.path.removeprefix(API)
        if rule == "/":
            continue
        rule = re.sub(r"^/(pages|audio)/[0-9a-f]{32}", lambda m: f"/{m[1]}/{{id}}", rule)
        key = (answer.request.method.lower(), rule)
        operation = next(one for name, one in operations().items() if _shape(name) == key)
        described = operation["responses"][str(answer.status_code)]
        seen.add((*key, answer.status_code))
        content = described.get("content", {})
        if not content:
            assert answer.status_code == 204 and answer.data == b""
            continue
        assert answer.mimetype in content
        if "json" in answer.mimetype:
            schema = {**content[answer.mimetype]["schema"], "components": document()["components"]}
            errors = [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(answer.json)]
            assert errors == [], (key, answer.status_code)
    assert {key[:2] for key in seen} == {_shape(name) for name in operations()}


def _shape(name):
    return name[0], re.sub(r"{\w+}", "{id}", name[1])


def test_the_schemas_are_valid_and_every_reference_leads_somewhere():
    whole = document()
    for name, schema in whole["components"]["schemas"].items():
        assert jsonschema_rs.meta.is_valid(schema), name
    wanted = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(whole)))
    assert wanted <= set(whole["components"]["schemas"])


def test_no_body_may_hold_unknown_fields():
    schemas = document()["components"]["schemas"]
    taken = [one["requestBody"]["content"]["application/json"]["schema"] for one in operations().values()
             if "requestBody" in one]  # fmt: skip
    for reference in taken:
        assert schemas[reference["$ref"].split("/")[-1]]["additionalProperties"] is False


def test_the_document_is_told_on_this_machine_only(app):
    client = app.test_client()
    assert client.get(API + "/openapi.json").json == document()
    answer = client.get(API + "/openapi.json", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 404


def test_the_document_names_nothing_of_the_study(app):
    text = app.test_client().get(API + "/openapi.json").text
    assert "Drum mixes" not in text and "wave_u_net" not in text
