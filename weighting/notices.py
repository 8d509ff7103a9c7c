"""What a worker noticed about single columns, in the reader's words."""

from django.utils.translation import gettext_lazy as _

from survey.models import Study

WORDS = {
    "negative_counted_as_zero": _(
        "%(cells)d negative figures count as 0 in the variation weight, as the protocol says; "
        "the scores use the figures as they are."
    ),
    "reciprocal_ceiling": _(
        "Smaller is better here. Turning the figures round squeezes them: the coefficient of variation falls "
        "from %(raw_variation).2f to %(variation).2f and could not exceed %(ceiling).3f whatever the figures, so the "
        "data give this indicator little weight."
    ),
    "negative_under_reciprocal": _(
        "Smaller is better here and some figures are below zero (down to %(smallest).4g), so the coefficient "
        "of variation, %(variation).2f, depends strongly on k."
    ),
    "k_large_for_unit": _(
        "The constant k = %(k)g is more than 1 %% of the largest figure (%(largest).4g), so that k and the unit of "
        "measurement shape this column as the figures do."
    ),
    "constant_column": _("All units have the same figure (%(value).6g): nothing here tells them apart."),
    "raw_variation_undefined": _(
        "The mean of the raw figures is not above zero (%(mean).4g), so the raw column has no coefficient of "
        "variation."
    ),
    "beyond_references": _(
        "%(worse)d figures lie beyond the worse end of the scale and %(better)d beyond the better end; the protocol "
        "keeps them there."
    ),
    "beyond_references_cut": _(
        "%(worse)d figures lie beyond the worse end of the scale and %(better)d beyond the better end; the protocol "
        "brings them to the end."
    ),
    "missing_cells": _("%(cells)d empty cells: the column is weighed by the figures that are there."),
    "filled_with_median": _("%(cells)d empty cells were filled with the median of the unit's group."),
    "toward_interval": _(
        "Best between %(low)g and %(high)g: the figures were turned into closeness to it, 1 at best."
    ),
    "outliers_winsorised": _("%(count)d extreme figures were pulled in to the next one."),
    "outliers_logarithm": _("The column is very skewed and was bent by a logarithm; its unit is lost."),
    "outliers_box_cox": _(
        "The column is very skewed and was bent by Box and Cox with λ = %(parameter).3g; its unit is lost."
    ),
}


def notice_words(notices: list[dict], study: Study) -> list[dict]:
    """Each notice as the indicator's name and a sentence."""
    names = {indicator.code: indicator.label for indicator in study.indicators.all()}
    return [
        {"name": names.get(notice["column"], notice["column"]), "text": _sentence(notice)}
        for notice in notices
    ]


def _sentence(notice: dict) -> str:
    numbers = {key: float("nan") if value is None else value for key, value in notice["numbers"].items()}
    if isinstance(numbers.get("cells"), list):
        numbers["count"] = len(numbers["cells"])
    words = WORDS.get(f"{notice['code']}_cut" if numbers.get("cut") else notice["code"])
    return str(words) % numbers if words else notice["code"]
