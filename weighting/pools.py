"""How the experts' answers were pooled, beside the other way to pool them; for pages and exports."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from survey.models import Indicator, Round
from survey.results import may_show_results
from weighting.core.panel import (
    ARITHMETIC,
    AUTHORITY_ARITHMETIC,
    AUTHORITY_GEOMETRIC,
    FLAGGED,
    GEOMETRIC,
    MEDIAN,
    TRIMMED,
    compared_pools,
)
from weighting.core.refusal import MatrixRefused
from weighting.trees import expert_panel, study_tree

WORDS = {
    ARITHMETIC: _("arithmetic mean of the experts' weights"),
    GEOMETRIC: _("closed geometric mean of the experts' weights"),
    MEDIAN: _("closed median of the experts' weights"),
    TRIMMED: _("closed trimmed mean of the experts' weights"),
    AUTHORITY_ARITHMETIC: _("mean of the experts' weights, weighted by authority Cr"),
    AUTHORITY_GEOMETRIC: _("closed geometric mean of the experts' weights, weighted by authority Cr"),
}


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
