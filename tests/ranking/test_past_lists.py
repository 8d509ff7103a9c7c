"""Printed lists: read with every fault named, matched to today's units, kept once with hash and event."""

import pytest
from django.utils import timezone

from ranking.editions import edition_kept, edition_of_past, past_entry
from ranking.models import PastEdition, PastRank
from ranking.past_lists import (
    PastListExists,
    PastTexts,
    TiersDoNotFit,
    import_past_list,
    newest_units,
    remove_past_edition,
    tier_list,
)
from ranking.past_tables import match_units, read_past_list
from survey.cells import InvalidSheet
from survey.models import AuditEvent
from tests.cast import MATRIX, make_study
from weighting.datasets import import_dataset

pytestmark = pytest.mark.django_db
TABLE = [["排名", "城市", "province", "得分"], ["1", "丙城市", "东省", "80.5"], ["2", "甲城", "", "70"]]
TABLE += [["2", "Yton", "", "70"], ["4", "旧城", "西省", "12"]]


def towns():
    study = make_study()
    import_dataset(study, MATRIX.encode(), file_name="t.csv", by="stefan", at=timezone.now())
    return study


def bring_in(series, table=TABLE, year=2020, **given):
    matches = match_units(read_past_list(table), newest_units(series))
    tiers = given.pop("tiers", tier_list([1, 4], ["一", "二"], ["One", "Two"], listed=4))
    return import_past_list(
        series, year, matches, PastTexts("旧榜"), tiers=tiers, by="stefan", at=timezone.now(), **given
    )


def test_lines_are_matched_by_name_and_unknown_ones_stay():
    units = newest_units(towns().series)
    matches = match_units(read_past_list(TABLE), units)
    assert [match.unit and match.unit.code for match in matches] == ["z", "x", "y", None]
    assert matches[0].attributes == {"region": "east", "province": "东省"}
    assert matches[3].attributes == {"province": "西省"}


def test_namesakes_are_told_apart_by_province_or_not_at_all():
    study = make_study()
    head, *lines = MATRIX.replace("乙城", "甲城").splitlines()
    sheet = "\n".join([f"{head},province", *(f"{line},{p}" for line, p in zip(lines, "东西东", strict=True))])
    import_dataset(study, sheet.encode(), file_name="t.csv", by="stefan", at=timezone.now())
    table = [["rank", "name", "province"], ["1", "甲城", "西"], ["2", "丙城", "西"]]
    found = match_units(read_past_list(table), newest_units(study.series))
    assert [match.unit and match.unit.code for match in found] == ["y", None]
    ambiguous = match_units(read_past_list([["rank", "name"], ["1", "甲城"]]), newest_units(study.series))
    assert ambiguous[0].unit is None


def test_names_are_kept_on_one_line_without_hidden_characters():
    row = read_past_list([["rank", "name"], ["1", " 甲\u202e\n城 "]])[0]
    assert row.name == "甲 城"


def test_it_is_kept_with_tiers_hash_and_event():
    past = bring_in(towns().series, indicators=24)
    rows = list(past.ranks.values_list("rank", "code", "name", "name_en", "tier", "score"))
    assert rows[0] == (1, "z", "丙城市", "Zton", 1, 80.5)
    assert rows[3] == (4, "", "旧城", "", 2, 12.0)
    event = AuditEvent.objects.get(action="keep_past_list")
    assert event.detail == {"units": 4, "sha256": past.sha256, "unmatched": 1}


def test_edition_of_it_and_its_frozen_copy_are_the_same_list():
    edition = edition_of_past(bring_in(towns().series))
    copy = edition_kept(edition, past_entry(edition.past))
    assert copy.entries == edition.entries
    assert (copy.kind, copy.sha256, copy.year) == (edition.kind, edition.sha256, 2020)


def test_the_same_year_is_refused_until_it_is_removed():
    series = towns().series
    past = bring_in(series)
    with pytest.raises(PastListExists):
        bring_in(series)
    assert PastRank.objects.count() == 4
    remove_past_edition(past, by="stefan", at=timezone.now())
    assert not PastEdition.objects.exists() and not PastRank.objects.exists()
    assert bring_in(series).sha256 == past.sha256


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        ([["rank"]], ["1"]),
        ([["rank", "name", "城市"], ["1", "a", "b"]], ["1"]),
        ([["rank", "name"]], ["2"]),
        ([["rank", "name"], ["0", "a"], ["x", ""], ["²", "b"]], ["2", "3", "3", "4"]),
        ([["rank", "name"], ["1", "a"], ["2", "a"]], ["name"]),
        ([["rank", "name"], ["1", "a"], ["3", "b"]], ["rank"]),
        ([["rank", "name"], ["2", "a"]], ["rank"]),
        ([["rank", "name", "score"], ["1", "a", "50"], ["2", "b", ""], ["3", "c", "51"]], ["score"]),
        ([["rank", "name", "score"], ["1", "a", "5%"]], ["2"]),
        ([["rank", "name"], ["1", "a" * 201]], ["2"]),
        ([["rank", "name", "code"], ["1", "a", "x/y"], ["2", "b", "c" * 61]], ["2", "3"]),
    ],
)
def test_every_fault_of_a_table_is_named(table, cells):
    with pytest.raises(InvalidSheet) as refused:
        read_past_list(table)
    assert [problem.cell for problem in refused.value.problems] == cells


@pytest.mark.parametrize(
    ("cuts", "names"), [([2, 1], ["a", "b"]), ([1, 3], ["a", "b"]), ([1, 4], ["a"]), ([0, 4], ["a", "b"])]
)
def test_tiers_must_rise_to_the_end_of_the_list(cuts, names):
    with pytest.raises(TiersDoNotFit):
        tier_list(cuts, names, names, listed=4)
    assert tier_list([], [], [], listed=4) == []
