"""What a reader of a round's statistics must be warned of, in words."""

from django.utils.translation import gettext as _

from survey.models import Round
from survey.panel_answers import answer_scale

FEW = 8  # valid answers below which figures are shown with a warning


def cautions(round: Round, document: dict) -> list[str]:
    """A scale from which V cannot be compared, and items that few answered; shares of points start at a true zero."""
    scale = answer_scale(round.study.rules)
    counts = [item["statistics"]["n"] for group in document["groups"] for item in group["items"].values()]
    few, found = sum(n < FEW for n in counts), []
    if scale.is_rating and scale.low != 1:
        found.append(
            _(
                "The scale starts at %(low)g and not at 1: V depends on where a scale starts, so it cannot be "
                "compared with that of other scales, nor with the usual bounds of a scale from 1."
            )
            % {"low": scale.low}
        )
    if few:
        found.append(
            _(
                "%(few)d of %(all)d items have fewer than %(bound)d valid answers: read their figures with caution."
            )
            % {"few": few, "all": len(counts), "bound": FEW}
        )
    return found
