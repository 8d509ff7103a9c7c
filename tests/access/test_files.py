"""Files made to hurt: each is refused by name, in little time and memory, on every way in. All are made here."""

import gzip
import io
import itertools
import os
import resource
import struct
import time
import zipfile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from ranking.cli.sheets import read_sheet
from survey import uploads
from survey.frameworks import InvalidFramework, read_framework
from survey.models import Study
from survey.refusal import InvalidInput
from survey.upload_reader import MEMORY
from survey.uploads import (
    ActiveWorkbook,
    FileTooLarge,
    ForeignWorkbook,
    LockedFile,
    UnreadableFile,
    read_rows,
    run_reader,
)
from tests.cast import FRAMEWORK, MATRIX, make_study, sign_in
from weighting.models import Dataset

MB = 2**20
PROTOCOL = '{"weighting": {"k": 10}}'
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD = f'<?xml version="1.0"?><worksheet {SPACE}><sheetData>'
FOOT = "</sheetData></worksheet>"


def plain_workbook() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        book.add_worksheet().write_row(0, 0, ["code", "name"])
    return content.getvalue()


PLAIN = plain_workbook()


def workbook(sheet: str | bytes | None = None, *, more=None, drop=(), level=1) -> bytes:
    """A real workbook whose sheet, or other parts, are exchanged."""
    parts = {"xl/worksheets/sheet1.xml": sheet} if sheet is not None else {}
    source, target = zipfile.ZipFile(io.BytesIO(PLAIN)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for entry in source.infolist():
            if entry.filename not in {*parts, *(more or {}), *drop}:
                archive.writestr(entry.filename, source.read(entry))
        for name, part in {**parts, **(more or {})}.items():
            archive.writestr(name, part)
    return target.getvalue()


def one_cell(text: str) -> str:
    return f'{HEAD}<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>{FOOT}'


def archive(files: dict) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return target.getvalue()


def patched(content: bytes, old: bytes, new: bytes) -> bytes:
    assert old in content and len(old) == len(new)
    return content.replace(old, new)


def far_cell() -> bytes:
    return workbook(f'{HEAD}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>{FOOT}')


def far_cell_in_other_quotes() -> bytes:
    return workbook(f"{HEAD}<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>{FOOT}")


def claimed_columns() -> bytes:
    rows = "".join(f'<row r="{n}" spans="1:16384"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 120_001))
    last = '<row r="120001"><c r="XFD120001"><v>1</v></c></row>'
    return workbook(f'<worksheet {SPACE}><dimension ref="A1:XFD120001"/><sheetData>{rows}{last}{FOOT}')


def cell_of_300_mb() -> bytes:
    return workbook(
        f'{HEAD}<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 300 * MB}</t></is></c></row>{FOOT}', level=1
    )


def cell_of_40_mb_that_does_not_compress() -> bytes:
    noise = os.urandom(3 * MB).hex()
    return workbook(one_cell(noise))


def entities(body: str) -> bytes:
    return workbook(one_cell("&z;").replace("<worksheet", f"<!DOCTYPE x [{body}]><worksheet", 1))


def billion_laughs() -> bytes:
    names = "abcdefghijklmnopqrstuvwxyz"
    chain = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in itertools.pairwise(names))
    return entities(f'<!ENTITY a "ha">{chain}')


def quadratic_entity() -> bytes:
    return entities(f'<!ENTITY z "{"x" * 100_000}">')


def entity_of_a_file() -> bytes:
    return entities('<!ENTITY z SYSTEM "file:///etc/hostname">')


def sheets_10000() -> bytes:
    return workbook(more={f"xl/worksheets/sheet{n}.xml": HEAD + FOOT for n in range(2, 10_001)})


def entries_5000() -> bytes:
    return workbook(more={f"x/{n}": b"" for n in range(5_000)})


def nested_archives() -> bytes:
    inner = archive({"zeros": b"\0" * 20 * MB})
    for _ in range(5):
        inner = archive({f"{n}.zip": inner for n in range(10)})
    return inner


def nested_inside_a_workbook() -> bytes:
    return workbook(
        more={"xl/media/image1.zip": archive({"zeros": b"\0" * 100 * MB}), "xl/z": b"\0" * 45 * MB}
    )


def ratio_of_1000() -> bytes:
    return workbook(HEAD + " " * 40 * MB + FOOT)


def lying_sizes() -> bytes:
    """Claims 1 kB where 30 MB unfold."""
    long = (
        f'{HEAD}<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 30 * MB}</t></is></c></row>{FOOT}'.encode()
    )
    return patched(workbook(long), struct.pack("<I", len(long)), struct.pack("<I", 1000))


def locked_entry() -> bytes:
    content = bytearray(PLAIN)
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        content[place + 8] |= 1
        place = content.find(b"PK\x01\x02", place + 4)
    return bytes(content)


def locked_workbook() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 2000
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 4000
    )


def old_workbook() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000 + "Workbook".encode("utf-16-le") + b"\0" * 4000


def text_document() -> bytes:
    return archive({"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"})


