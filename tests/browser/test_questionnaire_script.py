"""The questionnaire's script on the rows that the templates make, under the site's own policy."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import expect

STATIC = Path(settings.BASE_DIR, "config", "static")
ADDRESS = "http://rows.test/"
POLICY = {"Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'"}
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
VALUES = [("RD", "25"), ("HT", "20"), ("PPP", "15"), ("SCH", ""), ("NIC", "8")]
PAGE = """<!doctype html><html lang="en"><title>Rows</title><link rel="stylesheet" href="/static/heng.css">
<form data-questionnaire data-total="100" data-step="{step}" data-group="{step}">{rows}{foot}</form>
<script type="module" src="/static/js/questionnaire.js"></script></html>"""


def _row(code, value):
    figures = {"last": 20, "median": 20.0, "q1": 18.0, "q3": 24.0}
    return {"code": code, "name": f"Indicator {code}", "value": value, **figures}


def _html(step):
    with translation.override("en"):
        rows = "".join(render_to_string("survey/_row.html", {"row": _row(*pair)}) for pair in VALUES)
        foot = render_to_string("survey/_remaining.html", {"total": 100, "given": 68, "next_label": "Next"})
    return PAGE.format(step=step, rows=rows, foot=foot)


def _answer(route):
    path = re.sub(r"^http://rows\.test/", "", route.request.url)
    if not path.startswith("static/"):
        step = "0.5" if path == "half" else "1"
        return route.fulfill(body=_html(step), content_type="text/html", headers=POLICY)
    file = STATIC / path.removeprefix("static/")
    return route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])


@pytest.fixture
def sheet(browser):
    """The page with five rows of which one is empty; 68 of 100 points are given."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda entry: faults.append(entry.text) if entry.type == "error" else None)
    page.route(f"{ADDRESS}**", _answer)
    page.goto(ADDRESS)
    expect(page.locator("[data-undo]")).to_be_visible()
    yield page
    context.close()
    assert not faults


def values(sheet):
    return sheet.eval_on_selector_all("[data-row] input", "fields => fields.map((field) => field.value)")


def field(sheet, code):
    return sheet.locator(f"input[name={code}]")


def words(sheet):
    return sheet.locator("[data-words]")


def test_remaining_follows_every_key_and_reads_full_width_digits(sheet):
    expect(words(sheet)).to_have_text("32 left")

    field(sheet, "SCH").fill("３０％")
    expect(words(sheet)).to_have_text("2 left")

    field(sheet, "SCH").fill("40")
    expect(words(sheet)).to_have_text("8 too many")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("130", "Enter a number from 0 to 100."),
        ("abc", "Enter a number from 0 to 100."),
        ("2.5", "Enter whole points."),
    ],
)
def test_number_that_cannot_stand_is_refused_with_its_reason(sheet, typed, reason):
    field(sheet, "RD").fill(typed)

    expect(sheet.locator("#error-RD")).to_have_text(reason)
    expect(field(sheet, "RD")).to_have_attribute("aria-invalid", "true")
    expect(words(sheet)).to_have_text("57 left")


def test_half_points_add_up_exactly_where_the_study_allows_them(sheet):
    sheet.goto(f"{ADDRESS}half")

    field(sheet, "SCH").fill("31.5")

    expect(words(sheet)).to_have_text("0.5 left")


@pytest.mark.parametrize("typed", ["31½", "31.5", "３１．５", "31,5"])
def test_half_points_are_typed_as_people_write_them(sheet, typed):
    sheet.goto(f"{ADDRESS}half")

    field(sheet, "SCH").fill(typed)
    field(sheet, "SCH").press("Enter")

    assert values(sheet)[3] == "31.5"
    expect(sheet.locator("#error-SCH")).to_have_text("")


def test_half_a_point_is_refused_where_whole_points_are_asked(sheet):
    field(sheet, "SCH").fill("12½")
    expect(sheet.locator("#error-SCH")).to_have_text("Enter whole points.")


