"""The same work by other packages, each in its own documented way and given its data ready made."""

import numpy as np
import skcriteria
from crispyn.additions import rank_preferences as crispyn_rank
from crispyn.normalizations import vector_normalization as crispyn_vector
from crispyn.weighting_methods import coeff_var_weighting as crispyn_weights
from pymcdm.methods import WSM
from pymcdm.normalizations import vector_normalization as pymcdm_vector
from pyrepo_mcda.additions import rank_preferences as pyrepo_rank
from pyrepo_mcda.mcda_methods.saw import SAW
from pyrepo_mcda.normalizations import vector_normalization as pyrepo_vector
from pyrepo_mcda.weighting_methods import coeff_var_weighting as pyrepo_weights
from pysensmcda.smaa import simulate
from skcriteria.agg.simple import WeightedSumModel
from skcriteria.pipelines import mkpipe
from skcriteria.preprocessing.scalers import VectorScaler
from skcriteria.preprocessing.weighters import SKCWeighterABC


def variation(matrix):
    """Variation weights in one line of NumPy, for the packages that have none."""
    ratio = matrix.std(axis=0, ddof=1) / matrix.mean(axis=0)
    return ratio / ratio.sum()


class VariationWeighter(SKCWeighterABC):
    """The line above in the form scikit-criteria takes."""

    _skcriteria_parameters = []

    def _weight_matrix(self, matrix, objectives, weights):
        return variation(matrix)


def weighing_peers(matrix):
    """Return functions that give weights, scores and ranks of a matrix, each by name."""
    directions = np.ones(matrix.shape[1], dtype=int)
    table = skcriteria.mkdm(matrix, [max] * matrix.shape[1])
    pipe = mkpipe(VariationWeighter(), VectorScaler(target="matrix"), WeightedSumModel())

    def crispyn():
        weights = crispyn_weights(matrix)
        scores = crispyn_vector(matrix, directions) @ weights
        return weights, scores, crispyn_rank(scores)

    def pyrepo():
        weights = pyrepo_weights(matrix)
        scores = SAW(pyrepo_vector)(matrix, weights, directions)
        return weights, scores, pyrepo_rank(scores)

    def pymcdm():
        weights, method = variation(matrix), WSM(pymcdm_vector)
        scores = method(matrix, weights, directions)
        return weights, scores, method.rank(scores)

    def scikit_criteria():
        result = pipe.evaluate(table)
        return None, result.e_.score, result.rank_

    return {
        "crispyn": crispyn,
        "pyrepo-mcda": pyrepo,
        "pymcdm (weights: one NumPy line)": pymcdm,
        "scikit-criteria (weights: one NumPy line)": scikit_criteria,
    }


def drawing_peer(figures, draws):
    """Return a function that gives the rank distribution by pysensmcda with the weighted sum of pymcdm."""
    method, types = WSM(), np.ones(figures.shape[1], dtype=int)
    return lambda: simulate(method, figures, types, weights=draws, store="accumulate")
