"""The report as a Word document with real tables, and as a workbook with one sheet for each table."""

import io
from datetime import UTC, datetime

import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from survey.report.checklists import checklists
from survey.report.table import COUNT, FIGURE, SHARE, TEXT, P, Table
from survey.report.tables import Report
from survey.report.word_tables import add_table

LATIN, HAN = "Times New Roman", "SimSun"
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)  # equal reports are equal files
BY_HAND = "✎"
INK = RGBColor(0x1A, 0x22, 0x33)


def word_document(report: Report) -> bytes:
    """A4 across, headings, one real table after the other with repeated head rows."""
    document = Document()
    document.core_properties.title = str(report.study)
    document.core_properties.created = document.core_properties.modified = UNDATED
    document.core_properties.author = document.core_properties.last_modified_by = "Heng"
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin = section.bottom_margin = Cm(1.8)
    for name, size in (("Normal", 10), ("Title", 22), ("Heading 1", 14)):
        _set_fonts(document.styles[name], size)
    document.add_heading(_title(report), level=0)
    add_table(document, [(_("Fact"), TEXT), (_("Value"), TEXT)], report.facts)
    for number, table in enumerate(report.tables, start=1):
        document.add_heading(_numbered(number, table), level=1)
        add_table(document, table.columns, table.rows)
        if table.note:
            document.add_paragraph(table.note)
    for name, entries in checklists(report.study).items():
        document.add_heading(_("Checklist %s") % name, level=1)
        rows = [(entry.code, entry.asks, entry.answer or BY_HAND) for entry in entries]
        add_table(document, [(_("No."), TEXT), (_("Asks for"), TEXT), (_("Answer"), TEXT)], rows)
        document.add_paragraph(_hand_note())
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def workbook(report: Report) -> bytes:
    """Contents, one sheet for each table with real numbers, and the checklists."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties(
        {"title": str(report.study), "author": "Heng", "created": UNDATED.replace(tzinfo=None)}
    )
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        COUNT: book.add_format({"num_format": "0"}),
        FIGURE: book.add_format({"num_format": "0.000"}),
        P: book.add_format({"num_format": "0.000"}),
        SHARE: book.add_format({"num_format": "0.0%"}),
    }
    cover = book.add_worksheet(_("Contents"))
    cover.set_column(0, 0, 34)
    cover.set_column(1, 1, 80)
    cover.write_string(0, 0, _title(report), formats["title"])
    for row, (fact, value) in enumerate(report.facts, start=2):
        cover.write_string(row, 0, fact)
        cover.write_string(row, 1, value)
    line = len(report.facts) + 3
    for number, table in enumerate(report.tables, start=1):
        cover.write_string(line, 0, table.code)
        cover.write_string(line, 1, _numbered(number, table))
        line += 1
        _write_sheet(book.add_worksheet(table.code[:31]), table, formats)
    for name, entries in checklists(report.study).items():
        columns = ((_("No."), TEXT), (_("Asks for"), TEXT), (_("Answer"), TEXT))
        rows = tuple((entry.code, entry.asks, entry.answer or BY_HAND) for entry in entries)
        table = Table(name, _("Checklist %s") % name, columns, rows, _hand_note())
        cover.write_string(line, 0, name)
        cover.write_string(line, 1, table.title)
        line += 1
        _write_sheet(book.add_worksheet(name), table, formats)
    book.close()
    return buffer.getvalue()


def _write_sheet(sheet, table: Table, formats: dict) -> None:
    """Title, note, head row, and every value as what it is: a number is a number."""
    sheet.write_string(0, 0, table.title, formats["title"])
    sheet.write_string(1, 0, table.note)
    for column, (label, kind) in enumerate(table.columns):
        sheet.write_string(3, column, label, formats["head"])
        sheet.set_column(column, column, 28 if kind == TEXT else 12)
    sheet.freeze_panes(4, 0)
    for line, row in enumerate(table.rows, start=4):
        for column, (value, (_label, kind)) in enumerate(zip(row, table.columns, strict=True)):
            if value is None:
                sheet.write_blank(line, column, None)
            elif isinstance(value, str):
                sheet.write_string(line, column, value, formats["wrap"])
            else:
                sheet.write_number(line, column, value, formats[kind])


def _title(report: Report) -> str:
    return _("Report of the panel: %s") % report.study


def _numbered(number: int, table: Table) -> str:
    return _("Table %(number)d. %(title)s") % {"number": number, "title": table.title}


def _hand_note() -> str:
    return (
        _("%s marks what a person must write. The items are paraphrased; see the original for their wording.")
        % BY_HAND
    )


def _set_fonts(style, size: float) -> None:
    """A serif for Latin letters and one for Chinese: Word picks by letter."""
    style.font.name, style.font.size, style.font.color.rgb = LATIN, Pt(size), INK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(script), LATIN)
    fonts.set(qn("w:eastAsia"), HAN)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    language.set(qn("w:eastAsia"), "zh-CN" if (get_language() or "").startswith("zh") else "en-GB")
    style.element.get_or_add_rPr().append(language)