def external_link() -> bytes:
    return workbook(more={"xl/externalLinks/externalLink1.xml": '<externalLink r:id="rId1"/>'})


def macro() -> bytes:
    return workbook(more={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"\0" * 500})


def embedded_object() -> bytes:
    return workbook(more={"xl/embeddings/oleObject1.bin": b"\0" * 100})


def huge_shared_strings() -> bytes:
    strings = "".join(f"<si><t>{n:0120}</t></si>" for n in range(400_000))
    return workbook(more={"xl/sharedStrings.xml": f'<sst {SPACE} count="400000">{strings}</sst>'})


def many_short_strings() -> bytes:
    return workbook(more={"xl/sharedStrings.xml": f"<sst {SPACE}>{'<si><t/></si>' * 3_500_000}</sst>"})


def claimed_strings() -> bytes:
    return workbook(
        more={"xl/sharedStrings.xml": f'<sst {SPACE} count="4294967295" uniqueCount="4294967295"></sst>'}
    )


def deep_xml() -> bytes:
    return workbook(HEAD + "<a>" * 2_000_000 + "</a>" * 2_000_000 + FOOT)


def rows_in_a_circle() -> bytes:
    return workbook(HEAD + '<row r="1"><c r="A1"><v>1</v></c></row>' * 600_000 + FOOT)


