"""Addresses for good: a revision keeps its pages and files when a later one takes its place."""

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from ranking.publications import publish, withdraw
from tests.ranking.test_publications import person, propose, published

pytestmark = pytest.mark.django_db
PAGES = ("", "tiers/", "regions/", "method/", "receipts/")
FILES = ("list.csv", "manifest.json", "bundle.zip")
ENGLISH = {"accept-language": "en"}


def publish_again(first):
    second = propose(first.run, note="A figure was corrected.")
    return publish(second, by=person("ava"), sha256=second.sha256, at=timezone.now())


def get(client, path):
    return client.get(f"/lists/towns/{path}", headers=ENGLISH)


def links(response):
    page = BeautifulSoup(response.content, "html.parser")
    return {link["href"] for link in page.select("main a[href^='/lists/towns/']")}


@pytest.mark.parametrize("path", PAGES + FILES)
def test_every_page_and_file_has_an_address_for_good(client, path):
    published()
    assert get(client, path).status_code == get(client, f"r1/{path}").status_code == 200
    assert (
        get(client, f"r2/{path}").status_code
        == get(client, f"r99999999999999999999/{path}").status_code
        == 404
    )


def test_proposal_has_no_address(client):
    propose(published().run, note="again")
    assert get(client, "r2/").status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_replaced_revision_stays_and_says_what_took_its_place(client, path):
    first = published()
    before = get(client, f"r1/{path}").content.decode()
    publish_again(first)
    page = get(client, f"r1/{path}")
    assert page.status_code == 200 and "kept as it was published" not in before
    notice = BeautifulSoup(page.content, "html.parser").select_one(".superseded")
    assert "Revision 2 took its place" in notice.text
    assert notice.a["href"] == f"/lists/towns/{path}"
    assert "kept as it was published" not in get(client, path).content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_links_stay_inside_the_revision(client, path):
    publish_again(published())
    outside = {link for link in links(get(client, f"r1/{path}")) if not link.startswith("/lists/towns/r")}
    assert outside <= {f"/lists/towns/{path}"}, "only the way to the current revision leads out"
    assert not {link for link in links(get(client, path)) if "/r1/tiers" in link}


def test_replaced_revision_keeps_its_files(client):
    first = published()
    kept = [get(client, f"r1/{path}").content for path in FILES]
    publish_again(first)
    assert [get(client, f"r1/{path}").content for path in FILES] == kept
    assert get(client, "manifest.json").content != kept[1]


@pytest.mark.parametrize("path", PAGES + FILES)
def test_withdrawn_revision_says_what_replaced_it(client, path):
    first = published()
    withdraw(first, by=person("stefan"), note="The source was wrong.", at=timezone.now())
    gone = get(client, f"r1/{path}")
    assert gone.status_code == 410 and "The source was wrong." in gone.content.decode()
    publish_again(first)
    gone = get(client, f"r1/{path}")
    assert gone.status_code == 410 and "Revision 2 of" in gone.content.decode()
    assert f"/lists/towns/{path}" in links(gone)
    assert get(client, path).status_code == 200


def test_revision_replaced_by_one_that_was_withdrawn_says_so(client):
    second = publish_again(published())
    withdraw(second, by=person("stefan"), note="Wrong again.", at=timezone.now())
    assert get(client, "").status_code == get(client, "r2/").status_code == 410
    page = get(client, "r1/").content.decode()
    assert "no revision of this list is current now" in page
