"""A panel of experts as one object: everybody's shares, the rule that pools them, and how much each one counts."""

from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from weighting.core.expert import (
    arithmetic_pool,
    geometric_pool,
    median_pool,
    replace_zeros,
    trimmed_pool,
)
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import as_nodes

ARITHMETIC, GEOMETRIC, MEDIAN, TRIMMED = "arithmetic", "geometric", "median", "trimmed"
AUTHORITY_ARITHMETIC, AUTHORITY_GEOMETRIC = "authority_arithmetic", "authority_geometric"
RULES = (ARITHMETIC, GEOMETRIC, MEDIAN, TRIMMED, AUTHORITY_ARITHMETIC, AUTHORITY_GEOMETRIC)
OTHER = {
    ARITHMETIC: GEOMETRIC,
    GEOMETRIC: ARITHMETIC,
    MEDIAN: ARITHMETIC,
    TRIMMED: ARITHMETIC,
    AUTHORITY_ARITHMETIC: AUTHORITY_GEOMETRIC,
    AUTHORITY_GEOMETRIC: AUTHORITY_ARITHMETIC,
}
FLAGGED = 0.02  # two percentage points between two ways to pool deserve a look


@dataclass(frozen=True)
class PoolRule:
    """How answers become one vector.

    Attributes
    ----------
    name : str
        One of `RULES`; every result is closed again.
    proportion : float
        Share of the answers that ``trimmed`` drops at each end.
    zero_share : float
        Share that stands in for a zero where logarithms are taken; 0 refuses zeros (``zero_weight``).
    """

    name: str = ARITHMETIC
    proportion: float = 0.1
    zero_share: float = 0.0

    @property
    def weighs(self) -> bool:
        """Whether an expert counts by authority."""
        return self.name in (AUTHORITY_ARITHMETIC, AUTHORITY_GEOMETRIC)

    @property
    def takes_logs(self) -> bool:
        """Whether zeros have no logarithm here."""
        return self.name in (GEOMETRIC, AUTHORITY_GEOMETRIC)


@dataclass(frozen=True)
class PoolDifference:
    """Two ways to pool beside each other.

    Attributes
    ----------
    rule, other : str
    weights, others : ndarray (nodes,) or None
        Local weights; None where the way refuses these answers.
    largest : float or None
        Largest difference of a local weight, with its node in ``node``.
    flagged : bool or None
        Whether it is more than `FLAGGED`.
    refused : str or None
        Why the other way gives nothing.
    """

    rule: str
    other: str
    weights: np.ndarray
    others: np.ndarray | None
    largest: float | None
    node: int | None
    flagged: bool | None
    refused: str | None = None


