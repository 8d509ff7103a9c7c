"""Reading a study's parts: intervals, chances, factors, pairs and what is left out, as plain figures."""

from dataclasses import dataclass

import numpy as np

from ranking.core.acceptability import Leads, expected_ranks, listed_probabilities, tier_probabilities
from ranking.core.pairs import indistinct_pairs
from ranking.core.rank_counts import needed_draws, rank_at
from ranking.core.rank_streams import exact_percentiles
from ranking.core.scenarios import Factors
from ranking.core.shift import average_shift
from ranking.core.study import StudyResult, read_study
from ranking.models import RobustnessPart
from ranking.robustness_draws import leading_places, study_leads
from ranking.robustness_parts import SHARES
from ranking.workbench import Workbench

TOLD_APART = 0.95
MOST_PAIRS = 500
MOST_LEADERS = 100  # units that lead in some draw, with their central weights
FIRM, FAIR = 0.03, 0.10  # width of the interval as a share of the list
UNITS_AT_ONCE = 1024


@dataclass(frozen=True)
class Picture:
    """What the draws say of every unit, each (U,): ends and median of its rank, its mean, its chances."""

    low: np.ndarray
    high: np.ndarray
    median: np.ndarray
    expected: np.ndarray
    listed: np.ndarray
    tiers: np.ndarray
    tier_draws: int
    pairs: np.ndarray
    compared: int


def study_result(bench: Workbench) -> dict:
    """The result of a study whose parts are all done, as JSON can hold it; parts are read one at a time."""
    kinds, plan = RobustnessPart.Kind, bench.plan
    settings = list(bench.arrays(kinds.SETTINGS))
    ranks = np.concatenate([arrays["ranks"] for arrays in settings])
    settled, refused = (
        int(sum(arrays[name].sum() for arrays in settings)) for name in ("settled", "refused")
    )
    del settings
    leads = study_leads(bench)
    (alone,), (first,) = (list(bench.arrays(kind)) for kind in (kinds.ALONE, kinds.FIRST))
    scores = list(bench.run.scores.order_by("unit__position").select_related("unit").defer("unit__values"))
    shifts = np.array([float(average_shift(ranks[0], row)) for row in ranks])
    picture = _streamed_picture(bench) if bench.is_large else _table_picture(bench)
    return {
        "units": _units(bench, scores, picture, _ends_over(ranks, plan.rows)),
        "tier_draws": picture.tier_draws,
        "leading": _leading(bench, scores),
        "leads": _leads(bench, scores, leads),
        "pairs": _pairs(scores, picture),
        "factors": _factors(read_study(plan, shifts), bench.factors),
        "settings": len(plan.settings),
        "points": len(plan.rows),
        "settled": settled,
        "refused": refused,
        "mean_shift": float(shifts[plan.rows].mean()),
        "without_expert": sorted(alone["experts"][~np.isnan(alone["experts"])].tolist(), reverse=True),
        "without_indicator": _without_leaves(bench.world.codes, alone["leaves"]),
        "first_place": _first_place(scores, first),
    }


def _table_picture(bench: Workbench) -> Picture:
    """The picture from how often every unit takes every rank."""
    joined = bench.joined(RobustnessPart.Kind.DRAWS, ("counts", "ahead"))
    counts, draws = joined["counts"], bench.study.parameters["draws"]
    ends = [rank_at(counts, needed_draws(draws, share)) for share in SHARES]
    by_rank = bench.tiers_by_rank
    tiers = (tier_probabilities(counts, bench.cuts[1:]), draws) if by_rank else _cut_tiers(bench)
    return Picture(
        *ends,
        expected_ranks(counts),
        listed_probabilities(counts, bench.cuts[0]),
        *tiers,
        *_all_pairs(bench, joined["ahead"]),
    )


def _streamed_picture(bench: Workbench) -> Picture:
    """The same from two passes over the draws, without a table of units by units."""
    kinds, draws = RobustnessPart.Kind, bench.study.parameters["draws"]
    (places,) = bench.arrays(kinds.WINDOWS)
    inside = bench.joined(kinds.RANKS, ("inside",))["inside"]
    ends = exact_percentiles(inside, places["before"], places["needed"])
    del inside
    joined = bench.joined(kinds.DRAWS, ("within", "total", "ahead", "behind"))
    within = joined["within"] / draws
    many = joined["behind"].size > 0
    pairs = _neighbours(bench, joined) if many else _all_pairs(bench, joined["ahead"])
    if bench.tiers_by_rank:
        tiers = np.diff(within[1:], axis=0, prepend=0.0, append=1.0).T
        tiers = np.roll(tiers, 1, axis=1), draws  # in front: behind the last cut
    else:
        tiers = _cut_tiers(bench)
    return Picture(*ends, joined["total"] / draws, within[0], *tiers, *pairs)


def _cut_tiers(bench: Workbench) -> tuple[np.ndarray, int]:
    """Chances of the tiers where each draw was cut anew, and in how many draws that could be done."""
    counts = bench.joined(RobustnessPart.Kind.DRAWS, ("tiers",))["tiers"]
    draws = int(counts[0].sum())
    return counts / max(draws, 1), draws


def _all_pairs(bench: Workbench, ahead: np.ndarray) -> tuple[np.ndarray, int]:
    """Pairs of listed units that the draws cannot tell apart, and how many there are."""
    places = bench.listed_places
    found = indistinct_pairs(ahead / bench.study.parameters["draws"], level=TOLD_APART)
    return places[found], len(places) * (len(places) - 1) // 2


