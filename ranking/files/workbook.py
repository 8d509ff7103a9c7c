"""The workbook of an edition: cover, contents with links, notes, and one sheet for each exhibit."""

import io
from collections.abc import Callable

from django.utils.translation import gettext as _

from ranking.editions import Edition
from ranking.exhibits.registry import exhibits_of
from ranking.exhibits.shapes import Shown
from ranking.exhibits.words import said, title_of
from ranking.files.colophon import cover_facts, revision_mark, warning_of
from ranking.files.method import limit_points
from ranking.files.report import numbered
from ranking.files.sheets import Formats, fit_row, front_setup, new_workbook, sheet_name, write_exhibit

NAMES, WORDS = 36, 96  # letters across the columns of contents and notes


def edition_xlsx(edition: Edition, *, step: Callable[[int], None] = lambda percent: None) -> bytes:
    """The workbook in the language that is active."""
    shown = [(numbered(exhibit), exhibit.show(edition)) for exhibit in exhibits_of(edition).values()]
    step(60)
    buffer = io.BytesIO()
    book = new_workbook(buffer, title=title_of(edition), author=_publisher(edition))
    formats, taken = Formats(book), set()
    names = [sheet_name(name, taken) for name in (_("Cover"), _("Contents"), _("Notes"))]
    cover, contents, notes = (book.add_worksheet(name) for name in names)
    _write_cover(cover, formats, edition, names)
    lines = []
    for label, one in shown:
        if one.missing or one.table is None:
            lines.append((label, one.missing, ""))
            continue
        name = sheet_name(label, taken)
        sheet = book.add_worksheet(name)
        write_exhibit(
            sheet, formats, label=label, shown=one, mark=revision_mark(edition), warning=warning_of(edition)
        )
        sheet.write_url(4, 0, f"internal:'{names[1]}'!A1", formats.link, _("Contents"))
        lines.append((label, one.title, name))
    _write_contents(contents, formats, lines)
    _write_notes(notes, formats, edition, shown)
    step(95)
    book.close()
    return buffer.getvalue()


def _publisher(edition: Edition) -> str:
    return said({"name": edition.series.name, "name_en": edition.series.name_en}, "name")


def _write_cover(sheet, formats: Formats, edition: Edition, names: list[str]) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 72)
    sheet.write_string(0, 0, _publisher(edition), formats.label)
    sheet.write_string(1, 0, title_of(edition), formats.title)
    sheet.write_string(2, 0, warning_of(edition), formats.warning)
    facts = [*cover_facts(edition)]
    if edition.sha256:
        facts.append((_("Manifest (SHA-256)"), edition.sha256))
    for line, (name, value) in enumerate(facts, start=4):
        sheet.write_string(line, 0, name, formats.muted)
        sheet.write_string(line, 1, value, formats.text)
    for line, name in enumerate(names[1:], start=5 + len(facts)):
        sheet.write_url(line, 0, f"internal:'{name}'!A1", formats.link, name)
    front_setup(sheet)


def _write_contents(sheet, formats: Formats, lines: list[tuple[str, str, str]]) -> None:
    """What there is, with a link; what there is not, with the reason."""
    sheet.set_column(0, 0, NAMES)
    sheet.set_column(1, 1, WORDS)
    sheet.write_string(0, 0, _("Contents"), formats.title)
    sheet.write_string(2, 0, _("Sheet"), formats.head)
    sheet.write_string(2, 1, _("What it says"), formats.head)
    for line, (label, words, name) in enumerate(lines, start=3):
        if name:
            sheet.write_url(line, 0, f"internal:'{name}'!A1", formats.link, label)
        else:
            sheet.write_string(line, 0, label, formats.muted)
        sheet.write_string(line, 1, words, formats.text if name else formats.muted)
        fit_row(sheet, line, [(label, NAMES), (words, WORDS)])
    sheet.freeze_panes(3, 0)
    front_setup(sheet)


def _write_notes(sheet, formats: Formats, edition: Edition, shown: list[tuple[str, Shown]]) -> None:
    """How to read the numbers, the limits, and the source of every exhibit."""
    sheet.set_column(0, 0, NAMES)
    sheet.set_column(1, 1, WORDS)
    sheet.write_string(0, 0, _("Notes"), formats.title)
    rows = [
        (
            _("Numbers"),
            _("Unrounded; the cell's format rounds what is shown. Percentages are shares from 0 to 1."),
        )
    ]
    rows += [(_("Limits"), point) for point in limit_points(edition)]
    rows += [(label, one.note) for label, one in shown if one.note]
    for line, (name, words) in enumerate(rows, start=2):
        sheet.write_string(line, 0, name, formats.label)
        sheet.write_string(line, 1, words, formats.text)
        fit_row(sheet, line, [(name, NAMES), (words, WORDS)])
    front_setup(sheet)
