"""What each kind of part of a robustness study computes."""

import numpy as np

from ranking.core.first_place import weights_to_be_first
from ranking.core.resampling import ahead_counts, counts_of
from ranking.core.weight_draws import dirichlet_draws
from ranking.models import RobustnessPart
from ranking.workbench import Workbench

FIRST_UNITS = 20  # units for which the way to the first place is sought


def part_arrays(part: RobustnessPart, bench: Workbench) -> dict[str, np.ndarray]:
    """The arrays of one part; raises `MatrixRefused`."""
    kinds = RobustnessPart.Kind
    work = {kinds.DRAWS: _drawn, kinds.SETTINGS: _settings, kinds.ALONE: _alone}
    return work[part.kind](part, bench)


def _drawn(part: RobustnessPart, bench: Workbench) -> dict[str, np.ndarray]:
    """How often every unit takes every rank, and which listed units are ahead of which, over the part's draws."""
    rules = bench.study.parameters
    draws = dirichlet_draws(
        bench.weights,
        part.stop - part.start,
        seed=rules["seed"],
        concentration=rules["concentration"],
        start=part.start,
    )
    ranks = bench.drawn_ranks(draws)
    published = bench.run.scores.order_by("unit__position").values_list("rank", flat=True)
    listed = np.array(published) <= bench.run.parameters["listed"]
    return {
        "counts": counts_of(ranks).astype(np.uint32),
        "ahead": ahead_counts(ranks[:, listed]).astype(np.uint32),
    }


def _settings(part: RobustnessPart, bench: Workbench) -> dict[str, np.ndarray]:
    """Ranks of the published units under the part's settings, and which settings were refused."""
    tried = _tried(bench, bench.plan.settings[part.start : part.stop])
    return {"ranks": tried["ranks"].astype(np.uint16), "refused": tried["refused"]}


def _alone(part: RobustnessPart, bench: Workbench) -> dict[str, np.ndarray]:
    """Ranks without each expert and each indicator, and the weight that must move to make a leading unit first."""
    m = len(bench.world.shares)
    experts = _tried(bench, [{"without_expert": place} for place in range(m)] if m > 1 else [])
    leaves = _tried(bench, [{"without_indicator": code} for code in bench.world.codes])
    leading = np.argsort(bench.tried_ranks({}), kind="stable")[:FIRST_UNITS] if bench.has_one_sum else []
    moved = [weights_to_be_first(bench.values, bench.weights, int(unit)).moved for unit in leading]
    return {
        "experts": experts["ranks"],
        "experts_refused": experts["refused"],
        "leaves": leaves["ranks"],
        "leaves_refused": leaves["refused"],
        "leading": np.array(leading, dtype=np.int64),
        "moved": np.array([np.nan if weight is None else weight for weight in moved]),
    }


def _tried(bench: Workbench, settings: list[dict]) -> dict[str, np.ndarray]:
    """Ranks under each setting; a setting that is refused is marked and stands with the published ranks."""
    published = bench.tried_ranks({})
    found = [bench.tried_ranks(setting) for setting in settings]
    ranks = [published if ranks is None else ranks for ranks in found]
    return {
        "ranks": np.array(ranks).reshape(len(settings), len(published)),
        "refused": np.array([ranks is None for ranks in found], dtype=bool),
    }
