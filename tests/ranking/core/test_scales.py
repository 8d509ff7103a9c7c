"""Shares, z-scores, rank scores, goalposts, targets and the efficacy coefficient."""

import numpy as np
import pytest
from scipy import stats

from ranking.core.reference_scales import distance_to_target, efficacy, goalposts
from ranking.core.share_scales import max_share, sum_share
from ranking.core.standard_scores import rank_score, z_score
from weighting.core.refusal import MatrixRefused

MATRIX = np.array([[2.0, 8.0], [6.0, 4.0], [4.0, 4.0], [8.0, 2.0]])


def test_sum_share_sums_to_one_in_positive_direction():
    found = sum_share(MATRIX, [1, -1], method="inverse").values

    assert found[:, 0].tolist() == [0.1, 0.3, 0.2, 0.4]
    assert found[:, 1] == pytest.approx(np.array([1, 2, 2, 4]) / 9, rel=1e-15)


def test_max_share_gives_the_best_unit_one():
    found = max_share(MATRIX, [1, -1], method="inverse").values

    assert found[:, 0].tolist() == [0.25, 0.75, 0.5, 1.0]
    assert found[:, 1].tolist() == [0.25, 0.5, 0.5, 1.0]


@pytest.mark.parametrize(
    ("normalize", "reason"), [(sum_share, "nonpositive_sum"), (max_share, "nonpositive_largest")]
)
def test_shares_refuse_a_column_without_a_positive_whole(normalize, reason):
    with pytest.raises(MatrixRefused) as refused:
        normalize([[1.0, -5.0], [2.0, -1.0]], [1, 1], codes=("GDP", "BALANCE"))

    assert (refused.value.reason, refused.value.columns) == (reason, ("BALANCE",))


def test_z_score_agrees_with_scipy_and_turns_its_sign():
    found = z_score(MATRIX, [1, -1]).values

    expected = stats.zscore(MATRIX, ddof=1)
    assert found == pytest.approx(expected * [1, -1], rel=1e-14)


def test_z_score_far_from_zero_keeps_figures():
    column = np.arange(7.0)[:, None]

    assert z_score(column + 1e9, [1]).values == pytest.approx(z_score(column, [1]).values, rel=1e-12)


def test_z_score_of_a_constant_column_is_zero_and_noticed():
    found = z_score([[0.1, 1.0], [0.1, 2.0], [0.1, np.nan]], [1, 1], codes=("FLAT", "GAPS"))

    assert found.values[:, 0].tolist() == [0.0, 0.0, 0.0]
    assert np.isnan(found.values[2, 1])
    assert [n.column for n in found.notices] == ["FLAT"]


def test_rank_score_puts_ties_in_the_middle():
    found = rank_score(MATRIX, [1, -1]).values

    assert found[:, 0] == pytest.approx([0, 200 / 3, 100 / 3, 100])
    assert found[:, 1] == pytest.approx([0, 50, 50, 100])


def test_rank_score_ranks_the_present_cells_only():
    found = rank_score([[5.0], [np.nan], [1.0], [3.0]], [1], high=1.0).values[:, 0]

    assert found[[0, 2, 3]].tolist() == [1.0, 0.0, 0.5]
    assert np.isnan(found[1])


def test_rank_score_of_a_constant_column_is_the_middle():
    found = rank_score([[4.0], [4.0], [4.0]], [1])

    assert found.values[:, 0].tolist() == [50.0, 50.0, 50.0]
    assert [n.code for n in found.notices] == ["constant_column"]


def test_goalposts_do_not_move_with_the_units():
    # Human Development Index, life expectancy: posts 20 and 85 years
    alone = goalposts([[65.0]], [1], 20.0, 85.0, high=1.0).values[0, 0]
    among = goalposts([[65.0], [81.0]], [1], 20.0, 85.0, high=1.0).values[0, 0]

    assert alone == among == pytest.approx(45 / 65)


def test_goalposts_reverse_for_negative_indicators_and_clip():
    posts = {"lower": [0.0, 0.0], "upper": [10.0, 10.0]}

    clipped = goalposts([[12.0, 12.0], [2.0, 2.0]], [1, -1], **posts, clip=True).values
    free = goalposts([[12.0, 12.0], [2.0, 2.0]], [1, -1], **posts).values

    assert clipped.tolist() == [[100.0, 0.0], [20.0, 80.0]]
    assert free.tolist() == [[120.0, -20.0], [20.0, 80.0]]


