"""How the experts' answers were pooled, beside the other way to pool them; for pages and exports."""

from dataclasses import dataclass

import numpy as np

from survey.models import Indicator, Round
from survey.panel_rules import rule as stated
from survey.pooling import WORDS, lend_pools
from survey.results import may_show_results
from weighting.core.hierarchy import Tree
from weighting.core.panel import FLAGGED, ExpertPanel, PoolRule, compared_pools
from weighting.core.refusal import MatrixRefused
from weighting.trees import expert_panel, study_tree


@dataclass(frozen=True)
class PoolRow:
    """One node's weight among its siblings, pooled in two ways."""

    indicator: Indicator
    weight: float
    other: float | None


@dataclass(frozen=True)
class PoolComparison:
    """The protocol's way to pool beside the other one, both local weights; ``largest`` is their largest difference.

    ``other`` gives nothing where it is ``refused``. ``with_zero`` counts, for each node, the experts who gave it 0;
    where logarithms are taken those zeros stand as ``zero_share``.
    """

    rule: str
    other: str
    rows: tuple[PoolRow, ...]
    largest: float | None
    at: Indicator | None
    flagged: bool | None
    refused: str | None
    with_zero: int
    zero_share: float

    @property
    def rule_words(self) -> str:
        """The protocol's way in words."""
        return str(WORDS[self.rule])

    @property
    def other_words(self) -> str:
        """The other way in words."""
        return str(WORDS[self.other])

    @property
    def bound(self) -> float:
        """From which difference on it is flagged."""
        return FLAGGED


def pool_comparison(round: Round) -> PoolComparison | None:
    """Both ways to pool a closed round; None where too few answered for exact figures, or the rule itself refuses."""
    if not may_show_results(round):
        return None
    tree = study_tree(round.study)
    panel = expert_panel(round, tree.tree)
    try:
        found = compared_pools(tree.tree, panel)
    except MatrixRefused:
        return None
    return PoolComparison(
        rule=found.rule,
        other=found.other,
        rows=tuple(
            PoolRow(
                indicator,
                float(found.weights[node]),
                None if found.others is None else float(found.others[node]),
            )
            for node, indicator in enumerate(tree.indicators)
        ),
        largest=found.largest,
        at=None if found.node is None else tree.indicators[found.node],
        flagged=found.flagged,
        refused=found.refused,
        with_zero=int((panel.shares == 0).any(axis=1).sum()),
        zero_share=panel.rule.zero_share,
    )


def group_pools(
    codes: tuple[str, ...], shares: np.ndarray, authority: np.ndarray | None, rules: dict
) -> dict:
    """One group of a round in both ways, as its statistics keep it; the largest difference in percentage points."""
    way = PoolRule(stated(rules, "aggregation"), stated(rules, "trim"), stated(rules, "zero_share"))
    weighs = None if authority is None else np.repeat(authority[:, None], len(codes), axis=1)
    nothing = dict.fromkeys(("other", "weights", "others", "largest", "largest_item"))
    try:
        found = compared_pools(Tree(codes, (-1,) * len(codes)), ExpertPanel(shares, way, weighs))
    except MatrixRefused as refused:
        return {"rule": way.name, **nothing, "refused": refused.reason}
    return {
        "rule": found.rule,
        "other": found.other,
        "weights": _by_code(codes, found.weights),
        "others": _by_code(codes, found.others),
        "largest": None if found.largest is None else 100 * found.largest,
        "largest_item": None if found.node is None else codes[found.node],
        "refused": found.refused,
    }


def _by_code(codes: tuple[str, ...], weights: np.ndarray | None) -> dict[str, float] | None:
    return None if weights is None else dict(zip(codes, weights.tolist(), strict=True))


lend_pools(group_pools)
