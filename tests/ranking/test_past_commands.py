"""Printed lists and other years' figures from the command line."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from ranking.models import PastEdition
from tests.ranking.test_backward import YEAR
from tests.ranking.test_past_lists import towns
from tests.ranking.test_runs import run_of, weighed
from weighting.models import YearFigures

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def called(*args, **options):
    out, errors = io.StringIO(), io.StringIO()
    call_command(*args, stdout=out, stderr=errors, **options)
    return out.getvalue()


@pytest.fixture
def table(tmp_path):
    def write(text, name="t.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_printed_list_is_looked_at_and_then_kept(table):
    towns()
    args = ("past_list", "towns", table("rank,name\n1,丙城\n2,旧城\n"), "--year", "2020")
    args += ("--name", "旧榜", "--source", "年报", "--cuts", "1,2", "--tiers", "一,二")
    looked = called(*args, "--dry-run")
    assert "2 旧城: none of today's units" in looked and not PastEdition.objects.exists()
    assert PastEdition.objects.count() == 0 and "2 lines kept" in called(*args)
    assert PastEdition.objects.get().tiers[1]["last"] == 2
    with pytest.raises(CommandError, match="of this kind already"):
        called(*args)


@pytest.mark.parametrize(
    ("text", "more", "words"),
    [
        ("rank\n1\n", (), "is missing"),
        ("rank,name\n1,甲城\n", ("--cuts", "x"), "invalid literal"),
        ("rank,name\n1,甲城\n", ("--cuts", "2", "--tiers", "一"), "Tiers end"),
    ],
)
def test_faulty_list_is_refused(table, text, more, words):
    towns()
    with pytest.raises(CommandError, match=words):
        called("past_list", "towns", table(text), "--year", "2020", "--name", "x", "--source", "y", *more)


def test_years_are_imported_checked_and_worked_out(table):
    run = run_of(weighed())
    first = f"2024={table(YEAR, 'a.csv')}"
    second = f"2025={table(YEAR.replace('20,6', '21,6'), 'b.csv')}"
    assert "2 indicators" not in called("past_years", "towns", first, second, "--only-import")
    told = called("past_years", run.study.slug, first)
    assert "2024: 2 indicators" in told and "2025: 2 indicators" in told
    assert YearFigures.objects.count() == 2


def test_what_the_command_cannot_use_is_named(table):
    towns()
    with pytest.raises(CommandError, match="no study nowhere"):
        called("past_years", "nowhere")
    with pytest.raises(CommandError, match="is not YEAR=FILE"):
        called("past_years", "towns", "x=y")
    with pytest.raises(CommandError, match="no finished run"):
        called("past_years", "towns", f"2024={table(YEAR)}")
    with pytest.raises(CommandError, match="No such file"):
        called("past_years", "towns", "2024=/nowhere.csv")
