"""What is told between rounds beside the figures: the stop rule in one number, and how many could not judge."""

import pytest
from django.utils import timezone

from survey.feedback import release_feedback, round_to
from survey.feedback_pages import study_feedback
from survey.models import Round
from survey.results import round_statistics
from survey.rounds import adopt_round
from tests.cast import answer, close, make_panel, make_study, open_next, sign_in

pytestmark = pytest.mark.django_db
NAMES = [f"Expert {number:02d}" for number in range(12)]
PASSED_OVER = {"b1": None, "b2": None, "B:skip": 1}


def points(a1: int) -> dict:
    return {"A": 50, "B": 50, "a1": a1, "a2": 100 - a1, "b1": 50, "b2": 50}


def play(study, codes, names, shift=0):
    round = open_next(study)
    for place, name in enumerate(names):
        given = points(40 + place + shift)
        answer(round, codes[name], given | (PASSED_OVER if place < 2 and study.rules["cannot_judge"] else {}))
    round = close(round)
    release_feedback(round, by="coco", at=timezone.now())
    return round


def test_stop_rule_is_told_before_adoption_with_one_number(client):
    study = make_study()
    codes = make_panel(study, NAMES)
    play(study, codes, NAMES)
    second = play(study, codes, NAMES, shift=12)

    told = second.feedback.document()["stop"]
    assert set(told) == {"code", "round_number", "rounds", "stable_share"}
    sign_in(client, "coco")
    page = client.get(f"/studies/{study.slug}/rounds/", headers={"accept-language": "en"}).content.decode()
    assert "which only advises" in page and f"Stable: {100 * told['stable_share']:.0f} %" in page
    adopt_round(second, by="coco", at=timezone.now())
    exact = round_statistics(Round.objects.get(pk=second.pk))["stop"]
    assert told["code"] == exact["code"] == "items_moving"
    assert told["stable_share"] == round_to(exact["stable_share"])


def test_few_answers_say_nothing_of_stability():
    study = make_study()
    codes = make_panel(study, NAMES)
    play(study, codes, NAMES)
    second = play(study, codes, NAMES[:9])
    assert second.feedback.document()["stop"]["code"] == "withheld"
    assert second.feedback.document()["stop"]["stable_share"] is None


def test_how_many_could_not_judge_is_shown_and_not_who(client):
    study = make_study(protocol={"survey": {"cannot_judge": True}})
    codes = make_panel(study, NAMES)
    first = play(study, codes, NAMES)

    counts = {block.group.code: block.not_judged for block in study_feedback(study)[0].groups}
    assert counts == {"top": 0, "A": 0, "B": 2}
    sign_in(client, "coco")
    page = client.get(f"/studies/{study.slug}/rounds/", headers={"accept-language": "en"}).content.decode()
    assert "2 experts could not judge" in page
    adopt_round(first, by="coco", at=timezone.now())
    assert [group["not_judged"] for group in round_statistics(Round.objects.get(pk=first.pk))["groups"]] == [
        0,
        0,
        2,
    ]


def test_both_ways_to_pool_stand_in_the_statistics():
    study = make_study()
    codes = make_panel(study, NAMES)
    first = play(study, codes, NAMES)
    adopt_round(first, by="coco", at=timezone.now())
    group = next(g for g in round_statistics(Round.objects.get(pk=first.pk))["groups"] if g["code"] == "A")

    shares = [(40 + place) / 100 for place in range(12)]
    product = [1.0, 1.0]
    for share in shares:
        product = [product[0] * share ** (1 / 12), product[1] * (1 - share) ** (1 / 12)]
    assert group["weights"]["a1"] == pytest.approx(sum(shares) / 12)
    assert group["pools"]["geometric"]["a1"] == pytest.approx(product[0] / sum(product), abs=1e-12)
    apart = 100 * abs(group["pools"]["geometric"]["a1"] - group["weights"]["a1"])
    assert group["pools"]["largest"] == pytest.approx(apart, abs=1e-9)


@pytest.mark.parametrize(
    ("mode", "given", "said", "place"),
    [
        ("rating", {"A": 4, "B": 2, "a1": 3, "a2": 5, "b1": 1, "b2": 1}, "gave 4; the middle", 'x="75.00%"'),
        (
            "ranking",
            {"A": 1, "B": 2, "a1": 2, "a2": 1, "b1": 1, "b2": 2},
            "places 1; the middle",
            'x="100.00%"',
        ),
    ],
)
def test_feedback_speaks_and_draws_in_the_way_of_asking(client, mode, given, said, place):
    study = make_study(protocol={"survey": {"elicitation": mode}})
    codes = make_panel(study, NAMES)
    round = open_next(study)
    for name in NAMES:
        answer(round, codes[name], given)
    release_feedback(close(round), by="coco", at=timezone.now())
    client.post("/j", {"code": codes[NAMES[0]]})
    page = client.get("/e/feedback/", headers={"accept-language": "en"}).content.decode()
    assert said in page and place in page
    assert "add up to 100" not in page and "rounded to 5" not in page
