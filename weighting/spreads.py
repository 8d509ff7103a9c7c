"""The spread of sealed figures, given to the panel by a person's act."""

from datetime import datetime

import numpy as np
from django.utils.translation import gettext_lazy as _

from survey.models import DataSpread
from survey.refusal import Refusal
from survey.spreads import MARKS, give_spread
from weighting.models import Dataset


class NotSealed(Refusal):
    """Figures that may still change are shown to nobody."""

    code = "not_sealed"
    message = _("Seal this version first: the panel is shown figures that stand.")


def dataset_spread(dataset: Dataset) -> dict[str, dict]:
    """Count, gaps and five marks of every column that holds a figure; quartiles of type 7."""
    rows = [unit.values for unit in dataset.units.all()]
    matrix = np.array(rows, dtype=float).reshape(len(rows), len(dataset.codes))
    found = {}
    for code, column in zip(dataset.codes, matrix.T, strict=True):
        there = column[~np.isnan(column)]
        if there.size:
            marks = np.percentile(there, [0, 25, 50, 75, 100]).tolist()
            found[code] = {"n": there.size, "missing": column.size - there.size} | dict(
                zip(MARKS, sorted(marks), strict=True)
            )
    return found


def show_spread(dataset: Dataset, *, by: str, at: datetime) -> DataSpread:
    """Put the spread of a sealed version on the cards of the indicators."""
    if not dataset.is_sealed:
        raise NotSealed
    source = f"v{dataset.version} {dataset.sha256}"
    return give_spread(dataset.study, dataset_spread(dataset), source=source, by=by, at=at)
