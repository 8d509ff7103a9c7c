"""The published list in a reader's browser: all rows without script, search and sort with it, charts, phones."""

import csv
import io
import re

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from ranking.publications import propose_publication, publish, withdraw
from survey.models import Study
from survey.results import store_statistics
from tests.ranking.test_runs import run_of, weighed

pytestmark = pytest.mark.django_db(transaction=True)
HOSTILE = "<img src=x onerror=alert(1)>"
TOWNS = [
    ("t1", "西安", "Xi'an", "xian", "west", "Shaanxi", 9, 1),
    ("t2", "苏州", "Suzhou", "suzhou", "east", "Jiangsu", 8, 2),
    ("t3", "宿州", "Suzhou", "suzhou", "east", "Anhui", 7, 3),
    ("t4", HOSTILE, "Onerror", "img", "west", "Shaanxi", 6, 4),
    ("t5", "极" * 80, "Long" * 30, "ji", "east", "Jiangsu", 5, 5),
    ("t6", "末城", "Lastton", "mo", "west", "Anhui", 1, 9),
]
PHONE = {"width": 360, "height": 740}
PAGES = (
    "",
    "tiers/",
    "regions/",
    "method/",
    "units/t2/",
    "compare/?units=t1,t4,t5",
    "movement/",
    "downloads/",
)


def person(name):
    return get_user_model().objects.get(username=name)


@pytest.fixture
def publication():
    rows = ["code,name,name_en,pinyin,region,province,a1,a2,b1,b2"]
    rows += [",".join(map(str, (*town, town[6] + 1, 10 - town[7]))) for town in TOWNS]
    tiers = {"method": "rank_cuts", "cuts": [2, 6], "names": ["甲级", "乙级"], "names_en": ["Upper", "Lower"]}
    weights = weighed("\n".join(rows), experts=5, listed=6, tiers=tiers)
    Study.objects.update(is_rehearsal=True)
    store_statistics(Study.objects.get(pk=weights.study.pk), at=timezone.now())
    weights.study.indicators.filter(code="a1").update(closeness="proxy")
    proposal = propose_publication(run_of(weights), by=person("stefan"), at=timezone.now())
    return publish(proposal, by=person("ava"), sha256=proposal.sha256, at=timezone.now())


def names(page):
    """The towns in view, in their order."""
    return page.locator("tbody tr:visible th > a").all_inner_texts()


def codes_of(page, link):
    """The codes in the file behind a link of the page."""
    text = page.request.get(link.get_attribute("href")).text()
    return [row["code"] for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))]


def runs_over(page):
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def is_pushed(page):
    """Whether a table of the page has to be pushed sideways."""
    return page.locator(".table-scroll").evaluate_all(
        "all => all.some((one) => one.scrollWidth > one.clientWidth)"
    )


def test_list_is_whole_without_script(open_page, publication):
    page = open_page("/lists/towns/", script=False)
    assert names(page) == [town[1] for town in TOWNS]
    expect(page.locator("tbody tr").first).to_contain_text(re.compile(r"1\s*\(1–1\)\s*稳健"))
    expect(page.locator("caption")).to_contain_text("4 项指标中有 1 项为代理指标")
    expect(page.get_by_label("模拟专家组")).to_be_visible()


def test_charts_without_script_stand_as_pictures_of_the_same_size(open_page, publication):
    page = open_page("/lists/towns/tiers/", language="en-GB", script=False)
    picture, drawn = page.locator(".chart-still img"), open_page("/lists/towns/tiers/", language="en-GB")
    assert picture.evaluate("one => one.complete && one.naturalWidth > 0")
    drawn.locator("[data-chart]").scroll_into_view_if_needed()
    expect(drawn.locator("[data-chart] canvas")).to_be_visible()
    sizes = [found.locator(".chart").bounding_box() for found in (page, drawn)]
    assert [sizes[0][side] for side in ("width", "height")] == [
        sizes[1][side] for side in ("width", "height")
    ]
    expect(page.get_by_role("table", name="The tiers in figures")).to_be_visible()


def test_search_finds_chinese_pinyin_and_english(open_page, publication):
    page = open_page("/lists/towns/")
    wanted = {
        "西安": ["西安"],
        "XI'AN": ["西安"],
        "suzhou": ["苏州", "宿州"],
        "sz": ["苏州", "宿州"],
        "苏州市": ["苏州"],
        "ji": ["极" * 80],
        "nowhere": [],
    }
    for typed, found in wanted.items():
        page.locator("[name=q]").fill(typed)
        assert names(page) == found
    expect(page.locator("[data-none]")).to_be_visible()


