"""The road in every way of asking: five experts, weights worked out by hand, a published list.

The tree: A (with a1, a2), B and C. Every expert says that a1 weighs three times a2 (in the swing: twice). On the
first level:

rating, over 10 each: A 5 4 5 3 2, B 3 4 4 3 4, C 2 2 1 4 4, so the means are .38, .36, .26; counted by Cr = 1, .9, .8,
.7, .6 (sum 4): A (5 + 3.6 + 4 + 2.1 + 1.2) / 40 = .3975, B .3575, C .245.
ranking, centroid 11/18, 5/18, 2/18: A 11 11 5 11 2, B 5 5 11 2 11, C 2 2 2 5 5, over 90: 4/9, 17/45, 8/45.
swing, in units of 25 as powers of 2: A 2 2 1 2 0, B 1 2 2 0 1, C 0 2 0 1 2, so A : B : C = 2^(7/5) : 2^(6/5) : 2^(5/5).
AHP: A/B = (2 · 1 · 1/2 · 3 · 4^(1/3))^(1/5), B/C = (2 · 1 · 1 · 3 · 4^(1/3))^(1/5); the fifth expert contradicts
himself with A/B = A/C = B/C = 2, where the row geometric means are 4^(1/3), 1, 4^(-1/3).
best-worst, all consistent: A/B = (2 · 1 · 1/6 · 2 · 3)^(1/5) = 2^(1/5), B/C = (4 · 1 · 3 · 2 · 3)^(1/5) = 72^(1/5).
points: 50 30 20 from everybody but the last, who gives 100 0 0: .6, .24, .16.
"""

import os

import pytest
from django.utils import timezone

from ranking.publications import propose_publication, publish
from ranking.runs import compute_run, request_run
from survey.core.simulation import PanelRules
from survey.feedback import release_feedback
from survey.modes import MODES
from survey.rehearsal import start_rehearsal
from survey.results import round_statistics
from survey.rounds import adopt_round
from tests.cast import PROTOCOL, answer, close, make_panel, make_study, open_next, sign_in
from weighting.datasets import import_dataset, seal_dataset
from weighting.models import IndicatorWeight
from weighting.weight_sets import build_weight_set, request_weight_set

FRAMEWORK = """code,parent,name,name_en,direction
A,,创新,Innovation,1
B,,绿色,Green,1
C,,品牌,Brand,1
a1,A,研发,Research,1
a2,A,排放,Emissions,1
"""
MATRIX = "code,name,a1,a2,B,C\nx,甲,1,2,6,3\ny,乙,2,1,4,1\nz,丙,3,3,2,6\n"
NAMES = ("Ana", "Bo", "Chen", "Dai", "Eve")
EXACT = 1e-12


def row(keys, *values):
    return dict(zip(keys, values, strict=True))


def ends(best, worst, from_best, to_worst):
    """A best-worst answer on the first level."""
    lists = {f"{code}:from-best": n for code, n in zip("ABC", from_best, strict=True)}
    lists |= {f"{code}:to-worst": n for code, n in zip("ABC", to_worst, strict=True)}
    return {"top:best": best, "top:worst": worst} | lists


PAIRS = ("A~B", "A~C", "B~C")
INSIDE = {
    "points": {"a1": 75, "a2": 25},
    "rating": {"a1": 3, "a2": 1},
    "ranking": {"a1": 1, "a2": 2},
    "swing": {"a1": 100, "a2": 50},
    "ahp": {"a1~a2": 3},
    "bwm": {
        "A:best": "a1",
        "A:worst": "a2",
        "a1:from-best": 1,
        "a2:from-best": 3,
        "a1:to-worst": 3,
        "a2:to-worst": 1,
    },
}
TOP = {
    "points": [row("ABC", 50, 30, 20)] * 4 + [row("ABC", 100, 0, 0)],
    "rating": [row("ABC", *marks) for marks in ((5, 3, 2), (4, 4, 2), (5, 4, 1), (3, 3, 4), (2, 4, 4))],
    "ranking": [row("ABC", *places) for places in ((1, 2, 3), (1, 2, 3), (2, 1, 3), (1, 3, 2), (3, 1, 2))],
    "swing": [
        row("ABC", *swings)
        for swings in ((100, 50, 25), (100, 100, 100), (50, 100, 25), (100, 25, 50), (25, 50, 100))
    ],
    "ahp": [row(PAIRS, *judged) for judged in ((2, 4, 2), (1, 1, 1), (-2, -2, 1), (3, 9, 3), (2, 2, 2))],
    "bwm": [
        ends("A", "C", (1, 2, 8), (8, 4, 1)),
        ends("A", "C", (1, 1, 1), (1, 1, 1)),
        ends("B", "A", (6, 1, 3), (1, 6, 2)),
        ends("A", "C", (1, 2, 4), (4, 2, 1)),
        ends("A", "C", (1, 3, 9), (9, 3, 1)),
    ],
}


def closed(*values):
    return [value / sum(values) for value in values]


