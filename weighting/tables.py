"""From a sealed dataset to the matrix that is weighed and scored."""

from weighting.core.used_table import Table, used_table
from weighting.models import Dataset
from weighting.trees import StudyTree

__all__ = ["Table", "read_table"]


def read_table(dataset: Dataset, tree: StudyTree, rules: dict) -> Table:
    """The matrix by the protocol's rules for missing cells, targets and outliers; raises `MatrixRefused`."""
    return used_table(list(dataset.units.all()), dataset.codes, tree.directions, rules)
