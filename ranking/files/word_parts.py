"""Parts of a Word document that python-docx has no call for: contents field, words of a picture, tables, formulas."""

import io

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

from ranking.exhibits.shapes import TEXT, Table
from ranking.files.blocks import Node, Spans
from ranking.files.cells import head, printed, widths

STYLE, WIDTH = "Heng Table", 16.2
UPRIGHT, WIDEST, SPACE = 120, 44, 2  # half widths of a table that fits upright, of a column, beside a text
EMU_A_TWENTIETH = 635  # of a point
CONTENTS = 'TOC \\o "1-2" \\h \\z \\u'
SCRIPTS = {"sub": ("sSub", "sub"), "sup": ("sSup", "sup"), "subsup": ("sSubSup", "sub", "sup")}
FENCE = 2  # bars that make one
LOOKS = {
    "bar": f'<m:barPr {nsdecls("m")}><m:pos m:val="top"/></m:barPr>',
    "d": f'<m:dPr {nsdecls("m")}><m:begChr m:val="|"/><m:endChr m:val="|"/></m:dPr>',
}


def set_language(document: Document, language: str) -> None:
    """What spelling checkers and voices take the document for."""
    properties = document.styles["Normal"].element.get_or_add_rPr()
    mark = OxmlElement("w:lang")
    is_chinese = language.startswith("zh")
    mark.set(qn("w:val"), "zh-CN" if is_chinese else "en-GB")
    mark.set(qn("w:eastAsia"), "zh-CN")
    properties.append(mark)


def add_contents(document: Document, title: str, headings: list[tuple[int, str]]) -> None:
    """A contents field, filled with the headings; Word adds the page numbers when the field is brought up to date."""
    opening = document.add_paragraph(title, style="Exhibit Title")
    opening.paragraph_format.page_break_before = True
    shown = [(level, text) for level, text in headings if level < 3] or [(1, "")]
    for place, (level, text) in enumerate(shown):
        paragraph = document.add_paragraph(style=f"toc {level}")
        if place == 0:
            _field_mark(paragraph, "begin", dirty=True)
            _instruction(paragraph, CONTENTS)
            _field_mark(paragraph, "separate")
        paragraph.add_run(text)
        if place == len(shown) - 1:
            _field_mark(paragraph, "end")


def _field_mark(paragraph, kind: str, *, dirty: bool = False) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    if dirty:
        mark.set(qn("w:dirty"), "true")
    paragraph.add_run()._r.append(mark)


def _instruction(paragraph, code: str) -> None:
    words = OxmlElement("w:instrText")
    words.set(qn("xml:space"), "preserve")
    words.text = code
    paragraph.add_run()._r.append(words)


def add_spans(paragraph, spans: Spans) -> None:
    """Runs of letters, bold or not."""
    for text, is_bold in spans:
        paragraph.add_run(text).bold = is_bold or None


def add_picture(document: Document, content: bytes, alt: str) -> None:
    """A picture as wide as the text, with words for those who do not see it."""
    shape = document.add_picture(io.BytesIO(content), width=Cm(WIDTH))
    shape._inline.docPr.set("descr", alt)
    shape._inline.docPr.set("title", alt[:120])


