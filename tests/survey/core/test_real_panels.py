"""Two real panels replayed: every published aggregate that the answers allow comes out again.

Means and medians from the answers in data/panels; what needs the lower and upper bounds too, where the whole file is.
repliCATS (metamelb-repliCATS/aggreCAT, commit 7da29a84, MIT): 25 experts, 25 claims, two rounds.
Trauma audit filters (titco/utaf, commit 50713688, CC BY 4.0): 67 items, last round of each.
"""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from survey.core.authority import authority_weighted_mean
from survey.core.compositions import composition_spread
from survey.core.consensus import item_statistics, kendall_w
from survey.core.disclosure import ItemRelease, ladder, released_round
from survey.core.stability import item_stability
from tests.panels import panel_rows

DATA = Path(__file__).parents[3] / ".." / "shared" / "data"


def rows(*path):
    file = DATA.joinpath(*path)
    if not file.exists():
        pytest.skip(f"the real panel is not here: {'/'.join(path)} is missing from ../shared/data")
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@pytest.fixture(scope="module")
def replicats():
    """Answers as an array (round, claim, expert, lower-best-upper) in percent, and the order of claims."""
    answers = defaultdict(dict)
    for row in rows("delphi-replicats", "ratings.csv"):
        triple = [float(row[name]) for name in ("lower", "best", "upper")]
        answers[row["round"], row["claim"]][row["expert"]] = triple
    claims = sorted({claim for _, claim in answers})
    experts = sorted(answers["1", claims[0]])
    table = [[[answers[r, c][e] for e in experts] for c in claims] for r in ("1", "2")]
    return np.array(table), claims


@pytest.fixture(scope="module")
def published(replicats):
    """Published scores by method, in the order of the claims."""
    scores = defaultdict(dict)
    for row in rows("delphi-replicats", "published-aggregates.csv"):
        scores[row["method"]][row["claim"]] = float(row["published_confidence_score"])
    return {method: np.array([by_claim[c] for c in replicats[1]]) for method, by_claim in scores.items()}


def test_replicats_is_complete(replicats):
    assert replicats[0].shape == (2, 25, 25, 3)
    assert not np.isnan(replicats[0]).any()


def test_replicats_means_and_medians_are_exact():
    second = [row for row in panel_rows("replicats.csv") if row["round"] == "2"]
    published = panel_rows("replicats-published.csv")
    found = [item_statistics([float(row[each["claim"]]) for row in second]) for each in published]

    assert (len(second), len(found)) == (25, 25)
    assert [item.mean / 100 for item in found] == pytest.approx(
        [float(r["mean"]) for r in published], abs=1e-15
    )
    assert [item.median / 100 for item in found] == [float(row["median"]) for row in published]


def test_replicats_log_odds_means_are_the_centre_of_two_part_compositions(replicats, published):
    """LOArMean is the inverse logit of the mean log odds: the first part of the centre of (p, 1 - p)."""
    for claim, score in zip(replicats[0][1], published["LOArMean"], strict=True):
        best = claim[:, 1] / 100
        if ((best > 0) & (best < 1)).all():
            assert composition_spread(np.column_stack([best, 1 - best])).centre[0] == pytest.approx(
                score, abs=1e-9
            )
        else:
            assert composition_spread(np.column_stack([best, 1 - best])).reason == "zero_weight"


@pytest.mark.parametrize(
    ("method", "weights"),
    [
        ("IntWAgg", lambda best, width, widest: 1 / width),
        ("IndIntWAgg", lambda best, width, widest: widest / width),
        ("VarIndIntWAgg", None),
        ("OutWAgg", lambda best, width, widest: 1 - (d := (best - np.median(best)) ** 2) / d.max()),
    ],
)
def test_replicats_weighted_aggregates_come_out_of_the_weighted_mean(replicats, published, method, weights):
    """Weights 1 / width of the expert's interval, the same relative to his widest, the variance of his
    widths, and closeness to the median. Where somebody gave no width the first two are not defined."""
    final = replicats[0][1]
    widths = final[:, :, 2] - final[:, :, 0]
    compared = 0
    for claim, width, score in zip(final, widths, published[method], strict=True):
        if method in ("IntWAgg", "IndIntWAgg") and not width.all():
            continue
        best = claim[:, 1]
        own = weights(best, width, widths.max(axis=0)) if weights else widths.var(axis=0, ddof=1)
        assert authority_weighted_mean(best / 100, own).value == pytest.approx(score, abs=1e-12)
        compared += 1
    assert compared == (21 if method in ("IntWAgg", "IndIntWAgg") else 25)


def test_replicats_rounds_move_and_narrow_as_the_data_say(replicats):
    """The collection's own summary: 60 percent of the answers change, the mean sd falls from 16.9 to 15.7."""
    first, second = replicats[0][..., 1]
    found = [item_stability(a, b, bin_width=5) for a, b in zip(first, second, strict=True)]
    sd = [np.mean([item_statistics(claim).sd for claim in one]) for one in (first, second)]

    assert [item.n_pairs for item in found] == [25] * 25
    assert 1 - np.mean([item.unchanged for item in found]) == pytest.approx(0.60, abs=0.005)
    assert sd == pytest.approx([16.9, 15.7], abs=0.05)
    assert 0 < kendall_w(first.T).w < 1


def test_replicats_feedback_would_not_move_for_two_revisers(replicats):
    first, second = replicats[0][..., 1]
    before = {c: dict(enumerate(first[i])) for i, c in enumerate(replicats[1])}
    two = {c: before[c] | {0: second[i][0], 1: second[i][1]} for i, c in enumerate(replicats[1])}
    shown = released_round(before, grid=5)

    again = released_round(two, grid=5, earlier=[{c: ItemRelease(shown[c], before[c]) for c in before}])

    assert {figures.state for figures in again.values()} == {"unchanged"}
    assert all(again[c].median == shown[c].median and again[c].q1 == shown[c].q1 for c in before)


def test_all_67_medians_of_the_audit_filters_are_exact():
    results = panel_rows("audit-filters.csv")

    found = [item_statistics([float(score) for score in row["scores"].split()]) for row in results]

    assert len(results) == 67
    assert [item.median for item in found] == [float(row["median"]) for row in results]
    assert sum(item.n for item in found) == 789
    assert all(ladder(item.n).shows_quartiles for item in found)
