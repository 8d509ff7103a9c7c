"""Reading a study's parts: intervals, chances, factors, pairs and what is left out, as plain figures."""

import numpy as np

from ranking.core.acceptability import expected_ranks, listed_probabilities, tier_probabilities
from ranking.core.pairs import indistinct_pairs
from ranking.core.rank_counts import needed_draws, rank_at
from ranking.core.scenarios import Factors
from ranking.core.shift import average_shift
from ranking.core.study import StudyResult, read_study
from ranking.models import RobustnessPart, Run
from ranking.workbench import Workbench

COVERAGE = 0.9
TOLD_APART = 0.95
MOST_PAIRS = 500
FIRM, FAIR = 0.03, 0.10  # width of the interval as a share of the list


def study_result(bench: Workbench, parts: list) -> dict:
    """The result of a study whose parts are all done, as JSON can hold it."""
    kinds, run, plan = RobustnessPart.Kind, bench.run, bench.plan
    drawn = [arrays for kind, arrays in parts if kind == kinds.DRAWS]
    settings = [arrays for kind, arrays in parts if kind == kinds.SETTINGS]
    alone = next(arrays for kind, arrays in parts if kind == kinds.ALONE)
    counts = sum(arrays["counts"].astype(np.int64) for arrays in drawn)
    ahead = sum(arrays["ahead"].astype(np.int64) for arrays in drawn) / bench.study.parameters["draws"]
    ranks = np.concatenate([arrays["ranks"] for arrays in settings]).astype(np.int64)
    scores = list(run.scores.order_by("unit__position").select_related("unit"))
    published = np.array([score.rank for score in scores])
    shifts = average_shift(ranks[0], ranks)
    return {
        "units": _units(run, scores, counts, ranks[plan.rows]),
        "pairs": _pairs(scores, published, ahead, run.parameters["listed"]),
        "factors": _factors(read_study(plan, shifts), bench.factors),
        "settings": len(plan.settings),
        "points": len(plan.rows),
        "refused": int(sum(arrays["refused"].sum() for arrays in settings)),
        "mean_shift": float(shifts[plan.rows].mean()),
        "without_expert": _without_experts(ranks[0], alone),
        "without_indicator": _without_leaves(bench.world.codes, ranks[0], alone),
        "first_place": _first_place(scores, alone),
    }


def _units(run: Run, scores: list, counts: np.ndarray, design: np.ndarray) -> list[dict]:
    """Every unit's interval over drawn weights and over all factors, and its chances."""
    tail, draws = (1 - COVERAGE) / 2, int(counts[0].sum())
    ends = {
        name: rank_at(counts, needed_draws(draws, share))
        for name, share in {"low": tail, "high": 1 - tail, "median": 0.5}.items()
    }
    spread = np.sort(design, axis=0)
    all_low, all_high = (spread[needed_draws(len(spread), share) - 1] for share in (tail, 1 - tail))
    listed, tiers = listed_probabilities(counts, run.parameters["listed"]), _tier_chances(run, counts)
    expected = expected_ranks(counts)
    return [
        {
            "code": score.unit.code,
            "rank": score.rank,
            "low": int(ends["low"][place]),
            "high": int(ends["high"][place]),
            "median": int(ends["median"][place]),
            "expected": float(expected[place]),
            "all_low": int(all_low[place]),
            "all_high": int(all_high[place]),
            "listed": float(listed[place]),
            "tiers": tiers[place],
            "word": firmness(int(ends["high"][place] - ends["low"][place]), run.parameters["listed"]),
        }
        for place, score in enumerate(scores)
    ]


def _tier_chances(run: Run, counts: np.ndarray) -> list[list[float]]:
    """Chance of every tier where tiers are cut by rank; an empty list for tiers that depend on the scores."""
    rules = run.parameters["tiers"]
    if rules["method"] != "rank_cuts":
        return [[] for _ in counts]
    return tier_probabilities(counts, rules["cuts"]).tolist()


def firmness(width: int, listed: int) -> str:
    """One word on a rank by the width of its interval: firm up to 3 % of the list, fair up to 10 %, else fragile."""
    if width <= max(1, FIRM * listed):
        return "firm"
    return "fair" if width <= FAIR * listed else "fragile"


def _pairs(scores: list, published: np.ndarray, ahead: np.ndarray, listed: int) -> dict:
    """Pairs of listed units that the draws cannot tell apart, neighbours in rank first."""
    places = np.flatnonzero(published <= listed)
    found = [(places[first], places[second]) for first, second in indistinct_pairs(ahead, level=TOLD_APART)]
    pairs = [tuple(sorted(pair, key=lambda place: published[place])) for pair in found]
    pairs.sort(key=lambda pair: (published[pair[1]] - published[pair[0]], published[pair[0]]))
    named = [[scores[first].unit.code, scores[second].unit.code] for first, second in pairs[:MOST_PAIRS]]
    return {
        "level": TOLD_APART,
        "count": len(pairs),
        "of": len(places) * (len(places) - 1) // 2,
        "first": named,
    }


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


def _without_experts(published: np.ndarray, alone: dict) -> list[float]:
    """Average shifts without each expert, the largest first, so that nobody can be told by the order."""
    kept = alone["experts"][~alone["experts_refused"]]
    return sorted(average_shift(published, kept).tolist(), reverse=True)


def _without_leaves(codes: tuple[str, ...], published: np.ndarray, alone: dict) -> list[dict]:
    """Average shift without each indicator, the largest first; None where the rest is refused."""
    shifts = average_shift(published, alone["leaves"]).tolist()
    rows = [
        {"code": code, "shift": None if refused else shift}
        for code, shift, refused in zip(codes, shifts, alone["leaves_refused"].tolist(), strict=True)
    ]
    return sorted(rows, key=lambda row: -1.0 if row["shift"] is None else row["shift"], reverse=True)


def _first_place(scores: list, alone: dict) -> list[dict]:
    """Weight that must change hands to make each leading unit first; None where no weights can."""
    return [
        {"code": scores[int(unit)].unit.code, "moved": None if np.isnan(moved) else float(moved)}
        for unit, moved in zip(alone["leading"], alone["moved"], strict=True)
    ]
