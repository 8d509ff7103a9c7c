"""Nothing that was typed is lost: the page dies, the network fails, another device answers at the same time."""

import re

import pytest
from playwright.sync_api import expect

from survey.models import Response
from tests.browser.test_expert_phone import PHONE, enter, fields, give, seat, typed
from tests.cast import make_panel, make_study, open_next, wait_until

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
    phone.clock.install(time=0)
    seat(phone, study, code, "/e/group/top/")
    give(phone, 60, 40)
    phone.locator("[data-next]").click()
    expect(phone).to_have_url(re.compile("/e/group/A/"))
    phone.clock.pause_at(3600)
    with phone.expect_response("**/save/"):
        fields(phone).nth(0).press_sequentially("70")
        phone.clock.run_for(1000)  # a second of the page's own, however slow the machine
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
    wait_until(lambda: Response.objects.filter(draft={"A": 6}).exists())
    page.goto("/e/group/top/")
    assert typed(page) == ["6", ""]


def lose_the_last_packet(page):
    """The server has 71, its answer is still on the way; the packet of the leaving page, with 70, never comes."""
    stored = []

    def answer_late(route):
        if stored:
            return route.continue_()
        stored.append(route.fetch())

    page.evaluate("navigator.sendBeacon = () => true")
    page.route("**/save/", answer_late)
    fields(page).first.fill("71")
    fields(page).nth(1).focus()
    expect(state(page)).to_have_attribute("data-state", "saving")
    fields(page).first.fill("70")
    page.locator("[data-undo]").click()
    page.locator("[data-redo]").click()
    while not stored:  # the test's own time limit ends it
        page.wait_for_timeout(20)


def test_page_that_overtakes_the_last_packet_shows_what_was_typed(open_page, study, code):
    page = open_page(language="en-GB", **PHONE)
    seat(page, study, code, "/e/group/top/")
    lose_the_last_packet(page)
    page.reload()
    page.unroute_all(behavior="ignoreErrors")
    assert typed(page) == ["70", ""]
    expect(state(page)).to_have_text(SAVED)
    assert Response.objects.get().draft == {"A": 70}
    page.locator("[data-undo]").click()
    assert typed(page) == ["", ""]
    wait_until(lambda: Response.objects.filter(draft={"A": None}).exists())


AFTER_THE_GATE = """() => {
  fetch('/gate/').then(() => {
    const field = document.querySelector('[data-row] input');
    field.value = '70';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  setTimeout(() => location.reload());
}"""


def test_page_that_was_made_before_a_save_shows_what_was_saved(open_page, study, code):
    page, made, gates, saved = open_page(language="en-GB", **PHONE), [], [], []
    seat(page, study, code, "/e/group/top/")
    fields(page).first.fill("71")
    expect(state(page)).to_have_text(SAVED)
    page.route("**/gate/", lambda route: gates.append(route))
    page.route("**/e/group/top/", lambda route: made.append((route, route.fetch())))
    page.on("requestfinished", lambda request: saved.extend(["it"] * request.url.endswith("/save/")))
    page.evaluate(AFTER_THE_GATE)

    def until(found):  # the test's own time limit ends it
        while not found:
            page.wait_for_timeout(20)

    until(made)
    until(gates)
    gates[0].fulfill(body="")
    until(saved)
    page.wait_for_timeout(100)
    assert Response.objects.get().draft == {"A": 70}
    route, answer = made[0]
    assert 'value="71"' in answer.text()
    with page.expect_event("load"):
        route.fulfill(response=answer)
    assert typed(page) == ["70", ""]
    expect(state(page)).to_have_text(SAVED)
    assert Response.objects.get().draft == {"A": 70}


def test_link_to_the_review_waits_for_the_save_under_way(open_page, study, code):
    page, held, order = open_page(language="en-GB", **PHONE), [], []
    page.clock.install(time=0)
    seat(page, study, code, "/e/group/top/")
    page.clock.pause_at(3600)  # the link's patience does not end by itself
    page.route("**/save/", lambda route: route.continue_() if held else held.append(route))
    page.on("requestfinished", lambda request: order.extend(["saved"] * request.url.endswith("/save/")))
    page.on("request", lambda request: order.extend(["review"] * request.url.endswith("/e/review/")))
    give(page, 71, 29)
    link = page.get_by_role("link", name="All groups")
    link.click()
    while not held:  # the test's own time limit ends it
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(page).to_have_url(re.compile("/e/review/"))
    assert order == ["saved", "saved", "review"]
    expect(page.locator("main")).to_contain_text("71")

    page.go_back()
    page.route("**/save/", lambda route: None)
    fields(page).first.fill("70")
    link.click()
    expect(state(page)).to_have_attribute("data-state", "saving")
    page.clock.run_for(3000)
    expect(page).to_have_url(re.compile("/e/review/"))


def test_what_another_device_saved_since_is_shown_again(open_page, study, code):
    page, tablet = open_page(language="en-GB", **PHONE), open_page(language="en-GB", width=768)
    seat(page, study, code, "/e/group/top/")
    lose_the_last_packet(page)
    page.goto("/privacy/")
    page.unroute_all(behavior="ignoreErrors")
    seat(tablet, study, code, "/e/group/top/")
    give(tablet, 80, 20)
    wait_until(lambda: Response.objects.filter(draft={"A": 80, "B": 20}).exists())
    page.goto("/e/group/top/")
    expect(fields(page).first).to_have_value("80")
    assert typed(page) == ["80", "20"]
    expect(page.locator("[data-words]")).to_have_text("Done: 100")
    assert Response.objects.get().draft == {"A": 80, "B": 20}
    give(page, 60, 40)
    wait_until(lambda: Response.objects.filter(draft={"A": 60, "B": 40}).exists())


def test_nobody_finds_what_another_expert_typed_on_this_device(open_page, study):
    codes = make_panel(study)
    open_next(study)
    page = open_page(language="en-GB", **PHONE)
    page.route("**/save/", lambda route: route.abort())
    seat(page, study, codes["Ana"], "/e/group/top/")
    fields(page).first.fill("55")
    page.evaluate("navigator.sendBeacon = () => false")
    page.context.clear_cookies()
    seat(page, study, codes["Bo"], "/e/group/top/")
    assert typed(page) == ["", ""]
    expect(page.locator("[data-undo]")).to_be_disabled()
    fields(page).first.fill("44")
    page.get_by_role("button", name="Leave").click()
    expect(page).to_have_url(re.compile("/j$"))
    assert page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]") == []


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
    expect(state(page)).to_have_text(SAVED)
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
