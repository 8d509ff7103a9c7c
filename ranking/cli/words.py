"""Refusals and notices of the engine as sentences."""

import math

import numpy as np

from ranking.cli.computing import scaled

REASONS = {
    "alpha_out_of_range": "alpha must lie between 0 and 1",
    "circular_tree": "these codes are each other's parents in a circle",
    "bounds_reversed": "satisfactory is worse than unacceptable in these columns; turn them round, or the direction",
    "concentration_not_positive": "the concentration must be above 0",
    "cuts_out_of_order": "borders of tiers must rise for ranks and fall for scores",
    "direction_without_scale": "less is better in these columns, so they need a normalization",
    "empty_column": "these columns hold no figure at all",
    "equal_bounds": "satisfactory and unacceptable are equal in these columns; give two different figures",
    "interval_reversed": "the best figures of a column end below where they begin",
    "k_not_positive": "k must be above 0",
    "indefinite": (
        "the correlations of these columns, each over the units that have both figures, contradict each other; choose "
        "another --objective or another rule for --missing"
    ),
    "missing_values": "these columns have empty cells; choose --missing leave_out, group_median or reweight",
    "no_leader": "no unit has a score above 0, so there is no leader; choose another --normalization",
    "no_figures_of_headings": (
        "headings have no figures of their own, which max_deviation needs; choose --level global or group"
    ),
    "needs_whole_rows": (
        "these columns have empty cells, and merec, cilos and idocriw compare whole rows; choose another "
        "--objective, or --missing leave_out or group_median"
    ),
    "too_few_common_units": (
        "some of these columns have fewer than three units in common, or do not vary over those, so they cannot be "
        "correlated; choose another --objective or another rule for --missing"
    ),
    "negative_figures": (
        "these columns have scores below 0, for which this mean is not defined; choose another scale or mean"
    ),
    "negative_tolerance": "the tolerance must be 0 or more",
    "negative_values": (
        "these columns have figures below 0, for which there is no variation weight; choose --negative-values zero, "
        "another objective, or --combination experts"
    ),
    "negative_weight": "weights must be 0 or more",
    "no_complete_unit": "fewer than two units have every figure; choose another rule for --missing",
    "no_conflict": "no two of these columns tell different things, so CRITIC weighs none; choose another --objective",
    "no_data_weights": "--alpha-sweep mixes with the weights of the data; take --combination experts away",
    "no_experts": "rank intervals from experts need a table of experts; choose --intervals weights",
    "no_figure": (
        "some units have no figure that carries weight; take them out of the data or choose another "
        "rule for --missing"
    ),
    "no_figure_in_group": (
        "a whole group of units has no figure in these columns, so there is no median to fill with; choose a wider "
        "--missing-group or another rule for --missing"
    ),
    "no_variation": "none of these columns varies, so the data give no weight; choose --combination experts",
    "no_variation_in_group": (
        "none of these siblings varies, so there is nothing to combine in their group; choose --level global or "
        "--combination experts"
    ),
    "nonpositive_largest": (
        "the largest figure of these columns is not above 0, so there is no share of it; choose another --normalization"
    ),
    "nonpositive_sum": (
        "the figures of these columns add up to 0 or less, so there are no shares; choose another --normalization"
    ),
    "nonpositive_values": (
        "these columns have figures that are not above 0, and here every figure must be; choose another "
        "--objective, or another --direction where less is better"
    ),
    "no_reference": "these columns have no figures that this scale needs; give --references",
    "out_of_range": "these columns have figures too large or too small to reckon with; use another unit",
    "posts_reversed": "the lower goalpost must be below the upper one, whatever the direction",
    "references_do_not_match": "these columns have another number of references than the scale takes",
    "target_not_ahead": (
        "the target of these columns is no better than the worst unit; set it further ahead, or mind "
        "the direction"
    ),
    "not_closed": "the weights of these siblings do not sum to 1",
    "not_finite": "these columns have figures beyond the range of numbers",
    "not_solved": "the figures do not determine these weights; choose another objective",
    "range_reversed": "--low must be below --high",
    "rules_do_not_match": (
        "--aggregation names more or fewer rules than the tree has levels; name one, or one a level, "
        "the composite first"
    ),
    "too_few_distinct_scores": "there are fewer different scores than tiers; ask for fewer with --tiers",
    "too_few_units": "at least two units with figures are needed",
    "too_many_tiers": "there are more tiers than units; ask for fewer with --tiers",
    "undetermined": "the figures do not determine these weights; choose another objective",
    "unknown_exponent": "the exponent must be a finite number",
    "weights_differ_by_unit": (
        "Copeland's rule needs the same weights for all units; choose another rule for --missing than "
        "reweight"
    ),
    "zero_mean": (
        "these columns have a mean of 0, so they have no variation; take them out or choose another "
        "--objective"
    ),
    "zero_scaled": "these columns hold nothing but zeros; take them out or choose another --direction",
    "zero_total": (
        "nothing is left to weigh with: experts and data have no indicator in common here; choose --combination linear"
    ),
}
NOTICES = {
    "beyond_references": (
        "{worse} figures lie beyond the worse end of the scale, {better} beyond the better ({beyond})"
    ),
    "constant_column": "all units have the same figure, {value:.6g}; nothing here tells them apart",
    "filled_with_median": "empty cells filled with the median of the unit's group: {cells}",
    "k_large_for_unit": "k = {k:g} is large beside the figures (at most {largest:.4g}): k shapes this column",
    "left_out": "left out for empty cells: {units}",
    "negative_counted_as_zero": "figures below 0 that count as 0 in the variation weight, not in the scores: {cells}",
    "negative_under_reciprocal": (
        "less is better, figures fall to {smallest:.4g}: variation {variation:.2f} hangs on k"
    ),
    "not_divided": "figures are taken as they are; iMeta names {denominator} as denominator, divide beforehand",
    "outliers_box_cox": "very skewed, bent by Box and Cox (lambda {parameter:.3g}); the unit is lost",
    "outliers_logarithm": "very skewed, bent by a logarithm; the unit is lost",
    "outliers_winsorised": "extreme figures pulled in to the next one: {count}",
    "toward_interval": "best between {low:g} and {high:g}: turned into closeness to it, 1 at best",
    "raw_variation_undefined": "the mean of the raw figures, {mean:.4g}, is not above 0: no raw variation",
    "reciprocal_ceiling": (
        "less is better: turned round, the variation {raw_variation:.2f} falls to {variation:.2f}; "
        "its ceiling is {ceiling:.3f}"
    ),
    "weight_shared": "empty cells whose weight is shared among the unit's other figures of the same group: {cells}",
}


