"""The desk in a browser: a bad sheet, the way from figures to a published list with a real worker, who may do what."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from ranking.models import Publication
from survey.models import Membership
from survey.rounds import adopt_round
from tests.cast import MATRIX, POINTS, PROTOCOL, answer, close, make_panel, make_study, open_next, sign_in
from tests.ranking.test_publications import person, propose
from tests.ranking.test_runs import run_of, weighed
from weighting.datasets import import_dataset, seal_dataset
from weighting.models import Dataset, WeightSet
from weighting.weight_sets import build_weight_set, request_weight_set

pytestmark = pytest.mark.django_db(transaction=True)
EMPTY = {
    "data/": "尚无数据",
    "weights/": "专家征询尚未结束",
    "run/": "尚无权重",
    "publish/": "尚无完成的测算",
}
BROKEN = MATRIX.replace("x,甲城,Xton,east,1,20,6,3", "x,甲城,Xton,east,n/a,20%,,3").replace(
    "10,2,6", "10,2,=B3"
)


def at_desk(open_page, live_server, name, path, **window):
    """A page of the person's session."""
    client = Client()
    sign_in(client, name)
    page = open_page(**window)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(path)
    return page


@pytest.fixture
def study():
    """A study whose panel has finished."""
    study = make_study(protocol={**PROTOCOL, "survey": {"rounds": 1}})
    codes, round = make_panel(study), open_next(study)
    for name, code in codes.items():
        answer(round, code, POINTS[name])
    adopt_round(close(round), by="coco", at=timezone.now())
    study.refresh_from_db()
    return study


def upload(page, text, name="towns.csv"):
    page.set_input_files("[type=file]", {"name": name, "mimeType": "text/csv", "buffer": text.encode()})
    page.get_by_role("button", name=re.compile("检查并导入|Check and import")).click()


def test_broken_sheet_lists_every_bad_cell_and_changes_nothing(open_page, live_server, study):
    page = at_desk(open_page, live_server, "stefan", "/studies/towns/data/", language="en-GB")
    upload(page, BROKEN)
    expect(page.get_by_role("alert")).to_contain_text("Nothing was imported: 3 problems")
    problems = page.get_by_role("table", name="Every problem of the file")
    assert problems.locator("tbody th").all_text_contents() == ["E2", "F2", "H4"]
    expect(problems).to_contain_text("without the percent sign")
    assert not Dataset.objects.exists()


def test_figures_become_a_published_list(open_page, live_server, celery_worker, study):
    page = at_desk(open_page, live_server, "stefan", "/studies/towns/data/")
    upload(page, MATRIX)
    expect(page).to_have_url(re.compile(r"/data/1/$"))
    page.get_by_role("button", name="封存版本 1").click()
    page.get_by_role("button", name="计算权重").click()
    expect(page.get_by_role("table", name="专家权重、客观权重与综合权重")).to_be_visible()
    page.get_by_role("link", name="前往测算").click()
    page.get_by_role("button", name="计算得分与名次").click()
    expect(page.get_by_role("table", name="全部评价对象")).to_be_visible()
    page.get_by_role("link", name="前往发布").click()
    page.get_by_label("照此发布的理由").fill("演示")
    page.get_by_role("button", name="提请发布").click()
    expect(page.get_by_text("由具有核准人角色的人员核准。")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("核准"))).to_have_count(0)

    approver = at_desk(open_page, live_server, "ava", "/studies/towns/publish/")
    approver.get_by_role("button", name=re.compile("^核准并发布第 1 版")).click()
    approver.get_by_role("link", name="查看榜单").click()
    assert approver.locator("tbody th").first.inner_text().startswith("丙城")

    page.reload()
    page.get_by_text("撤回第 1 版", exact=True).click()
    page.get_by_label("面向读者的说明").fill("甲城数据有误")
    page.get_by_role("button", name="确认撤回第 1 版").click()
    expect(page.get_by_role("cell", name="已撤回")).to_be_visible()
    assert approver.reload().status == 410
    expect(approver.get_by_text("甲城数据有误")).to_be_visible()


