"""The Word document and the workbook say what the database says, whatever stands in names."""

import csv
import io
import zipfile

import pytest
from django.utils import translation
from docx import Document
from docx.oxml.ns import qn
from python_calamine import CalamineWorkbook

from ranking.editions import edition_of
from ranking.exhibits.registry import exhibits_of
from ranking.files.layout import make_template
from ranking.files.making import make_content
from ranking.files.report import numbered
from ranking.files.word_parts import add_formula
from ranking.listing import harmless
from ranking.models import Score
from ranking.verify.archive import unpack
from tests.ranking.files.hundred import HOSTILE, hostile_list, hundred

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return edition_of(
        hundred(texts={"headline": ("要点", "Points"), "features": ("## 一\n- 甲\n\n乙**丙**", "")})
    )


def word(edition, language="zh-hans"):
    return Document(io.BytesIO(make_content(edition, "docx", language)))


def cells(table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_word_has_the_list_as_a_real_table(edition):
    tables = [cells(table) for table in word(edition).tables]
    ranks = next(rows for rows in tables if rows[0][0] == "名次" and len(rows) == 101)

    scores = list(Score.objects.listed(edition.run))
    assert [row[1] for row in ranks[1:]] == [score.unit.name for score in scores]
    assert [row[0] for row in ranks[1:]] == [
        f"{score.rank} ({score.rank_low}–{score.rank_high})" for score in scores
    ]
    assert [row[-1] for row in ranks[1:]] == [f"{score.score:.1f}" for score in scores]


def test_word_has_every_exhibit_with_its_finding_and_pictures_with_words(edition):
    document = word(edition)
    texts = {paragraph.text for paragraph in document.paragraphs}
    with translation.override("zh-hans"):
        shown = {numbered(exhibit): exhibit.show(edition) for exhibit in exhibits_of(edition).values()}
    there = {label: one for label, one in shown.items() if not one.missing}

    assert {label for label in there if label not in texts} == set()
    assert [one.title for label, one in there.items() if one.title not in texts and "榜单" not in label] == []
    alts = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert alts and all(alts)


def test_word_has_headings_contents_repeated_heads_and_a_chinese_font(edition):
    document = word(edition)
    levels = {paragraph.style.name for paragraph in document.paragraphs}
    xml = document.element.xml

    assert {"Heading 1", "Heading 2", "Heading 3", "List Bullet", "toc 1", "toc 2"} <= levels
    assert 'TOC \\o "1-2"' in xml and "w:tblHeader" in xml and "m:oMath" in xml
    fonts = document.styles["Normal"].element.rPr.find(qn("w:rFonts"))
    assert fonts.get(qn("w:eastAsia")) == "Microsoft YaHei"
    assert edition.sha256[:12] in document.sections[0].header.paragraphs[0].text


def test_bars_of_a_formula_are_a_fence_in_word():
    document, bar = Document(), {"t": "o", "s": "|"}
    letter = {"t": "i", "s": "x"}
    add_formula(document, {"t": "row", "c": [letter, bar, {"t": "sub", "c": [letter, letter]}, bar, letter]})
    formula = next(document.element.body.iter(qn("m:oMath")))
    assert [part.tag for part in formula] == [qn("m:r"), qn("m:d"), qn("m:r")]
    assert "|" not in "".join(text.text for text in formula.iter(qn("m:t")))


def test_word_prints_commands_as_they_stand():
    document = word(edition_of(hostile_list()))
    text = document.element.xml

    found = [cell for table in document.tables for row in cells(table) for cell in row]
    assert [name for name in HOSTILE if name not in found] == []
    assert ">49<" not in text


def test_template_is_what_its_script_makes():
    kept = make_template.TARGET.read_bytes()
    assert zipfile.ZipFile(io.BytesIO(kept)).testzip() is None
    make_template.make()
    made = make_template.TARGET.read_bytes()
    make_template.TARGET.write_bytes(kept)
    assert made == kept


def test_workbook_read_again_is_the_database(edition):
    book = CalamineWorkbook.from_filelike(io.BytesIO(make_content(edition, "xlsx", "zh-hans")))
    with translation.override("zh-hans"):
        exhibits = [(numbered(one), one.show(edition)) for one in exhibits_of(edition).values()]
    shown = [(label, one) for label, one in exhibits if one.table is not None]

    assert len(book.sheet_names) == 3 + len(shown)
    for name, (_label, one) in zip(book.sheet_names[3:], shown, strict=True):
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        assert rows[1][0] == one.title
        assert [row[: len(one.table.columns)] for row in rows[6:]] == [
            ["" if value is None else value for value in row] for row in one.table.rows
        ]


def test_workbook_scores_are_the_unrounded_ones(edition):
    book = CalamineWorkbook.from_filelike(io.BytesIO(make_content(edition, "xlsx", "en")))
    rows = book.get_sheet_by_name("Table 2  The list").to_python(skip_empty_area=False)
    place = rows[5].index("Score")

    assert [row[place] for row in rows[6:]] == [score.score for score in Score.objects.listed(edition.run)]


def test_workbook_has_no_formula_and_no_link_outside():
    content = make_content(edition_of(hostile_list()), "xlsx", "en")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert not any(b"<f>" in sheet or b"<mergeCell" in sheet for sheet in sheets)
    assert not any(b"http://x" in sheet for sheet in sheets)  # texts stand in a list of their own


def test_tables_read_again_are_the_exhibits(edition):
    files = unpack(make_content(edition, "zip", "en"))
    with translation.override("en"):
        shown = {name: one.show(edition) for name, one in exhibits_of(edition).items()}

    for name, one in shown.items():
        if one.table is not None:
            head, *rows = csv.reader(io.StringIO(files[f"{name}.csv"].decode("utf-8-sig")))
            assert head == [column.code for column in one.table.columns]
            assert [[_as_written(value) for value in row] for row in one.table.rows] == rows


def _as_written(value) -> str:
    return "" if value is None else harmless(value) if isinstance(value, str) else repr(value)


@pytest.mark.parametrize("kind", ["docx", "xlsx", "zip"])
def test_equal_editions_give_equal_bytes(edition, kind):
    assert make_content(edition, kind, "en") == make_content(edition, kind, "en")
