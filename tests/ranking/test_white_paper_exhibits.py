"""Golden: the white paper's own list gives back its printed tables and figures as exhibits."""

import csv

import pytest
from django.utils import timezone, translation

from config.example import MATRIX, WHITE_PAPER, load_example, load_white_paper
from ranking.editions import edition_of_past
from ranking.exhibits.registry import EXHIBITS
from tests.ranking.exhibit_figures import unlike
from weighting.datasets import import_dataset

pytestmark = pytest.mark.django_db
TABLE_4 = [
    ("东部", 55, {"山东": 14, "江苏": 13, "广东": 10, "浙江": 8, "福建": 6, "河北": 4}),
    ("中部", 27, {"安徽": 7, "湖北": 6, "湖南": 6, "江西": 4, "河南": 3, "山西": 1}),
    ("西部", 12, {"四川": 4, "广西": 2, "陕西": 2, "甘肃": 1, "贵州": 1, "新疆": 1, "云南": 1}),
    ("东北", 6, {"辽宁": 3, "黑龙江": 2, "吉林": 1}),
]


@pytest.fixture
def edition():
    study = load_example(at=timezone.now())
    import_dataset(study, MATRIX.read_bytes(), file_name="cities.csv", by="stefan", at=timezone.now())
    return edition_of_past(load_white_paper(study, at=timezone.now()))


@pytest.fixture
def shown(edition):
    """Every exhibit of the white paper's list, in Chinese."""
    with translation.override("zh-hans"):
        return {name: exhibit.show(edition) for name, exhibit in EXHIBITS.items()}


def columns(one, *codes):
    return list(zip(*(one.table.values(code) for code in codes), strict=True))


def test_table_2_is_the_printed_list(shown):
    with WHITE_PAPER.open(encoding="utf-8") as file:
        printed = [(int(row["rank"]), row["name"], row["province"]) for row in csv.DictReader(file)]
    assert columns(shown["list"], "rank", "name", "province") == printed
    assert shown["list"].title == "深圳、苏州、广州位居100强前列"


def test_table_4_has_every_region_and_province_as_printed(shown):
    rows = columns(shown["regions"], "region", "region_count", "province", "count")
    assert len(rows) == 22
    for region, count, provinces in TABLE_4:
        assert {row[2]: row[3] for row in rows if row[:2] == (region, count)} == provinces
    assert list(dict.fromkeys(row[0] for row in rows)) == ["东部", "中部", "西部", "东北"]
    assert not unlike(shown["regions"])


def test_figure_1_gives_both_lines_and_says_which_is_which(shown):
    figure = shown["north-south"]
    (row,) = figure.table.rows
    told = dict(zip([column.code for column in figure.table.columns], row, strict=True))
    assert (told["ns_province:south"], told["ns_province:north"]) == (68, 32)
    assert (told["ns_white_paper:south"], told["ns_white_paper:north"]) == (70, 30)
    assert "白皮书口径" in figure.note and "70" in figure.note
    assert not unlike(figure)


def test_figure_2_has_the_row_of_2022(shown):
    (row,) = shown["regions-by-year"].table.rows
    assert row == (2022, 55, 27, 12, 6)
    assert not unlike(shown["regions-by-year"])


def test_scheme_inside_an_english_sentence_begins_small(edition):
    names = ("regions", "north-south", "regions-by-year")
    with translation.override("en"):
        parts = [EXHIBITS[name].show(edition).subtitle.partition(" by ")[2] for name in names]
    assert parts == ["four regions and province", "north and south (by province)", "four regions"]


def test_figures_3_and_4_have_the_printed_tiers(shown):
    tiers = [("跃升期", 3, 1, 3), ("扩张期", 26, 4, 29), ("发展期", 29, 30, 58), ("起步期", 42, 59, 100)]
    assert columns(shown["evolution"], "tier", "count", "first_rank", "last_rank") == tiers
    sizes = dict(columns(shown["tiers"], "tier", "count"))
    assert list(sizes.items()) == [(name, count) for name, count, _first, _last in tiers]
    assert not unlike(shown["tiers"]) and not unlike(shown["evolution"])


def test_what_the_white_paper_did_not_print_is_named(shown):
    lacking = {name for name, one in shown.items() if one.missing}
    assert lacking == {
        *("framework", "weights", "convergence", "intervals", "movement", "key-figures", "clusters"),
        *("tier-1", "tier-2", "tier-3", "tier-4", "scores-by-rank", "scores-by-year"),
        *("contributions", "bubbles"),
    }
    assert shown["tier-1"].missing.startswith("各单位没有分维度得分")
