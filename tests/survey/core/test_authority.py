"""Authority coefficients against a published count table and exact decimals."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.answers import UnusableAnswers
from survey.core.authority import (
    BASIS_TABLES,
    FAMILIARITY_TABLES,
    LEVELS,
    authority_weighted_mean,
    coefficient_from_counts,
    expert_authority,
    panel_authority,
)

BASES = ("practice", "theory", "literature", "intuition")


def assessed(levels, familiarity, **tables):
    return expert_authority(dict(zip(BASES, levels, strict=True)), familiarity, **tables)


def test_published_counts_of_round_1_give_the_published_coefficients():
    """BMJ Open supplementary Table 4 (markup 347080), 16 experts: Ca 0.944, Cs 0.775 and, from unrounded
    parts, Cr 0.859375 (the table adds the rounded ones and prints 0.860)."""
    ca = coefficient_from_counts([16, 7, 9, 3, 11, 2, 2, 8, 6], [0.5, 0.3, 0.2] + [0.1] * 6, 16)
    cs = coefficient_from_counts([1, 12, 3], [1, 0.8, 0.6], 16)

    assert (ca, cs) == (0.94375, 0.775)
    assert round(ca, 3) == 0.944
    assert (ca + cs) / 2 == 0.859375


def test_published_familiarity_of_round_2_fits_and_its_printed_ca_is_a_misprint():
    """The same table, round 2: Cs 0.825 reproduces; the printed counts give Ca 0.95625 and not 0.963."""
    ca = coefficient_from_counts([16, 9, 7, 5, 10, 1, 5, 8, 3], [0.5, 0.3, 0.2] + [0.1] * 6, 16)

    assert coefficient_from_counts([3, 12, 1], [1, 0.8, 0.6], 16) == 0.825
    assert ca == 0.95625


def test_a_panel_of_one_has_a_coefficient_and_one_of_nobody_has_none():
    assert coefficient_from_counts([1], [0.8], 1) == 0.8
    with pytest.raises(ValueError, match="without experts"):
        coefficient_from_counts([0], [0.8], 0)


@pytest.mark.parametrize("table", BASIS_TABLES)
def test_basis_coefficient_runs_from_its_least_to_exactly_one(table):
    every = [assessed(levels, 0, basis_table=table).ca for levels in product(LEVELS, repeat=4)]

    assert max(every) == 1.0
    assert min(every) == {"default": 0.6, "graded": 0.5}[table]


def test_familiarity_presets_are_those_of_the_protocol():
    for name, values in FAMILIARITY_TABLES.items():
        found = [assessed(["large"] * 4, place, familiarity_table=name).cs for place in range(len(values))]
        assert found == list(values)


def test_an_expert_exactly_at_the_bound_is_not_flagged():
    at_bound = assessed(["medium", "medium", "small", "small"], 2)  # (0.8 + 0.6) / 2
    below = assessed(["small", "small", "small", "small"], 2)

    assert (at_bound.cr, at_bound.flagged) == (0.7, False)
    assert (below.cr, below.flagged) == (0.6, True)


def test_an_incomplete_self_assessment_has_no_coefficient():
    for levels, familiarity in ((["large", None, "small", "small"], 1), (["large"] * 4, None)):
        assert assessed(levels, familiarity).reason == "no_self_assessment"
    with pytest.raises(UnusableAnswers):
        assessed(["huge"] * 4, 1)
    with pytest.raises(UnusableAnswers):
        assessed(["large"] * 4, 6)


@given(
    st.lists(st.tuples(*[st.sampled_from(LEVELS)] * 4, st.one_of(st.none(), st.integers(0, 5))), min_size=1)
)
def test_panel_coefficient_is_the_mean_of_its_complete_experts(panel):
    experts = [assessed(levels, familiarity) for *levels, familiarity in panel]
    complete = [expert.cr for expert in experts if expert.cr is not None]
    found = panel_authority(experts)

    assert (found.m_used, found.m_total) == (len(complete), len(panel))
    if complete:
        assert found.cr == pytest.approx(np.mean(complete), abs=1e-12)
        assert found.flagged == tuple(i for i, e in enumerate(experts) if e.flagged)
    else:
        assert (found.cr, found.accepted, found.reason) == (None, None, "no_self_assessment")


def test_panel_is_accepted_at_exactly_seven_and_high_at_exactly_eight_tenths():
    at_seven = [assessed(["medium", "medium", "small", "small"], 2)] * 3
    at_eight = [assessed(["medium", "medium", "small", "small"], 1)] * 7

    assert (panel_authority(at_seven).accepted, panel_authority(at_seven).high) == (True, False)
    assert (panel_authority(at_eight).cr, panel_authority(at_eight).high) == (0.8, True)


def test_weighted_mean_is_numpys_average_over_experts_with_both():
    values, authority = [10, 20, 30, math.nan, 50], [0.9, 0.6, 0.7, 0.8, math.nan]

    found = authority_weighted_mean(values, authority)

    assert found.value == pytest.approx(np.average([10, 20, 30], weights=[0.9, 0.6, 0.7]), abs=1e-12)
    assert found.m_used == 3


def test_weighted_mean_without_authority_is_none():
    assert authority_weighted_mean([1, 2], [0, 0]).reason == "zero_weight"
    assert authority_weighted_mean([1, math.nan], [math.nan, 1]).reason == "no_self_assessment"
    with pytest.raises(UnusableAnswers):
        authority_weighted_mean([1, 2], [1, -1])


def test_tables_cannot_be_changed_in_passing():
    with pytest.raises(TypeError):
        FAMILIARITY_TABLES["P1"] = (1, 1)
    with pytest.raises(TypeError):
        BASIS_TABLES["default"]["practice"] = (1, 1, 1)
