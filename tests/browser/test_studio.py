"""An editor's way in the browser: words, a key figure, a table, the preview, the proposal, and what readers see."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from ranking.models import EditionText, KeyFigure, Publication, Supplement
from ranking.texts import save_text
from tests.cast import PASSWORD
from tests.ranking.test_runs import run_of, weighed

pytestmark = pytest.mark.django_db(transaction=True)
CSV = "集群 / Cluster,所在城市 / Hosts\n甲集群,甲城\n乙集群,乙城;丙城\n"
HOSTILE = "<img src=x onerror=alert(1)> **粗**"


@pytest.fixture
def study():
    return run_of(weighed()).study


def signed_in(open_page, name, **manner):
    page = open_page("/login/", **manner)
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button.btn-primary")
    page.wait_for_url("**/studies/")
    return page


def test_editor_writes_and_another_person_lets_it_out(open_page, study, tmp_path):
    base = f"/studies/{study.slug}"
    page = signed_in(open_page, "stefan")

    page.goto(f"{base}/edition/texts/headline/")
    page.fill("#text", "丙城居首")
    page.fill("#text_en", "Zton leads")
    expect(page.locator("[data-look-of=text]")).to_contain_text("丙城居首")
    page.click("text=保存")
    page.wait_for_selector(".notice-success")
    assert EditionText.objects.get(slot="headline").text_en == "Zton leads"

    page.goto(f"{base}/edition/texts/features/")
    page.fill("#text", HOSTILE)
    page.wait_for_selector("[data-look-of=text] strong")
    assert page.locator("[data-look-of=text] img").count() == 0
    page.locator("[data-insert]").first.click()
    assert page.input_value("#text").startswith(HOSTILE + "\n上榜 3 个")
    assert page.input_value("#text_en").startswith("The 3 on the list")
    page.click("text=保存")
    page.wait_for_selector(".notice-success")

    page.goto(f"{base}/edition/figures/")
    page.select_option("[name=form]", "share")
    for name, value in {
        "code": "share",
        "name": "占比",
        "numerator": "18.9",
        "denominator": "0",
        "source": "统计局",
    }.items():
        page.fill(f"[name={name}]", value)
    page.wait_for_selector("[data-shown] .notice-error")  # nothing is divided by zero, not even for a moment
    page.fill("[name=denominator]", "31.4")
    expect(page.locator("[data-shown]")).to_contain_text("60.19")
    page.click("text=保存")
    page.wait_for_selector(".notice-success")
    assert KeyFigure.objects.get().denominator == 31.4

    file = tmp_path / "clusters.csv"
    file.write_text(CSV, encoding="utf-8")
    page.goto(f"{base}/edition/tables/")
    page.fill("[name=code]", "clusters")
    page.fill("[name=title]", "优胜集群")
    page.set_input_files("[name=file]", str(file))
    page.click("text=上传并校验")
    page.wait_for_selector(".studio-grid")
    page.fill("[name=cell-0-0]", "改名的集群")
    page.click("text=校验并保存")
    page.wait_for_selector(".notice-success")
    assert Supplement.objects.get().rows == [["改名的集群", "x"], ["乙集群", "y;z"]]

    page.goto(f"{base}/edition/preview/overview/")
    assert "丙城居首" in page.inner_text("main") and page.locator(".preview-bar").count() == 1
    page.goto(f"{base}/publish/")
    page.fill("#accepting", "三个城镇的小榜单")
    page.click("form[action$='propose/'] button")
    page.wait_for_selector("text=第 1 版待核准")

    approver = signed_in(open_page, "ava")
    approver.goto(f"{base}/publish/")
    assert "三个城镇的小榜单" in approver.inner_text("main")
    approver.click("form[action$='approve/'] button")
    approver.wait_for_selector(".notice-success")
    assert Publication.objects.live().exists()

    reader = open_page(f"/lists/{study.slug}/overview/")
    words = reader.inner_text("main")
    assert "丙城居首" in words and "<img src=x onerror=alert(1)>" in words and "60.2" in words
    assert reader.locator(".prose strong").first.inner_text() == "粗"
    assert reader.locator("main img[src=x]").count() == 0
    reader.goto(f"/lists/{study.slug}/exhibits/clusters/")
    assert "改名的集群" in reader.inner_text("main")


def test_two_editors_both_keep_their_words(open_page, study):
    address = f"/studies/{study.slug}/edition/texts/advice/"
    page = signed_in(open_page, "stefan", width=360)
    page.goto(address)
    page.fill("#text", "我的建议")
    save_text(study, "advice", text="同事的建议", text_en="Theirs", stamp="", by="ava", at=timezone.now())
    page.click("text=保存")
    page.wait_for_selector("#conflict")
    assert page.input_value("#text") == "我的建议" and "同事的建议" in page.inner_text(
        ".studio-theirs >> nth=0"
    )
    assert "ava" in page.inner_text("#conflict") and EditionText.objects.get().text == "同事的建议"
    page.click("text=以我的版本取代并保存")
    page.wait_for_selector(".notice-success")
    assert EditionText.objects.get().text == "我的建议"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_sentence_goes_in_without_script(open_page, study):
    page = signed_in(open_page, "stefan", script=False)
    page.goto(f"/studies/{study.slug}/edition/texts/features/")
    page.fill("#text", "开头")
    page.locator("[data-insert]").first.click()
    assert page.input_value("#text").startswith("开头\n上榜 3 个")
    page.click("text=保存")
    assert EditionText.objects.get().text.startswith("开头\n上榜 3 个")


def test_tiers_are_counted_while_borders_are_typed(open_page, study):
    page = signed_in(open_page, "stefan")
    page.goto(f"/studies/{study.slug}/run/tiers/")
    expect(page.locator("[data-shown] pre")).to_contain_text("[1, 3]")
    page.fill("#cuts", "2 3")
    expect(page.locator("[data-shown] pre")).to_contain_text("[2, 3]")
    page.fill("#cuts", "3 2")
    expect(page.locator("[data-shown] .notice-error")).to_be_visible()
