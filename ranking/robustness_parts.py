"""What each kind of part of a robustness study computes."""

import json
from collections.abc import Iterator

import numpy as np

from ranking.core.first_place import weights_to_be_first
from ranking.core.rank_streams import count_inside, percentile_windows, stream_ranks
from ranking.core.resampling import ahead_counts, counts_of
from ranking.core.scenarios import figures_key
from ranking.core.shift import average_shift
from ranking.core.weight_draws import dirichlet_draws
from ranking.models import RobustnessPart
from ranking.robustness_draws import DrawTally
from ranking.workbench import MANY_UNITS, Workbench

FIRST_UNITS, FEW_FIRST = (
    200,
    20,
)  # listed units whose way to the first place is sought beforehand; of a large run few
COVERAGE = 0.9
SHARES = ((1 - COVERAGE) / 2, 1 - (1 - COVERAGE) / 2, 0.5)  # low, high, median
STREAMED = ("windows", "within", "total", "ahead", "behind")


def part_arrays(part: RobustnessPart, bench: Workbench) -> dict[str, np.ndarray]:
    """The arrays of one part; raises `MatrixRefused`."""
    kinds = RobustnessPart.Kind
    work = {
        kinds.DRAWS: _streamed if bench.is_large else _drawn,
        kinds.SETTINGS: _settings,
        kinds.ALONE: _alone,
        kinds.FIRST: _first,
        kinds.WINDOWS: _windows,
        kinds.RANKS: _inside,
    }
    return work[part.kind](part, bench)


def _draws(part: RobustnessPart, bench: Workbench) -> np.ndarray:
    """The part's draws of the whole series."""
    rules = bench.study.parameters
    return dirichlet_draws(
        bench.weights,
        part.stop - part.start,
        seed=rules["seed"],
        concentration=rules["concentration"],
        start=part.start,
    )


def _drawn(part: RobustnessPart, bench: Workbench) -> dict[str, np.ndarray]:
    """How often every unit takes every rank, and which listed units are ahead of which, over the part's draws."""
    tally = DrawTally(bench, _draws(part, bench), part.start)
    ranks = np.concatenate(list(tally.blocks()))
    return {
        "counts": counts_of(ranks).astype(np.uint32),
        "ahead": ahead_counts(ranks[:, bench.listed_places]).astype(np.uint32),
    } | tally.arrays()


def _streamed(part: RobustnessPart, bench: Workbench) -> dict[str, np.ndarray]:
    """The same without a table of units by ranks: counts in windows, at the cuts, and of pairs."""
    listed, kept = bench.listed_places, []
    all_pairs = len(listed) <= MANY_UNITS
    tally = DrawTally(bench, _draws(part, bench), part.start)

    def watched() -> Iterator[np.ndarray]:
        for block in tally.blocks():
            if all_pairs:
                kept.append(block[:, listed].astype(np.int32))
            yield from block

    found = stream_ranks(
        watched(), len(bench.published), cuts=bench.cuts, compared=() if all_pairs else listed
    )
    arrays = {name: getattr(found, name).astype(np.uint32) for name in STREAMED}
    arrays |= {"ahead": ahead_counts(np.concatenate(kept)).astype(np.uint32)} if all_pairs else {}
    return arrays | tally.arrays()


def _windows(part: RobustnessPart, bench: Workbench) -> dict[str, np.ndarray]:
    """In which window each percentile of every unit's rank lies, over all draws."""
    windows = bench.joined(RobustnessPart.Kind.DRAWS, ("windows",))["windows"]
    found = percentile_windows(windows, SHARES)
    return {"windows": windows.astype(np.uint32), "before": found.before, "needed": found.needed}


def _inside(part: RobustnessPart, bench: Workbench) -> dict[str, np.ndarray]:
    """How often every unit takes each rank of those windows, over the part's draws once more."""
    (places,) = bench.arrays(RobustnessPart.Kind.WINDOWS)
    rows = (row for ranks in bench.drawn_ranks(_draws(part, bench)) for row in ranks)
    inside = count_inside(rows, places["before"])
    return {"inside": inside.astype(np.uint16)}


def _settings(part: RobustnessPart, bench: Workbench) -> dict[str, np.ndarray]:
    """Ranks of the published units under the part's settings, which were settled, and which were refused.

    A part is its share of the settings: part ``start`` of ``stop``. Those of the same figures follow each other.
    A setting is settled where a method refuses another rule for missing cells: it is taken with the published one.
    """
    many = len(bench.plan.settings)
    settings = bench.plan.settings[part.start * many // part.stop : (part.start + 1) * many // part.stop]
    order = sorted(range(len(settings)), key=lambda place: str(figures_key(bench.world, settings[place])))
    small = np.uint16 if len(bench.published) < 2**16 else np.uint32
    published = bench.tried_ranks({})
    ranks = np.empty((len(settings), len(published)), dtype=small)
    settled, refused = np.zeros((2, len(settings)), dtype=bool)
    for place in order:
        found = bench.tried_ranks(settings[place])
        if found is None and settings[place].get("missing") is not None:
            found = bench.tried_ranks(settings[place] | {"missing": None})
            settled[place] = found is not None
        refused[place] = found is None
        ranks[place] = published if found is None else found
    return {"ranks": ranks, "settled": settled, "refused": refused}


def _alone(part: RobustnessPart, bench: Workbench) -> dict[str, np.ndarray]:
    """Average shift without each expert and each indicator, and the choices that are refused alone."""
    published, m = bench.tried_ranks({}), len(bench.world.shares)
    tried = {
        "experts": [{"without_expert": place} for place in range(m)] if m > 1 else [],
        "leaves": [{"without_indicator": code} for code in bench.world.codes],
    }
    dropped = [[row.factor, row.choice, row.reason] for row in bench.factors.dropped]
    arrays = {"dropped": np.array(json.dumps(dropped))}
    for name, settings in tried.items():
        found = [bench.tried_ranks(setting) for setting in settings]
        shifts = [np.nan if ranks is None else average_shift(published, ranks) for ranks in found]
        arrays[name] = np.array(shifts, dtype=float)
    return arrays


def _first(part: RobustnessPart, bench: Workbench) -> dict[str, np.ndarray]:
    """The weight that must move to make each of the first listed units the first."""
    leading = np.argsort(bench.published, kind="stable")[: FEW_FIRST if bench.is_large else FIRST_UNITS]
    leading = leading[bench.published[leading] <= bench.run.parameters["listed"]]
    leading = leading if bench.has_one_sum else []
    moved = [weights_to_be_first(bench.values, bench.weights, int(unit)).moved for unit in leading]
    return {
        "leading": np.array(leading, dtype=np.int64),
        "moved": np.array([np.nan if weight is None else weight for weight in moved], dtype=float),
    }