def add_table(document: Document, table: Table) -> None:
    """A real table of an exhibit: numbers to the right, the head on every page; across the page where it is wide."""
    rows = [
        [printed(value, column) for value, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    right = {place for place, column in enumerate(table.columns) if column.kind != TEXT}
    wants = [min(max(one["whole"], one["least"]), WIDEST) + SPACE for one in widths(table)]
    add_rows(document, rows, heads=[head(column) for column in table.columns], right=right, wants=wants)


def is_wide(table: Table) -> bool:
    """Whether its columns need the page turned."""
    return sum(one["least"] + SPACE for one in widths(table)) > UPRIGHT


def turn_page(document: Document, *, across: bool) -> None:
    """A new section: across the page, or upright again."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    short, long = Cm(21), Cm(29.7)
    section.page_width, section.page_height = (long, short) if across else (short, long)
    section.different_first_page_header_footer = False


def add_rows(document: Document, rows, *, heads=(), right=frozenset(), wants=()) -> None:
    """Rows of texts as a table; built as one piece of XML, since cells one by one take seconds."""
    count = len(heads) or len(rows[0])
    table = document.add_table(rows=0, cols=count, style=STYLE)
    table.autofit = False
    section = document.sections[-1]
    room = section.page_width - section.left_margin - section.right_margin
    wants = wants or [1] * count
    sizes = [int(room * one / sum(wants) / EMU_A_TWENTIETH) for one in wants]
    for column, size in zip(table._tbl.tblGrid.gridCol_lst, sizes, strict=True):
        column.set(qn("w:w"), str(size))
    half_points = 13 if count > 8 else 16
    lines = [(heads, True)] if heads else []
    for cells, is_head in [*lines, *[(row, False) for row in rows]]:
        table._tbl.append(_row(cells, right, sizes, half_points, is_head))


def _row(cells, right, sizes: list[int], half_points: int, is_head: bool):
    row = OxmlElement("w:tr")
    properties = OxmlElement("w:trPr")
    properties.append(OxmlElement("w:cantSplit"))
    if is_head:
        properties.append(OxmlElement("w:tblHeader"))
    row.append(properties)
    for place, text in enumerate(cells):
        row.append(_cell(str(text), place in right, sizes[place], half_points, is_head))
    return row


def _cell(text: str, is_right: bool, size: int, half_points: int, is_head: bool):
    side = '<w:jc w:val="right"/>' if is_right else ""
    bold = "<w:b/>" if is_head else ""
    cell = parse_xml(
        f'<w:tc {nsdecls("w")}><w:tcPr><w:tcW w:w="{size}" w:type="dxa"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="TableText"/>{side}</w:pPr><w:r><w:rPr>{bold}<w:sz w:val="{half_points}"/>'
        f'</w:rPr><w:t xml:space="preserve"/></w:r></w:p></w:tc>'
    )
    cell.find(f".//{qn('w:t')}").text = "".join(letter for letter in text if letter >= " ")
    return cell


def add_formula(document: Document, node: Node) -> None:
    """A formula of Word's own kind."""
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(8)
    whole = OxmlElement("m:oMath")
    for part in _formula(node):
        whole.append(part)
    paragraph._p.append(whole)


def _formula(node: Node) -> list:
    kind, parts = node["t"], node.get("c", [])
    if kind == "row":
        return _in_a_row(parts)
    if kind == "frac":
        return [_around("f", ("num", parts[0]), ("den", parts[1]))]
    if kind in SCRIPTS:
        name, *places = SCRIPTS[kind]
        return [_around(name, ("e", parts[0]), *zip(places, parts[1:], strict=True))]
    if kind == "under":
        return [_around("limLow", ("e", parts[0]), ("lim", parts[1]))]
    if kind == "underover":
        return [_around("limUpp", ("e", {"t": "under", "c": parts[:2]}), ("lim", parts[2]))]
    if kind == "over":
        return [_around("bar", ("e", parts[0]))]
    if kind == "sqrt":
        return [_root(parts[0])]
    return [_letters(node.get("s", " "), upright=kind != "i" or len(node["s"]) > 1)]


def _in_a_row(parts: list[Node]) -> list:
    """One after another; a pair of bars becomes a fence, which other programs would take for two signs of "or"."""
    bars = [place for place, part in enumerate(parts) if part.get("s") == "|"]
    if len(bars) < FENCE:
        return [one for part in parts for one in _formula(part)]
    left, right = bars[:FENCE]
    inside = {"t": "row", "c": parts[left + 1 : right]}
    return [*_in_a_row(parts[:left]), _around("d", ("e", inside)), *_in_a_row(parts[right + 1 :])]


def _around(name: str, *parts):
    whole = OxmlElement(f"m:{name}")
    if name in LOOKS:
        whole.append(parse_xml(LOOKS[name]))
    for place, node in parts:
        inner = OxmlElement(f"m:{place}")
        for one in _formula(node):
            inner.append(one)
        whole.append(inner)
    return whole


def _root(node: Node):
    root = parse_xml(f'<m:rad {nsdecls("m")}><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/></m:rad>')
    inner = OxmlElement("m:e")
    for one in _formula(node):
        inner.append(one)
    root.append(inner)
    return root


def _letters(text: str, *, upright: bool):
    style = '<m:rPr><m:sty m:val="p"/></m:rPr>' if upright else ""
    run = parse_xml(f'<m:r {nsdecls("m")}>{style}<m:t xml:space="preserve"/></m:r>')
    run.find(f".//{qn('m:t')}").text = text
    return run
