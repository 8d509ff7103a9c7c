"""Sheets of workbooks: rows are as high as the texts that break in them."""

import io
import re
import zipfile

from ranking.exhibits.shapes import TEXT, Column, Table
from ranking.files.sheets import LINE, WIDEST, Formats, new_workbook, write_table


def test_row_is_as_high_as_the_text_that_breaks_in_it():
    buffer = io.BytesIO()
    book = new_workbook(buffer, title="t", author="a")
    table = Table(
        (Column("a", "名称"), Column("b", "说明", TEXT)), (("甲", "短"), ("乙", "长" * WIDEST), ("丙", None))
    )
    write_table(book.add_worksheet("s"), Formats(book), table, first=0)
    book.close()
    sheet = zipfile.ZipFile(buffer).read("xl/worksheets/sheet1.xml").decode()
    heights = dict(re.findall(r'<row r="(\d+)"[^>]*? ht="([\d.]+)"', sheet))
    assert heights == {"3": str(3 * LINE)}