def refusal_words(refused, framework, units, asked):
    """Say why the engine refuses, with the codes concerned."""
    name, has_gaps = refused.reason, bool(np.isnan(units.matrix).any())
    if name == "missing_values" and not has_gaps:  # no gap was given, so the arithmetic made one
        name = "not_finite"
    reason = REASONS.get(name, name.replace("_", " "))
    concerned = concerned_codes(refused, framework, units, asked)
    return f"{', '.join(concerned)}: {reason}." if concerned else f"{reason[0].upper()}{reason[1:]}."


def concerned_codes(refused, framework, units, asked):
    """Return codes of columns or units; a mean names only those of the first group that it refuses."""
    if refused.reason == "no_figure":
        return [units.codes[place] for place in refused.numbers["units"]]
    if refused.reason == "negative_figures":
        below = (scaled(units.matrix, framework, asked).values < 0).any(axis=0)
        return [code for code, hit in zip(framework.leaf_codes, below, strict=True) if hit]
    if set(refused.columns) <= set(framework.tree.codes):
        return refused.columns
    if refused.reason == "missing_values":
        gaps = np.isnan(units.matrix).any(axis=0)
        return [code for code, hit in zip(framework.leaf_codes, gaps, strict=True) if hit]
    return ()


def notice_words(notice):
    """Return a notice as a sentence that begins with the column's code."""
    numbers = {name: math.nan if value is None else value for name, value in notice.numbers.items()}
    if isinstance(numbers.get("units"), list):
        numbers["units"] = ", ".join(numbers["units"])
    if "cells" in numbers and not isinstance(numbers["cells"], int):
        numbers["count"] = len(numbers["cells"])
    if "cut" in numbers:
        numbers["beyond"] = "cut" if numbers["cut"] else "kept"
    template = NOTICES.get(notice.code, notice.code.replace("_", " "))
    text = template.format(**numbers)
    return f"{notice.column}: {text}." if notice.column else f"{text[0].upper()}{text[1:]}."
