"""Other borders of the tiers, tried on a finished run: how many units each would hold. Nothing is changed by it."""

import math
import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from django.utils.translation import gettext_lazy as _

from ranking.core.tiers import listed_tiers
from ranking.models import Run, Score
from survey.refusal import InvalidInput
from weighting.core.refusal import MatrixRefused

RANKS, SCORES = "rank_cuts", "score_cuts"
METHODS = (
    (RANKS, _("by rank: the last rank of each tier")),
    (SCORES, _("by score: the lowest score of each tier but the last")),
)
MOST = 19


class UnusableCuts(InvalidInput):
    """These borders cut nothing."""

    code = "unusable_cuts"
    message = _("Write 1 to %(most)d numbers, ranks rising (3 29 58 100) or scores falling (60 40 20).")


@dataclass(frozen=True)
class TriedTier:
    """One tier as it would be."""

    number: int
    count: int
    first: int
    last: int
    mean: float


@dataclass(frozen=True)
class Trial:
    """The tiers by other borders, what they explain, and the rule as the protocol would write it."""

    tiers: tuple[TriedTier, ...]
    left_out: int
    fit: float
    rule: dict


def read_cuts(method: str, typed: str) -> list[float]:
    """The borders in a line of text; raises `UnusableCuts`."""
    parts = [part for part in re.split(r"[\s,;，；、]+", typed.strip()) if part][: MOST + 1]
    try:
        cuts = [float(part) for part in parts]
    except ValueError as fault:
        raise UnusableCuts(most=MOST) from fault
    whole = method == SCORES or all(cut.is_integer() and cut >= 1 for cut in cuts)
    sign = 1 if method == RANKS else -1
    rising = all(sign * (after - before) > 0 for before, after in pairwise(cuts))
    if method not in (RANKS, SCORES) or not 1 <= len(cuts) <= MOST:
        raise UnusableCuts(most=MOST)
    if not whole or not rising or not all(math.isfinite(cut) and abs(cut) < 1e9 for cut in cuts):
        raise UnusableCuts(most=MOST)
    return [int(cut) for cut in cuts] if method == RANKS else cuts


def try_cuts(run: Run, method: str, typed: str) -> Trial:
    """The listed units of a run in tiers by these borders; raises `UnusableCuts`."""
    cuts = read_cuts(method, typed)
    rows = list(Score.objects.listed(run).values_list("score", "rank"))
    scores = np.array([score for score, _rank in rows], dtype=float)
    ranks = np.array([rank for _score, rank in rows])
    rule = {"method": method, "cuts": cuts}
    try:
        tiers, fit = listed_tiers(scores, ranks, {"listed": run.parameters["listed"], "tiers": rule})
    except (MatrixRefused, ValueError) as refused:
        raise UnusableCuts(most=MOST) from refused
    found = tuple(
        TriedTier(
            int(number),
            int((tiers == number).sum()),
            int(ranks[tiers == number].min()),
            int(ranks[tiers == number].max()),
            float(scores[tiers == number].mean()),
        )
        for number in np.unique(tiers[tiers > 0])
    )
    return Trial(found, int((tiers == 0).sum()), fit, rule)
