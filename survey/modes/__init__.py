"""The ways of asking by the value of the protocol's rule ``survey.elicitation``, and one for imported answers."""

from survey.modes.base import Mode, Scale
from survey.modes.collected import Collected
from survey.modes.direct import Ranking, Rating, Swing
from survey.modes.judged import BestAndWorst, Pairwise
from survey.modes.points import Points

MODES: dict[str, Mode] = {
    mode.code: mode for mode in (Points(), Rating(), Ranking(), Swing(), Pairwise(), BestAndWorst())
}
IMPORTED = Collected()

__all__ = ["IMPORTED", "MODES", "Mode", "Scale", "mode_of"]


def mode_of(rules: dict) -> Mode:
    """The way of asking that the survey section of a protocol chose."""
    return IMPORTED if rules["elicitation"] == IMPORTED.code else MODES[rules["elicitation"]]