def _neighbours(bench: Workbench, joined: dict) -> tuple[np.ndarray, int]:
    """The same where each listed unit is compared with the next ones alone."""
    places, draws = bench.listed_places, bench.study.parameters["draws"]
    near = np.maximum(joined["ahead"], joined["behind"]) / draws < TOLD_APART
    rows, steps = np.indices(near.shape)
    there = rows + steps + 1 < len(places)
    first, step = np.nonzero(near & there)
    return np.column_stack([places[first], places[first + step + 1]]), int(there.sum())


def _ends_over(ranks: np.ndarray, rows: np.ndarray) -> list[np.ndarray]:
    """Both ends of every unit's interval over the design, some units at a time."""
    found = []
    for start in range(0, ranks.shape[1], UNITS_AT_ONCE):
        spread = np.sort(ranks[:, start : start + UNITS_AT_ONCE][rows], axis=0)
        found.append([spread[needed_draws(len(spread), share) - 1] for share in SHARES[:2]])
    return [np.concatenate(ends) for ends in zip(*found, strict=True)]


def _units(bench: Workbench, scores: list, picture: Picture, ends: list[np.ndarray]) -> list[dict]:
    """Every unit's interval over drawn weights and over all factors, and its chances."""
    listed = bench.run.parameters["listed"]
    return [
        {
            "code": score.unit.code,
            "rank": score.rank,
            "low": int(picture.low[place]),
            "high": int(picture.high[place]),
            "median": int(picture.median[place]),
            "expected": float(picture.expected[place]),
            "all_low": int(ends[0][place]),
            "all_high": int(ends[1][place]),
            "listed": float(picture.listed[place]),
            "tiers": picture.tiers[place].tolist() if picture.tier_draws else [],
            "word": firmness(int(picture.high[place] - picture.low[place]), listed),
        }
        for place, score in enumerate(scores)
    ]


def firmness(width: int, listed: int) -> str:
    """One word on a rank by the width of its interval: firm up to 3 % of the list, fair up to 10 %, else fragile."""
    if width <= max(1, FIRM * listed):
        return "firm"
    return "fair" if width <= FAIR * listed else "fragile"


def _pairs(scores: list, picture: Picture) -> dict:
    """Pairs of listed units that the draws cannot tell apart, neighbours in rank first."""
    ranks = np.array([score.rank for score in scores])
    pairs = [sorted(pair, key=lambda place: ranks[place]) for pair in picture.pairs.tolist()]
    pairs.sort(key=lambda pair: (ranks[pair[1]] - ranks[pair[0]], ranks[pair[0]]))
    named = [[scores[first].unit.code, scores[second].unit.code] for first, second in pairs[:MOST_PAIRS]]
    return {"level": TOLD_APART, "count": len(pairs), "of": picture.compared, "first": named}


def _factors(found: StudyResult, factors: Factors) -> dict:
    """Sobol's indices of the average shift in rank, and the shift under each single choice."""
    rows = []
    for place, factor in enumerate(factors.factors):
        row = {"name": factor.name, "choices": ["" if c is None else str(c) for c in factor.choices]}
        row["alone"] = found.alone[place].tolist()
        if found.indices is not None:
            for name in ("first", "total", "first_error", "total_error"):
                row[name] = float(getattr(found.indices, name)[place])
        rows.append(row)
    dropped = [{"factor": d.factor, "choice": d.choice, "reason": d.reason} for d in factors.dropped]
    return {"rows": rows, "dropped": dropped, "reason": found.reason}


def _without_leaves(codes: tuple[str, ...], shifts: np.ndarray) -> list[dict]:
    """Average shift without each indicator, the largest first; None where the rest is refused."""
    rows = [
        {"code": code, "shift": None if np.isnan(shift) else shift}
        for code, shift in zip(codes, shifts.tolist(), strict=True)
    ]
    return sorted(rows, key=lambda row: -1.0 if row["shift"] is None else row["shift"], reverse=True)


def _first_place(scores: list, first: dict) -> list[dict]:
    """Weight that must change hands to make each leading unit first; None where no weights can."""
    return [
        {"code": scores[int(unit)].unit.code, "moved": None if np.isnan(moved) else float(moved)}
        for unit, moved in zip(first["leading"], first["moved"], strict=True)
    ]


def _leading(bench: Workbench, scores: list) -> list[dict]:
    """How often each of the first units takes each of the first ranks."""
    top = bench.joined(RobustnessPart.Kind.DRAWS, ("top",))["top"] / bench.study.parameters["draws"]
    units = leading_places(bench.published)
    return [
        {"code": scores[int(unit)].unit.code, "ranks": row.tolist()}
        for unit, row in zip(units, top, strict=True)
    ]


def _leads(bench: Workbench, scores: list, leads: Leads) -> dict:
    """The units that lead in some draw, the most frequent first, with their central weights of the indicators."""
    order = np.lexsort((bench.published[leads.units], -leads.times))
    return {
        "count": len(order),
        "weights": bench.weights.tolist(),
        "codes": list(bench.world.codes),
        "first": [
            {
                "code": scores[int(leads.units[place])].unit.code,
                "draws": int(leads.times[place]),
                "weights": (leads.sums[place] / leads.times[place]).tolist(),
            }
            for place in order[:MOST_LEADERS]
        ],
    }
