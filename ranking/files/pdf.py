"""A report as a PDF: tagged (PDF/UA-1), kept for long (PDF/A-2a), its fonts embedded; equal reports are equal bytes."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import typst
from django.utils import translation

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
from ranking.files.formulas import spoken
from ranking.files.glyphs import Glyphs, glyphs_for, with_letters
from ranking.files.pictures import paper_svgs
from ranking.files.report import make_report
from ranking.files.table_layout import laid_table

LAYOUT = Path(__file__).resolve().parent / "layout" / "report.typ"
STANDARDS = ["a-2a", "ua-1"]
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
TOGETHER = 12  # rows of a table that stays on one page with its chart


def report_pdf(
    edition: Edition, language: str = "", *, step: Callable[[int], None] = lambda percent: None
) -> bytes:
    """The whole report of an edition, in the language or the active one; ``step`` is told how many percent are done."""
    with translation.override(language or translation.get_language()):
        report = make_report(edition)
        step(10)
        publication = edition.publication
        at = publication and (publication.embargo_until or publication.published_at)
        return typeset(report, at=at, step=step)


def typeset(report: Report, *, at: datetime | None = None, step=lambda percent: None) -> bytes:
    """A report as a PDF; ``at`` is the instant it bears."""
    document = report_document(report, step)
    step(80)
    try:
        return _compiled(document, glyphs_for(document), at)
    except typst.TypstError:  # a font of the system does not have what it was asked for
        return _compiled(document, glyphs_for(document, use_system=False), at)


def _compiled(document: dict, glyphs: Glyphs, at: datetime | None) -> bytes:
    """The PDF by these fonts; a letter that none of them has is refused by the standards, never printed as a box."""
    filled = with_letters(document, glyphs.replaced) | {"fonts": glyphs.system}
    if glyphs.note:
        filled["blocks"] = [*filled["blocks"], {"kind": "notice", "title": glyphs.title, "text": glyphs.note}]
    return typst.compile(
        LAYOUT.read_bytes(),
        format="pdf",
        font_paths=_fonts(bool(glyphs.system)),
        sys_inputs={"report": json.dumps(filled, ensure_ascii=False)},
        pdf_standards=STANDARDS,
        timestamp=int((at or UNDATED).timestamp()),
    )


@cache
def _fonts(system: bool) -> typst.Fonts:
    """The project's fonts; those of the system too where a name needs them."""
    return typst.Fonts(include_system_fonts=system, font_paths=[str(LAYOUT.parent.parent / "fonts")])


def report_document(report: Report, step=lambda percent: None) -> dict:
    """The report as plain data, charts drawn: what the layout reads."""
    blocks = []
    for place, block in enumerate(report.blocks):
        blocks.append(_block(block))
        step(10 + 65 * (place + 1) // len(report.blocks))
    is_chinese = report.language.startswith("zh")
    return {
        "title": report.title,
        "other": report.other_title if report.other_title != report.title else "",
        "other-lang": "en" if is_chinese else "zh",
        "series": report.series,
        "year": report.year,
        "lang": "zh" if is_chinese else "en",
        "region": "cn" if is_chinese else "gb",
        "author": report.series,
        "keywords": [report.mark],
        "mark": report.mark,
        "warning": report.warning,
        "facts": report.facts,
        "scores": report.scores,
        "words": report.words,
        "blocks": _opened(blocks),
    }


def _opened(blocks: list[dict]) -> list[dict]:
    """A chapter that begins with a table across the page has its heading on that page."""
    found: list[dict] = []
    for block in blocks:
        above = found[-1] if found else {}
        if block.get("wide") and above.get("kind") == "heading" and above["level"] == 1:
            found[-1] = block | {"chapter": above["text"]}
        else:
            found.append(block)
    return found


def _block(block: Block) -> dict:
    match block:
        case Heading(level, text):
            return {"kind": "heading", "level": level, "text": text}
        case Paragraph(spans, role):
            return {"kind": "paragraph", "spans": spans, "role": role, "indent": not spans[0][1]}
        case Points(items, numbered):
            return {"kind": "points", "items": items, "numbered": numbered}
        case Facts(rows):
            return {"kind": "facts", "rows": rows}
        case Notice(title, text):
            return {"kind": "notice", "title": title, "text": text}
        case Cards(items):
            return {"kind": "cards", "items": items}
        case Ranks():
            return _ranks(block)
        case Figure():
            return _figure(block)
        case Sheet(caption, table, note):
            found, is_wide = laid_table(table)
            section = len(table.rows) > TOGETHER
            return {
                "kind": "sheet",
                "caption": caption,
                "table": found,
                "wide": is_wide,
                "note": note,
                "section": section,
            }
        case Formula(node):
            return {"kind": "formula", "node": node, "alt": spoken(node)}


def _ranks(block: Ranks) -> dict:
    names = ("rank", "interval", "name", "place", "score", "tier")
    rows = [dict(zip(names, row, strict=True)) for row in block.rows]
    return {"kind": "ranks", "caption": block.caption, "heads": block.heads, "rows": rows} | {
        "tiers": block.tiers,
        "note": block.note,
    }


def _figure(block: Figure) -> dict:
    shown = block.shown
    table, is_wide = laid_table(block.table) if block.table else (None, False)
    return {
        "kind": "figure",
        "label": block.label,
        "title": shown.title,
        "subtitle": shown.subtitle,
        "alt": shown.alt or shown.title,
        "note": shown.note,
        "svgs": paper_svgs(shown),
        "table": table,
        "wide": is_wide,
        "together": block.table is not None and len(block.table.rows) <= TOGETHER,
    }
