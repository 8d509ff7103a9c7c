import numpy as np
import pytest

from ranking.core.sobol import saltelli_design, sobol_indices
from ranking.core.study import Factor, plan_study, read_study
from weighting.core.refusal import MatrixRefused


def ishigami(points, a=7.0, b=0.1):
    x = np.pi * (2 * points - 1)
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_indices_of_ishigamis_function_are_the_known_ones_within_their_error():
    design = saltelli_design(3, 4096, seed=3)

    found = sobol_indices(ishigami(design), 3, seed=4)

    # variance, first and total indices in closed form (Ishigami and Homma 1990), a = 7, b = 0.1
    v1, v2, v13 = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8, 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
    variance = v1 + v2 + v13
    assert found.variance == pytest.approx(variance, rel=0.02)
    assert found.first == pytest.approx(np.array([v1, v2, 0]) / variance, abs=0.02)
    assert found.total == pytest.approx(np.array([v1 + v13, v2, v13]) / variance, abs=0.02)
    assert (np.abs(found.first - np.array([v1, v2, 0]) / variance) < 4 * found.first_error + 1e-3).all()
    assert (found.first_error < 0.05).all() and (found.total_error < 0.05).all()


def test_estimates_agree_with_salib():
    # SALib 1.6.0, analyze.sobol(calc_second_order=False) on the same numbers (its order is point by point)
    a = [6.25, 8.97, 7.76, 2.25, 3.0, 8.74, 0.05, 8.21]
    b = [7.97, 4.68, 3.03, 2.78, 2.55, 4.45, 5.05, 5.53]
    mixed = [9.96, 7.93, 6.22, 9.89, 2.15, 1.6, 6.13, 0.44, 0.36, 5.15, 4.66, 9.17, 6.29, 5.14, 4.97, 2.48]

    found = sobol_indices(a + b + mixed, 2, seed=1)

    assert found.first == pytest.approx([-0.004962716423680364, -0.6129239839402957], rel=1e-12)
    assert found.total == pytest.approx([2.051064828846747, 1.7130013514344087], rel=1e-12)


def test_design_mixes_one_column_at_a_time():
    design = saltelli_design(3, 8, seed=1).reshape(5, 8, 3)

    for i in range(3):
        kept = [j for j in range(3) if j != i]
        assert np.array_equal(design[2 + i][:, kept], design[0][:, kept])
        assert np.array_equal(design[2 + i][:, i], design[1][:, i])


def test_design_and_error_are_the_same_for_the_same_seed():
    design = saltelli_design(2, 64, seed=9)
    results = design[:, 0] * design[:, 1]

    assert np.array_equal(design, saltelli_design(2, 64, seed=9))
    first, again = (sobol_indices(results, 2, seed=5).first_error for _ in range(2))
    assert np.array_equal(first, again)


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda: saltelli_design(2, 100, seed=1), "base_no_power_of_two"),
        (lambda: sobol_indices(np.ones(16), 2, seed=1), "no_variation"),
        (lambda: sobol_indices(np.ones(15), 2, seed=1), "results_do_not_match"),
        (lambda: sobol_indices([np.nan] * 16, 2, seed=1), "missing_values"),
    ],
)
def test_sobol_refuses_by_name(act, reason):
    with pytest.raises(MatrixRefused, match=reason):
        act()


FACTORS = (Factor("k", (0.1, 0.01, 1.0)), Factor("scale", ("min_max", "vector")), Factor("fixed", ("only",)))


def test_plan_computes_every_setting_once_and_the_published_first():
    plan = plan_study(FACTORS, base=64, seed=2)

    assert len(plan.settings) == 6
    assert plan.settings[0] == {"k": 0.1, "scale": "min_max", "fixed": "only"}
    assert [plan.settings[place]["k"] for place in plan.alone[0]] == [0.1, 0.01, 1.0]
    assert {plan.settings[place]["scale"] for place in plan.alone[0]} == {"min_max"}
    assert len(plan.rows) == 64 * 5


def test_study_finds_the_factor_that_matters():
    plan = plan_study(FACTORS, base=1024, seed=2)
    effect = {"min_max": 0.0, "vector": 10.0}

    found = read_study(plan, [effect[s["scale"]] + s["k"] for s in plan.settings])

    assert found.indices.total[1] > 0.95
    assert found.indices.total[0] == pytest.approx(1 - found.indices.first[1], abs=0.02)
    assert found.indices.total[2] == 0
    assert found.alone[1].tolist() == [0.1, 10.1]


def test_study_in_which_nothing_matters_says_so():
    plan = plan_study(FACTORS, base=16, seed=2)

    found = read_study(plan, np.zeros(len(plan.settings)))

    assert (found.indices, found.reason) == (None, "no_variation")


@pytest.mark.parametrize(
    ("factors", "reason"),
    [
        ((), "no_factors"),
        ((Factor("k", (1,)), Factor("k", (2,))), "repeated_code: k"),
        ((Factor("k", ()),), "no_choices: k"),
    ],
)
def test_plan_refuses_what_are_no_factors(factors, reason):
    with pytest.raises(MatrixRefused, match=reason):
        plan_study(factors, base=16, seed=1)
