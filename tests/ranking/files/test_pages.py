"""How a report fills its pages: short tables stay whole, charts share a page where they can."""

import io
from math import hypot

import pytest
from pypdf import PdfReader

from ranking.exhibits.shapes import INTEGER, Column, Shown, Table
from ranking.files.blocks import Figure, Heading, Paragraph, Report, Sheet, plain
from ranking.files.pdf import typeset

ROWS, SMALLEST = 8, 6.49
LENGTHS = range(20, 32)  # paragraphs before the table: it ends on the page, at its very end, or on the next


def pages_of(*blocks):
    words = {"contents": "Contents", "scores": "", "source": "Source"}
    report = Report("T", "T", "S", 2022, "en", "", "mark", "", (), (), blocks, words)
    return PdfReader(io.BytesIO(typeset(report))).pages


@pytest.fixture
def printed():
    return lambda *blocks: [page.extract_text() for page in pages_of(*blocks)]


def letter_sizes(page) -> list[float]:
    """The sizes in points of everything that is written on a page."""
    sizes = []

    def seen(text, outer, inner, _font, size):
        if text.strip():
            down = inner[2] * outer[0] + inner[3] * outer[2], inner[2] * outer[1] + inner[3] * outer[3]
            sizes.append(abs(size) * hypot(*down))

    page.extract_text(visitor_text=seen)
    return sizes


def sheet(name):
    columns = (Column("row", "Row"), Column("count", "Count", INTEGER))
    return Sheet(name, Table(columns, tuple((f"{name}-{row}", row) for row in range(ROWS))))


def figure(name, table=None, height=570):
    bars = {"type": "bar", "id": "b", "data": [3, 1, 2]}
    chart = {"xAxis": {"type": "category", "data": list("abc")}, "yAxis": {}, "series": [bars]}
    return Figure(name, name, Shown(title=f"{name} tells", chart=chart, height=height), table)


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


def test_charts_that_share_a_page_keep_letters_that_can_be_read():
    pages = pages_of(Heading(1, "C"), *[Paragraph(plain("Words."))] * 30, figure("One"), figure("Two"))
    (page,) = [page for page in pages if "Two tells" in page.extract_text()]
    assert min(letter_sizes(page)) > SMALLEST


@pytest.mark.parametrize(("words", "is_apart"), [(10, False), (20, True)])
def test_long_table_begins_under_its_chart_only_where_some_rows_have_room(printed, words, is_apart):
    table = Table(
        (Column("row", "Row"), Column("of", "Of")), tuple((f"R{row}.", "x" * 90) for row in range(40))
    )
    pages = printed(Heading(1, "C"), *[Paragraph(plain("Words."))] * words, figure("One", table, 360))
    (chart,), (first,) = (
        [place for place, page in enumerate(pages) if key in page] for key in ("One tells", "R0.")
    )
    assert (first - chart, "R3." in pages[first]) == (int(is_apart), True)
