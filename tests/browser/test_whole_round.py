"""A whole round at the door of an expert: by keyboard alone, and on the narrowest phone."""

import re

import pytest
from playwright.sync_api import expect

from survey.models import Response
from tests.browser.test_expert_phone import fields, give, runs_over, seat, typed
from tests.cast import POINTS, make_panel, make_study, open_next

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def code(study):
    codes = make_panel(study)
    open_next(study)
    return codes["Ana"]


def tab_to(page, locator, limit=40):
    """Press Tab until the element has the focus."""
    for _ in range(limit):
        if locator.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not get there")


def test_whole_round_is_answered_by_keyboard_alone(open_page, study, code):
    page = open_page("/j", language="en-GB")
    tab_to(page, page.locator("#code"))
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your answer is awaited")).to_be_visible()
    tab_to(page, page.get_by_role("link", name="Start"))
    page.keyboard.press("Enter")
    expect(fields(page).first).to_be_focused()
    expect(page.locator("[data-undo]")).to_be_visible()  # the script runs

    page.keyboard.type("58")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+R")
    assert typed(page) == ["60", "40"]
    page.keyboard.press("Control+Z")
    assert typed(page) == ["60", ""]
    page.keyboard.press("Control+Shift+Z")
    page.keyboard.press("Enter")  # from the last row to the button that goes on
    expect(page.locator("[data-next]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/e/group/A/"))

    expect(page.locator("[data-undo]")).to_be_visible()
    tab_to(page, fields(page).first)
    page.keyboard.type("90")
    page.keyboard.press("Enter")
    page.keyboard.type("40")
    page.keyboard.press("Alt+P")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    assert typed(page) == ["90", "39"]
    tab_to(page, page.locator("[data-balance]"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("[data-apply]"))
    page.keyboard.press("Enter")
    assert typed(page) == ["61", "39"]
    tab_to(page, page.locator("[data-next]"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/e/group/B/"))

    expect(page.locator("[data-undo]")).to_be_visible()
    tab_to(page, fields(page).first)
    page.keyboard.type("５０")
    page.keyboard.press("Enter")
    page.keyboard.type("50")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/e/review/"))
    tab_to(page, page.get_by_role("button", name="Submit my answer"), limit=60)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your answer is counted. Thank you!")).to_be_visible()
    assert Response.objects.get().values == {"A": 60, "B": 40, "a1": 61, "a2": 39, "b1": 50, "b2": 50}


def test_whole_round_fits_a_screen_of_360_pixels(open_page, study, code):
    page = open_page(**PHONE)
    seat(page, study, code, "/e/")
    page.get_by_role("link", name="开始").click()
    for points in ((60, 40), (70, 30), (50, 50)):
        expect(fields(page).first).to_be_visible()
        assert not runs_over(page)
        before = typed(page)
        page.locator(".strip").first.click()  # a thumb on the read-out changes nothing
        page.mouse.wheel(0, 200)
        assert typed(page) == before
        give(page, *points)
        for button in page.locator(
            ".stepper button:visible, [data-rest]:visible, .q-tools button:visible"
        ).all():
            box = button.bounding_box()
            assert min(box["width"], box["height"]) >= 24
        here = page.url
        page.locator("[data-next]").click()
        expect(page).not_to_have_url(here)
    assert not runs_over(page)
    page.get_by_role("button", name="提交答卷").click()
    expect(page.locator(".panel .mono")).to_be_visible()
    assert not runs_over(page)
    assert Response.objects.get().values == POINTS["Ana"]


def test_expert_page_stays_within_its_weight(open_page, study, code):
    page, weights = open_page(), {}
    page.on("response", lambda answer: weights.update({answer.url: len(answer.body())}))
    seat(page, study, code, "/e/")
    weights.clear()
    page.goto("/e/group/top/")
    page.wait_for_load_state("networkidle")
    script = sum(size for url, size in weights.items() if url.endswith(".js"))
    assert script <= 60_000
    assert weights
