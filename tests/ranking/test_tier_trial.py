"""Other borders of the tiers are tried on a page; the run and the protocol stay as they are."""

import pytest

from ranking.models import Score
from ranking.tier_trial import UnusableCuts, read_cuts, try_cuts
from survey.protocol import InvalidProtocol, complete_protocol
from tests.cast import sign_in
from tests.ranking.test_runs import run_of, weighed

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    return run_of(weighed())


def test_counts_follow_the_typed_borders(run):
    own = try_cuts(run, "rank_cuts", "1 3")
    assert [(tier.count, tier.first, tier.last) for tier in own.tiers] == [(1, 1, 1), (2, 2, 3)]
    other = try_cuts(run, "rank_cuts", "2，3")
    assert [tier.count for tier in other.tiers] == [2, 1] and other.rule == {
        "method": "rank_cuts",
        "cuts": [2, 3],
    }
    scores = sorted(Score.objects.filter(run=run).values_list("score", flat=True), reverse=True)
    between = (scores[1] + scores[2]) / 2
    assert [tier.count for tier in try_cuts(run, "score_cuts", str(between)).tiers] == [2, 1]


@pytest.mark.parametrize(
    ("method", "typed"),
    [
        ("rank_cuts", typed)
        for typed in ("", "3 1", "1 1", "0 3", "1.5", "x", "nan", "inf", "1e400", "1 " * 30)
    ]
    + [("score_cuts", "10 20"), ("score_cuts", "nan"), ("quantiles", "1 2"), ("", "1")],
)
def test_borders_that_cut_nothing_are_refused_by_name(method, typed):
    with pytest.raises(UnusableCuts):
        read_cuts(method, typed)


def test_page_shows_counts_and_the_rule_and_names_what_is_wrong(run, client):
    sign_in(client, "stefan")
    address = f"/studies/{run.study.slug}/run/tiers/"
    assert [tier.count for tier in client.get(address).context["trial"].tiers] == [1, 2]
    page = client.get(address, {"method": "rank_cuts", "cuts": "2 3"})
    assert [tier.count for tier in page.context["trial"].tiers] == [2, 1]
    assert "[2, 3]" in page.content.decode().replace("&quot;", '"')
    assert client.get(address, {"method": "rank_cuts", "cuts": "<b>"}).status_code == 400
    run.refresh_from_db()
    assert run.parameters["tiers"]["cuts"] == [1, 3]


@pytest.mark.parametrize(
    ("method", "cuts"),
    [("rank_cuts", [1.5, 3]), ("rank_cuts", [0, 3]), ("rank_cuts", [3, 1]), ("score_cuts", [float("inf")])],
)
def test_borders_that_no_list_can_have_are_no_rule_of_a_protocol(method, cuts):
    names = ["甲", "乙"]
    tiers = {"method": method, "cuts": cuts, "names": names, "names_en": names}
    with pytest.raises(InvalidProtocol):
        complete_protocol({"ranking": {"tiers": tiers}})
