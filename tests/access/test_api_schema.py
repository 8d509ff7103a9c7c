"""The API keeps to its own description: Schemathesis asks everything in it, well and badly, and reads every answer."""

import json
import zlib

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, settings

from config.access import url_patterns
from config.wsgi import application
from tests.access.test_matrix import Watch, own_records
from tests.access.world import make_world

pytestmark = pytest.mark.django_db
SCHEMA = "/api/v1/schema/"
described = schemathesis.openapi.from_wsgi(SCHEMA, application)
PLAIN = {"Accept-Encoding": "identity"}  # without a network nobody decodes
KNOWN = {}  # values for the addresses' gaps that lead to a record of the world


@described.hook
def map_path_parameters(_context, parameters):
    """Half of the addresses lead to something published."""
    lead = parameters and zlib.crc32(json.dumps(parameters, sort_keys=True).encode()) % 2
    return {name: KNOWN.get(name, value) for name, value in parameters.items()} if lead else parameters


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The world of the access matrix, for all requests of this module."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)  # as Django's own client does: the transaction goes on
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_world()
        KNOWN.update(own_records(made.own) | {"slug": made.own.slug, "revision": 1})
        yield made
        transaction.set_rollback(True)
    for signal in ends:
        signal.connect(close_old_connections)


@described.parametrize()
@settings(max_examples=100, suppress_health_check=list(HealthCheck))
def test_api_answers_as_it_says(case, world):
    watch = Watch()
    with connection.execute_wrapper(watch):
        case.call_and_validate(headers=PLAIN)
    assert not watch.changes


def test_what_is_published_is_answered_as_described(world):
    for result in described.get_all_operations():
        operation = result.ok()
        known = {parameter.name: KNOWN[parameter.name] for parameter in operation.path_parameters}
        answer = operation.Case(path_parameters=known).call_and_validate(headers=PLAIN)
        assert answer.status_code == 200, operation.path


def test_every_address_of_the_api_is_described():
    api = {pattern.name for whole, pattern in url_patterns() if whole.startswith("api/")} - {"api-schema"}
    assert len(list(described.get_all_operations())) >= len(api) > 0


def test_description_is_complete_and_valid(tmp_path):
    path = tmp_path / "schema.json"
    call_command(
        "spectacular", "--format", "openapi-json", "--validate", "--fail-on-warn", "--file", str(path)
    )
    assert json.loads(path.read_text())["info"]["version"] == "1"


def test_refusals_of_the_api_are_json_wherever_they_come_from(client):
    for address in ("/api/", "/api/v1/no-such/", "/api/v1/publications/no-such/", "/api/v1/%00/"):
        answer = client.get(address)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), address
    wrong = client.post("/api/v1/publications/")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    odd = client.get("/api/v1/publications/", headers={"accept": "application/xml"})
    assert (odd.status_code, odd.json()["code"]) == (406, "not_acceptable")
    assert client.get("/no-such/").headers["Content-Type"].startswith("text/html")
