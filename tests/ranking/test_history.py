"""Which lists of other years an edition knows, and which of them are set beside each other."""

import pytest

from ranking.editions import Edition
from ranking.history import alike_lists, are_alike, compared, histories, past_lists


def kept(year, kind, *codes):
    ranks = [
        {"rank": rank, "code": code, "name": code, "name_en": "", "attributes": {}}
        for rank, code in enumerate(codes, 1)
    ]
    texts = dict.fromkeys(("name", "name_en", "sha256"), "")
    return {"year": year, "kind": kind, "listed": len(codes), "tiers": [], "ranks": ranks} | texts


def edition(year, *past, codes="ab"):
    own = kept(year, "published", *codes)
    return Edition(None, year, "", "", 2, (), {"past": list(past)}, kept=own)


def years(lists):
    return [(each.year, each.kind) for each in lists]


BACK = [
    kept(2022, "recomputed", "b", "a"),
    kept(2020, "recomputed", "a", "c"),
    kept(2021, "recomputed", "a", "b"),
]
PRINTED = [kept(2020, "imported", "c", "a"), kept(2022, "imported", "a", "c")]


def test_past_lists_stand_in_the_order_of_their_years():
    found = past_lists(edition(2021, *BACK, *PRINTED))
    assert years(found) == [
        (2020, "imported"),
        (2020, "recomputed"),
        (2021, "recomputed"),
        (2022, "imported"),
        (2022, "recomputed"),
    ]
    assert [entry.code for entry in found[0].entries] == ["c", "a"]


def test_lists_of_one_method_make_the_line_over_the_years():
    own = edition(2021, *BACK, *PRINTED)
    assert years(alike_lists(own)) == [(2020, "recomputed"), (2021, "recomputed"), (2022, "recomputed")]
    assert are_alike(alike_lists(own))
    assert list(histories(own, until=2021)) == [2020, 2021]


def test_without_them_printed_and_published_lists_up_to_the_edition_do():
    published = kept(2020, "published", "a", "b")
    own = edition(2021, *PRINTED, published)
    assert years(alike_lists(own)) == [(2020, "published"), (2021, "published")]
    assert alike_lists(own)[1] is own
    assert not are_alike(alike_lists(own))


def test_like_is_compared_with_like_where_both_years_are_there():
    found = compared(edition(2021, *BACK, *PRINTED))
    assert (found.newer.kind, found.newer.year, found.older.year, found.is_alike) == (
        "recomputed",
        2021,
        2020,
        True,
    )
    assert [move.entry.code for move in found.movement.entrants] == ["b"]


@pytest.mark.parametrize(
    ("past", "older"),
    [
        (PRINTED, (2020, "imported")),
        ([*PRINTED, kept(2020, "published", "a")], (2020, "published")),
        ([*BACK[:2], kept(2019, "imported", "a")], (2019, "imported")),
        (BACK[:2], (2020, "recomputed")),
    ],
)
def test_else_the_edition_itself_is_compared_and_said_to_be_unlike(past, older):
    own = edition(2021, *past)
    found = compared(own)
    assert found.newer is own and not found.is_alike
    assert (found.older.year, found.older.kind) == older


def test_no_earlier_list_means_no_comparison():
    assert compared(edition(2021)) is None
    assert compared(edition(2021, kept(2022, "imported", "a"))) is None
