"""An expert on a phone of 360 pixels: the door, a group with and without script, coming back, the second round."""

import re

import pytest
from django.http import HttpResponse
from django.utils import timezone
from playwright.sync_api import expect

from survey.codes import read_code
from survey.expert_session import COOKIE, start_session
from survey.feedback import release_feedback
from survey.models import Response
from tests.cast import POINTS, answer, close, make_panel, make_study, open_next

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "height": 740}
NEXT = "[data-next]"


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def code(study):
    codes = make_panel(study)
    open_next(study)
    return codes["Ana"]


def enter(page, code):
    """Follow the link of the mail and press the one button."""
    page.goto("/j#" + code.replace(" ", "-"))
    page.get_by_role("button", name=re.compile("打开我的问卷|Open my questionnaire")).click()
    expect(page).to_have_url(re.compile(r"/e/$"))


def seat(page, study, code, path):
    """Give the page the session that the door would, and go to the path."""
    response = HttpResponse()
    start_session(response, read_code(code), study)
    page.goto("/static/img/favicon.svg")
    site = page.url.partition("static")[0]
    page.context.add_cookies([{"name": COOKIE, "value": response.cookies[COOKIE].value, "url": site}])
    page.goto(path)


def fields(page):
    return page.locator("[data-row] input")


def give(page, *points):
    for place, value in enumerate(points):
        fields(page).nth(place).fill(str(value))


def typed(page):
    return fields(page).evaluate_all("all => all.map((field) => field.value)")


def runs_over(page):
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("mark", ["#", "%23"])
def test_link_sends_nothing_before_the_press_and_leaves_the_address(open_page, code, mark):
    page, sent = open_page(**PHONE), []
    page.on("request", lambda request: sent.append(request.method))
    page.goto("/j" + mark + code.replace(" ", "-"))
    expect(page.locator("[data-linked]")).to_be_visible()
    expect(page.locator("#code")).to_be_hidden()
    assert page.url.endswith("/j")
    assert "POST" not in sent
    page.get_by_role("button", name="打开我的问卷").click()
    expect(page.get_by_role("heading", name="期待您的意见")).to_be_visible()


def test_other_language_at_the_door_keeps_the_code(open_page, code):
    page = open_page("/j#" + code.replace(" ", "-"), **PHONE)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="Open my questionnaire").click()
    expect(page.get_by_role("heading", name="Your answer is awaited")).to_be_visible()


def test_group_counts_rests_undoes_and_survives_a_reload(open_page, study, code):
    page = open_page(**PHONE)
    seat(page, study, code, "/e/group/top/")
    words, rest = page.locator("[data-words]"), page.locator("[data-rest]").nth(1)
    expect(rest).to_be_hidden()
    give(page, 70)
    expect(words).to_have_text("剩余 30 分")
    expect(rest).to_have_text("余分归此：30")
    rest.click()
    expect(words).to_have_text("已分完：100")
    page.locator("[data-row] button[data-step='1']").first.click()
    expect(words).to_have_text("超出 1 分")
    page.locator("[data-undo]").click()
    assert typed(page) == ["70", "30"]
    page.reload()
    assert typed(page) == ["70", "30"]
    page.locator("[data-undo]").click()
    assert typed(page) == ["70", ""]


def test_expert_comes_back_to_the_first_unfinished_group(open_page, study, code):
    page = open_page(**PHONE)
    seat(page, study, code, "/e/group/top/")
    give(page, 60, 40)
    page.locator(NEXT).click()
    expect(page).to_have_url(re.compile("/e/group/A/"))
    give(page, 70)
    page.get_by_role("button", name="保存，稍后再填").click()
    expect(page.get_by_text("还剩 30 分")).to_be_visible()
    page.get_by_role("button", name="退出").click()

    tablet = open_page(width=768)
    enter(tablet, code)
    expect(tablet.get_by_role("heading", name="3 组中已填完 1 组")).to_be_visible()
    tablet.get_by_role("link", name="继续填写").click()
    expect(tablet).to_have_url(re.compile("/e/group/A/"))
    assert typed(tablet) == ["70", ""]


def test_unfinished_group_is_told_and_can_be_corrected_at_once(open_page, study, code):
    page = open_page(**PHONE)
    seat(page, study, code, "/e/group/top/")
    give(page, 60, 45)
    page.locator(NEXT).click()
    expect(page.get_by_role("alert")).to_contain_text("合计 105 分，不是 100 分")
    page.locator("[data-balance]").click()
    page.locator("[data-apply]").click()
    assert typed(page) == ["57", "43"]
    page.locator(NEXT).click()
    expect(page).to_have_url(re.compile("/e/group/A/"))


