"""The statistics of the rounds: the right numbers, for those who may see them, kept when names are gone."""

import csv
import io

import numpy as np
import pytest
from django.utils import timezone
from scipy import stats

from survey.feedback import release_feedback
from survey.models import Response, Round, RoundStatistics
from survey.panel_answers import RoundNotClosed, closed_answers
from survey.results import NotDisclosed, round_statistics
from survey.rounds import adopt_round
from survey.sealing import sha256_hex
from tests.cast import answer, close, make_panel, make_study, open_next, sign_in

pytestmark = pytest.mark.django_db
NAMES = [f"Expert {number:02d}" for number in range(12)]
FIRST = [60, 55, 50, 45, 70, 65, 30, 35, 58, 52, 48, 61]
SECOND = [58, 55, 52, 50, 60, 60, 45, 50, 55, 52, 50, 58]


def points(a1: int) -> dict:
    return {"A": 50, "B": 50, "a1": a1, "a2": 100 - a1, "b1": 50, "b2": 50}


def play(study, codes, given: dict[str, int]) -> Round:
    round = open_next(study)
    for name, a1 in given.items():
        answer(round, codes[name], points(a1))
    round = close(round)
    release_feedback(round, by="coco", at=timezone.now())
    return round


@pytest.fixture
def study():
    study = make_study()
    codes = make_panel(study, NAMES)
    play(study, codes, dict(zip(NAMES, FIRST, strict=True)))
    play(study, codes, dict(zip(NAMES, SECOND, strict=True)))
    return study


def adopted(study) -> dict:
    adopt_round(study.rounds.get(number=2), by="coco", at=timezone.now())
    return round_statistics(Round.objects.get(study=study, number=2))


def item(found: dict, code: str = "a1") -> dict:
    return next(group["items"][code] for group in found["groups"] if code in group["items"])


def test_every_figure_of_an_item_is_the_one_of_an_independent_library(study):
    found = item(adopted(study))
    first, second = np.array(FIRST, dtype=float), np.array(SECOND, dtype=float)
    q1, median, q3 = np.percentile(second, [25, 50, 75])
    shown = found["statistics"]
    expected = {
        "n": 12,
        "mean": second.mean(),
        "sd": second.std(ddof=1),
        "variation": stats.variation(second, ddof=1),
        "median": median,
        "q1": q1,
        "q3": q3,
        "iqr": stats.iqr(second),
        "mad": stats.median_abs_deviation(second),
    }
    assert {name: shown[name] for name in expected} == pytest.approx(expected, abs=1e-9)
    changes = second - first
    exact = stats.wilcoxon(changes[changes != 0], method=stats.PermutationMethod(n_resamples=100_000)).pvalue
    assert found["stability"]["wilcoxon_p"] == pytest.approx(exact, abs=1e-9)
    assert found["stability"]["unchanged"] == (changes == 0).mean()
    assert found["stability"]["variation_change"] == pytest.approx(
        abs(stats.variation(second, ddof=1) - stats.variation(first, ddof=1)), abs=1e-9
    )
    assert found["conformity"]["n_pairs"] == 12


def test_concordance_of_a_group_is_friedmans(study):
    group = next(group for group in adopted(study)["groups"] if group["code"] == "A")
    rows = np.array([[a1, 100 - a1] for a1 in SECOND], dtype=float)
    ranks = np.array([stats.rankdata(row) for row in rows])
    ties = sum(2**3 - 2 for row in rows if row[0] == row[1])
    s = ((ranks.sum(axis=0) - 12 * 1.5) ** 2).sum()
    assert group["concordance"]["w"] == pytest.approx(12 * s / (144 * 6 - 12 * ties), abs=1e-9)
    assert group["weights"]["a1"] == pytest.approx(np.mean(SECOND) / 100)
    assert group["move"]["largest"] == pytest.approx(abs(np.mean(SECOND) - np.mean(FIRST)), abs=1e-9)


def test_nothing_exact_before_adoption(study, client):
    with pytest.raises(NotDisclosed):
        round_statistics(Round.objects.get(study=study, number=2))
    sign_in(client, "coco")
    assert client.get(f"/studies/{study.slug}/results.json").json() == {"rounds": []}
    assert len(client.get(f"/studies/{study.slug}/results.csv").content.decode().splitlines()) == 1
    page = client.get(f"/studies/{study.slug}/results/", headers={"accept-language": "en"}).content.decode()
    assert "still locked" in page
    assert f"{np.mean(SECOND):.1f}" not in page


def test_figures_read_no_open_round(study):
    with pytest.raises(RoundNotClosed):
        closed_answers(open_next(study))


def test_statistics_are_kept_when_the_names_are_gone(study):
    before = adopted(study)
    stored = RoundStatistics.objects.get(round__study=study, round__number=2)
    assert sha256_hex(bytes(stored.content)) == stored.sha256
    for row in Response.objects.filter(round__study=study):
        Response.objects.filter(pk=row.pk).update(pseudonym=f"gone {row.pk}"[:32])
    assert round_statistics(Round.objects.get(study=study, number=2)) == before
    assert before["flow"]["returned_from_before"] == 12


def test_convergence_by_people_leaving_is_called_by_its_name():
    study = make_study(protocol={"survey": {"consensus": {"iqr": 10, "variation": None}}})
    names = [f"Expert {number:02d}" for number in range(24)]
    codes = make_panel(study, names)
    play(study, codes, {name: 20 if place % 2 else 80 for place, name in enumerate(names[:11])})
    later = {name: 20 if place % 2 else 80 for place, name in enumerate(names[:10])}
    play(study, codes, later | dict.fromkeys(names[10:], 50))
    adopt_round(study.rounds.get(number=2), by="coco", at=timezone.now())
    found = item(round_statistics(Round.objects.get(study=study, number=2)))
    assert (found["converged"], found["returners"]["converged"]) == (True, False)
    assert found["returners"]["may_be_drop_out"] is True
    assert found["returners"]["statistics"]["n"] == 11  # 11 of 24: both parts are large enough


def test_the_few_who_came_new_cannot_be_worked_out():
    study = make_study()
    codes = make_panel(study, NAMES)
    play(study, codes, dict(zip(NAMES[:11], FIRST, strict=False)))
    play(study, codes, dict(zip(NAMES, SECOND, strict=True)))
    found = item(adopted(study))
    assert found["returners"] == {
        "n": 11,
        "statistics": None,
        "converged": found["returners"]["converged"],
        "may_be_drop_out": found["returners"]["may_be_drop_out"],
        "reason": "suppressed",
    }
    assert found["leavers"]["median_leavers"] is None


def test_page_sorts_and_filters_and_the_table_has_every_item(study, client):
    adopted(study)
    sign_in(client, "coco")
    address = f"/studies/{study.slug}/results"
    for query in (
        "",
        "?round=1",
        "?sort=variation",
        "?sort=nonsense&state=nonsense",
        "?state=converged&sort=iqr",
    ):
        assert client.get(f"{address}/{query}").status_code == 200
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}.csv").content.decode("utf-8-sig"))))
    assert [(row["round"], row["code"]) for row in rows][:6] == [
        ("1", code) for code in ["A", "B", "a1", "a2", "b1", "b2"]
    ]
    assert float(rows[8]["mean"]) == np.mean(SECOND)


def test_stop_rule_is_one_sentence_and_one_number(study, client):
    adopted(study)
    sign_in(client, "coco")
    page = client.get(f"/studies/{study.slug}/results/", headers={"accept-language": "en"}).content.decode()
    assert "Go on: items are still moving. Stable: " in page
