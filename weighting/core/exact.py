"""Weights worked out once more with 50 decimal digits, so that every machine finds the same numbers.

Sums of binary fractions depend on their order, on the processor and on the linear algebra library in the last
digits. Decimal numbers with a fixed number of digits do not: they are integer arithmetic, and logarithm,
exponential and square root are rounded correctly. What is published is the double nearest to these results.
"""

from dataclasses import dataclass
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)

import numpy as np

from weighting.core.direction import UNIT_FREE_SHARE
from weighting.core.hierarchy import CombinedWeights

DIGITS = 50
ZERO, ONE = Decimal(0), Decimal(1)


def arithmetic():
    """Return a fresh decimal context: 50 digits, half to even, no result out of thin air."""
    return Context(
        prec=DIGITS,
        rounding=ROUND_HALF_EVEN,
        Emin=-999999,
        Emax=999999,
        traps=[InvalidOperation, DivisionByZero, Overflow],
    )


@dataclass(frozen=True)
class DecimalWeights:
    """Weights of every node as decimals, in the order of the tree; see `CombinedWeights`."""

    expert: list
    variation: list
    combined: list
    effective: list

    def as_floats(self):
        """Return the nearest doubles as `CombinedWeights`."""
        return CombinedWeights(*(doubles(part) for part in vars(self).values()))


def decimal_columns(matrix):
    """Return the columns of a matrix as lists of decimals, each the shortest one that stands for its double.

    Parameters
    ----------
    matrix : array_like, shape (U, n)
        NaN becomes None.

    Examples
    --------
    >>> decimal_columns([[0.1], [float("nan")]])
    [[Decimal('0.1'), None]]
    """
    return [[decimal(figure) for figure in column] for column in np.asarray(matrix, dtype=float).T.tolist()]


def decimal(figure):
    """Return the shortest decimal that stands for a double; None for NaN."""
    return Decimal(repr(float(figure))) if figure == figure else None


def doubles(figures):
    """Return the doubles nearest to decimals as an array; NaN for None."""
    return np.array([np.nan if figure is None else float(figure) + 0.0 for figure in figures])


def exact_weights(matrix, directions, tree, expert_local, recipe) -> CombinedWeights | None:
    """Return combined weights by decimal arithmetic, see `decimal_weights`; None where it does not cover the method."""
    if recipe.objective != "variation":
        return None
    try:
        with localcontext(arithmetic()):
            return decimal_weights(matrix, directions, tree, expert_local, recipe).as_floats()
    except ArithmeticError:  # figures at the very end of the range, which binary numbers lose in silence
        return None


def decimal_weights(matrix, directions, tree, expert_local, recipe):
    """Follow a recipe from figures to combined weights; call it inside ``localcontext(arithmetic())``.

    Parameters
    ----------
    matrix : array_like, shape (U, leaves)
        Figures as used; NaN is missing.
    directions : sequence of int
    tree : Tree
    expert_local : array_like, shape (nodes,)
    recipe : WeightRecipe
        With the objective ``variation``; the float engine has refused what cannot be weighed.

    Returns
    -------
    DecimalWeights

    Examples
    --------
    >>> from decimal import localcontext
    >>> from weighting.core.derivation import WeightRecipe
    >>> from weighting.core.tree import Tree
    >>> with localcontext(arithmetic()):
    ...     found = decimal_weights([[1.0, 10.0], [3.0, 12.0]], [1, 1], Tree(("A", "B"), (-1, -1)), [0.5, 0.5],
    ...                             WeightRecipe(combination="product"))
    >>> found.as_floats().effective
    array([0.84615385, 0.15384615])
    """
    columns = decimal_columns(matrix)
    turned = turned_columns(columns, directions, recipe, zero_negatives=recipe.negative_values == "zero")
    variation = closed([variation_of(column) for column in turned])
    lengths = lengths_of(columns, directions, recipe) if recipe.combination == "max_deviation" else None
    expert = [decimal(share) for share in expert_local]
    local, effective = LEVELS[recipe.level](tree, expert, variation, Combination(recipe, lengths))
    return DecimalWeights(expert, local_from(tree, summed_up(tree, variation)), local, effective)


def turned_columns(columns, directions, recipe, *, zero_negatives=False):
    """Return columns in positive direction, see `weighting.core.direction.positive_direction`."""
    turned = []
    for column, direction in zip(columns, directions, strict=True):
        if direction == -1:
            turned.append(turned_column(column, recipe.direction, decimal(recipe.k)))
        elif zero_negatives:
            turned.append([None if x is None else max(x, ZERO) for x in column])
        else:
            turned.append(column)
    return turned


def turned_column(column, method, k):
    """Return one negative column in positive direction."""
    present = [x for x in column if x is not None]
    largest, magnitude = max(present), max(abs(x) for x in present)
    offset = magnitude + (decimal(UNIT_FREE_SHARE) * magnitude if method == "reciprocal_unit_free" else k)
    rules = {
        "reciprocal": lambda x: ONE / (offset + x),
        "reciprocal_unit_free": lambda x: ONE / (offset + x),
        "max_minus": lambda x: largest - x,
        "inverse": lambda x: ONE / x,
    }
    return [None if x is None else rules[method](x) for x in column]


def variation_of(column):
    """Return sd (n - 1) over mean of the present figures; 0 for a constant column."""
    present = [x for x in column if x is not None]
    mean, sd = moments(present)
    return sd / mean if mean > 0 else ZERO


