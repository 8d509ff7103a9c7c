"""The report as a PDF: whole, readable by machines, the same twice, and deaf to what is written in names."""

import io
import re
import unicodedata

import pytest
from django.utils import timezone
from pypdf import PdfReader

from ranking.editions import edition_of, edition_of_past, edition_preview
from ranking.files.pdf import report_pdf
from ranking.models import PastEdition, PastRank
from survey.results import store_statistics
from tests.ranking.files.hundred import (
    HOSTILE,
    hostile_list,
    hundred,
    published_list,
    white_paper_names,
)

pytestmark = pytest.mark.django_db


def pages_of(content: bytes) -> list[str]:
    return [
        unicodedata.normalize("NFKC", page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages
    ]


def squeezed(text: str) -> str:
    """Without spaces, hyphens of line ends and the marks that the extraction of text gets wrong."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@pytest.fixture
def publication():
    return hundred()


def test_text_has_all_hundred_names_and_every_page_the_revision(publication):
    pages = pages_of(report_pdf(edition_of(publication), "zh-hans"))

    text = squeezed("".join(pages))
    assert [name for name, _province in white_paper_names() if name not in text] == []
    assert "外0城" not in text
    assert all(publication.sha256[:12] in page for page in pages)
    assert "(1–1)" in text or "(1–2)" in text


def test_english_report_is_english(publication):
    text = "".join(pages_of(report_pdf(edition_of(publication), "en")))

    assert "Key points" in text and "How the list was made" in text
    assert all(f"Unit {place}" in text for place in range(1, 101))


def test_it_is_tagged_has_title_and_language_and_embeds_its_fonts(publication):
    reader = PdfReader(io.BytesIO(report_pdf(edition_of(publication), "zh-hans")))

    assert "/StructTreeRoot" in reader.root_object and reader.root_object["/MarkInfo"]["/Marked"]
    assert reader.root_object["/Lang"] == "zh-CN"
    assert reader.metadata.title == publication.study.name
    assert reader.metadata.author == publication.study.series.name
    metadata = reader.root_object["/Metadata"].get_object().get_data().decode()
    assert "pdfuaid:part" in metadata and "pdfaid:part" in metadata
    assert fonts_outside(reader) == []


def fonts_outside(reader: PdfReader) -> list[str]:
    """Fonts that are named and not in the file."""
    fonts = {}
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            fonts[inner["/BaseFont"]] = inner["/FontDescriptor"].get_object()
    assert fonts
    return [name for name, known in fonts.items() if not {"/FontFile3", "/FontFile2"} & set(known)]


def test_equal_editions_give_equal_bytes(publication):
    assert report_pdf(edition_of(publication), "en") == report_pdf(edition_of(publication), "en")


def test_names_that_are_commands_are_printed_as_they_stand():
    text = squeezed("".join(pages_of(report_pdf(edition_of(hostile_list()), "zh-hans"))))

    assert [name for name in HOSTILE if squeezed(name) not in text] == []
    assert "49" not in re.findall(r"\{\{(.*?)\}\}", text)


def test_rehearsal_is_marked_on_every_page_and_its_name_not_torn():
    def rehearsed(study):
        study.is_rehearsal, study.name_en = True, "城市先进制造业评价 2021（示例）（演练 1）"
        study.save()
        store_statistics(study, at=timezone.now())

    pages = pages_of(report_pdf(edition_of(hundred(prepare=rehearsed)), "en"))

    assert all("simulated" in page for page in pages)
    assert any("(演练 1)" in line for line in pages[0].splitlines())


def test_preview_says_on_every_page_that_it_is_none(publication):
    pages = pages_of(report_pdf(edition_preview(publication.study), "en"))

    assert all("not published" in page for page in pages)


RARE = "\U000f0001\x07乙\u0e01城"  # private, a bell, Thai: no font here has them


def test_letter_that_no_font_has_is_replaced_and_named():
    publication = published_list([(RARE, "广东"), ("甲城", "广东"), ("丙城", "广东")], listed=3)
    text = "".join(pages_of(report_pdf(edition_of(publication), "zh-hans")))

    assert "乙〓城" in text and "U+0E01" in text


def test_rare_chinese_letter_comes_from_a_font_of_the_system():
    publication = published_list([("𠮷城", "广东"), ("甲城", "广东"), ("丙城", "广东")], listed=3)
    text = "".join(pages_of(report_pdf(edition_of(publication), "zh-hans")))

    assert "𠮷城" in text or "U+20BB7" in text


def test_imported_list_without_anything_says_what_is_missing(publication):
    past = PastEdition.objects.create(
        series=publication.study.series,
        year=1999,
        name="空榜",
        listed=2,
        imported_by="x",
        imported_at=publication.published_at,
    )
    PastRank.objects.create(edition=past, rank=1, name="甲城")
    pages = pages_of(report_pdf(edition_of_past(past), "en"))

    text = " ".join(pages)
    assert "What is not in this report" in text and "The editors have not written it." in text
    assert "甲城" in text


def test_progress_only_grows(publication):
    seen = []
    report_pdf(edition_of(publication), "en", step=seen.append)

    assert seen == sorted(seen) and seen[0] <= 10 and 75 <= seen[-1] < 100
