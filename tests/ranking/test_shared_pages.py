"""Public pages: the same bytes for everybody, 304 before anything is rendered, small, and never somebody's own."""

import gzip
import re

import brotli
import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.compression import encoding_for
from config.page_store import KeptPage, PageStore
from ranking.models import Publication
from ranking.publications import withdraw
from tests.ranking.test_publications import person, published
from tests.ranking.test_revisions import publish_again

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_address(settings):
    settings.BASE_URL = "http://testserver"


LIST = "/lists/towns/"
SHARED = (
    "/",
    LIST,
    f"{LIST}tiers/",
    f"{LIST}r1/method/",
    f"{LIST}list.csv",
    f"{LIST}r1/bundle.zip",
    "/api/v1/publications/",
    "/api/v1/publications/towns/",
)


def get(path=LIST, client=None, **headers):
    return (client or Client()).get(path, headers={"accept-language": "en", **headers})


def queries(path=LIST, **headers):
    with CaptureQueriesContext(connection) as caught:
        get(path, **headers)
    return len(caught)


@pytest.mark.parametrize("path", SHARED)
def test_known_page_is_answered_304_without_a_question_to_the_database(path):
    published()
    first = get(path)
    assert first.status_code == 200 and re.fullmatch(r'"[0-9a-f]{32}-identity"', first["ETag"])
    again = get(path, **{"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == first["Cache-Control"]
    assert queries(path, **{"if-none-match": first["ETag"]}) == 0


def test_page_is_rendered_once_for_all():
    published()
    assert queries() > 3
    assert queries() == 0
    assert get().content == get().content


def test_other_language_revision_path_and_query_are_other_pages():
    first = published()
    pages = [LIST, f"{LIST}r1/", f"{LIST}tiers/", f"{LIST}?q=a", f"{LIST}?q=b"]
    found = [get(page)["ETag"] for page in pages] + [get(**{"accept-language": "zh-CN"})["ETag"]]
    publish_again(first)
    found += [get(page)["ETag"] for page in pages]
    assert len(set(found)) == len(found)


def test_replaced_and_withdrawn_lists_are_seen_at_once():
    first = published()
    old = get(f"{LIST}r1/")["ETag"]
    second = publish_again(first)
    page = get(f"{LIST}r1/", **{"if-none-match": old})
    assert page.status_code == 200 and "Revision 2 took its place" in page.content.decode()
    live = get()["ETag"]
    withdraw(second, by=person("stefan"), note="Wrong.", at=timezone.now())
    assert get(**{"if-none-match": live}).status_code == 410


def test_other_processes_see_a_new_state_after_a_second(monkeypatch):
    publication, clock = published(), [100.0]
    monkeypatch.setattr("ranking.memory.time.monotonic", lambda: clock[0])
    live = get()["ETag"]
    Publication.objects.filter(pk=publication.pk).update(
        status=Publication.Status.WITHDRAWN, withdrawn_at=timezone.now()
    )
    assert get(**{"if-none-match": live}).status_code == 304
    clock[0] += 1.1
    assert get(**{"if-none-match": live}).status_code == 410


def test_pages_are_kept_at_the_sites_own_address_alone(settings):
    published()
    settings.BASE_URL = "https://heng.example.org"
    assert queries() > 3 and queries() > 3
    assert get()["ETag"] == get()["ETag"]


def test_caches_are_told_how_long_a_page_stands():
    published()
    assert get()["Cache-Control"] == "public, max-age=0, s-maxage=10, must-revalidate"
    assert get(f"{LIST}r1/")["Cache-Control"] == "public, max-age=3600"
    assert get(f"{LIST}r1/bundle.zip")["Cache-Control"] == "public, max-age=31536000, immutable"
    assert {"Accept-Language", "Cookie", "Accept-Encoding"} <= set(get()["Vary"].split(", "))


@pytest.mark.parametrize(("encoding", "opened"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_pages_are_compressed_once(encoding, opened):
    published()
    plain, small = get(), get(**{"accept-encoding": encoding})
    assert small["Content-Encoding"] == encoding and opened(small.content) == plain.content
    assert len(small.content) < len(plain.content) / 3
    assert int(small["Content-Length"]) == len(small.content)
    assert small["ETag"] != plain["ETag"]
    assert queries(**{"accept-encoding": encoding}) == 0


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", "identity"),
        ("gzip, deflate, br", "br"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip;q=0.3", "gzip"),
        ("*", "identity"),
    ],
)
def test_encoding_is_the_best_the_browser_takes(accepted, chosen):
    assert encoding_for(accepted) == chosen


def test_public_pages_set_no_cookie_and_carry_no_token():
    published()
    for path in SHARED:
        page = get(path)
        assert not page.cookies, path
        assert b"csrfmiddlewaretoken" not in page.content, path


def test_signed_in_reader_gets_an_own_page_that_nobody_else_gets():
    published()
    client = Client()
    client.force_login(get_user_model().objects.get(username="stefan"))
    for path in ("/", LIST):
        own = get(path, client)
        assert "stefan" in own.content.decode() and own["Cache-Control"] == "private, no-cache"
        assert not own.has_header("ETag") and not own.has_header("Content-Encoding")
        assert "stefan" not in get(path).content.decode()


def test_page_with_a_form_is_nobody_elses():
    published()
    first, second = get(f"{LIST}receipts/"), get(f"{LIST}receipts/")
    assert first.cookies and first.content != second.content
    assert not first.has_header("ETag")


def test_language_is_chosen_without_a_token_and_not_from_another_site():
    client = Client(enforce_csrf_checks=True)
    for headers in ({}, {"origin": "http://testserver"}, {"sec-fetch-site": "same-origin"}):
        answer = client.post("/language/", {"language": "en", "next": "/"}, headers=headers)
        assert (answer.status_code, answer["Location"]) == (302, "/")
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
        assert client.post("/language/", {"language": "zh-hans"}, headers=headers).status_code == 403
    published()
    assert "Ranks 1 to" in client.get(LIST, headers={"accept-language": "zh-CN"}).content.decode()


def test_pages_stand_without_the_cache(settings):
    published()
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 0.2},
        }
    }
    assert get(f"{LIST}regions/").status_code == 200


def test_store_keeps_the_pages_that_were_read_last():
    store = PageStore(room=100)
    for name in ("a", "b"):
        store.put(f"unit:{name}", KeptPage({}, b"x" * 40))
    store.get("unit:a")
    store.put("unit:c", KeptPage({}, b"x" * 40))
    assert set(store.near) == {"unit:a", "unit:c"} and store.used == 80
    assert store.get("unit:b").body == b"x" * 40, "the cache still has it"


def test_address_nobody_published_is_missing():
    assert get("/lists/nowhere/").status_code == get("/api/v1/publications/nowhere/").status_code == 404
