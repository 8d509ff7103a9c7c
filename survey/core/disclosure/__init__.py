"""What a panel may be told: the ladder, the answer grid and the rule against differencing.

Every view, export, chart and interface takes its between-round figures from here and nowhere else. That
nothing numerical exists while a round is open, that a round has one feedback and that the panel is fixed
inside a round are rules of the acts that call this room.
"""

from survey.core.disclosure.concordance import ConcordanceRelease, ReleasedConcordance, released_concordance
from survey.core.disclosure.grid import BAND_EDGES, Bin, band, distribution, to_grid
from survey.core.disclosure.ladder import (
    STANDARD,
    FinalLadder,
    Ladder,
    Thresholds,
    ThresholdTooLow,
    final_ladder,
    ladder,
    reasons_may_be_shown,
    subgroup_may_be_shown,
)
from survey.core.disclosure.release import (
    FEWEST_CHANGES,
    RELEASED,
    UNCHANGED,
    ItemRelease,
    ReleasedFigures,
    enough_changes,
    group_weights,
    released_figures,
    released_round,
)
from survey.core.reasons import SUPPRESSED

__all__ = [
    "BAND_EDGES",
    "FEWEST_CHANGES",
    "RELEASED",
    "STANDARD",
    "SUPPRESSED",
    "UNCHANGED",
    "Bin",
    "ConcordanceRelease",
    "FinalLadder",
    "ItemRelease",
    "Ladder",
    "ReleasedConcordance",
    "ReleasedFigures",
    "ThresholdTooLow",
    "Thresholds",
    "band",
    "distribution",
    "enough_changes",
    "final_ladder",
    "group_weights",
    "ladder",
    "reasons_may_be_shown",
    "released_concordance",
    "released_figures",
    "released_round",
    "subgroup_may_be_shown",
    "to_grid",
]
