"""Exhibits: chart and table say the same, titles say what was found, and what is missing is said in words."""

from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone, translation

from ranking.editions import edition_of, edition_of_past, edition_preview
from ranking.exhibits.keys import with_keys
from ranking.exhibits.registry import EXHIBITS, exhibits_of
from ranking.models import PastEdition, PastRank
from ranking.pictures import figure_svg
from ranking.publications import propose_publication, publish
from tests.ranking.exhibit_figures import unlike
from tests.ranking.test_reader_pages import GAP, MORE, RULES, published
from tests.ranking.test_runs import TIERS, run_of, weighed

pytestmark = pytest.mark.django_db
TOWNS = [
    ("t1", "甲城", "Aton", "east", "east", "Jia", 9, 1, 5, 2),
    ("t2", "乙城", "Bton", "west", "east", "Yi", 8, 2, 4, 3),
    ("t3", "丙城", "Cton", "east", "west", "Jia", 7, 3, 3, 4),
    ("t4", "丁城", "Dton", "west", "north", "Bing", 6, 4, 2, 9),
    ("t5", "戊城", "Eton", "east", "north", "Ding", 5, 5, 1, 7),
    ("t6", "己城", "Fton", "west", "west", "Ding", 1, 9, 2, 1),
]


def towns_matrix():
    rows = ["code,name,name_en,half,region,province,a1,a2,b1,b2"]
    return "\n".join(rows + [",".join(map(str, town)) for town in TOWNS])


@pytest.fixture
def edition():
    rules = {"listed": 6, "tiers": {**TIERS, "cuts": [2, 6]}, "regions": ["half", "region", "province"]}
    run = run_of(weighed(towns_matrix(), experts=6, **rules))
    people = get_user_model().objects
    proposal = propose_publication(run, by=people.get(username="stefan"), at=timezone.now())
    return edition_of(
        publish(proposal, by=people.get(username="ava"), sha256=proposal.sha256, at=timezone.now())
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_chart_and_table_say_the_same(edition, language):
    with translation.override(language):
        shown = {name: exhibit.show(edition) for name, exhibit in exhibits_of(edition).items()}
    drawn = {name: one for name, one in shown.items() if one.chart}
    assert len(drawn) >= 9, sorted(drawn)
    assert {name: unlike(one) for name, one in drawn.items() if unlike(one)} == {}


def test_every_exhibit_is_shown_or_says_what_is_missing(edition):
    for name, exhibit in exhibits_of(edition).items():
        shown = exhibit.show(edition)
        assert bool(shown.missing) != bool(shown.title and shown.table), name
        assert shown.table is None or shown.table.rows, name
        assert shown.chart is None or shown.alt, name


def test_registry_has_every_table_and_figure_of_the_white_paper():
    printed = {exhibit.number for exhibit in EXHIBITS.values()} - {""}
    assert printed == {f"表{number}" for number in range(1, 6)} | {f"图{number}" for number in range(1, 11)}


def test_sources_stand_once_below_the_table_under_their_numbers(edition):
    table = EXHIBITS["framework"].show(edition).table
    sources = ["yearbook", "", "ministry", "yearbook"]
    place = [column.code for column in table.columns].index("source")
    rows = tuple(
        (*row[:place], source, *row[place + 1 :]) for row, source in zip(table.rows, sources, strict=True)
    )
    found, keys = with_keys(replace(table, rows=rows))
    assert found.values("source") == ["[1]", "", "[2]", "[1]"]
    assert keys == (("[1]", "yearbook"), ("[2]", "ministry"))
    assert found.values("name") == table.values("name")


def test_number_is_written_in_the_readers_language():
    with translation.override("en"):
        assert (EXHIBITS["regions"].printed, EXHIBITS["bubbles"].printed) == ("Table 4", "Figure 10")
    with translation.override("zh-hans"):
        assert EXHIBITS["regions"].printed == "表4"


def test_three_towns_without_tiers_regions_years_and_intervals_break_nothing():
    matrix = "code,name,name_en,a1,a2,b1,b2\nx,甲城,Xton,1,20,6,3\ny,乙城,,2,5,4,1\nz,丙城,Zton,3,10,2,6\n"
    run = run_of(weighed(matrix, tiers={**TIERS, "cuts": [3], "names": ["一"], "names_en": [""]}))
    edition = edition_preview(run.study)
    for name, exhibit in exhibits_of(edition).items():
        shown = exhibit.show(edition)
        if shown.chart:
            assert not unlike(shown), name
            assert any(series["data"] for series in shown.chart["series"]), name
    with translation.override("en"):
        assert "Nothing says which region" in EXHIBITS["regions"].show(edition).missing


def test_list_of_another_house_shows_what_it_has_and_names_the_rest(edition):
    past = PastEdition.objects.create(
        series=edition.series,
        year=2020,
        name="旧榜",
        listed=2,
        sha256="0" * 64,
        imported_by="stefan",
        imported_at=timezone.now(),
    )
    PastRank.objects.create(edition=past, rank=1, name="甲城")
    PastRank.objects.create(edition=past, rank=2, name="外城")
    with translation.override("en"):
        shown = {name: one.show(edition_of_past(past)) for name, one in EXHIBITS.items()}
    assert [row[0] for row in shown["list"].table.rows] == [1, 2]
    assert [name for name, one in shown.items() if not one.missing] == ["list"]
    assert shown["weights"].missing.startswith("This list was brought in as it was printed, without weights.")


@pytest.mark.parametrize(("weighting", "ranking", "_words"), RULES)
def test_exhibits_stand_whatever_the_rules_are(weighting, ranking, _words):
    edition = edition_of(published(MORE, weighting, ranking))
    for name, exhibit in exhibits_of(edition).items():
        shown = exhibit.show(edition)
        assert shown.missing or shown.table.rows, name
        if shown.chart:
            assert not unlike(shown), name
            assert "<svg" in figure_svg(shown) and "NaN" not in figure_svg(shown), name


def test_unit_without_a_dimension_leaves_the_exhibits_whole():
    edition = edition_of(
        published(GAP, {"missing": "reweight"}, {"listed": 6, "tiers": {**TIERS, "cuts": [1, 6]}})
    )
    for name, exhibit in exhibits_of(edition).items():
        shown = exhibit.show(edition)
        if shown.chart:
            assert not unlike(shown), name
