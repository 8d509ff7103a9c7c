"""The walk of a reader without a mouse: list, filter, city, comparison, what if; the focus is always seen."""

import re

import pytest
from playwright.sync_api import expect

from tests.published_example import publish_example

pytestmark = pytest.mark.django_db(transaction=True)
SEEN = """
  () => {
    const one = document.activeElement;
    const style = getComputedStyle(one);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    const framed = style.boxShadow !== "none" || getComputedStyle(one.parentElement).boxShadow !== "none";
    const box = one.getBoundingClientRect();
    const covered = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 12));
    const open = covered && (one.contains(covered) || covered.contains(one) || one.labels?.[0]?.contains(covered));
    const name = one.outerHTML.slice(0, 120);
    return { name, marked: outlined || framed, open: Boolean(open), body: one === document.body };
  }
"""


@pytest.fixture
def example():
    return publish_example()


def tab_to(page, wanted, *, most=80):
    """Press Tab until the element has the focus; every stop on the way can be seen and is covered by nothing."""
    for _turn in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(SEEN)
        assert stop["body"] or (stop["marked"] and stop["open"]), stop
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"not reached with {most} tabs: {wanted}")


def skip_to_content(page):
    """The first stop of every page leads past its head."""
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_list_filter_city_comparison_and_what_if_without_a_mouse(open_page, example):
    base = f"/lists/{example.study.slug}/"
    page = open_page(base, language="en-GB")

    skip_to_content(page)
    tab_to(page, page.locator("[name=q]"))
    page.keyboard.type("ning")
    expect(page.locator("tbody tr:visible").first).to_contain_text("Ning")
    city = page.locator("tbody tr:visible th a").first
    name = city.inner_text()
    tab_to(page, city)
    page.keyboard.press("Enter")

    page.wait_for_url("**/units/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    skip_to_content(page)
    tab_to(page, page.get_by_role("link", name="Compare with its neighbours"))
    page.keyboard.press("Enter")

    page.wait_for_url("**/compare/?units=**")
    skip_to_content(page)
    before = page.locator("table.compare-heads tbody tr").count()
    tab_to(page, page.locator("#add"))
    page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_role("button", name="Add"))
    page.keyboard.press("Enter")
    expect(page.locator("table.compare-heads tbody tr")).to_have_count(before + 1)

    tab_to(page, page.get_by_role("navigation").get_by_role("link", name="What if?"))
    page.keyboard.press("Enter")
    expect(page.locator("[data-ready]")).to_be_attached()
    skip_to_content(page)
    tab_to(page, page.get_by_role("link", name="Variation only"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"by=blend&alpha=0"))
    tab_to(page, page.locator("#alpha"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("70")
    expect(page).to_have_url(re.compile(r"by=blend&alpha=70"))
    tab_to(page, page.locator(".what-if-group summary").first)
    page.keyboard.press("Enter")
    tab_to(page, page.locator(".what-if-group[open] [data-code]").first)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("50")
    expect(page).to_have_url(re.compile(r"by=own"))
    tab_to(page, page.locator("#pin"))
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-pin]")).to_be_visible()
    expect(page.locator("[data-told]")).not_to_be_empty()
