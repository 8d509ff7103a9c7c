"""The simulated panel: whole points that add up, the same for the same seed, and behaviour as its rules say."""

import numpy as np
from scipy import stats

from survey.core.simulation import PanelRules, simulated_panel

GROUPS = {"top": 5, "one": 4}


def two_rounds(rules=None, experts=300, seed=5):
    panel = simulated_panel(GROUPS, experts=experts, seed=seed, rules=rules)
    first = np.array([expert.answer("top", None) for expert in panel])
    medians = np.median(first, axis=0)
    return first, np.array([expert.answer("top", medians.tolist()) for expert in panel]), medians


def test_points_are_whole_and_add_up_in_every_round():
    for points in two_rounds()[:2]:
        assert points.dtype.kind == "i" and (points >= 0).all()
        assert (points.sum(axis=1) == 100).all()


def test_the_same_seed_is_the_same_panel_and_another_is_another():
    first, again, other = two_rounds(), two_rounds(), two_rounds(seed=6)

    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert (first[0] != other[0]).any()


def test_as_many_keep_their_answer_as_the_rules_say():
    def kept(share):
        first, second, _ = two_rounds(PanelRules(keep=share))
        return int((first == second).all(axis=1).sum())

    assert kept(1.0) == 300
    assert stats.binomtest(kept(0.5), 300, 0.5).pvalue > 0.001
    assert kept(0.0) < 30


def test_a_pull_toward_the_median_narrows_the_panel():
    first, second, medians = two_rounds(PanelRules(keep=0.0, pull=0.8, camp=0.0))

    before, after = (np.abs(points - medians).sum(axis=1).mean() for points in (first, second))

    assert after < 0.8 * before


def test_withheld_medians_pull_nobody():
    panel = simulated_panel({"top": 3}, experts=5, seed=1)
    for expert in panel:
        expert.answer("top", None)
        assert sum(expert.answer("top", [None, 30, 40])) == 100
