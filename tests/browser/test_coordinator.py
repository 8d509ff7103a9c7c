"""A coordinator at the desk: from an empty panel to an adopted round, one next step at a time."""

import re

import pytest
from playwright.sync_api import expect

from survey.models import AuditEvent, Letter
from tests.cast import PASSWORD, POINTS, answer, make_panel, make_study, open_next

pytestmark = pytest.mark.django_db(transaction=True)
ROSTER = "Ana, ana@example.org, 示例大学, zh\nBo, bo@example.org, , en"


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def desk(open_page, study):
    """Coco's browser, signed in through the form."""
    page = open_page(f"/login/?next=/studies/{study.slug}/", language="en-GB")
    page.fill("[name=username]", "coco")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(f"/studies/{study.slug}/$"))
    return page


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_coordinator_invites_opens_closes_releases_and_stops(desk, study):
    next_step = desk.locator(".next-action h2")
    expect(next_step).to_have_text("Invite the experts")
    desk.get_by_role("link", name="Go to the panel").click()
    desk.fill("[name=roster]", ROSTER + "\nChen, chen@@example")
    press(desk, "Add and send the invitations")
    expect(desk.get_by_role("alert")).to_contain_text("Line 3: “chen@@example” is not an e-mail address.")
    desk.fill("[name=roster]", ROSTER)
    press(desk, "Add and send the invitations")
    expect(desk.get_by_text("2 experts were added.")).to_be_visible()
    expect(desk.get_by_text("waiting to be sent")).to_have_count(2)

    desk.get_by_role("link", name="Overview").click()
    expect(next_step).to_have_text("Open round 1")
    desk.get_by_role("link", name="Open round 1").click()
    desk.fill("[name=deadline]", "2020-01-01T10:00")
    press(desk, "Open round 1")
    expect(desk.get_by_role("alert")).to_contain_text("The deadline must be in the future.")
    desk.get_by_role(
        "button", name="中文"
    ).click()  # an address that only takes forms still changes its language
    desk.get_by_role("button", name="English").click()
    press(desk, "Open round 1")
    expect(desk).to_have_url(re.compile("/participation/$"))
    expect(desk.locator(".figure-value")).to_have_text(re.compile("0\\s+of 2"))

    codes = make_panel(study, ["Chen"])
    for name, code in codes.items():
        answer(study.open_round(), code, POINTS[name])
    desk.get_by_role("link", name="Rounds").click()
    desk.get_by_text("Close it before the deadline").click()
    press(desk, "Close round 1 now")
    press(desk, "Release the feedback of round 1")
    expect(desk.get_by_text("too few answers to show").first).to_be_visible()
    desk.get_by_text("Or stop here").click()
    desk.get_by_label("Why the panel stops before the announced rounds").fill("The answers have settled.")
    press(desk, "Stop and adopt round 1 for good")
    expect(desk.get_by_role("heading", name="Round 1 is adopted")).to_be_visible()
    desk.get_by_role("link", name="Overview").click()
    expect(next_step).to_have_text("The panel's work is finished")


def test_reminder_does_not_tell_the_panel_page_who_is_missing(desk, study):
    codes = make_panel(study)
    round = open_next(study)
    answer(round, codes["Ana"], POINTS["Ana"])
    Letter.objects.all().delete()
    desk.goto(f"/studies/{study.slug}/participation/")
    expect(desk.get_by_text("not recorded yet")).to_have_count(3)
    press(desk, "Send the reminder")
    expect(desk.get_by_text("Everybody who has not submitted gets a reminder.")).to_be_visible()
    assert AuditEvent.objects.get(action="remind").detail == {
        "count": 2
    }  # a worker may have sent them already
    desk.goto(f"/studies/{study.slug}/panel/")
    expect(desk.get_by_text("code made without a mail")).to_have_count(3)
    expect(desk.get_by_text("waiting to be sent")).to_have_count(0)


def test_no_page_runs_over_a_phone(desk, study):
    make_panel(study)
    open_next(study)
    desk.set_viewport_size({"width": 360, "height": 740})
    over = []
    for path in ("", "panel/", "rounds/", "participation/", "results/"):
        desk.goto(f"/studies/{study.slug}/{path}")
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        over += [path] if desk.evaluate(wide) else []
    assert not over
