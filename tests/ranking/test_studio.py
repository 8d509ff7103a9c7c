"""The editor's studio: texts, key figures and tables are checked, kept once, and never overwritten silently."""

import io

import pytest
from django.utils import timezone
from xlsxwriter import Workbook

from ranking.editions import edition_preview
from ranking.key_figures import (
    CodeTaken,
    DenominatorMissing,
    DenominatorZero,
    FigureOutOfRange,
    ShareAboveOne,
    refuse_impossible,
)
from ranking.models import EditionText, KeyFigure, Supplement
from ranking.studio import SavedMeanwhile, UnknownUnit, stamp_of
from ranking.texts import TextTooLong, UnknownSlot, save_text, text_at
from survey.models import AuditEvent
from tests.cast import sign_in
from tests.ranking.test_runs import run_of, weighed

pytestmark = pytest.mark.django_db
FIGURE = {
    "code": "value-added",
    "form": "share",
    "name": "占全国比重",
    "name_en": "Share of the country",
    "numerator": "18.9",
    "denominator": "31.4",
    "reference": "58",
    "source": "统计局",
}
CSV = "序号 / No.,集群 / Cluster,所在城市 / Hosts\n1,甲集群,甲城\n2,乙集群,乙城;z\n3,丙集群,\n"


@pytest.fixture
def study():
    return run_of(weighed()).study


@pytest.fixture
def editor(client, study):
    sign_in(client, "stefan")
    return client


def keep(study, slot="headline", text="标题", text_en="Headline", stamp="", by="stefan"):
    return save_text(study, slot, text=text, text_en=text_en, stamp=stamp, by=by, at=timezone.now())


def problems_of(response) -> list[str]:
    return [problem.cell for problem in response.context["problems"]]


# --- texts -----------------------------------------------------------------------------------------------------


def test_text_is_kept_on_record_and_goes_when_emptied(study):
    kept = keep(study, text="  标题\r\n\u202e二 ")
    assert (kept.text, kept.text_en) == ("标题\n二", "Headline")
    event = AuditEvent.objects.get(action="edit_edition")
    assert (event.actor, event.detail["part"], event.detail["stamp"]) == (
        "stefan",
        "headline",
        stamp_of(kept),
    )
    assert keep(study, text="标题\n二", stamp=stamp_of(kept)) == kept  # nothing new, nothing on record
    assert AuditEvent.objects.filter(action="edit_edition").count() == 1
    assert keep(study, text="", text_en=" ", stamp=stamp_of(kept)) is None
    assert text_at(study, "headline") is None
    assert keep(study, text="", text_en="") is None


def test_second_editor_is_told_and_nothing_is_overwritten(study):
    first = keep(study)
    seen = stamp_of(first)
    keep(study, text="改过的", stamp=seen, by="ava")
    with pytest.raises(SavedMeanwhile, match="ava") as refusal:
        keep(study, text="我的", stamp=seen)
    assert text_at(study, "headline").text == "改过的" == refusal.value.kept.text
    with pytest.raises(SavedMeanwhile):
        keep(study, text="又一个", stamp="")
    assert keep(study, text="我的", stamp=stamp_of(refusal.value.kept)).text == "我的"


@pytest.mark.parametrize(
    ("slot", "text", "refusal"),
    [
        ("headline", "长" * 161, TextTooLong),
        ("features", "长" * 20_001, TextTooLong),
        ("case:nowhere", "x", UnknownUnit),
        ("case:", "x", UnknownSlot),
        ("anything", "x", UnknownSlot),
        ("absent:" + "x" * 80, "x", UnknownSlot),
    ],
)
def test_text_that_has_no_place_is_refused_by_name(study, slot, text, refusal):
    with pytest.raises(refusal):
        keep(study, slot, text=text)
    assert not EditionText.objects.exists()


def test_conflict_page_shows_both_and_saves_on_purpose(editor, study):
    address = f"/studies/{study.slug}/edition/texts/features/"
    assert editor.post(address, {"text": "一", "text_en": "One", "stamp": ""}).status_code == 302
    answer = editor.post(address, {"text": "我的版本", "text_en": "Mine", "stamp": ""})
    page = answer.content.decode()
    assert answer.status_code == 409 and "我的版本" in page and "<pre" in page and ">一<" in page
    again = editor.post(address, {"text": "我的版本", "text_en": "Mine", "stamp": answer.context["stamp"]})
    assert again.status_code == 302 and text_at(study, "features").text == "我的版本"