def from_ratios(a_to_b, b_to_c):
    return closed(a_to_b * b_to_c, b_to_c, 1)


FOUR = 4 ** (1 / 3)
WEIGHTS = {
    "points": [0.6, 0.24, 0.16],
    "rating": [0.38, 0.36, 0.26],
    "ranking": [4 / 9, 17 / 45, 8 / 45],
    "swing": closed(2**1.4, 2**1.2, 2),
    "ahp": from_ratios((3 * FOUR) ** 0.2, (6 * FOUR) ** 0.2),
    "bwm": from_ratios(2**0.2, 72**0.2),
}


def panelled(mode, **rules):
    """A study in the given way, with its five experts' codes."""
    protocol = PROTOCOL | {"survey": {"elicitation": mode, "rounds": 1, **rules}}
    study = make_study(protocol=protocol, framework=FRAMEWORK)
    return study, make_panel(study, NAMES)


def weighed(study):
    """The adopted round's weights beside the sealed figures."""
    now = timezone.now()
    dataset = import_dataset(study, MATRIX.encode(), file_name="t.csv", by="stefan", at=now)
    seal_dataset(dataset, by="stefan", at=now)
    return build_weight_set(request_weight_set(dataset, by="stefan", at=now), at=now)


def expert_weights(weight_set):
    rows = IndicatorWeight.objects.filter(weight_set=weight_set).select_related("indicator")
    return {row.indicator.code: row.expert for row in rows}


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("mode", sorted(MODES))
def test_five_answers_become_a_published_list(mode, client, django_user_model):
    study, codes = panelled(mode)
    round = open_next(study)
    for name, top in zip(NAMES, TOP[mode], strict=True):
        answer(round, codes[name], top | INSIDE[mode])
    round = close(round)
    told = release_feedback(round, by="coco", at=timezone.now()).document()
    assert sum(told["group_weights"]["A"].values()) == pytest.approx(1)
    study = adopt_round(round, by="coco", at=timezone.now())

    weight_set = weighed(study)
    found = expert_weights(weight_set)
    assert [found[code] for code in "ABC"] == pytest.approx(WEIGHTS[mode], abs=EXACT)
    assert found["a1"] == pytest.approx(2 / 3 if mode == "swing" else 0.75, abs=EXACT)

    now = timezone.now()
    run = compute_run(request_run(weight_set, by="stefan", at=now), at=now)
    assert run.is_done, run.failure
    proposal = propose_publication(run, by=django_user_model.objects.get(username="stefan"), at=now)
    publish(proposal, sha256=proposal.sha256, by=django_user_model.objects.get(username="ava"), at=now)
    listed = client.get(f"/api/v1/publications/{study.slug}/").json()["list"]
    assert {row["code"] for row in listed} == {"x", "y", "z"}
    assert len(study.adopted_round.receipts()) == 5


def test_weights_by_authority_count_each_expert_by_the_own_assessment(client):
    study, codes = panelled("rating", aggregation="authority_arithmetic", self_assessment={"scope": "study"})
    round = open_next(study)
    much = {f"self:*:{basis}": "large" for basis in ("practice", "theory", "literature", "intuition")}
    for place, (name, top) in enumerate(zip(NAMES, TOP["rating"], strict=True)):
        assessed = much | {"self:*:familiarity": place}  # Ca 1, Cs 1 .8 .6 .4 .2, so Cr 1 .9 .8 .7 .6
        answer(round, codes[name], top | INSIDE["rating"] | assessed)
    study = adopt_round(close(round), by="coco", at=timezone.now())
    weight_set = weighed(study)
    assert [expert_weights(weight_set)[code] for code in "ABC"] == pytest.approx(
        [0.3975, 0.3575, 0.245], abs=EXACT
    )
    sign_in(client, "stefan")
    page = client.get(f"/studies/{study.slug}/weights/").content.decode()
    assert "authority" in page.lower() or "权威" in page


PLAYED = sorted(MODES) if "HENG_CAMPAIGN" in os.environ else ["ahp"]


@pytest.mark.parametrize("mode", PLAYED)
@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(120)
def test_a_simulated_panel_goes_through_the_public_pages(mode, live_server):
    rules = {
        "elicitation": mode,
        "rounds": 2,
        "comparisons": {"consistency": "require"},
        "best_worst": {"consistency": "require"},
        "self_assessment": {"scope": "dimension", "required": True},
    }
    study = make_study(protocol={"survey": rules}, framework=FRAMEWORK)
    never = PanelRules(dropout=0)
    rehearsal = start_rehearsal(
        study, experts=3, seed=4, url=live_server.url, clock=timezone.now, rules=never
    )
    assert [facts.answers for facts in rehearsal.run(2)] == [3, 3]
    rehearsal.study.refresh_from_db()
    assert rehearsal.study.adopted_round.number == 2
    authority = round_statistics(rehearsal.study.adopted_round)["authority"]
    assert authority["m_used"] == 3
    assert 0.6 <= authority["cr"] <= 1
