"""While a round is open nothing anywhere depends on what was answered: every address, every visitor, to the byte.

All addresses of the URL conf are walked twice, by everybody but the experts who answered: once over one set of answers,
once over another. Pages, JSON, CSV, files, statuses and headers must be the same. The answering expert's own pages
differ, which shows that the comparison sees a difference where there is one.
"""

import io
import logging
import re
import zipfile

import pytest
from django.test import Client

from survey.models import Response
from survey.participation import record_participation
from tests.access.test_matrix import ACTS, VISITORS, addresses, own_records
from tests.access.world import make_world
from tests.cast import answer, make_panel, make_study, open_next

pytestmark = pytest.mark.django_db
NAMES = [f"Expert {number:02d}" for number in range(12)]
FELLOW = "Silent"  # on the same panel, and has not answered
NOISE = [  # what changes by itself: the form's token, and seconds that run down
    re.compile(rb'name="csrfmiddlewaretoken" value="\w+"'),
    re.compile(rb'data-deadline="\d+"'),
]
OWN_HEADERS = {"Date", "Set-Cookie", "Expires"}


def points(place: int, shift: int) -> dict[str, int]:
    a, a1, b1 = (30 + (place * step + shift) % 41 for step in (3, 7, 11))
    return {"A": a, "B": 100 - a, "a1": a1, "a2": 100 - a1, "b1": b1, "b2": 100 - b1}


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def seen(client: Client, address: str) -> tuple:
    """Status, headers and body, without what changes by itself."""
    response = client.get(address)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    for pattern in NOISE:
        body = pattern.sub(b"", body)
    headers = {name: text for name, text in response.headers.items() if name not in OWN_HEADERS}
    return response.status_code, headers, _members(body)


def _members(body: bytes):
    """What an archive holds, without the instants of its making; anything else as it is."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if "docProps" not in name}


def bearer_of(code: str) -> Client:
    """An expert's browser."""
    client = Client()
    assert client.post("/j", {"code": code}).status_code == 302
    return client


def walk(world, study, fellow: str) -> dict:
    """Everything that anybody but the answering experts can get."""
    acts = {name: found[:1] for name, found in ACTS.items()}
    found = {}
    for visitor in (*VISITORS, FELLOW):
        client = bearer_of(fellow) if visitor == FELLOW else world.visitor(visitor)
        for name, address in addresses(own_records(study), acts):
            found[visitor, name, address] = seen(client, address)
    return found


def give(round, codes: dict, shift: int) -> None:
    for place, name in enumerate(NAMES):
        answer(round, codes[name], points(place, shift))


def test_nothing_on_any_address_depends_on_the_answers_of_an_open_round():
    world = make_world()
    study = make_study("asked", {"survey": {"rounds": 2}})
    codes = make_panel(study, [*NAMES, FELLOW])
    round = open_next(study)
    give(round, codes, shift=0)
    record_participation(round)
    own = bearer_of(codes[NAMES[0]])
    first, first_own = walk(world, study, codes[FELLOW]), seen(own, "/e/group/A/")
    stored = list(Response.objects.filter(round=round).order_by("pseudonym").values_list("values", flat=True))

    for place, name in enumerate(NAMES):
        client = bearer_of(codes[name])
        given = points(place, 17)
        for code, keys in {"top": "AB", "A": ("a1", "a2"), "B": ("b1", "b2")}.items():
            page = client.get(f"/e/group/{code}/").content.decode()
            tag = re.search(r'name="tag" value="([^"]*)"', page)[1]
            client.post(f"/e/group/{code}/", {"tag": tag, **{key: given[key] for key in keys}})
        tag = re.search(r'name="tag" value="([^"]*)"', client.get("/e/review/").content.decode())
        client.post("/e/submit/", {"tag": tag[1]} if tag else {})
    changed = list(
        Response.objects.filter(round=round).order_by("pseudonym").values_list("values", flat=True)
    )
    assert all(before != after for before, after in zip(stored, changed, strict=True))

    second = walk(world, study, codes[FELLOW])
    assert first.keys() == second.keys()
    assert [key for key in first if first[key] != second[key]] == []
    assert first_own != seen(own, "/e/group/A/")
    statuses = {status for status, _headers, _body in first.values()}
    assert 200 in statuses and not any(status >= 500 for status in statuses)
    print(f"\n{len(first)} answers of {len(VISITORS) + 1} visitors, twice the same")