def moments(figures):
    """Return mean and sd (n - 1); exactly 0 for the sd of equal figures."""
    if min(figures) == max(figures):
        return figures[0], ZERO
    mean = sum(figures) / len(figures)
    return mean, (sum((x - mean) ** 2 for x in figures) / (len(figures) - 1)).sqrt()


def closed(figures):
    """Return figures over their sum."""
    total = sum(figures)
    return [figure / total for figure in figures]


def lengths_of(columns, directions, recipe):
    """Return for every column of x', scaled to length 1, the squared deviation of all pairs of units."""
    spreads = []
    for column in turned_columns(columns, directions, recipe):
        present = [x for x in column if x is not None]
        _, sd = moments(present)
        spreads.append(2 * len(column) * (len(present) - 1) * sd**2 / sum(x * x for x in present))
    return spreads


@dataclass(frozen=True)
class Combination:
    """The recipe's combination of experts' and data's weights; ``spreads`` is for ``max_deviation`` alone."""

    recipe: object
    spreads: list | None

    def __call__(self, s, o, places):
        """Combine weights of the leaves at these places."""
        return closed(getattr(self, f"_{self.recipe.combination}")(s, o, places))

    def _product(self, s, o, places):
        return [a * b for a, b in zip(s, o, strict=True)]

    def _entropy(self, s, o, places):
        return [(a * b).sqrt() for a, b in zip(s, o, strict=True)]

    def _linear(self, s, o, places):
        alpha = decimal(self.recipe.alpha)
        return mixed(s, o, alpha, 1 - alpha)

    def _game_theory(self, s, o, places):
        ss, so, oo = products(s, o, [ONE] * len(s))
        return mixed(s, o, *cut_shares(oo * (ss - so), ss * (oo - so)))

    def _max_deviation(self, s, o, places):
        ss, so, oo = products(s, o, [self.spreads[place] for place in places])
        half = (ss - oo) / 2
        reach = (half * half + so * so).sqrt()
        if reach == 0:
            return mixed(s, o, *cut_shares(ONE, ONE))
        return mixed(s, o, *cut_shares(half + reach if half >= 0 else so, so if half >= 0 else reach - half))


def products(s, o, weights):
    """Return the weighted inner products s.s, s.o and o.o."""
    rows = list(zip(s, o, weights, strict=True))
    return tuple(
        sum(w * x for w, x in pairs)
        for pairs in (
            [(w, a * a) for a, _, w in rows],
            [(w, a * b) for a, b, w in rows],
            [(w, b * b) for _, b, w in rows],
        )
    )


def cut_shares(first, second):
    """Return two coefficients cut at 0 and closed; nothing left means the experts alone."""
    first, second = max(first, ZERO), max(second, ZERO)
    total = first + second
    return (first / total, second / total) if total > 0 else (ONE, ZERO)


def mixed(s, o, first, second):
    """Return first s + second o."""
    return [first * a + second * b for a, b in zip(s, o, strict=True)]


def combined_globally(tree, expert, variation, combine):
    """Combine the effective weights of all leaves; return local and effective weights of all nodes."""
    leaves = tree.leaves.tolist()
    own = effective_of(tree, expert)
    found = combine([own[leaf] for leaf in leaves], variation, range(len(leaves)))
    effective = summed_up(tree, found)
    return local_from(tree, effective), effective


def combined_in_groups(tree, expert, variation, combine):
    """Combine the leaves inside every group; return local and effective weights of all nodes."""
    place, local = {leaf: at for at, leaf in enumerate(tree.leaves.tolist())}, list(expert)
    for group in tree.groups:
        nodes = [node for node in group.tolist() if node in place]
        if len(nodes) < 2:
            continue
        total, o = sum(expert[node] for node in nodes), closed([variation[place[node]] for node in nodes])
        s = [expert[node] / total for node in nodes] if total > 0 else o
        for node, share in zip(nodes, combine(s, o, [place[node] for node in nodes]), strict=True):
            local[node] = share * total
    return local, effective_of(tree, local)


def combined_everywhere(tree, expert, variation, combine):
    """Combine the siblings in every group, headings by the sum of their leaves; return both weights of all nodes."""
    place, local = {leaf: at for at, leaf in enumerate(tree.leaves.tolist())}, list(expert)
    data = summed_up(tree, variation)
    for group in tree.groups:
        nodes = group.tolist()
        if len(nodes) < 2:
            continue
        s, o = [expert[node] for node in nodes], closed([data[node] for node in nodes])
        s = closed(s) if sum(s) > 0 else o
        for node, share in zip(nodes, combine(s, o, [place.get(node) for node in nodes]), strict=True):
            local[node] = share
    return local, effective_of(tree, local)


LEVELS = {"global": combined_globally, "group": combined_in_groups, "both": combined_everywhere}


def effective_of(tree, local):
    """Return local weights multiplied along the path."""
    effective = list(local)
    for nodes in tree.level_nodes[1:]:
        for node in nodes.tolist():
            effective[node] = local[node] * effective[tree.parents[node]]
    return effective


def summed_up(tree, leaf_weights):
    """Return every node's sum over its leaves."""
    totals = [ZERO] * len(tree.codes)
    for leaf, weight in zip(tree.leaves.tolist(), leaf_weights, strict=True):
        node = leaf
        while node != -1:
            totals[node] += weight
            node = tree.parents[node]
    return totals


def local_from(tree, effective):
    """Return every node over its parent; 0 under a parent of 0."""
    above = [ONE if parent == -1 else effective[parent] for parent in tree.parents]
    return [own / total if total > 0 else ZERO for own, total in zip(effective, above, strict=True)]