def test_newer_draft_of_another_device_is_not_overwritten(open_page, study, code):
    phone, tablet = open_page(**PHONE), open_page(width=768)
    for page in (phone, tablet):
        seat(page, study, code, "/e/group/top/")
    give(tablet, 80, 20)
    tablet.locator(NEXT).click()
    give(phone, 60, 40)
    phone.locator(NEXT).click()
    notice = phone.get_by_role("alert")
    expect(notice).to_contain_text("已有更新的草稿")
    expect(notice.get_by_role("row")).to_contain_text(
        [re.compile("指标"), re.compile("创新.*80.*60"), re.compile("绿色.*20.*40")]
    )
    assert typed(phone) == ["80", "20"]


def test_expert_answers_without_script(open_page, study, code):
    page = open_page("/j", language="en-GB", script=False, **PHONE)
    page.fill("#code", "nonsense")
    page.get_by_role("button", name="Open my questionnaire").click()
    expect(page.get_by_text("This code does not open a questionnaire.")).to_be_visible()
    page.fill("#code", code.lower())
    page.get_by_role("button", name="Open my questionnaire").click()
    page.get_by_role("link", name="Start").click()
    give(page, "many", 40)
    page.locator(NEXT).click()
    expect(page.get_by_role("alert")).to_contain_text("enter a whole number from 0 to 100")
    for points, path in (((60, 40), "group/A"), ((70, 30), "group/B"), ((50, 50), "review")):
        give(page, *points)
        page.locator(NEXT).click()
        expect(page).to_have_url(re.compile(f"/e/{path}/"))
    page.get_by_role("button", name="Submit my answer").click()
    expect(page.get_by_role("heading", name="Your answer is counted. Thank you!")).to_be_visible()
    stored = Response.objects.get(round__study=study)
    assert stored.values == POINTS["Ana"]
    assert page.locator(".panel .mono").inner_text().replace(" ", "") == stored.leaf[:16]


def test_submit_waits_with_the_reason_beside_it(open_page, study, code):
    page = open_page(**PHONE)
    seat(page, study, code, "/e/review/")
    button = page.get_by_role("button", name="提交答卷")
    expect(button).to_be_disabled()
    expect(button).to_have_accessible_description("暂不能提交：还有 3 组未填完。")


def test_second_round_shows_the_panel_and_counts_only_what_is_confirmed(open_page, study):
    names = [f"Expert {number}" for number in range(7)]
    codes = make_panel(study, names)
    round = open_next(study)
    for number, name in enumerate(names):
        answer(round, codes[name], POINTS["Ana"] | {"A": 40 + 5 * number, "B": 60 - 5 * number})
    close(round)
    release_feedback(round, by="coco", at=timezone.now())
    open_next(study)
    page = open_page(language="en-GB", **PHONE)
    seat(page, study, codes[names[0]], "/e/group/top/")
    expect(page.get_by_text("Filled in from round 1, not yet confirmed.")).to_be_visible()
    first = page.locator("[data-row]").first
    said = re.compile("the middle answer is 55.*You gave 40 last time", re.S)
    expect(first.locator(".q-feedback")).to_have_text(said)
    expect(first.locator(".strip-median")).to_have_attribute("x1", "91.67%")  # 55 on a strip up to 60
    page.goto("/e/review/")
    expect(page.get_by_role("button", name="Submit my answer")).to_be_disabled()
    page.goto("/e/group/top/")
    for path in ("group/A", "group/B", "review"):
        page.locator(NEXT).click()
        expect(page).to_have_url(re.compile(f"/e/{path}/"))
    expect(page.get_by_role("button", name="Submit my answer")).to_be_enabled()
    page.goto("/e/feedback/")
    expect(page.get_by_text("You: 40")).to_be_visible()


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_no_page_runs_over_a_narrow_screen_or_large_text(open_page, study, code, language):
    page, over = open_page(language=language, width=320, height=640), []
    seat(page, study, code, "/j")
    paths = ("/e/", "/e/group/top/", "/e/review/", "/e/feedback/", "/privacy/", "/j", "/login/")
    for path in paths:
        page.goto(path)
        over += [path] if runs_over(page) else []
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        over += [f"{path} at 200 %"] if runs_over(page) else []
    assert not over
