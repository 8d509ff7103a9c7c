"""Make ``report.docx``, the template of the Word report, again; editors may change its styles, head and foot in Word.

``python ranking/files/layout/make_template.py``. Texts between ``{{`` and ``}}`` are filled in for each report.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from ranking.files.stable import stable_zip

TARGET = Path(__file__).resolve().parent / "report.docx"
LATIN, HAN, HAN_SERIF = "Arial", "Microsoft YaHei", "SimSun"
INK, NAVY, MUTED, AMBER = "1B2430", "0B3D79", "56616F", "7A4A00"
WIDTH = 16.2  # cm between the margins
TABLE_STYLE = """<w:style {ns} w:type="table" w:customStyle="1" w:styleId="HengTable"><w:name w:val="Heng Table"/>
<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="99"/><w:qFormat/><w:pPr><w:spacing w:before="20" w:after="20"
w:line="240" w:lineRule="auto"/></w:pPr><w:rPr><w:sz w:val="16"/><w:szCs w:val="16"/></w:rPr><w:tblPr><w:tblBorders>
<w:top w:val="single" w:sz="8" w:color="{ink}"/><w:bottom w:val="single" w:sz="8" w:color="{ink}"/>
<w:insideH w:val="single" w:sz="4" w:color="DFE3E9"/></w:tblBorders><w:tblCellMar><w:left w:w="60" w:type="dxa"/>
<w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr>
<w:tcBorders><w:bottom w:val="single" w:sz="6" w:color="{ink}"/></w:tcBorders></w:tcPr></w:tblStylePr></w:style>"""


def make() -> None:
    """Styles, head and foot, cover."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.2)
    section.different_first_page_header_footer = True
    _styles(document)
    _head_and_foot(section)
    _cover(document)
    core = document.core_properties
    core.created = core.modified = datetime(2000, 1, 1, tzinfo=UTC)
    core.author = core.last_modified_by = "Heng"
    document.save(TARGET)
    TARGET.write_bytes(stable_zip(TARGET.read_bytes()))


def _styles(document) -> None:
    styles = document.styles
    _style(styles["Normal"], 10, INK)
    styles["Normal"].paragraph_format.space_after, styles["Normal"].paragraph_format.line_spacing = (
        Pt(6),
        1.35,
    )
    for name, size, before in (
        ("Title", 30, 0),
        ("Heading 1", 20, 0),
        ("Heading 2", 13, 16),
        ("Heading 3", 11, 10),
    ):
        _style(styles[name], size, INK, bold=True, han=HAN_SERIF, latin="Georgia")
        styles[name].paragraph_format.space_before, styles[name].paragraph_format.space_after = (
            Pt(before),
            Pt(6),
        )
    styles["Heading 1"].paragraph_format.page_break_before = True
    for edge in styles["Title"].element.xpath(".//w:pBdr"):
        edge.getparent().remove(edge)
    _ruled(styles["Heading 1"])
    for name, size, colour, bold in (
        ("Cover Line", 11, NAVY, True),
        ("Cover Year", 72, NAVY, True),
        ("Lead", 13, INK, False),
        ("Exhibit Title", 11, INK, True),
        ("Small", 8, MUTED, False),
        ("Source", 7, MUTED, False),
        ("Warning", 10, AMBER, True),
        ("Key Figure", 20, NAVY, True),
        ("Table Text", 8, INK, False),
    ):
        _style(styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH), size, colour, bold=bold)
        styles[name].paragraph_format.space_after = Pt(4)
    styles["Exhibit Title"].paragraph_format.keep_with_next = True
    cells = styles["Table Text"].paragraph_format
    cells.space_before, cells.space_after, cells.line_spacing = Pt(1), Pt(1), 1.0
    for name in ("Header", "Footer"):
        styles[name].paragraph_format.tab_stops.clear_all()
    for level, indent in ((1, 0), (2, 0.5)):
        toc = styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        _style(toc, 10 if level == 1 else 9, INK, bold=level == 1)
        spaced = toc.paragraph_format  # so close that the contents of a whole edition take one page
        spaced.left_indent, spaced.space_after, spaced.line_spacing = Cm(indent), Pt(1), 1.1
    styles.element.append(parse_xml(TABLE_STYLE.format(ns=nsdecls("w"), ink=INK)))


def _style(
    style, size: float, colour: str, *, bold: bool = False, han: str = HAN, latin: str = LATIN
) -> None:
    """Letters of a style: one font for Latin, one for Chinese."""
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = RGBColor.from_string(colour)
    style.font.name = latin
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), latin)
    fonts.set(qn("w:eastAsia"), han)


def _ruled(style) -> None:
    """A hairline under the heading of a chapter."""
    border = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="6" w:space="4" w:color="{INK}"/></w:pBdr>'
    )
    style.element.get_or_add_pPr().append(border)


def _head_and_foot(section) -> None:
    for part, words in ((section.header, "{{ title }}\t{{ mark }}"), (section.footer, "{{ warning }}\t")):
        paragraph = part.paragraphs[0]
        paragraph.paragraph_format.tab_stops.clear_all()
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        run = paragraph.add_run(words)
        run.font.size, run.font.color.rgb = Pt(8), RGBColor.from_string(MUTED)
    _field(section.footer.paragraphs[0], "PAGE")


def _field(paragraph, code: str) -> None:
    for kind in ("begin", None, "end"):
        run = paragraph.add_run()
        run.font.size = Pt(8)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = code
        run._r.append(mark)


def _cover(document) -> None:
    document.add_paragraph("{{ series }}", style="Cover Line")
    space = document.add_paragraph()
    space.paragraph_format.space_after = Pt(90)
    document.add_paragraph("{{ title }}", style="Title")
    document.add_paragraph("{{ other }}", style="Small")
    document.add_paragraph("{{ year }}", style="Cover Year").paragraph_format.space_before = Pt(120)
    document.add_paragraph("{%p for name, value in facts %}")
    document.add_paragraph("{{ name }}  {{ value }}", style="Small")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{{ warning }}", style="Warning")


if __name__ == "__main__":
    make()
