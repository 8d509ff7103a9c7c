"""What moved between lists, worked out by hand on five towns."""

from ranking.editions import Entry
from ranking.groups import group_entries
from ranking.movement import (
    first_ever_groups,
    first_timers,
    group_records,
    leader_streak,
    movement,
    rank_records,
)


def town(rank, code, province="甲省", low=None, high=None, name=""):
    return Entry(rank, code, name or f"{code}城", "", {"province": province}, rank_low=low, rank_high=high)


OLD = [town(1, "a"), town(2, "b"), town(3, "c"), town(4, "d", "乙省")]
NEW = [
    town(1, "b", low=1, high=1),
    town(2, "a", low=1, high=3),
    town(3, "e", "丙省", low=2, high=4),
    town(4, "c", low=4, high=4),
]


def test_entrants_exits_and_places():
    found = movement(NEW, OLD)
    assert [(move.entry.code, move.change) for move in found.moves] == [
        ("b", 1),
        ("a", -1),
        ("e", None),
        ("c", -1),
    ]
    assert [move.entry.code for move in found.entrants] == ["e"]
    assert [entry.code for entry in found.exits] == ["d"]
    assert [move.entry.code for move in found.risers] == ["b"]
    assert [move.entry.code for move in found.fallers] == ["a", "c"]
    assert found.of(NEW[3]).before is OLD[2]


def test_move_inside_the_interval_is_no_clear_change():
    clear = {move.entry.code: move.is_clear for move in movement(NEW, OLD).moves}
    assert clear == {"b": True, "a": False, "e": None, "c": True}
    assert movement([town(1, "b")], OLD).moves[0].is_clear is None


def test_intervals_of_both_lists_must_lie_apart():
    older = [town(5, "x", low=3, high=7)]
    assert movement([town(2, "x", low=1, high=3)], older).moves[0].is_clear is False
    assert movement([town(2, "x", low=1, high=2)], older).moves[0].is_clear is True


def test_unit_without_a_code_is_found_by_its_name_but_namesakes_are_kept_apart():
    printed = [town(1, "", name="甲城"), town(2, "q", name="乙城")]
    found = movement([town(1, "p", name="甲城"), town(2, "r", name="乙城")], printed)
    assert [move.change for move in found.moves] == [0, None]
    assert [entry.code for entry in found.exits] == ["q"]


def test_records_over_a_history():
    history = {2020: OLD, 2021: [town(1, "a"), town(2, "c"), town(3, "b"), town(4, "d", "乙省")], 2022: NEW}
    assert [(r.entry.code, r.best_before, r.year_before) for r in rank_records(history)] == [("b", 2, 2020)]
    assert [entry.code for entry in first_timers(history)] == ["e"]
    assert [r.name for r in group_records(history, "province")] == ["丙省"]
    assert [r.name for r in first_ever_groups(history, "province")] == ["丙省"]
    assert (leader_streak(history).entry.code, leader_streak(history).years) == ("b", 1)
    assert leader_streak({2020: OLD, 2021: OLD}).years == 2


def test_one_year_holds_no_records():
    assert (
        rank_records({2022: NEW}) == first_timers({2022: NEW}) == group_records({2022: NEW}, "province") == []
    )
    assert rank_records({}) == [] and leader_streak({}) is None


def test_scheme_sorts_by_attribute_or_by_the_unit_itself():
    groups = [
        {"code": "south", "name": "南方", "name_en": "South", "values": ["甲省"]},
        {"code": "north", "name": "北方", "name_en": "North", "values": ["乙省", "b"]},
    ]
    scheme = {
        "code": "ns",
        "version": 1,
        "attribute": "province",
        "name": "南北",
        "name_en": "",
        "groups": groups,
    }
    found = group_entries(NEW + OLD[3:], scheme)
    assert found.counts == {"south": 3, "north": 1}
    assert [entry.code for entry in found.outside] == ["e"]
    assert [group.code for group in found.by_size] == ["south", "north"]
    assert group_entries(NEW, scheme | {"attribute": "code"}).counts == {"south": 0, "north": 1}