@dataclass(frozen=True)
class ExpertPanel:
    """Shares of m experts inside every group of a tree, and the rule that pools them.

    Attributes
    ----------
    shares : ndarray (m, nodes)
        NaN over a whole group for an expert who did not judge it.
    rule : PoolRule
    authority : ndarray (m, nodes), optional
        How much an expert counts in the node's group, >= 0; NaN where it is not known. Needed by the rules
        that weigh, ignored by the others.
    """

    shares: np.ndarray
    rule: PoolRule = field(default_factory=PoolRule)
    authority: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.shares)

    def ordered(self):
        """Return the panel with its experts in the order of their figures, so that a seed draws the same ones again.

        Examples
        --------
        >>> ExpertPanel(np.array([[0.7, 0.3], [0.4, 0.6]])).ordered().shares[:, 0]
        array([0.4, 0.7])
        """
        keys = self.shares if self.authority is None else np.column_stack([self.shares, self.authority])
        order = np.lexsort(keys.T[::-1])
        authority = None if self.authority is None else self.authority[order]
        return replace(self, shares=self.shares[order], authority=authority)

    def pooled(self, tree, picks=None):
        """Pool group by group.

        Parameters
        ----------
        tree : Tree
        picks : ndarray of int, shape (m',) or (draws, m'), optional
            Experts of resampled panels; without it the whole panel.

        Returns
        -------
        ndarray, shape (nodes,) or (draws, nodes)
            Sums to 1 inside every group. In a group only those count who judged it (and whose authority is
            known, where the rule weighs). The whole panel is put in order first, so the result does not
            depend on the order of the experts in any bit. In a resampled panel in which nobody judged a
            group, the whole panel stands in for that group.

        Raises
        ------
        MatrixRefused
            ``no_experts`` with the codes of a group that nobody judged, ``no_authority`` where the rule
            weighs and nothing is known of anybody, and as the pool does.

        Examples
        --------
        >>> from weighting.core.tree import Tree
        >>> tree = Tree(("A", "B"), (-1, -1))
        >>> ExpertPanel(np.array([[0.5, 0.5], [0.9, 0.1]]), PoolRule("geometric")).pooled(tree)
        array([0.75, 0.25])
        """
        shares = as_nodes(tree, self.shares)
        whole = np.empty(shares.shape[-1])
        for group in tree.groups:
            whole[group] = self._whole(shares[:, group], self._weights(group), group, tree)
        if picks is None:
            return whole
        pooled = np.broadcast_to(whole, np.shape(picks)[:-1] + whole.shape).copy()
        for group in tree.groups:
            if len(group) > 1:
                pooled[..., group] = self._resampled(
                    shares[:, group], self._weights(group), picks, whole[group]
                )
        return pooled

    def _weights(self, group):
        if not self.rule.weighs:
            return None
        if self.authority is None:
            raise MatrixRefused("no_authority")
        return self.authority[:, group[0]]

    def _whole(self, rows, weights, group, tree):
        counts = counting(rows, weights)
        if not counts.any():
            reason = "no_authority" if weights is not None and counting(rows, None).any() else "no_experts"
            raise MatrixRefused(reason, [tree.codes[node] for node in group])
        rows, weights = rows[counts], None if weights is None else weights[counts]
        keys = rows if weights is None else np.column_stack([rows, weights])
        order = np.lexsort(keys.T)
        try:
            return self._pool(rows[order], None if weights is None else weights[order])
        except MatrixRefused as refused:
            if refused.reason == "zero_weight":
                columns = [tree.codes[group[int(place)]] for place in refused.columns]
                raise MatrixRefused("zero_weight", columns) from None
            raise

    def _resampled(self, rows, weights, picks, whole):
        counts = counting(rows, weights)
        picks = np.asarray(picks)
        if counts.all():
            return self._pool(rows[picks], None if weights is None else weights[picks])
        flat = picks.reshape(-1, picks.shape[-1])
        found = np.empty((len(flat), rows.shape[1]))
        for place, panel in enumerate(flat):
            kept = panel[counts[panel]]
            found[place] = (
                self._pool(rows[kept], None if weights is None else weights[kept]) if len(kept) else whole
            )
        return found.reshape((*picks.shape[:-1], rows.shape[1]))

    def _pool(self, rows, weights):
        if self.rule.takes_logs and self.rule.zero_share:
            rows = replace_zeros(rows, delta=self.rule.zero_share)
        pools = {
            ARITHMETIC: arithmetic_pool,
            GEOMETRIC: geometric_pool,
            MEDIAN: median_pool,
            TRIMMED: partial(trimmed_pool, proportion=self.rule.proportion),
            AUTHORITY_ARITHMETIC: partial(arithmetic_pool, weights=weights),
            AUTHORITY_GEOMETRIC: partial(geometric_pool, weights=weights),
        }
        return pools[self.rule.name](rows)


def counting(rows, weights):
    """Return which experts count in a group: those who judged it and, where weighed, have an authority."""
    counts = ~np.isnan(rows).any(axis=1)
    return counts if weights is None else counts & ~np.isnan(weights)


def as_panel(shares):
    """Return an `ExpertPanel`; bare shares are pooled by the mean."""
    return shares if isinstance(shares, ExpertPanel) else ExpertPanel(np.asarray(shares, dtype=np.float64))


def compared_pools(tree, panel, other=None):
    """Pool by the panel's rule and by another one, and tell the largest difference of a local weight.

    Parameters
    ----------
    tree : Tree
    panel : ExpertPanel
    other : str, optional
        One of `RULES`; the counterpart in `OTHER` by default: the geometric mean beside the arithmetic one
        and the other way round, the arithmetic mean beside median and trimmed mean.

    Returns
    -------
    PoolDifference

    Raises
    ------
    MatrixRefused
        As the panel's own rule does; what the other way refuses is told in ``refused``.

    Examples
    --------
    >>> from weighting.core.tree import Tree
    >>> panel = ExpertPanel(np.array([[0.5, 0.5], [0.9, 0.1]]))
    >>> found = compared_pools(Tree(("A", "B"), (-1, -1)), panel)
    >>> found.other, round(found.largest, 6), found.flagged
    ('geometric', 0.05, True)
    """
    other = other or OTHER[panel.rule.name]
    weights = panel.pooled(tree)
    beside = PoolRule(other, panel.rule.proportion, panel.rule.zero_share)
    try:
        others = ExpertPanel(panel.shares, beside, panel.authority).pooled(tree)
    except MatrixRefused as refused:
        return PoolDifference(panel.rule.name, other, weights, None, None, None, None, refused.reason)
    apart = np.abs(weights - others)
    node = int(apart.argmax())
    largest = float(apart[node])
    return PoolDifference(panel.rule.name, other, weights, others, largest, node, largest > FLAGGED)
