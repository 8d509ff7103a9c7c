"""What we export we import again unchanged, whatever the names are; no spreadsheet takes a text for a formula."""

import csv
import io
import zipfile

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from survey.formulas import FORMULA, csv_text, guarded, unguarded
from survey.frameworks import framework_of, read_framework
from survey.plain_names import fits_address, plain_name
from survey.uploads import read_rows
from tests.access.hostile import catalogue
from tests.cast import FRAMEWORK, make_study, sign_in
from weighting.datasets import dataset_document, import_dataset
from weighting.groupings import groups_csv
from weighting.imports import InvalidSheet
from weighting.models import Dataset

pytestmark = pytest.mark.django_db
FIGURES = [0.1, -1.5, 1 / 3, 2.0, 123456789.123456789, 5e-324, 1.7976931348623157e308, -0.0]
ODD = [
    "=1+1",
    "'=1+1",
    "''=x",
    "'t Hart",
    "+49",
    "-",
    "@x",
    "＝1",
    '"quoted", name',
    "a;b\tc",
    "𠮷野",
    "e\u0301",
    "'",
]
ODD += [
    "<svg onload=alert(1)>",
    "\u202eevil\u202c",
    "a\r\nb",
    "zero\u200bwidth",
    "مرحبا",
    "0123",
    "1e5",
    "TRUE",
]


def hostile_names() -> list[str]:
    texts = [text for text in catalogue() if isinstance(text, str) and "\0" not in text and len(text) < 150]
    kept = {plain_name(text): text for text in [*ODD, *texts] if plain_name(text)}
    return [text for plain, text in kept.items() if len(plain) <= 200]


def matrix_of(names: list[str]) -> str:
    rows = [
        [f"u{place:05d}", name, name, name, *[repr(FIGURES[(place + n) % len(FIGURES)]) for n in range(4)]]
        for place, name in enumerate(names)
    ]
    return csv_text([["code", "name", "name_en", "=region", "a1", "a2", "b1", "b2"], *rows])


def imported(study, content: bytes) -> Dataset:
    return import_dataset(study, content, file_name="t.csv", by="stefan", at=timezone.now())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_hostile_name_comes_back_from_our_own_file_as_it_was(client, kind):
    study, names = make_study(), hostile_names()
    first = imported(study, matrix_of(names).encode("utf-8", "ignore"))
    sign_in(client, "stefan")
    answer = client.get(f"/studies/towns/data/1/data.{kind}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="towns-data-1.{kind}"'
    second = imported(study, answer.content)
    print(f"\n{len(names)} names by {kind}")
    assert len(names) > 1_000
    assert dataset_document(second)["units"] == dataset_document(first)["units"]
    assert (second.codes, second.attributes) == (first.codes, first.attributes)
    again = client.get(f"/studies/towns/data/2/data.{kind}").content
    assert again == answer.content


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_is_a_formula(client, kind):
    study = make_study()
    imported(study, matrix_of(ODD).encode())
    sign_in(client, "stefan")
    content = client.get(f"/studies/towns/data/1/data.{kind}").content
    if kind == "csv":
        for row in list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]:
            assert not [cell for cell in row[:4] if cell.startswith(FORMULA) and not cell.startswith("'")]
    else:
        sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet and b"hyperlink" not in sheet


@given(st.text())
def test_guarding_is_undone_by_reading_and_is_one_apostrophe_at_most(text):
    assert unguarded(guarded(text)) == text
    assert guarded(text) in (text, f"'{text}")


def test_texts_of_other_programs_stay_as_they_are():
    for text in ("'t Hart", "rock 'n' roll", "'", "''", "x=1", ""):
        assert unguarded(text) == (text if text != "''" else "'")


def test_indicator_table_and_region_scheme_come_back_as_they_were():
    nodes = read_framework(FRAMEWORK.replace("研发", "=1+1").replace("园区", "'t Hart"))
    fields = ("code", "parent", "name", "name_en", "direction")
    table = csv_text([fields, *[[getattr(node, field) for field in fields] for node in nodes]])
    assert "'=1+1" in table and framework_of(read_rows(table.encode())) == nodes
    groups = [{"code": "e", "name": "-东部", "name_en": "=East", "values": ["@a", "b"]}]
    rows = read_rows(groups_csv(groups).encode())
    assert rows[1:] == [["e", "-东部", "=East", "@a"], ["e", "-东部", "=East", "b"]]


@given(st.text(max_size=60))
def test_a_kept_name_is_one_line_and_stays_as_it_is(text):
    name = plain_name(text)
    assert plain_name(name) == name and len(name.splitlines()) <= 1
    assert not set(name) & set("\u202e\u2066\0\r\n\t\ufeff\ufffe\u200b")


@pytest.mark.parametrize("code", ["a/b", "..", ".", "a\\b", "a\u202eb", "a\nb", "a\x7fb", "\u200b"])
def test_code_that_is_no_part_of_an_address_is_refused_by_name(code):
    assert not fits_address(code)
    with pytest.raises(InvalidSheet) as refused:
        imported(make_study(), matrix_of(["x", "y"]).replace("u00000", f'"{code}"').encode())
    assert [problem.cell for problem in refused.value.problems] == ["A2"]
