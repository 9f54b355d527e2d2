"""What the store does not keep of listeners: addresses, browsers' full names, tokens."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from store_support import cells
from webtest_listener import Listener

from evalkit.provenance import sha256_json
from webtest.app import create_app, open_study
from webtest.storage import schema

AGENT = "Mozilla/5.0 (X11; Linux x86_64) Unmistakable/9.7"
ADDRESS = "203.0.113.77"  # RFC 5737: for documentation


@pytest.fixture
def settings(built_study):
    opened = open_study(built_study)
    yield opened
    opened.store.close()


@pytest.fixture
def listener(settings, monkeypatch):
    """Return a listener who came from an address, with a browser, and took the whole test."""
    app = create_app(settings)
    make = app.test_client

    def client():
        made = make()
        made.environ_base |= {"REMOTE_ADDR": ADDRESS, "HTTP_USER_AGENT": AGENT}
        return made

    monkeypatch.setattr(app, "test_client", client)
    return Listener(app).take_test()


@pytest.mark.parametrize("trace", [ADDRESS, "Unmistakable", "Mozilla", "Linux"])
def test_neither_address_nor_browser_is_stored(listener, settings, trace):
    assert [cell for cell in cells(settings.store.database) if trace in str(cell[2])] == []


def test_no_token_is_stored(listener, settings):
    assert [cell for cell in cells(settings.store.database) if listener.token in str(cell[2])] == []


def test_consent_is_kept_with_its_version_text_and_time(listener, settings, built_study):
    table = schema.participant
    with settings.store.database.read() as connection:
        row = connection.execute(select(table.c.consent_version, table.c.consent_sha256, table.c.consented_at)).one()
    assert (row.consent_version, row.consent_sha256) == ("1", sha256_json(built_study.spec.texts.consent))
    assert row.consented_at.endswith("Z")
