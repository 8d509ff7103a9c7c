"""The ways of asking that a protocol may choose, by the value of its rule ``survey.elicitation``."""

from survey.modes.base import Mode, Scale
from survey.modes.direct import Ranking, Rating, Swing
from survey.modes.judged import BestAndWorst, Pairwise
from survey.modes.points import Points

MODES: dict[str, Mode] = {
    mode.code: mode for mode in (Points(), Rating(), Ranking(), Swing(), Pairwise(), BestAndWorst())
}

__all__ = ["MODES", "Mode", "Scale", "mode_of"]


def mode_of(rules: dict) -> Mode:
    """The way of asking that the survey section of a protocol chose."""
    return MODES[rules["elicitation"]]
