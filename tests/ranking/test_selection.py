"""A reader's choice of a list, by address: the page, its files, and what they never say."""

import csv
import io
import json

import pytest
from python_calamine import CalamineWorkbook

from ranking.firmness import Firmness, firmness_of
from ranking.models import Score
from ranking.pinyin import initials
from tests.ranking.test_reader_pages import published

pytestmark = pytest.mark.django_db
TOWNS = """code,name,name_en,pinyin,region,province,province_en,a1,a2,b1,b2
a,苏州,Suzhou,suzhou,东部,江苏,Jiangsu,9,1,9,8
b,西安,Xi'an,xian,西部,陕西,Shaanxi,8,2,8,9
c,石家庄,Shijiazhuang,shijiazhuang,东部,河北,Hebei,7,3,7,7
d,=宿州,Suzhou,suzhou,中部,安徽,Anhui,6,4,6,6
e,末城,Lastton,mocheng,西部,陕西,Shaanxi,1,9,1,1
"""


@pytest.fixture
def slug():
    return published(TOWNS, {}, {}).study.slug


def rows_of(client, slug, query=""):
    text = client.get(f"/lists/{slug}/list.csv{query}").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def codes(client, slug, query=""):
    return [row["code"] for row in rows_of(client, slug, query)]


@pytest.mark.parametrize(
    ("pinyin", "syllables", "found"),
    [
        ("suzhou", 2, {"sz"}),
        ("shijiazhuang", 3, {"sjz"}),
        ("xian", 2, {"xa"}),
        ("xian", 1, {"x"}),
        ("fangan", 2, {"fg", "fa"}),
        ("Ha'erbin", 3, {"heb"}),
        ("haerbin", 3, {"heb"}),
        ("lüliang", 2, {"ll"}),
        ("", 2, set()),
        ("suzhou", 5, set()),
        ("qqq", 3, set()),
    ],
)
def test_initials_are_read_off_the_pinyin(pinyin, syllables, found):
    assert initials(pinyin, syllables) == found


def test_firmness_goes_by_the_width_of_the_interval():
    widths = {0: Firmness.FIRM, 2: Firmness.FIRM, 3: Firmness.FAIR, 5: Firmness.FAIR, 6: Firmness.FRAGILE}
    assert {width: firmness_of(10, 10 + width, 100) for width in widths} == widths
    assert firmness_of(None, None, 100) is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "abcd"),
        ("?q=苏州", "a"),
        ("?q=苏州市", "a"),
        ("?q=SUZHOU", "ad"),
        ("?q=sjz", "c"),
        ("?q=xi an", "b"),
        ("?q=nowhere", ""),
        ("?region=东部", "ac"),
        ("?region=东部&province=河北", "c"),
        ("?tier=1", "a"),
        ("?sort=-rank", "dcba"),
        ("?sort=name", "cadb"),
        ("?sort=-name", "badc"),
        ("?sort=A&tier=2", "dcb"),
        ("?sort=-B", "abcd"),
        ("?region=nowhere&tier=x&sort=y&show=z", "abcd"),
        ("?q=" + "a" * 200, ""),
        ("?q=%00&tier=1%00", "a" * 0),
    ],
)
def test_files_hold_what_the_address_chooses_and_the_page_shows_the_same(client, slug, query, found):
    if "%00" in query:
        assert client.get(f"/lists/{slug}/{query}").status_code < 500
        return
    assert "".join(codes(client, slug, query)) == found
    assert [row["code"] for row in client.get(f"/lists/{slug}/list.json{query}").json()["rows"]] == list(
        found
    )
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"/lists/{slug}/list.xlsx{query}").content))
    sheet = book.get_sheet_by_index(0).to_python()
    head = next(
        place
        for place, row in enumerate(sheet)
        if "A" in row or "a" in [str(cell) for cell in row[:4]] or len([c for c in row if c]) > 8
    )
    assert [row[3] for row in sheet[head + 1 :]] == list(found)
    text = client.get(f"/lists/{slug}/{query}").content.decode()
    shown = [
        part
        for part in text.split("<tr ")[1:]
        if "data-search" in part and " hidden>" not in part.split(">")[0] + ">"
    ]
    assert [part.split(f"/lists/{slug}/units/")[1][0] for part in shown] == list(found)


def test_files_hold_unrounded_figures_and_texts_that_are_no_formulas(client, slug):
    kept = {score.unit.code: score for score in Score.objects.select_related("unit")}
    for row in rows_of(client, slug):
        assert float(row["score"]) == kept[row["code"]].score
        assert float(row["A"]) == kept[row["code"]].dimensions["A"]
    assert rows_of(client, slug)[3]["name"] == "'=宿州"
    rows = client.get(f"/lists/{slug}/list.json").json()["rows"]
    assert rows[0]["score"] == kept["a"].score and rows[3]["name"] == "=宿州"
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"/lists/{slug}/list.xlsx").content))
    last = book.get_sheet_by_index(0).to_python()[-1]
    assert last[4] == "=宿州" and last[7] == kept["d"].score


def test_file_names_tell_a_view_from_the_whole(client, slug):
    whole = client.get(f"/lists/{slug}/list.csv").headers["Content-Disposition"]
    view = client.get(f"/lists/{slug}/list.csv?tier=1").headers["Content-Disposition"]
    assert whole == f'attachment; filename="{slug}-r1.csv"'
    assert view == f'attachment; filename="{slug}-r1-view.csv"'
    assert client.get(f"/lists/{slug}/list.exe").status_code == 404


def test_page_without_script_carries_the_choice_to_heads_files_and_fields(client, slug):
    text = client.get(
        f"/lists/{slug}/?region=东部&sort=-A", headers={"accept-language": "en"}
    ).content.decode()
    assert f'/lists/{slug}/list.xlsx?region=%E4%B8%9C%E9%83%A8&amp;sort=-A"' in text
    assert f'/lists/{slug}/?region=%E4%B8%9C%E9%83%A8&amp;sort=A"' in text
    assert '<option value="东部" selected>' in text and '<option value="-A" selected>' in text
    assert 'data-sort="A" aria-sort="descending"' in text
    assert "2 of 4 shown" in text


@pytest.mark.parametrize(
    "path",
    [
        "",
        "list.csv",
        "list.json",
        "units/a/",
        "overview/",
        "movement/",
        "compare/?units=a,b",
        "compare.csv?units=a,b",
        "compare.json?units=a,e",
    ],
)
def test_no_page_or_file_names_a_unit_outside_the_list(client, slug, path):
    answer = client.get(f"/lists/{slug}/{path}")
    assert answer.status_code == 200
    assert "末城" not in answer.content.decode() and "Lastton" not in answer.content.decode()


def test_page_of_a_unit_outside_the_list_tells_the_rule_and_no_figure(client, slug):
    answer = client.get(f"/lists/{slug}/units/e/", headers={"accept-language": "en"})
    text = answer.content.decode()
    score = Score.objects.get(unit__code="e")
    assert answer.status_code == 200 and "Lastton" in text and "ranks 1 to 4" in text
    assert f"{score.score:.1f}" not in text and "Rank 5" not in text and ">5<" not in text
    assert not any(f"{value:.1f}" in text for value in score.dimensions.values() if value)
    assert client.get(f"/lists/{slug}/units/nobody/").status_code == 404
    assert json.loads(client.get(f"/lists/{slug}/list.json?q=末城").content)["rows"] == []