def test_sentence_is_inserted_without_script_and_nothing_is_saved_yet(editor, study):
    address = f"/studies/{study.slug}/edition/texts/features/"
    answer = editor.post(address, {"text": "开头", "text_en": "", "stamp": "", "insert": "tiers"})
    shown = answer.context["shown"]
    assert shown["text"].startswith("开头\n上榜 3 个，按梯队分：一 1、二 2")
    assert shown["text_en"] == "The 3 on the list, by tier: One 1, Two 2."
    assert not EditionText.objects.exists()


def test_preview_of_a_text_is_rendered_by_the_one_safe_function(editor, study):
    address = f"/studies/{study.slug}/edition/rendered/"
    page = editor.post(address, {"text": "## 题\n**<b>x</b>**", "language": "zh"}).content.decode()
    assert "<h3>题</h3>" in page and "<strong>&lt;b&gt;x&lt;/b&gt;</strong>" in page


def test_case_begins_with_the_name_or_code_of_a_unit(editor, study):
    address = f"/studies/{study.slug}/edition/texts/"
    for unit in ("x", "甲城", "Xton"):
        assert editor.post(address, {"unit": unit}).headers["Location"].endswith("/texts/case:x/")
    assert editor.post(address, {"unit": "火星"}).status_code == 400


# --- key figures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"denominator": 0}, DenominatorZero),
        ({"denominator": None}, DenominatorMissing),
        ({"numerator": 40}, ShareAboveOne),
        ({"numerator": -1}, ShareAboveOne),
        ({"numerator": 1e15}, FigureOutOfRange),
        ({"form": "ratio", "denominator": float("inf")}, FigureOutOfRange),
        ({"form": "ratio", "reference": float("nan")}, FigureOutOfRange),
    ],
)
def test_figure_that_has_no_value_is_refused_by_name(change, refusal):
    figure = {"form": "share", "numerator": 18.9, "denominator": 31.4, "reference": None} | change
    with pytest.raises(refusal):
        refuse_impossible(figure)


def test_figure_is_shown_live_saved_compared_and_removed(editor, study):
    new = f"/studies/{study.slug}/edition/figures/"
    looked = editor.post(new, FIGURE | {"look": "1"})
    assert looked.context["shown"]["value"] == pytest.approx(60.191, abs=1e-3)
    assert looked.context["shown"]["difference"] == pytest.approx(2.191, abs=1e-3)
    assert not KeyFigure.objects.exists()
    assert editor.post(new, FIGURE | {"stamp": ""}).status_code == 302
    figure = KeyFigure.objects.get()
    address = f"{new}{figure.code}/"
    assert editor.post(new, FIGURE | {"stamp": ""}).status_code == 400  # the short name is taken
    stale = editor.post(address, FIGURE | {"numerator": "19", "stamp": "0" * 16})
    assert stale.status_code == 409 and KeyFigure.objects.get().numerator == 18.9
    assert editor.post(address, {"remove": "1", "stamp": "0" * 16}).status_code == 409
    assert editor.post(address, {"remove": "1", "stamp": stamp_of(figure)}).status_code == 302
    assert not KeyFigure.objects.exists()


@pytest.mark.parametrize("numerator", ["NaN", "inf", "1e999", "十", "", "1" * 400])
def test_number_that_is_none_is_an_error_of_its_field(editor, study, numerator):
    answer = editor.post(f"/studies/{study.slug}/edition/figures/", FIGURE | {"numerator": numerator})
    assert answer.status_code == 400 and answer.context["form"].errors
    assert not KeyFigure.objects.exists()


def test_two_figures_never_share_a_short_name(study):
    from ranking.key_figures import save_figure

    fields = FIGURE | {"numerator": 1.0, "denominator": 2.0, "reference": None}
    save = {"fields": fields, "by": "stefan", "at": timezone.now(), "stamp": ""}
    save_figure(study, "", **save)
    with pytest.raises(CodeTaken):
        save_figure(study, "", **save)


# --- tables ----------------------------------------------------------------------------------------------------


def upload(content, name="t.csv"):
    file = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    file.name = name
    return file


def send(editor, study, content=CSV, name="t.csv", **fields):
    data = {"code": "hosts", "title": "集群", "title_en": "Clusters", "stamp": "", **fields}
    return editor.post(f"/studies/{study.slug}/edition/tables/", data | {"file": upload(content, name)})


def workbook(rows) -> bytes:
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return content.getvalue()