def test_filters_stay_in_the_address_and_come_back(open_page, publication):
    page = open_page("/lists/towns/")
    page.get_by_label("区域").select_option("east")
    page.get_by_label("省份").select_option("Jiangsu")
    assert names(page) == ["苏州", "极" * 80]
    expect(page.get_by_role("status")).to_have_text("显示 2 个，共 6 个")
    page.reload()
    assert "region=east" in page.url and "province=Jiangsu" in page.url
    assert names(page) == ["苏州", "极" * 80]
    page.get_by_label("梯队").select_option("1")
    assert names(page) == ["苏州"]
    page.locator("[name=q]").fill("nowhere")
    page.get_by_role("link", name="显示完整榜单").click()
    assert len(names(page)) == 6
    assert page.url.endswith("/lists/towns/")


def test_filters_work_without_script(open_page, publication):
    page = open_page("/lists/towns/", script=False)
    page.locator("[data-filters] summary").click()
    page.get_by_label("区域").select_option("east")
    page.get_by_label("排序依据").select_option("-rank")
    page.get_by_role("button", name="显示").click()
    assert names(page) == ["极" * 80, "宿州", "苏州"]
    expect(page.get_by_role("status")).to_have_text("显示 3 个，共 6 个")
    page.get_by_role("columnheader", name="得分").get_by_role("link").click()
    assert names(page) == ["苏州", "宿州", "极" * 80]
    assert "region=east" in page.url


def test_files_of_this_view_hold_the_rows_shown_in_their_order(open_page, publication):
    page = open_page("/lists/towns/")
    code = {town[1]: town[0] for town in TOWNS}
    view = page.locator("[data-export]").first
    steps = [
        lambda: page.locator("[name=q]").fill("suzhou"),
        lambda: page.locator("[name=sort]").select_option("-B"),
        lambda: page.locator("[name=q]").fill(""),
        lambda: page.get_by_label("省份").select_option("Shaanxi"),
        lambda: page.locator("[name=sort]").select_option("-name"),
    ]
    for step in steps:
        step()
        assert codes_of(page, view) == [code[name] for name in names(page)]
    assert len(names(page)) == 2
    page.goto(page.url)
    assert codes_of(page, page.locator("[data-export]").first) == [code[name] for name in names(page)]
    whole = page.locator(".list-exports").last.get_by_role("link", name="CSV")
    assert len(codes_of(page, whole)) == 6


def test_dimensions_turn_from_bars_to_numbers(open_page, publication):
    page = open_page("/lists/towns/")
    number, bar = page.locator(".list-mini > span").first, page.locator(".list-mini .mini").first
    assert number.bounding_box()["width"] <= 1
    page.get_by_label("一级指标显示为").select_option("numbers")
    assert number.bounding_box()["width"] > 10
    expect(bar).to_be_hidden()
    page.reload()
    expect(page.locator(".list-mini .mini").first).to_be_hidden()
    assert "show=numbers" in page.url


def test_keyboard_leads_from_search_over_a_row_to_the_unit(open_page, publication):
    page = open_page("/lists/towns/", language="en-GB")
    page.locator("[name=q]").focus()
    page.keyboard.type("lastton")
    assert names(page) == ["Lastton"]
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('tbody a')"):
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/lists/towns/units/t6/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Lastton")


