"""Many arrive in the same moment: no place is given twice, and nobody is admitted twice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from conftest import study_yaml
from fault_support import HttpClient, empty_store, looking_into, workers
from sqlalchemy import func, select
from webtest_listener import API, SESSION

from webtest.app import create_app, open_study
from webtest.server import running
from webtest.storage import schema
from webtest.storage.administration import set_places

PLACES = 20
SERVERS = [
    pytest.param("sqlite", id="embedded on SQLite"),
    pytest.param("postgresql", id="two processes on PostgreSQL", marks=pytest.mark.postgres),
]
PROLIFIC = """\
recruitment:
  platform: prolific
  completion_url: "https://app.prolific.com/submissions/complete?cc={code}"
  codes: {complete: C1, declined: C2, screened_out: C3, technical: C4}
"""


@contextmanager
def serving(kind, study, url):
    """Serve a study as its store suggests; yields the address."""
    if kind == "sqlite":
        settings = open_study(study, store=url)
        with running(create_app(settings)) as address:
            yield address
        settings.store.close()
    else:
        with workers(study, url) as server:
            yield server.address


def arrive(address, external):
    client = HttpClient(address)
    answer = client.post(API + "/enrol", {"client_session": SESSION, "capabilities": {}, "external": external})
    client.close()
    return answer


def count(url, table):
    with looking_into(url) as database, database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table))


@pytest.mark.parametrize("kind", SERVERS)
def test_of_a_hundred_who_arrive_at_once_for_20_places_exactly_20_are_admitted(kind, built_study):
    with empty_store(kind, built_study.folder) as url:
        with serving(kind, built_study, url) as address, ThreadPoolExecutor(50) as pool:
            with looking_into(url) as database:
                set_places(database, PLACES, actor="command line")
            answers = list(pool.map(lambda _: arrive(address, None), range(100)))
        assert Counter(answer.status_code for answer in answers) == {201: PLACES, 403: 100 - PLACES}
        assert {answer.json["code"] for answer in answers if answer.status_code == 403} == {"full"}
        assert count(url, schema.participant) == PLACES
        assert count(url, schema.page_instance) == 2 * PLACES


@pytest.mark.parametrize("kind", SERVERS)
def test_the_same_platform_id_many_times_at_once_is_one_listener(kind, make_built_study):
    study = make_built_study(yaml=study_yaml(3) + PROLIFIC)
    who = {"PROLIFIC_PID": "5f1e", "STUDY_ID": "60aa", "SESSION_ID": "61bb"}
    with empty_store(kind, study.folder) as url:
        with serving(kind, study, url) as address, ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: arrive(address, who), range(32)))
            client = HttpClient(address)
            tokens = [answer.json["token"] for answer in answers]
            states = [client.get(API + "/state", {"Authorization": f"Bearer {token}"}) for token in tokens]
            client.close()
        assert {answer.status_code for answer in answers} <= {200, 201}
        assert len({answer.json["state"]["assessor"] for answer in answers}) == 1
        assert Counter(state.status_code for state in states) == {200: 1, 401: 31}  # the token given last is valid
        assert count(url, schema.participant) == count(url, schema.participant_external) == 1
        assert count(url, schema.page_instance) == 2