def test_long_press_on_a_phone_offers_round_numbers(browser):
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    sheet = context.new_page()
    sheet.route(f"{ADDRESS}**", _answer)
    sheet.goto(ADDRESS)
    menu = sheet.locator("[data-code=SCH] [data-quick]")
    expect(menu).to_be_hidden()
    field(sheet, "NIC").scroll_into_view_if_needed()  # the row below: room for the menu
    box = field(sheet, "SCH").bounding_box()
    touch = context.new_cdp_session(sheet)
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [place]})
    expect(menu).to_be_visible()
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert menu.locator("button").all_text_contents() == ["5", "10", "15", "20", "25", "30"]
    for button in menu.locator("button").all():
        size = button.bounding_box()
        assert min(size["width"], size["height"]) >= 44 and size["x"] + size["width"] <= 360

    menu.locator("button", has_text="25").tap()

    assert values(sheet)[3] == "25"
    expect(menu).to_be_hidden()
    sheet.locator("[data-undo]").tap()
    assert values(sheet)[3] == ""
    context.close()


def test_short_tap_and_mouse_offer_nothing(sheet):
    box = field(sheet, "SCH").bounding_box()
    sheet.mouse.move(box["x"] + 5, box["y"] + 5)
    sheet.mouse.down()
    sheet.wait_for_timeout(700)
    sheet.mouse.up()
    expect(sheet.locator("[data-code=SCH] [data-quick]")).to_be_hidden()


def test_keys_step_and_enter_goes_to_the_next_row_and_then_to_the_button(sheet):
    field(sheet, "RD").focus()
    sheet.keyboard.press("ArrowUp")
    sheet.keyboard.press("PageDown")
    assert values(sheet)[0] == "21"

    for _ in VALUES:
        sheet.keyboard.press("Enter")

    expect(sheet.locator("[data-next]")).to_be_focused()


def test_rest_goes_into_the_empty_row_and_completes_the_group(sheet):
    sheet.get_by_role("button", name="Rest here: 32").click()

    assert values(sheet) == ["25", "20", "15", "32", "8"]
    expect(words(sheet)).to_have_text("Done: 100")
    expect(sheet.locator("[data-live]")).to_have_text("All 100 points are given")


def test_no_other_row_moves_when_one_changes(sheet):
    field(sheet, "RD").fill("60")

    assert values(sheet) == ["60", "20", "15", "", "8"]


def test_balance_is_previewed_keeps_pinned_rows_and_is_one_step_of_undo(sheet):
    field(sheet, "SCH").fill("50")
    sheet.locator("[data-code=RD] [data-pin]").click()
    sheet.locator("[data-balance]").click()
    assert values(sheet)[3] == "50"

    sheet.locator("[data-apply]").click()
    assert values(sheet) == ["25", "16", "12", "40", "7"]

    sheet.locator("[data-undo]").click()
    assert values(sheet) == ["25", "20", "15", "50", "8"]


def test_balance_explains_itself_when_pinned_rows_exceed_the_total(sheet):
    field(sheet, "RD").fill("70")
    field(sheet, "HT").fill("60")
    for code in ("RD", "HT"):
        sheet.locator(f"[data-code={code}] [data-pin]").click()

    sheet.locator("[data-balance]").click()

    expect(sheet.locator("[data-preview-reason]")).to_contain_text("fixed rows alone exceed")
    expect(sheet.locator("[data-apply]")).to_be_hidden()


def test_undo_takes_back_clearing_even_after_a_reload(sheet):
    sheet.locator("[data-clear]").click()
    expect(words(sheet)).to_have_text("100 left")

    sheet.reload()
    sheet.locator("[data-undo]").click()
    sheet.locator("[data-undo]").click()

    assert values(sheet) == ["25", "20", "15", "", "8"]


def test_undo_remembers_fifty_steps(sheet):
    for points in range(60):
        field(sheet, "SCH").fill(str(points % 33))
        field(sheet, "NIC").fill(str(points % 7))

    kept = json.loads(sheet.evaluate("sessionStorage.getItem('heng:1')"))

    assert len(kept["past"]) == 50


def test_held_stepper_goes_on_and_is_one_step_of_undo(sheet):
    plus = sheet.locator("[data-code=NIC] button[data-step='1']")
    plus.hover()
    sheet.mouse.down()
    expect(field(sheet, "NIC")).to_have_value(re.compile(r"1[2-9]|[2-9]\d"))
    sheet.mouse.up()

    sheet.locator("[data-undo]").click()
    assert values(sheet)[4] == "8"

    plus.click()
    assert values(sheet)[4] == "9"