def test_columns_sort_both_ways_and_say_so(open_page, publication):
    page = open_page("/lists/towns/", language="en-GB")
    green = page.get_by_role("columnheader", name="Green")
    green.get_by_role("button").click()
    expect(green).to_have_attribute("aria-sort", "descending")
    expect(page.locator("[aria-sort]")).to_have_count(1)
    downwards = names(page)
    green.get_by_role("button").click()
    expect(green).to_have_attribute("aria-sort", "ascending")
    assert names(page) == downwards[::-1]
    page.reload()
    expect(page.get_by_role("columnheader", name="Green")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("columnheader", name="Rank").get_by_role("button").click()
    assert names(page)[0] == "Xi'an"


def test_phone_shows_rank_name_and_score_and_opens_the_rest(open_page, publication):
    page = open_page("/lists/towns/", **PHONE)
    first = page.locator("tbody tr").first
    expect(first.locator("td:visible, th:visible")).to_have_count(3)
    expect(first).to_contain_text("Shaanxi")
    first.locator("summary").click()
    expect(first.get_by_text("绿色")).to_be_visible()
    assert not runs_over(page)


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_fit_their_window_in_both_languages(open_page, publication, width):
    for language in ("zh-CN", "en-GB"):
        page = open_page(language=language, width=width)
        for path in ("/", *(f"/lists/towns/{rest}" for rest in PAGES)):
            page.goto(path)
            assert not runs_over(page), path
            assert not path.endswith(("tiers/", "units/t2/")) or not is_pushed(page), path


def test_every_chart_is_drawn_beside_a_table(open_page, publication):
    page = open_page(language="en-GB")
    for rest, charts in (("tiers/", 1), ("regions/", 2), ("method/", 3)):
        page.goto(f"/lists/towns/{rest}")
        found = page.locator("[data-chart]")
        expect(found).to_have_count(charts)
        for place in range(charts):
            found.nth(place).scroll_into_view_if_needed()
            expect(found.nth(place).locator("canvas").first).to_be_visible()
        assert page.locator("figure.chart-figure figcaption").count() == charts
        assert page.locator("table.data-table").count() >= 1


def test_hostile_names_are_text(open_page, publication):
    page, dialogs = open_page(), []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for rest in PAGES:
        page.goto(f"/lists/towns/{rest}")
        expect(page.locator("h1")).to_be_visible()
    page.goto("/lists/towns/")
    expect(page.get_by_text(HOSTILE)).to_be_visible()
    assert page.locator("main img").count() == 0
    assert not dialogs


def test_start_page_names_the_list_and_its_limits(open_page, publication):
    page = open_page("/")
    card = page.get_by_role("article")
    expect(card.get_by_role("link", name="城镇评价")).to_be_visible()
    expect(card.locator("li")).to_have_count(3)
    expect(card).to_contain_text("专家组为模拟")
    expect(card).to_contain_text("4 项指标中有 1 项为代理指标")
    card.get_by_role("link", name="查看榜单").click()
    expect(page).to_have_url(re.compile(r"/lists/towns/$"))


def test_withdrawn_list_keeps_its_address_and_says_why(open_page, publication):
    withdraw(publication, by=person("stefan"), note="数据重复 <b>", at=timezone.now())
    page = open_page()
    for rest in PAGES:
        answer = page.goto(f"/lists/towns/{rest}")
        assert answer.status == 410
        expect(page.get_by_role("status")).to_contain_text("数据重复 <b>")
        expect(page.locator("table")).to_have_count(0)


@pytest.fixture
def long_list():
    rows = ["code,name,name_en,pinyin,region,province,a1,a2,b1,b2"]
    rows += [f"c{n},城{n},Town {n},cheng,east,P{n % 7},{90 - n},{n + 1},{99 - n},{80 - n}" for n in range(70)]
    tiers = {
        "method": "rank_cuts",
        "cuts": [20, 70],
        "names": ["甲级", "乙级"],
        "names_en": ["Upper", "Lower"],
    }
    proposal = propose_publication(
        run_of(weighed("\n".join(rows), listed=70, tiers=tiers)), by=person("stefan"), at=timezone.now()
    )
    return publish(proposal, by=person("ava"), sha256=proposal.sha256, at=timezone.now())


def printed(page):
    """The text of every printed page."""
    return [sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages]


def test_printed_list_repeats_its_heads_and_a_unit_takes_one_page(open_page, long_list):
    page = open_page("/lists/towns/", language="en-GB")
    sheets = printed(page)
    assert len(sheets) > 1
    for sheet in sheets[: len(sheets) - 1]:
        assert all(word in sheet for word in ("Rank", "City", "Score", "Innovation", "Green"))
    assert all(f"Town {n}" in "".join(sheets) for n in range(70))
    page.goto("/lists/towns/units/c35/")
    (sheet,) = printed(page)
    assert "Research" in sheet and "Cite this page" in sheet


def test_link_to_the_view_is_copied(open_page, publication):
    page = open_page("/lists/towns/?q=sz", language="en-GB")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link to this view").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_units_are_compared_and_drawn_without_script(open_page, publication):
    page = open_page("/lists/towns/compare/", language="en-GB", script=False)
    for name in ("Xi'an", "Lastton"):
        page.get_by_label("Add to the comparison").select_option(
            label=next(text for text in page.locator("#add option").all_inner_texts() if name in text)
        )
        page.get_by_role("button", name="Add", exact=True).click()
    assert page.url.endswith("?units=t1,t6")
    expect(page.locator(".dot-plot").first.locator("svg")).to_have_count(2)
    page.get_by_role("link", name="Lastton").first.click()
    assert page.url.endswith("?units=t1")
