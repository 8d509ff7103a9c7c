"""Importing a table: every fault is listed with its cell, and nothing is changed."""

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from survey.refusal import InvalidTransition
from survey.uploads import FileTooLarge, read_rows
from tests.cast import MATRIX, make_study, sign_in
from weighting.datasets import import_dataset, seal_dataset
from weighting.imports import InvalidSheet, read_figure
from weighting.models import Dataset, Unit

pytestmark = pytest.mark.django_db


def load(study, content, name="towns.csv"):
    content = content.encode() if isinstance(content, str) else content
    return import_dataset(study, content, file_name=name, by="stefan", at=timezone.now())


def workbook(rows) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return content.getvalue()


def test_csv_becomes_a_matrix_with_attributes():
    dataset = load(make_study(), MATRIX)
    unit = dataset.units.first()
    assert dataset.codes == ["a1", "a2", "b1", "b2"]
    assert (unit.code, unit.name, unit.name_en, unit.attributes) == ("x", "甲城", "Xton", {"region": "east"})
    assert unit.values == [1.0, 20.0, 6.0, 3.0]


def test_xlsx_gives_the_same_matrix_as_csv():
    study = make_study()
    rows = [line.split(",") for line in MATRIX.splitlines()]
    cells = [rows[0]] + [[*row[:4], *map(float, row[4:])] for row in rows[1:]]
    first, second = load(study, MATRIX), load(study, workbook(cells), "towns.xlsx")
    fields = ("code", "name", "name_en", "attributes", "values")
    assert list(first.units.values(*fields)) == list(second.units.values(*fields))
    assert second.version == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_of_spreadsheets(encoding):
    assert load(make_study(), MATRIX.encode(encoding)).units.first().name == "甲城"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_csv_is_read_with_other_separators(separator):
    assert load(make_study(), MATRIX.replace(",", separator)).units.count() == 3


def test_broken_sheet_lists_every_bad_cell_and_changes_nothing(client):
    study = make_study()
    broken = (
        "code,name,region,a1,a2,b1,b2\n"
        'x,甲城,east,1,abc,"1,234",3\n'
        "y,,west,2,0,12%,0\n"
        "x,丙城,east,NaN,10,=1+1,1e999\n"
        ",丁城,east,1,2,3,-\n"
    )
    sign_in(client, "stefan")
    upload = SimpleUploadedFile("broken.csv", broken.encode())
    page = client.post(f"/studies/{study.slug}/data/", {"file": upload}, headers={"accept-language": "en"})
    with pytest.raises(InvalidSheet) as refused:
        load(study, broken)
    cells = [problem.cell for problem in refused.value.problems]
    assert cells == ["E2", "F2", "F3", "B3", "D4", "F4", "G4", "G5", "A5", "A"]
    assert page.status_code == 400
    assert all(cell in page.content.decode() for cell in cells)
    assert not Dataset.objects.exists() and not Unit.objects.exists()


def test_missing_and_repeated_columns_are_named():
    with pytest.raises(InvalidSheet) as refused:
        load(make_study(), "code,name,a1,a1,b1\nx,甲,1,1,1\n")
    text = " ".join(str(problem) for problem in refused.value.problems)
    assert "a2" in text and "b2" in text and "a1" in text


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old excel", b'a,"b\n']
)
def test_file_that_is_no_table_is_refused_in_words(client, content):
    study = make_study()
    sign_in(client, "stefan")
    page = client.post(
        f"/studies/{study.slug}/data/", {"file": SimpleUploadedFile("x.xlsx", content or b" ")}
    )
    assert page.status_code == 400
    assert not Dataset.objects.exists()


def test_upload_without_a_file_is_refused_in_words(client):
    study = make_study()
    sign_in(client, "stefan")
    assert client.post(f"/studies/{study.slug}/data/", {}).status_code == 400


def test_file_over_the_limit_is_refused(settings):
    settings.DATASET_UPLOAD_MAX_BYTES = 10
    with pytest.raises(FileTooLarge):
        read_rows(MATRIX.encode())


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.5", 1.5), (" -2 ", -2.0), ("１２", 12.0), ("1e3", 1000.0), (".5", 0.5), ("", None), ("  ", None)],
)
def test_figure_is_read_exactly(text, value):
    assert read_figure(text) == (value, "")


@pytest.mark.parametrize(
    "text", ["nan", "inf", "1e400", "1,000", "5%", "=A1", "-", "1 2", "٣", "0x1F", "1_000", "TRUE"]
)
def test_figure_that_is_none_is_a_fault_with_a_hint(text):
    value, fault = read_figure(text)
    assert value is None and fault


def test_sealing_freezes_and_does_not_depend_on_the_order_of_rows():
    study, lines = make_study(), MATRIX.splitlines()
    first = seal_dataset(load(study, MATRIX), by="stefan", at=timezone.now())
    shuffled = "\n".join([lines[0], lines[3], lines[1], lines[2]])
    second = seal_dataset(load(study, shuffled), by="stefan", at=timezone.now())
    changed = seal_dataset(load(study, MATRIX.replace("20", "20.000001")), by="stefan", at=timezone.now())
    assert first.sha256 == second.sha256 != changed.sha256
    with pytest.raises(InvalidTransition):
        seal_dataset(first, by="stefan", at=timezone.now())


def test_template_has_the_studys_columns_and_imports_when_filled(client):
    study = make_study()
    sign_in(client, "stefan")
    header = client.get(f"/studies/{study.slug}/data/template.csv").content.decode("utf-8-sig").strip()
    assert header == "code,name,name_en,province,region,a1,a2,b1,b2"
    filled = header + "\nx,甲,X,p,r,1,2,3,4\ny,乙,Y,p,r,2,3,4,5\n"
    assert load(study, filled).units.count() == 2


def test_very_large_figures_are_sealed_too():
    dataset = load(make_study(), MATRIX.replace(",20,", ",123456789012345678901234,"))
    assert len(seal_dataset(dataset, by="stefan", at=timezone.now()).sha256) == 64
