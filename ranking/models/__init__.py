"""The records of the ranking room."""

from ranking.models.publications import Publication
from ranking.models.robustness import RobustnessPart, RobustnessStudy
from ranking.models.runs import Run, RunTable, Score

__all__ = ["Publication", "RobustnessPart", "RobustnessStudy", "Run", "RunTable", "Score"]