def broken_archive() -> bytes:
    return PLAIN[: len(PLAIN) // 2]


def broken_checksum() -> bytes:
    content = bytearray(workbook(HEAD + FOOT, level=0))
    content[content.find(b"<sheetData>") + 3] ^= 1
    return bytes(content)


def workbook_without_sheets() -> bytes:
    return workbook(drop=("xl/worksheets/sheet1.xml",))


def line_of_100_mb() -> bytes:
    return b"code,name\n" + b"x" * 100 * MB


def line_of_7_mb() -> bytes:
    return b"code,name\nx," + b"y" * 7 * MB


def seven_million_separators() -> bytes:
    return b"code,name\n" + b"," * 7 * MB


def three_million_lines() -> bytes:
    return b"code,name\n" + b"1,2\n" * 1_900_000


def one_wide_line_and_many_short() -> bytes:
    return b"," * 20_000 + b"\n" + b"1\n" * 200_000


def unclosed_quote() -> bytes:
    return b'code,name\nx,"' + b"y,\n" * 2_000_000


def with_nul() -> bytes:
    return b"code,name\nx,\x00\n"


def utf_16() -> bytes:
    return MATRIX.encode("utf-16")


def utf_32() -> bytes:
    return MATRIX.encode("utf-32")


def broken_utf_8() -> bytes:
    return b"code,name\nx,\xff\xff\xff\xfe\n"


def picture() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + os.urandom(5000).replace(b"\0", b"\1") + b"\xff\xff"


def gzip_bomb() -> bytes:
    return gzip.compress(b"\0" * 100 * MB, 9)


LARGE, BROKEN = FileTooLarge, UnreadableFile
BOMBS = {
    far_cell: LARGE,
    far_cell_in_other_quotes: LARGE,
    claimed_columns: LARGE,
    cell_of_300_mb: LARGE,
    cell_of_40_mb_that_does_not_compress: LARGE,
    billion_laughs: ActiveWorkbook,
    quadratic_entity: ActiveWorkbook,
    entity_of_a_file: ActiveWorkbook,
    sheets_10000: LARGE,
    entries_5000: LARGE,
    nested_archives: ForeignWorkbook,
    nested_inside_a_workbook: LARGE,
    ratio_of_1000: LARGE,
    lying_sizes: BROKEN,
    locked_entry: LockedFile,
    locked_workbook: LockedFile,
    old_workbook: ForeignWorkbook,
    text_document: ForeignWorkbook,
    external_link: ActiveWorkbook,
    macro: ActiveWorkbook,
    embedded_object: ActiveWorkbook,
    huge_shared_strings: LARGE,
    many_short_strings: LARGE,
    claimed_strings: LARGE,
    deep_xml: LARGE,
    rows_in_a_circle: LARGE,
    broken_archive: BROKEN,
    broken_checksum: BROKEN,
    workbook_without_sheets: BROKEN,
    line_of_100_mb: LARGE,
    line_of_7_mb: BROKEN,
    seven_million_separators: LARGE,
    three_million_lines: LARGE,
    one_wide_line_and_many_short: LARGE,
    unclosed_quote: LARGE,
    with_nul: BROKEN,
    utf_16: BROKEN,
    utf_32: BROKEN,
    broken_utf_8: BROKEN,
    picture: BROKEN,
    gzip_bomb: BROKEN,
}


def seconds_of_children() -> float:
    """Seconds of a processor that ended processes took, those included that the operating system ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def memory_of(done) -> float:
    """MB of memory; the limit itself where the reader did not come to tell."""
    if done is None:
        return 0.0
    return int(done.stderr.split()[1]) / 1024 if done.returncode >= 0 else MEMORY / MB


def test_every_bomb_is_refused_by_name_in_little_time_and_memory(settings):
    settings.DATASET_UPLOAD_MAX_BYTES = 8 * MB
    lines, faults = [], []
    for make, expected in BOMBS.items():
        content, began, before = make(), time.perf_counter(), seconds_of_children()
        done = run_reader(content) if len(content) <= 8 * MB else None
        wall, seconds = time.perf_counter() - began, seconds_of_children() - before
        memory = memory_of(done)
        with pytest.MonkeyPatch.context() as once:
            once.setattr(uploads, "run_reader", lambda _content, done=done: done)
            with pytest.raises(InvalidInput) as refused:
                read_rows(content)
        named = refused.type
        cost = f"{len(content) / 1024:8.0f} kB {wall:5.2f} s {seconds:5.2f} s cpu {memory:6.0f} MB"
        lines.append(f"{make.__name__:38} {cost}  {named.code}")
        # two seconds of a processor: on the wall a loaded machine takes more, the reader does not
        if named is not expected or seconds > 2 or wall > 8 or memory * MB > MEMORY:
            faults.append(lines[-1])
        words = []
        for language in ("en", "zh-hans"):
            with translation.override(language):
                words.append(str(refused.value))
        assert words[0] != words[1]
    print(f"\n{len(BOMBS)} bombs", *lines, sep="\n")
    assert len(BOMBS) >= 20 and MEMORY <= 256 * MB
    assert not faults, "\n".join(faults)


def large_csv() -> bytes:
    rows = [
        f"u{row},name {row}," + ",".join(str(row + place) for place in range(48)) for row in range(12_000)
    ]
    return "\n".join(["code,name," + ",".join(f"i{n}" for n in range(48)), *rows]).encode()


def large_workbook() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(1_500):
            sheet.write_row(row, 0, [f"u{row}", f"name {row}", *[row + place / 7 for place in range(48)]])
    return content.getvalue()


@pytest.mark.parametrize("make", [large_csv, large_workbook])
def test_large_table_of_honest_figures_is_read(make):
    content = make()
    assert len(content) <= 8 * MB
    rows = read_rows(content)
    print(f"\n{make.__name__}: {len(rows)} rows, {len(rows[0])} columns, {len(content) / MB:.1f} MB")
    assert len(rows[0]) == 50 and len(rows) >= 1_500 and rows[-1][0].startswith("u")


WAYS = [far_cell, locked_workbook, old_workbook, macro, with_nul, utf_32]


@pytest.mark.django_db
@pytest.mark.parametrize("make", WAYS, ids=lambda make: make.__name__)
def test_data_page_and_indicator_table_refuse_alike(client, make):
    study, file = make_study(), make()
    before = Study.objects.count()
    sign_in(client, "stefan")
    english = {"accept-language": "en"}
    data = client.post(f"/studies/{study.slug}/data/", {"file": upload(file)}, headers=english)
    sign_in(client, "coco")
    fields = {
        "series": study.series_id,
        "name": "x",
        "slug": "x",
        "year": 2026,
        "source": "upload",
        "protocol": PROTOCOL,
    }
    framework = client.post("/studies/new/", {**fields, "framework": upload(file)}, headers=english)
    with translation.override("en"):
        words = str(BOMBS[make].message).split("%")[0]
    for answer in (data, framework):
        assert answer.status_code == 400 and words[:40] in answer.content.decode()
    assert Study.objects.count() == before and not Dataset.objects.exists()


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("innocent.xlsx", content)


@pytest.mark.django_db
def test_indicator_table_may_be_a_workbook(client):
    study, content = make_study(), io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(FRAMEWORK.splitlines()):
            sheet.write_row(row, 0, line.split(","))
    sign_in(client, "coco")
    fields = {"series": study.series_id, "name": "x", "slug": "xlsx", "year": 2026, "source": "upload"}
    answer = client.post(
        "/studies/new/", {**fields, "protocol": PROTOCOL, "framework": upload(content.getvalue())}
    )
    assert answer.status_code == 302
    codes = Study.objects.get(slug="xlsx").indicators.values_list("code", flat=True)
    assert list(codes) == ["A", "a1", "a2", "B", "b1", "b2"]


def chain(length: int) -> str:
    rows = [f"n{n},{f'n{n - 1}' if n else ''},name" for n in range(length)]
    return "\n".join(["code,parent,name", *rows])


@pytest.mark.parametrize(
    "text",
    [chain(1_500), chain(30), "code,parent,name\n" + "x,,y\n" * 5_000, f"code,parent,name\n{'x' * 61},,y"],
)
def test_tree_out_of_all_bounds_is_refused(text):
    with pytest.raises(InvalidFramework):
        read_framework(text)


def test_command_line_reads_by_the_same_caps(tmp_path):
    for make in (line_of_7_mb, seven_million_separators, with_nul, utf_32, far_cell, line_of_100_mb):
        path, problems = tmp_path / "data.csv", []
        path.write_bytes(make())
        assert read_sheet(path, problems) is None, make.__name__
        assert [problem.file for problem in problems] == ["data.csv"]
