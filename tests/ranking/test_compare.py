"""Comparison by address: who is compared, what is left out, and files that say the same."""

import csv
import io

import pytest

from ranking.models import Score
from tests.ranking.test_reader_pages import published
from tests.ranking.test_selection import TOWNS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def slug():
    return published(TOWNS, {}, {}).study.slug


def page(client, query):
    return client.get(f"/lists/towns/compare/{query}", headers={"accept-language": "en"})


def test_added_unit_joins_the_address(client):
    answer = page(client, "?units=a,b&add=c")
    assert answer.status_code == 302 and answer.headers["Location"] == "/lists/towns/compare/?units=a,b,c"
    assert page(client, "?add=c").headers["Location"] == "/lists/towns/compare/?units=c"
    old = client.get("/lists/towns/r1/compare/?units=a&add=b")
    assert old.headers["Location"] == "/lists/towns/r1/compare/?units=a,b"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Choose at least two"),
        ("?units=a", "Choose at least two"),
        ("?units=a,a,,b", "What makes the difference"),
        ("?units=a,b,e,nobody", "2 codes of the address are not on the list"),
        ("?units=" + "x" * 5000, "Choose at least two"),
    ],
)
def test_page_says_what_it_leaves_out(client, query, words):
    answer = page(client, query)
    assert answer.status_code == 200 and words in answer.content.decode()
    assert "Lastton" not in answer.content.decode()


def test_each_unit_can_be_taken_out_by_a_link(client):
    text = page(client, "?units=a,b,c").content.decode()
    for others in ("b,c", "a,c", "a,b"):
        assert f'href="/lists/towns/compare/?units={others}"' in text


def test_files_hold_the_figures_of_the_chosen_units(client):
    text = client.get("/lists/towns/compare.csv?units=b,a").content.decode("utf-8-sig")
    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(text))}
    kept = {score.unit.code: score for score in Score.objects.select_related("unit")}
    assert (float(rows["a1"]["b_raw"]), float(rows["a1"]["a_raw"])) == (8, 9)
    assert float(rows["score"]["a_points"]) == kept["a"].score
    leaves = [float(rows[code]["a_points"]) for code in ("a1", "a2", "b1", "b2")]
    assert sum(leaves) == pytest.approx(kept["a"].score, abs=1e-9)
    assert float(rows["a1"]["a_place"]) == 1.0
    same = client.get("/lists/towns/compare.json?units=b,a").json()["rows"]
    assert [row["code"] for row in same] == list(rows)
    assert client.get("/lists/towns/compare.csv?units=e").status_code == 404
    assert client.get("/lists/towns/compare.pdf?units=a,b").status_code == 404


@pytest.mark.parametrize("code", ["%00", "a%00", "%2e%2e", "%F0%9F%92%A5", "x" * 500, "%25s"])
def test_strange_codes_have_no_page(client, code):
    assert client.get(f"/lists/towns/units/{code}/").status_code in (400, 404)
    assert client.get(f"/lists/towns/compare/?units=a,{code}").status_code in (200, 400)
