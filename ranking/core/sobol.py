"""Sobol's indices: which uncertain input moves the result, alone and together with others."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from weighting.core.refusal import MatrixRefused


@dataclass(frozen=True)
class SobolIndices:
    """Shares of the variance of a result, each array (k,), inputs in the order of the design.

    Attributes
    ----------
    first : ndarray
        S_i: variance that vanishes when the input alone is fixed.
    total : ndarray
        ST_i: variance that remains when all but the input are fixed; ST_i - S_i is due to interactions.
    first_error, total_error : ndarray
        Bootstrap standard errors of the two estimates.
    variance : float
        Variance of the result.
    """

    first: np.ndarray
    total: np.ndarray
    first_error: np.ndarray
    total_error: np.ndarray
    variance: float


def saltelli_design(inputs, base, *, seed):
    """Points of the unit cube at which the result is to be computed (Saltelli's scheme).

    Two samples A and B of ``base`` points from one scrambled Sobol sequence, and for each input i the sample
    A with column i from B.

    Parameters
    ----------
    inputs : int
        k, number of inputs.
    base : int
        N, a power of 2 (``base_no_power_of_two``); 1024 or more for indices worth showing.
    seed : int

    Returns
    -------
    ndarray, shape (N (k + 2), k)
        Rows: A, B, then the k mixed samples.

    Examples
    --------
    >>> saltelli_design(3, 4, seed=1).shape
    (20, 3)
    """
    if inputs < 1 or base < 2 or base & (base - 1):
        raise MatrixRefused("base_no_power_of_two", numbers={"base": base, "inputs": inputs})
    generator = np.random.Generator(np.random.PCG64(seed))
    points = qmc.Sobol(2 * inputs, scramble=True, rng=generator).random(base)
    a, b = points[:, :inputs], points[:, inputs:]
    mixed = np.tile(a, (inputs, 1, 1))
    for i in range(inputs):
        mixed[i, :, i] = b[:, i]
    return np.concatenate([a, b, mixed.reshape(-1, inputs)])


def sobol_indices(results, inputs, *, seed, resamples=200) -> SobolIndices:
    """Estimate first and total indices from results at the points of `saltelli_design`.

    S_i = mean(f_B (f_ABi - f_A)) / V (Saltelli et al. 2010), ST_i = mean((f_A - f_ABi)^2) / (2 V) (Jansen
    1999), V the variance of f_A and f_B together; results are centred first.

    Parameters
    ----------
    results : array_like, shape (N (k + 2),)
    inputs : int
        k.
    seed : int
        Of the bootstrap over the N base points.
    resamples : int
        Bootstrap samples, >= 2.

    Returns
    -------
    SobolIndices
        Estimates may leave [0, 1] by their error; they are not pulled back.

    Raises
    ------
    MatrixRefused
        ``results_do_not_match``, ``missing_values``, ``no_variation`` (all results equal).

    Examples
    --------
    >>> design = saltelli_design(2, 256, seed=1)
    >>> sobol_indices(3 * design[:, 0] + design[:, 1], 2, seed=1).first.round(2)
    array([0.9, 0.1])
    """
    values = np.asarray(results, dtype=np.float64)
    if values.ndim != 1 or len(values) % (inputs + 2) or not len(values):
        raise MatrixRefused("results_do_not_match", numbers={"results": values.shape, "inputs": inputs})
    if not np.isfinite(values).all():
        raise MatrixRefused("missing_values")
    if not np.ptp(values):
        raise MatrixRefused("no_variation")
    samples = (values - values.mean()).reshape(inputs + 2, -1)
    first, total, variance = estimates(samples[0], samples[1], samples[2:])
    generator = np.random.Generator(np.random.PCG64(seed))
    drawn = generator.integers(0, samples.shape[1], size=(resamples, samples.shape[1]))
    again = [estimates(samples[0, rows], samples[1, rows], samples[2:, rows])[:2] for rows in drawn]
    errors = np.nanstd(np.array(again), axis=0, ddof=1)
    return SobolIndices(first, total, errors[0], errors[1], float(variance))


def estimates(a, b, mixed):
    """Return first and total indices and the variance; NaN where a resample does not vary."""
    variance = np.concatenate([a, b]).var()
    scale = 1.0 / variance if variance > 0 else np.nan
    return (b * (mixed - a)).mean(axis=1) * scale, ((a - mixed) ** 2).mean(axis=1) * scale / 2, variance
