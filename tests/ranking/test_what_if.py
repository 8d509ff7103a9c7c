"""What if: any weights in the address, the official list never mistaken, units off both lists never named."""

import json

import pytest
from bs4 import BeautifulSoup

from ranking.models import Score
from tests.ranking.test_publications import published

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
TWO_LISTED = {
    "listed": 2,
    "tiers": {"method": "rank_cuts", "cuts": [1, 2], "names": ["一", "二"], "names_en": ["One", "Two"]},
}


def page(client, query="", path="what-if/"):
    return client.get(f"/lists/towns/{path}{'?' if query else ''}{query}", headers=ENGLISH)


def answer(client, query=""):
    return page(client, query, "what-if.json").json()


def test_published_weights_give_the_published_list(client):
    run = published().run
    found = answer(client)
    official = {score.unit.code: score for score in Score.objects.filter(run=run).select_related("unit")}
    assert {row["code"]: row["rank"] for row in found["list"]} == {
        code: s.rank for code, s in official.items()
    }
    assert all(abs(row["score"] - official[row["code"]].score) < 1e-9 for row in found["list"])
    assert (found["spearman"], found["kendall"], found["entering"], found["leaving"]) == (1, 1, [], [])


def test_own_weights_rank_anew_and_need_not_add_up(client):
    published()
    found = answer(client, "by=own&w.A=5&w.B=0&w.a1=7&w.a2=0&w.b1=1&w.b2=1")
    assert found["weights"] == {"a1": 1.0, "a2": 0.0, "b1": 0.0, "b2": 0.0}
    assert [row["code"] for row in found["list"]] == ["z", "y", "x"]  # by Research alone: 3, 2, 1
    assert [row["score"] for row in found["list"]] == [100, 50, 0]


def test_blend_goes_from_the_data_to_the_experts(client):
    published()
    data, experts = answer(client, "by=blend&alpha=0"), answer(client, "by=blend&alpha=100")
    middle = answer(client, "by=blend&alpha=50")
    for code in ("a1", "a2", "b1", "b2"):
        mean = (data["weights"][code] + experts["weights"][code]) / 2
        assert abs(middle["weights"][code] - mean) < 1e-12


def test_units_off_both_lists_are_not_named(client):
    published(**TWO_LISTED)
    for path in ("what-if/", "what-if.json"):
        text = page(client, path=path).content.decode()
        assert "Yton" not in text
    found = answer(client, "by=own&w.A=1&w.a1=1")
    assert (found["entering"], found["leaving"]) == (["y"], ["x"])
    assert [row["official_rank"] for row in found["list"]] == [1, None]
    html = BeautifulSoup(page(client, "by=own&w.A=1&w.a1=1").content, "html.parser")
    assert (
        "Yton" in html.select_one("[data-entering]").text and "Xton" in html.select_one("[data-leaving]").text
    )
    figures = page(client, path="what-if-figures.json").json()
    assert "rank" not in next(unit for unit in figures["units"] if unit["code"] == "y")


def test_place_off_the_list_has_no_rank_and_cannot_be_followed(client):
    published(**TWO_LISTED)
    assert answer(client, "by=own&w.A=1&w.a1=1&pin=x")["pin"] == {
        "code": "x",
        "rank": None,
        "official_rank": 2,
    }
    assert page(client, "pin=y").status_code == 400
    html = BeautifulSoup(page(client, "by=own&w.A=1&w.a1=1&pin=x").content, "html.parser")
    assert (
        html.select_one("[data-pin-rank]").text == html.select_one("[data-pin-worst]").text == "off the list"
    )


@pytest.mark.parametrize(
    "query",
    [
        "by=strange",
        "by=blend&alpha=101",
        "by=blend&alpha=-1",
        "by=blend&alpha=1e1",
        "by=blend&alpha=nan",
        "by=own&w.A=x",
        "by=own&w.A=１",
        "by=own",
        "by=own&w.A=0&w.B=0",
        "by=own&w.A=1&w.a1=9999999",
        "floor=26",
        "floor=inf",
        "pin=nowhere",
    ],
)
def test_what_is_no_weight_is_refused_and_the_form_stays(client, query):
    published()
    refused = page(client, query)
    assert refused.status_code == 400
    html = BeautifulSoup(refused.content, "html.parser")
    assert "These weights cannot be used" in html.select_one("[role=alert]").text
    assert html.select_one("form.what-if-form")
    assert page(client, query, "what-if.json").json()["code"] == "what_if_refused"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everything_says_that_it_is_not_official(client, language):
    published()
    words = {"zh-hans": "非正式榜单", "en": "Not the official ranking"}[language]
    html = client.get("/lists/towns/what-if/", headers={"accept-language": language}).content.decode()
    assert words in BeautifulSoup(html, "html.parser").title.text
    assert words in BeautifulSoup(html, "html.parser").select_one(".unofficial").text
    found = client.get("/lists/towns/what-if.json", headers={"accept-language": language})
    assert found.json()["official"] is False and words in json.dumps(found.json(), ensure_ascii=False)
    picture = client.get("/lists/towns/what-if.png", headers={"accept-language": language})
    assert picture.content.startswith(b"\x89PNG") and picture["Content-Type"] == "image/png"


def test_picture_carries_the_words(client, monkeypatch):
    published()
    drawn = []
    monkeypatch.setattr("ranking.views.what_if.png_of", lambda svg, zoom: drawn.append(svg) or b"")
    page(client, path="what-if.png")
    assert "Not the official ranking" in drawn[0]


def test_floor_gives_every_indicator_its_part(client):
    published()
    found = answer(client, "by=own&w.A=1&w.a1=1&floor=10")
    assert found["weights"] == pytest.approx({"a1": 0.7, "a2": 0.1, "b1": 0.1, "b2": 0.1})
    assert len(set(answer(client, "by=own&w.A=1&w.a1=1&floor=25")["weights"].values())) == 1


def test_scores_that_are_no_sums_are_not_offered(client):
    published(aggregation="geometric", low=1)
    assert "Not offered for this list" in page(client).content.decode()
    assert (
        page(client, path="what-if.json").status_code
        == page(client, path="what-if-figures.json").status_code
        == 404
    )


def test_hundred_is_the_best_where_the_list_says_so(client):
    published(normalization="vector")
    assert answer(client, "by=equal")["list"][0]["score"] == pytest.approx(100)
