"""The records of the ranking room."""

from ranking.models.editions import EditionText, KeyFigure, PastEdition, PastRank, Supplement
from ranking.models.files import Proof, PublicationFile
from ranking.models.publications import Publication
from ranking.models.recomputations import Recomputation
from ranking.models.robustness import RobustnessPart, RobustnessStudy
from ranking.models.runs import Run, RunTable, Score

__all__ = [
    "EditionText",
    "KeyFigure",
    "PastEdition",
    "PastRank",
    "Proof",
    "Publication",
    "PublicationFile",
    "Recomputation",
    "RobustnessPart",
    "RobustnessStudy",
    "Run",
    "RunTable",
    "Score",
    "Supplement",
]
