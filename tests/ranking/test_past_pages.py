"""Readers see the lists of other years as they were frozen with the edition."""

import csv
import io

import pytest
from django.utils import timezone

from ranking.models import PastEdition
from ranking.past_lists import remove_past_edition
from ranking.publications import publish
from tests.access.world import other_years
from tests.ranking.test_backward import figures
from tests.ranking.test_past_lists import bring_in
from tests.ranking.test_publications import person, propose
from tests.ranking.test_runs import run_of, weighed

pytestmark = pytest.mark.django_db


@pytest.fixture
def slug():
    """A published list that knows two recomputed years and a printed one."""
    run = run_of(weighed())
    figures(run.study, 2024, "code,name,a2,b1\nx,甲城,20,6\nz,丙城,1,9\nv,新城,30,1\n")
    other_years(run, at=timezone.now())
    bring_in(run.study.series)
    proposal = propose(run)
    publish(proposal, by=person("ava"), sha256=proposal.sha256, at=timezone.now())
    return run.study.slug


def text(client, address, language="en"):
    response = client.get(address, headers={"accept-language": language})
    assert response.status_code == 200, address
    return response.content.decode()


def test_all_lists_stand_by_how_they_came_about(client, slug):
    page = text(client, f"/lists/{slug}/past/")
    for year, made in ((2025, "recomputed"), (2024, "recomputed"), (2020, "imported")):
        assert f'href="/lists/{slug}/past/{year}-{made}/"' in page
    assert "2 of the study&#x27;s 4 indicators" in page
    assert "回溯测算" in text(client, f"/lists/{slug}/past/", "zh-hans")


def test_list_tells_moves_weights_and_hashes(client, slug):
    page = text(client, f"/lists/{slug}/past/2025-recomputed/")
    assert "Yton" in page and ">new<" in page and "Final" in page
    assert PastEdition.objects.get(year=2025).sha256 in page
    assert f'href="/lists/{slug}/units/y/">Yton</a>' in page
    printed = text(client, f"/lists/{slug}/past/2020-imported/", "zh-hans")
    assert "旧城" in printed and "最终" not in printed


def test_table_for_spreadsheets_holds_the_same_list(client, slug):
    address = f"/lists/{slug}/past/2025-recomputed.csv"
    rows = list(csv.DictReader(io.StringIO(client.get(address).content.decode("utf-8-sig"))))
    kept = PastEdition.objects.get(year=2025).ranks.all()
    assert [(int(row["rank"]), row["code"], float(row["score"])) for row in rows] == [
        (row.rank, row.code, row.score) for row in kept
    ]
    assert rows[0]["region"] == "east"


def test_removed_list_stays_with_the_edition_that_froze_it(client, slug):
    before = text(client, f"/lists/{slug}/past/2020-imported.csv")
    remove_past_edition(PastEdition.objects.get(year=2020), by="stefan", at=timezone.now())
    assert text(client, f"/lists/{slug}/past/2020-imported.csv") == before
    assert client.get(f"/lists/{slug}/r1/past/2020-imported/").status_code == 200


@pytest.mark.parametrize("rest", ["2019-imported/", "2025-imported/", "2025-nothing/", "2025-nothing.csv"])
def test_unknown_lists_are_not_found(client, slug, rest):
    assert client.get(f"/lists/{slug}/past/{rest}").status_code == 404


def test_edition_without_other_years_says_so(client):
    proposal = propose(run_of(weighed()))
    publish(proposal, by=person("ava"), sha256=proposal.sha256, at=timezone.now())
    page = text(client, f"/lists/{proposal.study.slug}/past/")
    assert "No list of another year belongs to this edition" in page


def test_edition_keeps_the_lists_of_the_series_earlier_studies(client):
    first = propose(run_of(weighed(slug="first")))
    publish(first, by=person("ava"), sha256=first.sha256, at=timezone.now())
    first.study.year = 2025
    first.study.save()
    run = run_of(weighed(slug="second"))
    proposal = propose(run)
    publish(proposal, by=person("ava"), sha256=proposal.sha256, at=timezone.now())
    page = text(client, "/lists/second/past/2025-published/")
    assert "Zton" in page and first.sha256 in page
