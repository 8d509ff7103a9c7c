import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize

from weighting.core.combination import (
    entropy_combination,
    game_theory_coefficients,
    game_theory_combination,
    linear_combination,
    max_deviation_coefficients,
    max_deviation_combination,
    product_combination,
)
from weighting.core.derivation import WeightRecipe, combining
from weighting.core.refusal import MatrixRefused

S = np.array([0.5, 0.3, 0.2])
V = np.array([0.1, 0.3, 0.6])
Z = np.array([[0.0, 0.2, 1.0], [0.5, 0.9, 0.3], [1.0, 0.1, 0.4], [0.3, 0.3, 0.0]])


def test_product_combination_of_the_hand_worked_case():
    assert product_combination(S, S) == pytest.approx(np.array([25, 9, 4]) / 38, rel=1e-15)


def test_product_combination_with_uniform_experts_returns_the_variation_weights():
    assert product_combination(np.full(3, 1 / 3), V) == pytest.approx(V, rel=1e-15)


def test_zero_stays_exactly_zero_under_product_and_entropy_but_not_under_linear():
    s = np.array([0.0, 0.4, 0.6])

    assert product_combination(s, V)[0] == 0
    assert entropy_combination(s, V)[0] == 0
    assert linear_combination(s, V)[0] == pytest.approx(0.05)


def test_linear_combination_moves_with_alpha():
    assert linear_combination(S, V, alpha=1) == pytest.approx(S)
    assert linear_combination(S, V, alpha=0) == pytest.approx(V)
    assert linear_combination(S, V, alpha=0.3) == pytest.approx([0.22, 0.3, 0.48], rel=1e-15)


def test_entropy_combination_is_the_least_relative_entropy():
    def divergence(free):
        w = np.exp(np.append(free, 0.0))
        w /= w.sum()
        return (w * np.log(w / S)).sum() + (w * np.log(w / V)).sum()

    best = np.exp(np.append(minimize(divergence, np.zeros(2), tol=1e-14).x, 0.0))

    assert entropy_combination(S, V) == pytest.approx(best / best.sum(), abs=1e-6)


def test_game_theory_coefficients_solve_the_two_by_two_system():
    a = np.linalg.solve([[S @ S, S @ V], [V @ S, V @ V]], [S @ S, V @ V])

    found = game_theory_coefficients(S, V)

    assert [found.expert, found.variation] == pytest.approx(a / a.sum(), rel=1e-13)
    assert not found.clipped


def test_game_theory_of_equal_weights_returns_them_though_the_system_is_singular():
    assert game_theory_combination(S, S).tolist() == pytest.approx(S.tolist(), rel=1e-15)


def test_game_theory_gives_a_uniform_expert_weight_no_say():
    s = np.full(4, 0.25)

    assert game_theory_combination(s, [0.1, 0.2, 0.3, 0.4]) == pytest.approx([0.1, 0.2, 0.3, 0.4], rel=1e-14)


def test_game_theory_cuts_a_negative_coefficient_and_says_so():
    s, o = np.array([0.4, 0.3, 0.3]), np.array([0.8, 0.1, 0.1])

    found = game_theory_coefficients(s, o)

    assert found.clipped
    assert (found.expert, found.variation) == (0.0, 1.0)
    assert game_theory_combination(s, o) == pytest.approx(o)


def test_max_deviation_coefficients_are_the_leading_eigenvector():
    spread = np.diag([((Z[:, [j]] - Z[:, j]) ** 2).sum() for j in range(3)])
    pair = np.column_stack([S, V])
    values, vectors = np.linalg.eigh(pair.T @ spread @ pair)
    leading = np.abs(vectors[:, np.argmax(values)])

    found = max_deviation_coefficients(S, V, Z)

    assert [found.expert, found.variation] == pytest.approx(leading / leading.sum(), rel=1e-13)


def test_max_deviation_of_equal_weights_returns_them():
    assert max_deviation_combination(S, S, Z) == pytest.approx(S, rel=1e-15)


def test_max_deviation_of_two_even_strangers_is_their_middle():
    z = np.array([[0.0, 1.0], [1.0, 0.0]])

    assert max_deviation_combination([1.0, 0.0], [0.0, 1.0], z).tolist() == [0.5, 0.5]


def test_column_of_zeros_deviates_nowhere():
    with np.errstate(all="raise"):
        found = combining([[1.0, 0.0], [3.0, 0.0]], [1, 1], "ab", WeightRecipe(combination="max_deviation"))
    assert found.matrix[:, 1].tolist() == [0.0, 0.0]


def test_max_deviation_refuses_data_without_variation():
    with pytest.raises(MatrixRefused, match="no_variation"):
        max_deviation_combination(S, V, np.ones((4, 3)))


RULES = [
    product_combination,
    linear_combination,
    entropy_combination,
    game_theory_combination,
    lambda s, o: max_deviation_combination(s, o, Z),
]


@pytest.mark.parametrize("rule", RULES)
def test_rule_on_draws_is_the_rule_on_each_draw(rule):
    draws = np.random.default_rng(8).dirichlet(np.ones(3), size=(5, 4))

    combined = rule(draws, V)

    each = np.array([[rule(s, V) for s in row] for row in draws])
    assert combined.shape == (5, 4, 3)
    assert combined == pytest.approx(each, rel=1e-13)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("s", "reason"),
    [
        ([0.5, 0.5], "weights_do_not_match"),
        ([0.5, np.nan, 0.5], "not_a_weight"),
        ([1.2, -0.2, 0.0], "not_a_weight"),
    ],
)
def test_rule_refuses_by_name(rule, s, reason):
    with pytest.raises(MatrixRefused) as refused:
        rule(s, V)

    assert refused.value.reason == reason


def test_product_without_a_common_indicator_is_refused():
    with pytest.raises(MatrixRefused, match="zero_total"):
        product_combination([1.0, 0.0], [0.0, 1.0])


def test_linear_combination_refuses_an_alpha_beyond_one():
    with pytest.raises(MatrixRefused, match="alpha_out_of_range"):
        linear_combination(S, V, alpha=1.5)


weights = arrays(float, 5, elements=st.floats(0.01, 1)).map(lambda x: x / x.sum())


@settings(deadline=None, max_examples=80)
@given(weights, weights)
def test_every_rule_gives_shares_and_the_mixing_ones_stay_between(s, o):
    for rule in (product_combination, linear_combination, entropy_combination, game_theory_combination):
        combined = rule(s, o)
        assert combined.sum() == pytest.approx(1, rel=1e-13)
        assert (combined >= 0).all()
    for rule in (linear_combination, game_theory_combination):
        between = rule(s, o)
        assert (between >= np.minimum(s, o) - 1e-12).all()
        assert (between <= np.maximum(s, o) + 1e-12).all()


@settings(deadline=None, max_examples=80)
@given(weights)
def test_idempotent_rules_return_what_both_sides_say(s):
    for rule in (linear_combination, entropy_combination, game_theory_combination):
        assert rule(s, s) == pytest.approx(s, rel=1e-12)
