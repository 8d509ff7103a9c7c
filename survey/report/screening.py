"""The report's table of the threshold method (界值法)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from survey.cautions import screening_cautions
from survey.models import Study
from survey.report.table import FIGURE, SHARE, TEXT, Table
from survey.screening import screened_round

PROPOSALS = {
    "keep": gettext_lazy("keep"),
    "discuss": gettext_lazy("to be discussed"),
    "remove": gettext_lazy("proposed for removal"),
}
FAILS = {"mean": "M", "full_mark_rate": "K", "variation": "V"}


def screening_table(study: Study) -> Table | None:
    """Every item of the last round with its three figures, the bounds of its level, and what is proposed."""
    screened = screened_round(study)
    if screened is None or not screened.is_exact:
        return None
    rows = []
    for level in screened.levels:
        bounds = level.screening
        if bounds.reason:
            continue
        label = level.label or _("Indicators of the lowest level")
        rows.append((label, _("Bound"), bounds.mean_min, bounds.full_mark_min, bounds.variation_max, "", ""))
        rows += [(label, item.indicator.label, *_figures(item)) for item in level.items]
    return Table(
        "screening",
        _("Screening by the threshold method, round %(number)d") % {"number": screened.round.number},
        (
            (_("Level"), TEXT),
            (_("Item"), TEXT),
            (_("Mean M"), FIGURE),
            (_("Full-mark rate K"), SHARE),
            (_("Variation V"), FIGURE),
            (_("Beyond the bound"), TEXT),
            (_("Proposal"), TEXT),
        ),
        tuple(rows),
        " ".join(
            (
                _(
                    "Bounds: M and K at least their mean less one standard deviation, V at most its mean plus one. "
                    "The list proposes and removes nothing: about one item in six lies beyond a bound whatever its "
                    "quality."
                ),
                *screening_cautions(screened.round),
            )
        ),
        is_grouped=True,
    )


def _figures(item) -> tuple:
    figures = item.figures
    failed = ", ".join(FAILS[name] for name in item.failed)
    return (
        figures.mean,
        figures.full_mark_rate,
        figures.variation,
        failed,
        str(PROPOSALS.get(item.proposal, "")),
    )
