"""The staff's pages: region schemes, figures of other years, printed lists in three steps."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from ranking.models import PastEdition, Recomputation
from tests.cast import make_study, sign_in
from tests.ranking.test_backward import YEAR, figures, worked_out
from tests.ranking.test_past_lists import bring_in, towns
from tests.ranking.test_runs import run_of, weighed
from weighting.datasets import import_dataset
from weighting.models import Grouping, YearFigures

pytestmark = pytest.mark.django_db
LIST = "rank,name,score\n1,丙城,80.5\n2,甲城,70\n3,旧城,60\n"
ABOUT = {"year": 2020, "name": "旧榜", "source": "年报", "cuts": "1, 3", "tiers": "一，二", "tiers_en": ""}


def file(text, name="t.csv"):
    return SimpleUploadedFile(name, text.encode())


@pytest.fixture
def staff(client):
    def of(study):
        sign_in(client, "stefan")
        return client, f"/studies/{study.slug}"

    return of


def page(client, address, **posted):
    headers = {"accept-language": "en"}
    response = (
        client.post(address, posted, headers=headers) if posted else client.get(address, headers=headers)
    )
    return response, response.content.decode()


def test_printed_list_is_checked_then_kept(staff):
    client, base = staff(towns())
    response, text = page(client, f"{base}/past/import/", step="check", file=file(LIST), **ABOUT)
    assert response.status_code == 200 and not PastEdition.objects.exists()
    assert "1 of 3 names fits none" in text and "3 旧城" in text and "Zton" in text
    carried = response.context["text"]
    assert list(csv.reader(io.StringIO(carried)))[1] == ["1", "丙城", "80.5"]
    response, _text = page(client, f"{base}/past/import/", step="keep", table=carried, **ABOUT)
    assert response.status_code == 302
    past = PastEdition.objects.get()
    assert [(row.rank, row.code, row.tier) for row in past.ranks.all()] == [
        (1, "z", 1),
        (2, "x", 2),
        (3, "", 2),
    ]
    assert past.tiers[0] == {"number": 1, "name": "一", "name_en": "一", "last": 1}
    assert "旧榜" in page(client, f"{base}/past/")[1]


def test_new_file_beside_keep_is_checked_first(staff):
    client, base = staff(towns())
    page(client, f"{base}/past/import/", step="keep", file=file(LIST), **ABOUT)
    assert not PastEdition.objects.exists()


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({}, "Choose a file."),
        ({"table": "rank,name\n1,甲城\n3,乙城\n"}, "rank 3 does not follow"),
        ({"table": "rank,name\n1,甲城\n2,乙城\n", "cuts": "2, 1"}, "Tiers end at rising ranks"),
        ({"table": "rank,name\n1,甲城\n2,乙城\n", "cuts": "x"}, "Tiers end at rising ranks"),
        ({"table": '"', "cuts": ""}, "is missing"),
        ({"table": "rank,name\n1,甲城\n2\n"}, "the cell “name” is empty"),
        ({"table": "rank,name\r1,甲城\r3,乙城\r"}, "rank 3 does not follow"),
        ({"table": "rank,name\n1,甲城\n", "cuts": "", "year": "x"}, "Year"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(staff, posted, words):
    client, base = staff(towns())
    response, text = page(client, f"{base}/past/import/", **({"step": "keep"} | ABOUT | posted))
    assert response.status_code == 400 and words in text
    assert not PastEdition.objects.exists()


def test_same_year_again_is_refused_with_the_reason(staff):
    study = towns()
    bring_in(study.series)
    client, base = staff(study)
    response, text = page(client, f"{base}/past/import/", step="keep", table=LIST, **ABOUT)
    assert response.status_code == 400 and "has a list of 2020 of this kind already" in text


def test_list_is_removed(staff):
    study = towns()
    bring_in(study.series)
    client, base = staff(study)
    text = page(client, f"{base}/past/")[1]
    assert re.search(
        r"<details(?:(?!</details>).)*what was published keeps it.*Remove the list of 2020", text, re.S
    )
    assert client.post(f"{base}/past/2020-imported/remove/").status_code == 302
    assert not PastEdition.objects.exists()


def test_years_come_in_show_their_jumps_and_are_worked_out(staff):
    run = run_of(weighed())
    client, base = staff(run.study)
    response, _text = page(client, f"{base}/years/", year=2025, file=file(YEAR))
    assert response.headers["Location"] == f"{base}/years/2025/"
    text = page(client, f"{base}/years/2025/")[1]
    assert "No earlier year has figures" in text and "检查过" in text
    assert "2 of 4 indicators have figures" in page(client, f"{base}/years/")[1]
    assert client.post(f"{base}/past/request/").status_code == 302
    assert Recomputation.objects.get().status == "queued"
    assert "being worked out" in page(client, f"{base}/past/")[1]
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"{base}/years/2025/figures.csv").content.decode("utf-8-sig")))
    )
    assert [(row["code"], float(row["a2"]), row["note"]) for row in rows][2:] == [
        ("y", 5, ""),
        ("z", 10, "检查过"),
    ]


def test_jumps_stand_cell_by_cell_on_the_year_and_on_the_matrix(staff):
    study = make_wide_study()
    client, base = staff(study)
    text = page(client, f"{base}/years/2025/")[1]
    assert "Cells that jump against 2024" in text and "City 7" in text and text.count("City ") == 1
    matrix = page(client, f"{base}/data/1/")[1]
    assert "Cells that jump against 2025" in matrix and matrix.count("In standard deviations</th>") == 1


def make_wide_study():
    """Thirty towns in three years: one figure ten times as high in 2025, and so ten times lower in 2026."""
    study = make_study()
    head = "code,name,a1,a2,b1,b2"
    for year, strange in ((2024, 1), (2025, 10), (2026, 1)):
        lines = [
            f"{n:02},City {n},{100 + n + year % 3 * n % 5},{20 + n},{n + 3},{(strange if n == 7 else 1) * (n + 9)}"
            for n in range(30)
        ]
        table = "\n".join([head, *lines])
        if year == 2026:
            import_dataset(study, table.encode(), file_name="t.csv", by="stefan", at=timezone.now())
        else:
            figures(study, year, table)
    return study


def test_faulty_year_is_refused_with_its_cells(staff):
    client, base = staff(towns())
    response, text = page(
        client, f"{base}/years/", year=2025, file=file("code,name,a1\nx,甲城,1%\ny,乙城,2\n")
    )
    assert response.status_code == 400 and ">C2<" in text
    assert not YearFigures.objects.exists()


def test_scheme_comes_in_changes_and_goes_out(staff):
    study = towns()
    client, base = staff(study)
    table = "group,name,name_en,value\nleft,左,Left,east\n"
    said = {"code": "sides", "name": "左右", "name_en": "Sides", "attribute": "region"}
    response, _text = page(client, f"{base}/groupings/", file=file(table), **said)
    assert response.headers["Location"] == f"{base}/groupings/sides/"
    text = page(client, f"{base}/groupings/sides/")[1]
    assert "1 value of the newest figures has no group" in text and "west" in text
    assert "exists" not in text
    response, text = page(client, f"{base}/groupings/", file=file(table), **said)
    assert response.status_code == 400 and "already: open it" in text
    response, text = page(client, f"{base}/groupings/sides/", **said)
    assert response.status_code == 400 and "says the same already" in text
    new = file(table + "right,右,Right,west\n")
    assert page(client, f"{base}/groupings/sides/", file=new, **said)[0].status_code == 302
    assert Grouping.objects.get(version=2).groups[1]["values"] == ["west"]
    assert client.get(f"{base}/groupings/sides/v1.csv").content.decode("utf-8-sig") == table
    assert "has no group" not in page(client, f"{base}/groupings/sides/")[1]
    assert client.get(f"{base}/groupings/nothing/").status_code == 404


def test_failed_year_is_told_on_the_page(staff):
    run = run_of(weighed())
    figures(run.study, 2024, "code,name,a2,b1\nx,甲城,1,2\ny,乙城,3,\n")
    worked_out(run)
    client, base = staff(run.study)
    assert "The figures of 2024 give no list" in page(client, f"{base}/past/")[1]
