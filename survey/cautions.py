"""What a reader of a round's statistics must be warned of, in words."""

from django.utils.translation import gettext as _

from survey.models import Round
from survey.panel_answers import answer_scale

FEW = 8  # valid answers below which figures are shown with a warning


def cautions(round: Round, document: dict) -> list[str]:
    """A scale from which V cannot be compared, and items that few answered; shares of points start at a true zero."""
    counts = [item["statistics"]["n"] for group in document["groups"] for item in group["items"].values()]
    few, found = sum(n < FEW for n in counts), _origin(round.study.rules)
    if few:
        found.append(
            _(
                "%(few)d of %(all)d items have fewer than %(bound)d valid answers: read their figures with caution."
            )
            % {"few": few, "all": len(counts), "bound": FEW}
        )
    return found


def screening_cautions(round: Round) -> list[str]:
    """On which scale the V that is screened was worked out, and what its origin means."""
    rules = round.study.rules
    scale = answer_scale(rules)
    if not scale.is_rating:
        return [
            _(
                "V is worked out on the figures as the experts gave them, inside each group; 0 is a true zero there. "
                "Set it against other items of the same group alone."
            )
        ]
    seen = _("M, K and V are worked out on the scale from %(low)g to %(high)g, as the experts saw it.")
    return [seen % {"low": scale.low, "high": scale.high}, *_origin(rules)]


def _origin(rules: dict) -> list[str]:
    """The warning that V does not compare, on a scale that does not start at 1."""
    scale = answer_scale(rules)
    if not scale.is_rating or scale.low == 1:
        return []
    text = _(
        "The scale starts at %(low)g and not at 1: V depends on where a scale starts, so it cannot be "
        "compared with that of other scales, nor with the usual bounds of a scale from 1."
    )
    return [text % {"low": scale.low}]