def test_waiting_page_shows_the_refusal_by_itself(open_page, live_server, celery_worker, study):
    page = at_desk(open_page, live_server, "stefan", "/studies/towns/data/", language="en-GB")
    upload(page, MATRIX.replace("y,乙城,Yton,west,2", "y,乙城,Yton,west,-2"))
    page.get_by_role("button", name="Seal version 1").click()
    page.get_by_role("button", name="Compute the weights").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("These columns hold negative figures")
    expect(alert).to_contain_text("Research")
    expect(page.get_by_role("button", name="Compute the weights")).to_have_count(0)


def test_waiting_page_reloads_without_script(open_page, live_server, study):
    weights = weighed(slug="other")
    WeightSet.objects.filter(pk=weights.pk).update(status=WeightSet.Status.QUEUED)
    page = at_desk(open_page, live_server, "stefan", "/studies/other/weights/", script=False)
    expect(page.get_by_text("正在计算权重。")).to_be_visible()
    assert page.locator("meta[http-equiv=refresh]").get_attribute("content") == "4"


def test_whoever_proposed_sees_no_button_to_approve(open_page, live_server):
    publication = propose(run_of(weighed()))
    Membership.objects.create(
        series=publication.study.series, user=person("stefan"), role=Membership.Role.APPROVER
    )
    page = at_desk(open_page, live_server, "stefan", "/studies/towns/publish/")
    expect(page.get_by_text("由您提请，须由另一人核准。")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("核准"))).to_have_count(0)
    expect(page.get_by_text(publication.sha256).first).to_be_visible()


def test_correction_asks_for_a_note(open_page, live_server):
    publication = propose(run_of(weighed()))
    page = at_desk(open_page, live_server, "ava", "/studies/towns/publish/")
    page.get_by_role("button", name=re.compile("^核准并发布")).click()
    newer = run_of(weighed_again(publication))
    page = at_desk(open_page, live_server, "stefan", "/studies/towns/publish/")
    note = page.get_by_label("面向读者的说明").first
    assert note.evaluate("field => field.required")
    note.fill("更正乙城")
    page.get_by_label("照此发布的理由").fill("演示")
    page.get_by_role("button", name="提请发布").click()
    expect(page.get_by_text("第 2 版待核准")).to_be_visible()
    assert Publication.objects.get(revision=2).run == newer


def weighed_again(publication):
    """Weights of a corrected matrix for the same study."""
    now, matrix = timezone.now(), MATRIX.replace("west,2,", "west,1,")
    dataset = import_dataset(publication.study, matrix.encode(), file_name="t.csv", by="stefan", at=now)
    seal_dataset(dataset, by="stefan", at=now)
    return build_weight_set(request_weight_set(dataset, by="stefan", at=now), at=now)


def test_empty_study_says_what_comes_first(open_page, live_server):
    make_study()
    page = at_desk(open_page, live_server, "stefan", "/", width=360)
    for path, words in EMPTY.items():
        page.goto(f"/studies/towns/{path}")
        expect(page.locator(".empty-title")).to_have_text(words)
        assert not runs_over(page)


def test_coordinator_sees_weights_and_no_button(open_page, live_server, study):
    weighed(slug="other")
    page = at_desk(open_page, live_server, "coco", "/studies/other/weights/")
    expect(page.get_by_role("table", name="专家权重、客观权重与综合权重")).to_be_visible()
    page.goto("/studies/towns/weights/")
    expect(page.get_by_role("button", name=re.compile("权重"))).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_fit_their_window_in_both_languages(open_page, live_server, width):
    propose(run_of(weighed()))
    for language in ("zh-CN", "en-GB"):
        page = at_desk(open_page, live_server, "stefan", "/", language=language, width=width)
        for path in ("data/", "data/1/", "weights/", "run/", "publish/"):
            page.goto(f"/studies/towns/{path}")
            assert not runs_over(page), path


def runs_over(page):
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
