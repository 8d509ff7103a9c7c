"""Why a worker refused the figures, in the reader's words."""

from django.utils.translation import gettext_lazy as _

from survey.models import Study

REASONS = {
    "negative_values": _("these columns hold negative figures, which these weights of the data do not take"),
    "missing_values": _("these columns have empty cells, and the protocol refuses units with empty cells"),
    "needs_whole_rows": _(
        "these columns have empty cells, and this method compares whole rows of figures, so that it cannot leave "
        "single cells out"
    ),
    "too_few_common_units": _(
        "some of these columns have fewer than three units in common, or do not vary over those, so they cannot be "
        "correlated"
    ),
    "no_figures_of_headings": _(
        "these are headings without figures of their own, which the largest deviation needs to combine them"
    ),
    "indefinite": _(
        "the correlations of these columns, each over the units that have both figures, contradict each other"
    ),
    "zero_mean": _("the mean of these columns is zero, so they have no coefficient of variation"),
    "not_finite": _("these columns hold figures that are not finite"),
    "out_of_range": _("these columns hold figures too large or too small to reckon with; use another unit"),
    "too_few_units": _("at least two complete units are needed"),
    "zero_scaled": _("these columns hold nothing but zeros"),
    "nonpositive_values": _(
        "these columns hold figures that are not above zero, and here every figure must be"
    ),
    "no_complete_unit": _("every unit has an empty cell"),
    "no_figure_in_group": _(
        "in these columns a whole group of units has no figure, so there is no median to fill a gap with"
    ),
    "empty_column": _("these columns hold no figure at all"),
    "unknown_column": _("the protocol sets best figures for columns that the data do not have"),
    "nonpositive_sum": _("the figures of these columns add up to zero or less, so they have no shares"),
    "nonpositive_largest": _("the largest figure of these columns is not above zero"),
    "negative_figures": _("this mean is not defined for scores below zero; choose another scale or mean"),
    "no_reference": _("the protocol gives no reference figures for these columns"),
    "references_do_not_match": _(
        "the protocol gives another number of reference figures than the scale takes"
    ),
    "posts_reversed": _("the lower goalpost of these columns is not below the upper one"),
    "equal_bounds": _("the not-allowed and the satisfactory value of these columns are equal"),
    "bounds_reversed": _("the satisfactory value of these columns is worse than the not-allowed one"),
    "target_not_ahead": _("the target of these columns is no better than the worst unit"),
    "range_reversed": _("the scale ends below where it begins"),
    "no_figure": _("some units have no figure at all"),
    "rules_do_not_match": _("the protocol names more or fewer means than the tree has levels"),
    "too_many_tiers": _("there are more tiers than listed units"),
    "undetermined": _("the figures do not determine the weights"),
    "not_solved": _("the figures do not determine the weights"),
    "weights_differ_by_unit": _(
        "Copeland's rule compares units under the same weights, which shared-out gaps do not leave; choose another "
        "rule for missing figures"
    ),
    "no_leader": _("no unit has a score above 0, so the vector scale cannot bring the leader to 100"),
    "no_conflict": _("no two of these columns tell different things, so CRITIC gives them no weight"),
    "no_variation": _("no column varies, so there is nothing to weigh by"),
    "no_variation_in_group": _("no indicator of this group varies"),
    "zero_total": _("the combined weights of these indicators are all zero"),
    "cuts_out_of_order": _("the borders of the tiers are out of order"),
    "too_few_distinct_scores": _("there are fewer different scores than tiers"),
}


def explain(failure: dict, study: Study) -> str:
    """One sentence: the reason, and the indicators concerned by name."""
    names = {
        indicator.code: indicator.label for indicator in study.indicators.filter(code__in=failure["columns"])
    }
    reason = str(REASONS.get(failure["reason"], failure["reason"]))
    concerned = str(_(", ")).join(names.get(code, code) for code in failure["columns"])
    if not concerned:
        return reason
    return _("%(reason)s: %(concerned)s") % {"reason": reason, "concerned": concerned}
