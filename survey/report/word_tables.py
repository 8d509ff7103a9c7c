"""Three-rule tables in a Word document: columns as wide as their words, figures to the right, heads repeated."""

import re
from math import ceil

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from survey.report.table import TEXT, written

PAGE_WIDTH = 26.1  # centimetres between the margins
SIZE = Pt(8)
LETTERS = 165  # that stand beside each other on the page
WIDEST = 30  # letters from which on the words of a column wrap
FEWEST, MARGIN = 5, 2  # letters of the narrowest column, and beside every cell
BOLD = 1.2  # how much wider bold letters are
KEPT = 3  # rows that stay below the heading
THICK, THIN = "12", "6"  # eighths of a point


def add_table(document, columns, rows) -> None:
    """A real table with a repeated head row."""
    texts = [
        [written(value, kind) for value, (_label, kind) in zip(row, columns, strict=True)] for row in rows
    ]
    labels = [label for label, _kind in columns]
    table = document.add_table(rows=1 + len(texts), cols=len(columns))
    table.autofit = False
    _rule(table._tbl.tblPr, "w:tblBorders", top=THICK, bottom=THICK)
    _narrow_margins(table._tbl.tblPr)
    widths = [Cm(each) for each in _widths([labels, *texts])]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for place, (row, cells) in enumerate(zip(table.rows, [labels, *texts], strict=True)):
        row._tr.get_or_add_trPr().append(_switch("w:cantSplit"))
        for cell, text, width, (_label, kind) in zip(row.cells, cells, widths, columns, strict=True):
            cell.width = width
            _write(cell.paragraphs[0], text, kind)
            cell.paragraphs[0].paragraph_format.keep_with_next = place < KEPT
    head = table.rows[0]
    head._tr.get_or_add_trPr().append(_switch("w:tblHeader"))
    for cell in head.cells:
        _rule(cell._tc.get_or_add_tcPr(), "w:tcBorders", bottom=THIN)
        cell.paragraphs[0].runs[0].font.bold = True


def _write(paragraph, text: str, kind: str) -> None:
    paragraph.paragraph_format.space_after = Pt(0)
    if kind != TEXT:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.add_run(text).font.size = SIZE


def _widths(lines: list[list[str]]) -> list[float]:
    """Every column holds its longest word; what is left of the page goes to those that wish for more."""
    columns = [[head, *cells] for head, *cells in zip(*lines, strict=True)]
    least = [
        max(FEWEST, ceil(BOLD * _longest_word(head)), *(_longest_word(text) for text in cells)) + MARGIN
        for head, *cells in columns
    ]
    wished = [
        max(low, min(max(map(_width, column[1:]), default=0), WIDEST) + MARGIN)
        for low, column in zip(least, columns, strict=True)
    ]
    rest, wishes = LETTERS - sum(least), sum(wished) - sum(least)
    share = min(1, max(0, rest / wishes)) if wishes else 0
    letters = [low + share * (wish - low) for low, wish in zip(least, wished, strict=True)]
    return [PAGE_WIDTH * each / sum(letters) for each in letters]


def _longest_word(text: str) -> int:
    """The longest run of letters that may not be broken; Chinese may be broken anywhere."""
    return max((_width(word) for word in re.findall(r"[!-,.-~]+|[^!-,.-~\s]", text)), default=0)


def _width(text: str) -> int:
    """The width in letters; a Chinese one counts twice."""
    return len(text.encode("gbk", "replace"))


def _switch(name: str):
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    return element


def _rule(properties, name: str, **sides: str) -> None:
    borders = OxmlElement(name)
    for side, size in sides.items():
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", size), ("space", "0"), ("color", "1A2233")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    properties.append(borders)


def _narrow_margins(properties) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "60")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties.append(margins)
