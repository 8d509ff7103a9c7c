"""Pairwise comparisons (AHP): weights, consistency, and the cells worth a second look."""

import math
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from survey.core.answers import UnusableAnswers, panel_answers
from survey.core.reasons import MISSING, NO_RANDOM_INDEX

RANDOM_INDEX = MappingProxyType(
    {
        "saaty-1980": (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
        "course": (0, 0, 0.52, 0.89, 1.12, 1.26, 1.36, 1.41, 1.46, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
    }
)
ACCEPTABLE = 0.10
JUDGEMENTS = (*range(-9, -1), *range(1, 10))
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Cell:
    """A judgement that sits badly with the others: row over column, as given and as the weights imply."""

    row: int
    column: int
    given: float
    implied: float


@dataclass(frozen=True)
class PairwiseJudgement:
    """Weights and consistency of one matrix; `ri_table` names the random indices behind CR."""

    weights: tuple[float, ...] | None
    eigenvector: tuple[float, ...] | None
    lambda_max: float | None
    ci: float | None
    cr: float | None
    ri_table: str
    acceptable: bool | None
    worst: tuple[Cell, ...]
    reason: str | None = None


def judgement_ratio(judgement):
    """Return the ratio behind a judgement: k for k >= 1, 1/|k| for k <= -2.

    Parameters
    ----------
    judgement : int
        1 = equal, 2 to 9 = the first of the pair is so many times as important, -2 to -9 = the second is.

    Returns
    -------
    float

    Raises
    ------
    UnusableAnswers
        If it is none of these.

    Examples
    --------
    >>> judgement_ratio(4), judgement_ratio(-4)
    (4.0, 0.25)
    """
    if judgement not in JUDGEMENTS:
        raise UnusableAnswers(f"{judgement} is no judgement from -9 to -2 or 1 to 9")
    return float(judgement) if judgement > 0 else 1 / -judgement


def nearest_judgement(ratio):
    """Return the judgement whose ratio is nearest, on a logarithmic scale; ends at 9 and -9.

    Parameters
    ----------
    ratio : float
        Above 0.

    Returns
    -------
    int
        As `judgement_ratio` takes it; of two equally near ones the one nearer to equal.

    Raises
    ------
    UnusableAnswers
        If the ratio is not above 0.

    Examples
    --------
    >>> nearest_judgement(3.4), nearest_judgement(0.26), nearest_judgement(40)
    (3, -4, 9)
    """
    if not ratio > 0:
        raise UnusableAnswers(f"{ratio} is no ratio of two weights")
    by_size = sorted(JUDGEMENTS, key=abs)
    return min(by_size, key=lambda judgement: abs(math.log(judgement_ratio(judgement) / ratio)))


def pairwise_matrix(n, judgements):
    """Return the reciprocal matrix of n items from the judgements above its diagonal.

    Parameters
    ----------
    n : int
    judgements : Mapping of (int, int) to float
        (row, column) with row < column, to how much more important the row is. Pairs may be missing.

    Returns
    -------
    ndarray, shape (n, n)
        Ones on the diagonal, NaN where a judgement is missing.

    Raises
    ------
    UnusableAnswers
        If a pair is not above the diagonal or its judgement is not above 0.

    Examples
    --------
    >>> pairwise_matrix(2, {(0, 1): 4}).tolist()
    [[1.0, 4.0], [0.25, 1.0]]
    """
    matrix = np.full((n, n), np.nan)
    np.fill_diagonal(matrix, 1.0)
    for (row, column), value in judgements.items():
        if not (0 <= row < column < n and value > 0):
            raise UnusableAnswers(f"{value} for the pair {row}, {column} of {n} items")
        matrix[row, column], matrix[column, row] = value, 1 / value
    return matrix


def pairwise_weights(matrix, *, ri_table="saaty-1980", worst=3):
    """Return the weights of a reciprocal matrix and how consistent it is.

    Weights: row geometric means, closed. Eigenvector: the principal one, closed. CI = (lambda_max - n) /
    (n - 1), CR = CI / RI; acceptable below 0.10. The worst cells are those above the diagonal with the
    largest |ln(a_jk w_k / w_j)|; cells that agree with the weights are not among them.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
        a_jk from 1/9 to 9: how much more important j is than k; NaN = not yet judged.
    ri_table : str
        A name of `RANDOM_INDEX`: "saaty-1980", or "course", the table of Chinese course books.
    worst : int
        How many cells to point at.

    Returns
    -------
    PairwiseJudgement
        All None (`missing`) while a judgement is missing: no partial weights. CR is 0 for one or two
        items, and None (`no_random_index`) for more items than the table has.

    Raises
    ------
    UnusableAnswers
        If the matrix is not square, leaves the scale, is not reciprocal or has no ones on its diagonal.

    Notes
    -----
    Saaty 1980, *The Analytic Hierarchy Process*; row geometric mean: Crawford & Williams 1985.

    Examples
    --------
    >>> judged = pairwise_weights([[1, 2, 4], [1/2, 1, 2], [1/4, 1/2, 1]])
    >>> [round(w, 6) for w in judged.weights], round(judged.cr, 6), judged.worst
    ([0.571429, 0.285714, 0.142857], 0.0, ())
    """
    index = RANDOM_INDEX[ri_table]
    matrix = _reciprocal(matrix)
    n = len(matrix)
    if np.isnan(matrix).any():
        return PairwiseJudgement(*(None,) * 5, ri_table, None, (), MISSING)
    weights = _closed(np.exp(np.log(matrix).mean(axis=1)))
    lambda_max, eigenvector = _principal(matrix)
    ci = (lambda_max - n) / (n - 1) if n > 1 else 0.0
    cr = _ratio(ci, n, index)
    return PairwiseJudgement(
        weights=tuple(weights.tolist()),
        eigenvector=tuple(eigenvector.tolist()),
        lambda_max=lambda_max,
        ci=ci,
        cr=cr,
        ri_table=ri_table,
        acceptable=None if cr is None else cr < ACCEPTABLE,
        worst=_worst(matrix, weights, worst),
        reason=NO_RANDOM_INDEX if cr is None else None,
    )


def joint_judgement(matrices, *, weights=None):
    """Return the element-wise geometric mean of the experts' matrices (AIJ), reciprocal like each of them.

    Its row geometric means are the closed geometric mean of the experts' weights; with the eigenvector
    the two differ. Arithmetic means would lose reciprocity.

    Parameters
    ----------
    matrices : sequence of array_like, shape (n, n)
        Complete reciprocal matrices over the same items.
    weights : sequence of float, optional
        Weight of each expert, not below 0; equal by default.

    Returns
    -------
    ndarray, shape (n, n)

    Raises
    ------
    UnusableAnswers
        If there is no matrix, their sizes differ, one is unusable or incomplete, or no weight is above 0.

    Notes
    -----
    Aczel & Saaty 1983.

    Examples
    --------
    >>> joint_judgement([[[1, 9], [1/9, 1]], [[1, 1], [1, 1]]]).round(6).tolist()
    [[1.0, 3.0], [0.333333, 1.0]]
    """
    matrices = [_reciprocal(matrix) for matrix in matrices]
    shares = np.ones(len(matrices)) if weights is None else np.array(weights, dtype=float)
    if not matrices or len({matrix.shape for matrix in matrices}) > 1 or shares.shape != (len(matrices),):
        raise UnusableAnswers("matrices of one size, and one weight for each, are needed")
    if np.isnan(matrices).any() or (shares < 0).any() or not shares.sum() > 0:
        raise UnusableAnswers("a matrix is incomplete, or the experts' weights are unusable")
    logs = np.tensordot(shares / shares.sum(), np.log(matrices), axes=1)
    return np.exp((logs - logs.T) / 2)


def _reciprocal(matrix):
    matrix = panel_answers(matrix)
    if matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise UnusableAnswers(f"a matrix of {matrix.shape[0]} by {matrix.shape[1]} compares no pairs")
    known = matrix[~np.isnan(matrix)]
    if (known < 1 / 9 - _ROUNDING).any() or (known > 9 + _ROUNDING).any():
        raise UnusableAnswers("a judgement lies outside 1/9 to 9")
    if not np.allclose(np.diag(matrix), 1, rtol=_ROUNDING):
        raise UnusableAnswers("an item is not as important as itself")
    product = matrix * matrix.T
    if not np.allclose(product[~np.isnan(product)], 1, rtol=_ROUNDING, atol=0):
        raise UnusableAnswers("a judgement and its opposite do not agree")
    return matrix


def _principal(matrix):
    """Return the principal eigenvalue, not below n as theory has it, and its closed eigenvector."""
    values, vectors = np.linalg.eig(matrix)
    place = int(np.argmax(values.real))
    return max(float(values[place].real), float(len(matrix))), _closed(np.abs(vectors[:, place].real))


def _ratio(ci, n, index):
    if n <= 2:
        return 0.0
    return ci / index[n - 1] if n <= len(index) else None


def _worst(matrix, weights, most):
    n = len(matrix)
    cells = [
        Cell(row, column, float(matrix[row, column]), float(weights[row] / weights[column]))
        for row in range(n)
        for column in range(row + 1, n)
    ]
    off = [(abs(math.log(cell.given / cell.implied)), cell) for cell in cells]
    off = sorted((pair for pair in off if pair[0] > _ROUNDING), key=lambda pair: -pair[0])
    return tuple(cell for _, cell in off[:most])


def _closed(values):
    return values / values.sum()
