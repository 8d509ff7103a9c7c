"""A report as a Word document: the template's styles, real headings and tables, pictures with words, contents."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docxtpl import DocxTemplate

from ranking.editions import Edition
from ranking.files.blocks import (
    Block,
    Cards,
    Facts,
    Figure,
    Formula,
    Heading,
    Notice,
    Paragraph,
    Points,
    Ranks,
    Report,
    Sheet,
)
from ranking.files.pictures import picture_png
from ranking.files.report import make_report
from ranking.files.stable import stable_zip
from ranking.files.word_parts import (
    add_contents,
    add_formula,
    add_picture,
    add_rows,
    add_spans,
    add_table,
    is_wide,
    set_language,
    turn_page,
)

TEMPLATE = Path(__file__).resolve().parent / "layout" / "report.docx"
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
ROLES = {"lead": "Lead", "small": "Small", "text": "Normal"}


def report_docx(edition: Edition, *, step: Callable[[int], None] = lambda percent: None) -> bytes:
    """The whole report of an edition in the language that is active."""
    return word_document(make_report(edition), step=step)


def word_document(report: Report, *, step: Callable[[int], None] = lambda percent: None) -> bytes:
    """A report as a document; texts stay texts, whatever stands in them."""
    template = DocxTemplate(TEMPLATE)
    template.render(
        {
            "title": report.title,
            "other": report.other_title if report.other_title != report.title else "",
            "series": report.series,
            "year": report.year,
            "mark": report.mark,
            "warning": report.warning,
            "facts": report.facts,
        },
        autoescape=True,
    )
    document = template.docx
    set_language(document, report.language)
    add_contents(document, report.words["contents"], list(_headings(report)))
    for place, block in enumerate(report.blocks):
        if (
            isinstance(block, Heading)
            and block.level == 1
            and _is_turned(*report.blocks[place + 1 : place + 2])
        ):
            turn_page(document, across=True)
        _add(document, block)
        step(10 + 85 * (place + 1) // len(report.blocks))
    core = document.core_properties
    core.title, core.author = report.title, report.series
    core.subject, core.language = report.mark, report.language
    core.created = core.modified = UNDATED
    buffer = io.BytesIO()
    document.save(buffer)
    return stable_zip(buffer.getvalue())


def _is_turned(block: Block | None = None) -> bool:
    """Whether the block is an exhibit that needs the page turned."""
    return isinstance(block, Figure) and block.table is not None and is_wide(block.table)


def _headings(report: Report) -> Iterator[tuple[int, str]]:
    for block in report.blocks:
        match block:
            case Heading(level, text):
                yield level, text
            case Figure():
                yield 2, block.label
            case Ranks(caption=text) | Sheet(caption=text):
                yield 2, text


def _add(document: Document, block: Block) -> None:
    match block:
        case Heading(level, text):
            document.add_heading(text, level=level)
        case Paragraph(spans, role):
            add_spans(document.add_paragraph(style=ROLES[role]), spans)
        case Points(items, numbered):
            for item in items:
                add_spans(document.add_paragraph(style="List Number" if numbered else "List Bullet"), item)
        case Facts(rows):
            add_rows(document, rows, wants=(1, 3))
        case Notice(title, text):
            document.add_paragraph(title, style="Warning")
            document.add_paragraph(text)
        case Cards(items):
            for value, unit, name, parts in items:
                document.add_paragraph(f"{value} {unit}", style="Key Figure")
                document.add_paragraph(" · ".join(part for part in (name, parts) if part), style="Small")
        case Ranks():
            _add_ranks(document, block)
        case Figure():
            _add_figure(document, block)
        case Sheet(caption, table, note):
            document.add_heading(caption, level=2)
            add_table(document, table)
            document.add_paragraph(note, style="Source")
        case Formula(node):
            add_formula(document, node)


def _add_ranks(document: Document, block: Ranks) -> None:
    names, (rank, name, place, score) = dict(block.tiers), block.heads
    document.add_heading(block.caption, level=2)
    rows = [
        (f"{row[0]} {row[1]}".strip(), row[2], row[3], names.get(row[5], ""), row[4]) for row in block.rows
    ]
    heads = (rank, name, place, block.tier_head, score)
    add_rows(document, rows, heads=heads, right={4}, wants=(5, 8, 6, 6, 3))
    document.add_paragraph(block.note, style="Source")


def _add_figure(document: Document, block: Figure) -> None:
    shown = block.shown
    turned = _is_turned(block)
    if turned and document.sections[-1].orientation != WD_ORIENT.LANDSCAPE:
        turn_page(document, across=True)
    document.add_heading(block.label, level=2)
    document.add_paragraph(shown.title, style="Exhibit Title")
    if shown.subtitle:
        document.add_paragraph(shown.subtitle, style="Small").paragraph_format.keep_with_next = True
    picture = picture_png(shown)
    if picture:
        add_picture(document, picture, shown.alt or shown.title)
    if block.table is not None:
        add_table(document, block.table)
    document.add_paragraph(shown.note, style="Source")
    if turned:
        turn_page(document, across=False)
