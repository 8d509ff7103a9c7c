"""What one part of a study keeps of its draws beside the ranks: tiers, leaders, and the ranks of the leading units."""

from collections.abc import Iterator

import numpy as np

from ranking.core.acceptability import Leads, draws_that_lead, joined_leads
from ranking.core.tier_draws import BY_SCORE, drawn_tiers, tier_counts
from ranking.workbench import Workbench

LEADING = 12  # published ranks, and ranks, of which the page shows how often each unit takes each


class DrawTally:
    """Counts over the draws of one part, filled while the blocks of ranks pass by."""

    def __init__(self, bench: Workbench, draws: np.ndarray, start: int):
        self.bench, self.draws = bench, draws
        self.cut = 0 if bench.tiers_by_rank else min(max(bench.tier_draws - start, 0), len(draws))
        tiers = len(bench.run.parameters["tiers"]["names"])
        self.tiers = np.zeros((len(bench.published), tiers + 1), dtype=np.int64)
        self.leading = leading_places(bench.published)
        self.top = np.zeros((len(self.leading), LEADING), dtype=np.int64)
        self.pairs: list[np.ndarray] = []

    def blocks(self) -> Iterator[np.ndarray]:
        """Ranks (some draws, U), each block counted as it passes."""
        by_score, seen = self.bench.tier_rules["tiers"]["method"] in BY_SCORE, 0
        for ranks, scores in self.bench.drawn_blocks(self.draws, with_scores=by_score and self.cut > 0):
            left = max(self.cut - seen, 0)
            if left:
                self._add_tiers(ranks[:left], None if scores is None else scores[:left])
            self._add_leaders(ranks, seen)
            seen += len(ranks)
            yield ranks

    def _add_tiers(self, ranks: np.ndarray, scores: np.ndarray | None) -> None:
        tiers = drawn_tiers(scores, ranks, self.bench.tier_rules)
        self.tiers += tier_counts(tiers, self.tiers.shape[1] - 1)

    def _add_leaders(self, ranks: np.ndarray, before: int) -> None:
        draws, units = np.nonzero(ranks == 1)
        self.pairs.append(np.stack([draws + before, units]))
        own = ranks[:, self.leading]
        for rank in range(LEADING):
            self.top[:, rank] += (own == rank + 1).sum(axis=0)

    def arrays(self) -> dict[str, np.ndarray]:
        """The counts, as a part keeps them."""
        leads = draws_that_lead(*np.concatenate(self.pairs, axis=1), self.draws)
        found = {"top": self.top, "lead_units": leads.units, "lead_times": leads.times}
        found |= {} if self.bench.tiers_by_rank else {"tiers": self.tiers}
        return {name: table.astype(np.uint32) for name, table in found.items()} | {"lead_sums": leads.sums}


def leading_places(published: np.ndarray) -> np.ndarray:
    """The first units by published rank."""
    return np.argsort(published, kind="stable")[:LEADING]


def study_leads(bench: Workbench) -> Leads:
    """The draws in which each unit leads, over all parts in their order."""
    kind = bench.study.parts.model.Kind.DRAWS
    return joined_leads(
        Leads(part["lead_units"].astype(np.int64), part["lead_times"].astype(np.int64), part["lead_sums"])
        for part in bench.arrays(kind, ("lead_units", "lead_times", "lead_sums"))
    )
