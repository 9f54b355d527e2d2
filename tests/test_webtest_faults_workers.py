"""Several processes on one store: what each of them says is true for all."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from fault_support import HttpClient, Site, empty_store, looking_into, workers
from sqlalchemy import func, select
from webtest_listener import API, Listener

from webtest.storage import schema

LISTENERS = 12


@pytest.mark.parametrize(
    "kind", [pytest.param("sqlite", marks=pytest.mark.slow), pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def test_two_processes_store_every_page_once(kind, built_study):
    """Each page is sent four times at once, and so reaches both processes; one SQLite file is safe, too."""
    with empty_store(kind, built_study.folder) as url:
        with workers(built_study, url) as server, ThreadPoolExecutor(16) as pool:
            site = Site(address=server.address)
            listeners = list(pool.map(lambda _: Listener(site).to_pages(), range(LISTENERS)))
            bodies = [listener.submission(listener.page()) for listener in listeners]
            work = [one for one in zip(listeners, bodies, strict=True) for _ in range(4)]
            statuses = list(pool.map(lambda one: send(server.address, *one), work))
            for listener in listeners:
                listener.state = listener.get("/state").json
            done = list(pool.map(Listener.take_test, listeners))
            for listener in listeners:
                listener.client.close()
        assert Counter(statuses) == {201: LISTENERS, 200: 3 * LISTENERS}
        assert {listener.state["state"] for listener in done} == {"complete"}
        with looking_into(url) as database, database.read() as connection:
            assert connection.scalar(select(func.count()).select_from(schema.rating)) == 2 * 3 * LISTENERS
            assert connection.scalar(select(func.count()).select_from(schema.quarantine)) == 0
        said = server.log.read_text()
        assert said.count("Booting worker") == 2, said
        assert "Traceback" not in said, said


def send(address, listener, body):
    client = HttpClient(address)
    answer = client.post(API + "/submissions", body, listener.headers)
    client.close()
    return answer.status_code