def test_goalposts_refuse_reversed_posts_by_code():
    with pytest.raises(MatrixRefused, match="posts_reversed: B"):
        goalposts([[1.0, 1.0]], [1, 1], [0.0, 5.0], [2.0, 5.0], codes=("A", "B"))


def test_distance_to_target_for_both_directions():
    found = distance_to_target(
        [[10.0, 10.0], [20.0, 20.0], [40.0, 40.0]], [1, -1], [30.0, 20.0], clip=True
    ).values

    assert found[:, 0].tolist() == [0.0, 50.0, 100.0]
    assert found[:, 1].tolist() == [100.0, 100.0, 0.0]


def test_distance_to_a_target_behind_everybody_is_refused():
    with pytest.raises(MatrixRefused, match="target_not_ahead: A"):
        distance_to_target([[10.0], [20.0]], [1], 5.0, codes=("A",))


def test_efficacy_scores_sixty_at_unacceptable_and_hundred_at_satisfactory():
    found = efficacy([[90.0, 8.0], [100.0, 2.0], [95.0, 11.0]], [1, -1], [90.0, 8.0], [100.0, 2.0]).values

    assert found.tolist() == [[60.0, 60.0], [100.0, 100.0], [80.0, 40.0]]


def test_efficacy_may_be_kept_between_sixty_and_hundred():
    found = efficacy([[70.0], [120.0]], [1], 90.0, 100.0, clip=True).values

    assert found[:, 0].tolist() == [60.0, 100.0]


def test_efficacy_refuses_equal_bounds():
    with pytest.raises(MatrixRefused, match="equal_bounds: 1"):
        efficacy([[1.0, 1.0]], [1, 1], [0.0, 3.0], [1.0, 3.0])


def test_figures_beyond_their_references_are_counted_whether_kept_or_cut():
    for clip in (False, True):
        found = goalposts(
            [[12.0, 5.0], [-2.0, 6.0], [11.0, 7.0]], [1, -1], 0.0, 10.0, clip=clip, codes=("A", "B")
        )
        assert [(n.code, n.column, n.numbers) for n in found.notices] == [
            ("beyond_references", "A", {"worse": 1, "better": 2, "cut": clip})
        ]


def test_efficacy_refuses_a_satisfactory_value_on_the_wrong_side():
    with pytest.raises(MatrixRefused, match="bounds_reversed: B"):
        efficacy([[1.0, 1.0]], [1, -1], [0.0, 0.0], [1.0, 1.0], codes=("A", "B"))


@pytest.mark.parametrize(
    ("references", "reason"),
    [
        ([np.nan, 0.0], "not_finite: A"),
        ([0.0], "references_do_not_match"),
        ([[0.0, 0.0]], "references_do_not_match"),
    ],
)
def test_references_that_are_no_figures_or_too_few_are_refused(references, reason):
    with pytest.raises(MatrixRefused, match=reason):
        goalposts([[1.0, 2.0]], [1, 1], references, 10.0, codes=("A", "B"))
    with pytest.raises(MatrixRefused, match=reason):
        distance_to_target([[1.0, 2.0]], [1, 1], references, codes=("A", "B"))


def test_reference_scales_agree_with_the_printed_examples_of_coinr():
    # reference page of COINr 1.1.14, n_goalposts: posts 0 and 10, scale 1, the figure 1
    assert goalposts([[1.0]], [1], 0.0, 10.0, high=1.0).values.tolist() == [[0.1]]
    assert goalposts([[1.0]], [-1], 0.0, 10.0, high=1.0).values.tolist() == [[0.9]]


def test_reference_scales_agree_with_the_human_development_report():
    # UNDP technical notes: health index (x - 20) / (85 - 20), schooling x / 18 and x / 15, income in logarithms
    # between 100 and 75,000 dollars; HDI = geometric mean. Norway 2021: 83.2, 18.2, 13.0, 64,660 give 0.961.
    figures = np.array([[83.2339, 18.1852, 13.00363, np.log(64660.11)]])
    found = goalposts(
        figures, [1] * 4, [20, 0, 0, np.log(100)], [85, 18, 15, np.log(75000)], high=1.0, clip=True
    )
    health, expected, mean, income = found.values[0]
    assert round((health * (expected + mean) / 2 * income) ** (1 / 3), 3) == 0.961
