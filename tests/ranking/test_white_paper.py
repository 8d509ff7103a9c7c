"""The white paper's list, brought in as a past edition, gives back its Tables 2 and 4 and its Figures 1 and 4."""

import csv
from collections import Counter

import pytest
from django.utils import timezone

from config.example import MATRIX, WHITE_PAPER, load_example, load_white_paper
from ranking.editions import edition_of_past, past_entry
from ranking.groups import group_entries, scheme_of
from ranking.models import PastEdition
from survey.models import AuditEvent
from weighting.datasets import import_dataset

pytestmark = pytest.mark.django_db
PRINTED_PROVINCES = {  # Table 4
    **{"山东": 14, "江苏": 13, "广东": 10, "浙江": 8, "福建": 6, "河北": 4},
    **{"安徽": 7, "湖北": 6, "湖南": 6, "江西": 4, "河南": 3, "山西": 1},
    **{"四川": 4, "广西": 2, "陕西": 2, "甘肃": 1, "贵州": 1, "新疆": 1, "云南": 1},
    **{"辽宁": 3, "吉林": 1, "黑龙江": 2},
}


@pytest.fixture
def edition():
    study = load_example(at=timezone.now())
    import_dataset(study, MATRIX.read_bytes(), file_name="cities.csv", by="stefan", at=timezone.now())
    return edition_of_past(load_white_paper(study, at=timezone.now()))


def counts(edition, scheme):
    return group_entries(edition.entries, scheme_of(edition, scheme)).counts


def test_table_2_every_rank_and_name(edition):
    with WHITE_PAPER.open(encoding="utf-8") as file:
        printed = [(int(row["rank"]), row["name"], row["province"]) for row in csv.DictReader(file)]
    assert [(entry.rank, entry.name, entry.place["province"]) for entry in edition.entries] == printed
    assert (len(printed), printed[0][1], printed[-1][0]) == (100, "深圳", 100)


def test_every_city_is_found_among_todays_units(edition):
    assert all(entry.code and entry.name_en and entry.place["region"] for entry in edition.entries)
    assert len({entry.code for entry in edition.entries}) == 100


def test_table_4_regions(edition):
    assert counts(edition, "region4") == {"east": 55, "central": 27, "west": 12, "northeast": 6}


def test_table_4_provinces(edition):
    found = group_entries(edition.entries, scheme_of(edition, "province"))
    assert {group.name: group.count for group in found.by_size} == PRINTED_PROVINCES
    assert found.outside == ()


def test_figure_1_north_and_south_by_both_lines(edition):
    assert counts(edition, "ns_province") == {"south": 68, "north": 32}
    assert counts(edition, "ns_white_paper") == {"south": 70, "north": 30}


def test_figure_4_tiers(edition):
    assert Counter(entry.tier for entry in edition.entries) == {1: 3, 2: 26, 3: 29, 4: 42}
    assert [tier["name"] for tier in edition.tiers] == ["跃升期", "扩张期", "发展期", "起步期"]


def test_it_is_brought_in_once_with_hash_and_event(edition):
    again = load_white_paper(load_example(at=timezone.now()), at=timezone.now())
    event = AuditEvent.objects.get(action="keep_past_list")
    assert PastEdition.objects.get() == again
    assert event.detail == {"units": 100, "sha256": again.sha256, "unmatched": 0}
    assert [row["rank"] for row in past_entry(again)["ranks"]] == list(range(1, 101))
