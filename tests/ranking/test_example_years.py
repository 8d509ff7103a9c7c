"""The example's lists of 2018 to 2022, from its real figures and a panel that gives every indicator the same points."""

import json
from itertools import pairwise

import pytest
from django.utils import timezone

from config.example import FOLDER, MATRIX, YEARS, load_groupings, load_white_paper, load_years
from ranking.backward import recompute_years, request_recomputation
from ranking.editions import edition_preview
from ranking.groups import group_entries, scheme_of
from ranking.history import alike_lists, are_alike, compared, histories, past_lists
from ranking.movement import leader_streak
from ranking.runs import compute_run, request_run
from survey.questionnaire import questionnaire
from survey.rounds import adopt_round
from tests.cast import answer, close, make_panel, make_study, open_next
from weighting.datasets import import_dataset, seal_dataset
from weighting.weight_sets import build_weight_set, request_weight_set

pytestmark = pytest.mark.django_db
LEFT_OUT = {  # cities with an empty cell, by year
    2018: {"460300", "460400", "650400"},
    2019: {"460300", "460400", "650400"},
    2020: {"460300", "460400", "630200", "650400"},
    2021: {"460300", "460400", "540200", "540600", "650400", "650500"},
    2022: {"460300", "460400", "650400", "650500", "150600", "340400"},
}


def equal_points(study) -> dict[str, int]:
    """The same points for all indicators of a group, as far as whole ones go."""
    points = {}
    for group in questionnaire(study):
        share, rest = divmod(100, len(group.codes))
        points |= {code: share + (place < rest) for place, code in enumerate(group.codes)}
    return points


@pytest.fixture
def edition():
    """The example with a panel of three, weighed, ranked, and with its other years."""
    protocol = json.loads((FOLDER / "protocol.json").read_text(encoding="utf-8"))
    framework = (FOLDER / "framework.csv").read_text(encoding="utf-8")
    study = make_study("example", protocol | {"survey": {"rounds": 1}}, framework)
    study.year, now = 2021, timezone.now()
    study.save()
    codes, round = make_panel(study), open_next(study)
    for code in codes.values():
        answer(round, code, equal_points(study))
    adopt_round(close(round), by="coco", at=now)
    study.refresh_from_db()
    dataset = import_dataset(study, MATRIX.read_bytes(), file_name="cities.csv", by="stefan", at=now)
    seal_dataset(dataset, by="stefan", at=now)
    weight_set = build_weight_set(request_weight_set(dataset, by="stefan", at=now), at=now)
    run = compute_run(request_run(weight_set, by="stefan", at=now), at=now)
    load_groupings(study.series, at=now)
    load_white_paper(study, at=now)
    load_years(study, by="stefan", at=now)
    assert recompute_years(request_recomputation(run, by="stefan", at=now), at=now).status == "done"
    return edition_preview(study)


def assert_five_years_of_real_figures(edition):
    lists = alike_lists(edition)
    assert [each.year for each in lists] == list(YEARS) and are_alike(lists)
    for each in lists:
        facts = each.kept["facts"]
        assert len(each.entries) == 100 and each.entries[0].name == "深圳"
        assert set(facts["left_out"]) == LEFT_OUT[each.year]
        assert facts["units"] == 293 - len(LEFT_OUT[each.year]) and facts["arithmetic"] == "decimal"
        assert [indicator["code"] for indicator in facts["indicators"]] == [
            "tertiary_share",
            "year_end_loans",
            "sec_value_added",
            "sec_va_density",
            "co2_intensity",
        ]
        assert set(each.entries[0].dimensions) == {"INT", "ECO", "GRN"}


def assert_every_year_s_regions_add_up_to_the_list(edition):
    for each in alike_lists(edition):
        for code in ("region4", "province", "ns_province", "ns_white_paper"):
            found = group_entries(each.entries, scheme_of(edition, code))
            assert sum(found.counts.values()) == 100 and found.outside == ()


def assert_years_near_each_other_share_most_cities_with_each_other_and_with_the_white_paper(edition):
    lists = alike_lists(edition)
    printed = {
        entry.code for each in past_lists(edition) if each.kind == "imported" for entry in each.entries
    }
    for older, newer in pairwise(lists):
        both = {entry.code for entry in older.entries} & {entry.code for entry in newer.entries}
        assert len(both) >= 90
    assert all(len(printed & {entry.code for entry in each.entries}) >= 75 for each in lists)


def assert_errors_of_the_source_are_told_beside_the_list_of_2022_alone(edition):
    noted = {
        each.year: {note["name_en"] for note in each.kept["facts"]["notes"]} for each in alike_lists(edition)
    }
    assert noted == {year: set() for year in YEARS[:4]} | {2022: {"Ordos", "Huainan"}}


def assert_the_edition_is_compared_like_with_like(edition):
    found = compared(edition)
    assert (found.newer.year, found.older.year, found.is_alike) == (2021, 2020, True)
    assert len(found.movement.entrants) == len(found.movement.exits)
    assert leader_streak(histories(edition)).years == 5


def test_the_example_s_five_years(edition):
    assert_five_years_of_real_figures(edition)
    assert_every_year_s_regions_add_up_to_the_list(edition)
    assert_years_near_each_other_share_most_cities_with_each_other_and_with_the_white_paper(edition)
    assert_errors_of_the_source_are_told_beside_the_list_of_2022_alone(edition)
    assert_the_edition_is_compared_like_with_like(edition)