def test_uploaded_table_gets_names_kinds_and_unit_codes(editor, study):
    assert send(editor, study).status_code == 302
    table = Supplement.objects.get()
    assert [(column["name"], column["name_en"], column["kind"]) for column in table.columns] == [
        ("序号", "No.", "number"),
        ("集群", "Cluster", "text"),
        ("所在城市", "Hosts", "units"),
    ]
    assert table.rows == [[1.0, "甲集群", "x"], [2.0, "乙集群", "y;z"], [3.0, "丙集群", ""]]
    assert edition_preview(study).document["supplements"][0]["rows"] == table.rows
    page = editor.get(f"/studies/{study.slug}/edition/tables/hosts/", headers={"accept-language": "en"})
    assert b'<th scope="col">Hosts</th>' in page.content


def test_workbook_is_read_like_a_text(editor, study):
    rows = [line.split(",") for line in CSV.splitlines()]
    assert send(editor, study, workbook(rows), "t.xlsx").status_code == 302
    assert Supplement.objects.get().rows[1] == [2.0, "乙集群", "y;z"]


def edit(editor, study, table, cells, kinds, **fields):
    data = {"code": table.code, "title": table.title, "stamp": stamp_of(table), **fields}
    data |= {f"column-{at}-kind": kind for at, kind in enumerate(kinds)}
    data |= {f"cell-{row}-{at}": cell for row, line in enumerate(cells) for at, cell in enumerate(line)}
    return editor.post(f"/studies/{study.slug}/edition/tables/{table.code}/", data)


def test_cells_are_edited_in_place_and_every_fault_has_its_address(editor, study):
    send(editor, study)
    table, kinds = Supplement.objects.get(), ("number", "text", "units")
    faulty = [["eins", "甲", "火星"], ["2", "x" * 501, "y,z"], ["", "", ""]]
    answer = edit(editor, study, table, faulty, kinds)
    assert answer.status_code == 400 and problems_of(answer) == ["A2", "C2", "B3"]
    assert Supplement.objects.get().rows == table.rows
    cells = [["1", "改名", "x"], ["", "", ""], ["9", "新行", "丙城"]]
    assert edit(editor, study, table, cells, kinds).status_code == 302
    assert Supplement.objects.get().rows == [[1.0, "改名", "x"], [9.0, "新行", "z"]]
    assert edit(editor, study, table, cells, kinds).status_code == 409  # the page was of the table before


def test_name_of_two_units_is_not_guessed(client):
    study = run_of(
        weighed(
            "code,name,name_en,a1,a2,b1,b2\nx,甲城,Twin,1,20,6,3\ny,乙城,Twin,2,0,4,0\nz,丙城,Z,3,10,2,6\n"
        )
    ).study
    sign_in(client, "stefan")
    assert send(client, study, "名 / Name,城 / Unit\na,z\n").status_code == 302
    table = Supplement.objects.get()
    answer = edit(client, study, table, [["a", "Twin"]], ("text", "units"))
    assert "x, y" in str(answer.context["problems"][0])


@pytest.mark.parametrize(
    "content", ["", "只有表头\n", ",,\n1,2,3\n", "a," * 30 + "\n" + "1," * 30 + "\n", b"PK\x03\x04junk"]
)
def test_file_that_is_no_table_is_refused_and_nothing_is_kept(editor, study, content):
    assert send(editor, study, content).status_code == 400
    assert not Supplement.objects.exists()


# --- who may what ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "may_read", "may_save"), [("stefan", True, True), ("ava", True, False), ("coco", False, False)]
)
def test_approver_reads_and_only_staff_save(client, study, name, may_read, may_save):
    keep(study)
    sign_in(client, name)
    for page in ("", "texts/headline/", "figures/", "tables/"):
        assert (client.get(f"/studies/{study.slug}/edition/{page}").status_code == 200) is may_read
    answer = client.post(f"/studies/{study.slug}/edition/texts/advice/", {"text": "x", "stamp": ""})
    assert answer.status_code == (302 if may_save else 403)
    assert EditionText.objects.filter(slot="advice").exists() is may_save


HOSTILE = (
    "<script>alert(1)</script>",
    "\u202e\u0007<img src=x onerror=alert(1)>",
    "{{ 7|add:7 }}",
    "' OR 1=1 --",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words_on_every_page(editor, study, text):
    keep(study, "features", text=text, text_en=text)
    editor.post(
        f"/studies/{study.slug}/edition/figures/", FIGURE | {"name": text, "source": text, "stamp": ""}
    )
    send(editor, study, f'{text.replace(",", "")},b\n"{text}",1\n', title=text)
    pages = [
        editor.get(f"/studies/{study.slug}/edition/{page}")
        for page in ("", "texts/features/", "figures/value-added/", "tables/hosts/")
    ]
    for page in pages:
        words = page.content.decode()
        assert page.status_code == 200
        assert "<script>alert" not in words and "<img src=x" not in words and "\u202e" not in words
