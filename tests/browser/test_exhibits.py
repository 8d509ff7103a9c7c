"""The picture book and the pages of exhibits in a browser: drawn, as wide as the window, chosen without script."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from ranking.publications import propose_publication, publish
from tests.browser.test_public_list import person
from tests.ranking.test_exhibits import towns_matrix
from tests.ranking.test_runs import TIERS, run_of, weighed

pytestmark = pytest.mark.django_db(transaction=True)
BOOK = "/lists/towns/exhibits/"
PAGES = ("", "framework/", "list/", "north-south/", "tiers/", "tier-1/", "bubbles/", "movement/")


@pytest.fixture
def publication():
    rules = {"listed": 6, "tiers": {**TIERS, "cuts": [2, 6]}, "regions": ["half", "region", "province"]}
    proposal = propose_publication(
        run_of(weighed(towns_matrix(), experts=6, **rules)), by=person("stefan"), at=timezone.now()
    )
    return publish(proposal, by=person("ava"), sha256=proposal.sha256, at=timezone.now())


def test_every_chart_of_the_picture_book_is_drawn(open_page, publication):
    page = open_page(BOOK, language="en-GB")
    charts = page.locator("[data-chart]")
    assert charts.count() >= 9
    for place in range(charts.count()):
        charts.nth(place).scroll_into_view_if_needed()
        expect(charts.nth(place).locator("canvas")).to_be_visible()
    assert page.locator(".chart-failed").count() == 0


STILL = """[...document.querySelectorAll("[data-chart]")].map(
    (element) => echarts.getInstanceByDom(element)?.getOption().animation)"""
WHOLE = """[...document.querySelectorAll(".exhibit")].filter((one) => one.querySelector(".chart"))
    .map((one) => getComputedStyle(one).breakInside)"""


def test_charts_are_printed_whole_and_not_while_they_move(open_page, publication):
    page = open_page(BOOK, language="en-GB")
    expect(page.locator("[data-chart] canvas").first).to_be_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    stills = page.evaluate(STILL)
    assert len(stills) > 1 and set(stills) == {False}
    page.emulate_media(media="print")
    assert set(page.evaluate(WHOLE)) == {"avoid"}


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_fit_their_window_in_both_languages(open_page, publication, width):
    for language in ("zh-CN", "en-GB"):
        page = open_page(language=language, width=width)
        for rest in PAGES:
            page.goto(f"{BOOK}{rest}")
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert over <= 0, (rest, language, width)


def test_chart_keeps_its_place_when_it_is_drawn(open_page, publication):
    page = open_page(language="en-GB", script=False)
    heights = {}
    for script in (False, True):
        page = open_page(f"{BOOK}bubbles/", language="en-GB", script=script)
        page.locator("[data-chart]").scroll_into_view_if_needed()
        expect(page.locator("[data-chart] canvas" if script else ".chart-still img").first).to_be_visible()
        heights[script] = page.locator("[data-chart]").bounding_box()["height"]
    assert heights[False] == heights[True]


def test_indicators_are_chosen_without_script(open_page, publication):
    page = open_page(f"{BOOK}bubbles/", language="en-GB", script=False)
    page.get_by_label("Across").select_option("b2")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_label("Across")).to_have_value("b2")
    expect(page.locator(".chart-still img")).to_have_attribute("src", f"{BOOK}bubbles.still.svg?x=b2")
