"""Every exhibit in the order of the report; pages, images, files and the studio are made from here alone."""

from django.utils.translation import gettext_lazy as _

from ranking.editions import Edition
from ranking.exhibits.bubbles import bubble_choices, bubbles
from ranking.exhibits.dimensions import contributions
from ranking.exhibits.framework import framework
from ranking.exhibits.key_figures import key_figures
from ranking.exhibits.listing import intervals, the_list
from ranking.exhibits.movement import movement
from ranking.exhibits.panel import convergence
from ranking.exhibits.radars import PRINTED, radar_exhibits
from ranking.exhibits.regions import regions
from ranking.exhibits.regions_by_year import north_south, region_choices, regions_by_year
from ranking.exhibits.scores import scores_by_rank
from ranking.exhibits.shapes import Exhibit
from ranking.exhibits.stages import evolution
from ranking.exhibits.strips import tier_strip
from ranking.exhibits.supplements import other_supplements, supplement, supplement_choices
from ranking.exhibits.tiers import tiers_of
from ranking.exhibits.unit_lines import scores_by_year, unit_choices
from ranking.exhibits.weights import weights

BEFORE_TIERS = (
    Exhibit("framework", "表1", _("The framework"), framework),
    Exhibit("weights", "", _("Weights"), weights),
    Exhibit("convergence", "", _("Convergence of the panel"), convergence),
    Exhibit("list", "表2", _("The list"), the_list),
    Exhibit("intervals", "", _("Rank intervals"), intervals),
    Exhibit("movement", "", _("Movement"), movement),
    Exhibit("key-figures", "表3", _("Key figures"), key_figures),
    Exhibit("north-south", "图1", _("South and north by year"), north_south),
    Exhibit("regions", "表4", _("Regions and provinces"), regions),
    Exhibit("regions-by-year", "图2", _("Regions by year"), regions_by_year, region_choices),
    Exhibit("clusters", "表5", _("Clusters and their host units"), supplement, supplement_choices),
    Exhibit("evolution", "图3", _("Stages of development"), evolution),
    Exhibit("tiers", "图4", _("Tiers and their members"), tier_strip),
)
AFTER_TIERS = (
    Exhibit("scores-by-rank", "图9", _("Scores by year"), scores_by_rank),
    Exhibit("scores-by-year", "", _("Scores of units by year"), scores_by_year, unit_choices),
    Exhibit("contributions", "", _("What the scores are made of"), contributions),
    Exhibit("bubbles", "图10", _("Two indicators of the first units"), bubbles, bubble_choices),
)
EXHIBITS: dict[str, Exhibit] = {
    exhibit.name: exhibit for exhibit in (*BEFORE_TIERS, *radar_exhibits(len(PRINTED)), *AFTER_TIERS)
}


def exhibits_of(edition: Edition) -> dict[str, Exhibit]:
    """The exhibits of one edition: a radar for each tier (one says so where there is none), its own tables last."""
    radars = radar_exhibits(max(1, len(tiers_of(edition))))
    found = (*BEFORE_TIERS, *radars, *AFTER_TIERS, *other_supplements(edition))
    return {exhibit.name: exhibit for exhibit in found}
