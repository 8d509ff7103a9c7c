"""How a report fills its pages: short tables stay whole, charts share a page where they can."""

import io

import pytest
from pypdf import PdfReader

from ranking.exhibits.shapes import INTEGER, Column, Shown, Table
from ranking.files.blocks import Figure, Heading, Paragraph, Report, Sheet, plain
from ranking.files.pdf import typeset

ROWS = 8
LENGTHS = range(20, 32)  # paragraphs before the table: it ends on the page, at its very end, or on the next


@pytest.fixture
def printed():
    def pages(*blocks):
        words = {"contents": "Contents", "scores": "", "source": "Source"}
        report = Report("T", "T", "S", 2022, "en", "", "mark", "", (), (), blocks, words)
        return [page.extract_text() for page in PdfReader(io.BytesIO(typeset(report))).pages]

    return pages


def sheet(name):
    columns = (Column("row", "Row"), Column("count", "Count", INTEGER))
    return Sheet(name, Table(columns, tuple((f"{name}-{row}", row) for row in range(ROWS))))


def figure(name):
    bars = {"type": "bar", "id": "b", "data": [3, 1, 2]}
    chart = {"xAxis": {"type": "category", "data": list("abc")}, "yAxis": {}, "series": [bars]}
    return Figure(name, name, Shown(title=f"{name} tells", chart=chart, height=570), None)


def test_short_table_stands_whole_on_the_page_of_its_name(printed):
    chapters = [
        block
        for length in LENGTHS
        for block in (Heading(1, f"C{length}"), *[Paragraph(plain("Words."))] * length, sheet(f"T{length}"))
    ]
    pages = printed(*chapters)
    for length in LENGTHS:
        (page,) = [page for page in pages if f"T{length}-0" in page]
        assert all(f"T{length}-{row}" in page for row in range(ROWS)), length


def test_two_charts_share_a_page_that_is_a_little_too_low_for_both(printed):
    pages = printed(Heading(1, "C"), *[Paragraph(plain("Words."))] * 30, figure("One"), figure("Two"))
    assert [number for number, page in enumerate(pages) if "One tells" in page or "Two tells" in page] == [3]
