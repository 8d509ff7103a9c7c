"""Nothing that was typed is lost: the page dies, the network fails, another device answers at the same time."""

import re

import pytest
from playwright.sync_api import expect

from survey.models import Response
from tests.browser.test_expert_phone import PHONE, enter, fields, give, seat, typed
from tests.cast import make_panel, make_study, open_next

pytestmark = pytest.mark.django_db(transaction=True)
SAVED = re.compile(r"Saved \d\d:\d\d")


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def code(study):
    codes = make_panel(study)
    open_next(study)
    return codes["Ana"]


def state(page):
    return page.locator("[data-save-state]")


def test_page_killed_a_second_after_a_key_is_whole_on_another_device(open_page, study, code):
    phone = open_page(language="en-GB", **PHONE)
    seat(phone, study, code, "/e/group/top/")
    give(phone, 60, 40)
    phone.locator("[data-next]").click()
    expect(phone).to_have_url(re.compile("/e/group/A/"))
    fields(phone).nth(0).press_sequentially("70")
    phone.wait_for_timeout(1000)
    phone.context.close()

    laptop = open_page(language="en-GB")
    enter(laptop, code)
    laptop.get_by_role("link", name="Go on").click()
    expect(laptop).to_have_url(re.compile("/e/group/A/"))
    assert typed(laptop) == ["70", ""]
    expect(fields(laptop).nth(1)).to_be_focused()


def test_leaving_within_the_first_moment_is_saved_too(open_page, study, code):
    page = open_page(language="en-GB", **PHONE)
    seat(page, study, code, "/e/group/top/")
    fields(page).nth(0).press_sequentially("6")
    page.goto("/privacy/")
    page.wait_for_timeout(300)
    page.goto("/e/group/top/")
    assert typed(page) == ["6", ""]
    assert Response.objects.get().draft == {"A": 6}


def test_what_the_network_swallowed_is_kept_here_and_tried_again(open_page, study, code):
    page = open_page(language="en-GB", **PHONE)
    seat(page, study, code, "/e/group/top/")
    page.context.set_offline(True)
    fields(page).nth(0).press_sequentially("55")
    expect(state(page)).to_contain_text("Not saved – trying again")
    page.context.set_offline(False)
    expect(state(page)).to_have_text(SAVED)
    assert Response.objects.get().draft == {"A": 55}

    page.route("**/save/", lambda route: route.abort())
    fields(page).nth(0).fill("44")
    expect(state(page)).to_contain_text("Not saved – trying again")
    page.evaluate("navigator.sendBeacon = () => false")
    page.reload()
    expect(state(page)).to_contain_text("filled in again from this device")
    assert typed(page)[0] == "44"
    page.unroute("**/save/")
    expect(state(page)).to_have_text(SAVED, timeout=15_000)
    assert Response.objects.get().draft == {"A": 44}


def test_two_devices_are_told_of_each_other_and_the_person_chooses(open_page, study, code):
    phone, tablet = open_page(language="en-GB", **PHONE), open_page(language="en-GB", width=768)
    for page in (phone, tablet):
        seat(page, study, code, "/e/group/top/")
    give(tablet, 80, 20)
    expect(state(tablet)).to_have_text(SAVED)
    give(phone, 60, 40)
    expect(phone.get_by_text("There are newer answers from another page or device.")).to_be_visible()
    assert Response.objects.get().draft == {"A": 80, "B": 20}
    phone.get_by_role("button", name="Compare and choose").click()
    assert phone.locator("[role=alert] tbody tr").all_inner_texts() == ["Innovation\t80\t60", "Green\t20\t40"]
    assert typed(phone) == ["80", "20"]
    phone.get_by_role("button", name="Keep what I typed here").click()
    expect(phone).to_have_url(re.compile("/e/group/A/"))
    assert Response.objects.get().draft == {"A": 60, "B": 40}


def test_revoked_code_says_so_and_keeps_what_was_typed(open_page, study, code):
    page = open_page(language="en-GB", **PHONE)
    seat(page, study, code, "/e/group/top/")
    page.context.clear_cookies()
    fields(page).nth(0).fill("55")
    page.keyboard.press("Tab")
    expect(state(page)).to_contain_text(re.compile("Not saved"))
    seat(page, study, code, "/e/group/top/")
    assert typed(page) == ["55", ""]
