"""Why listed units moved: the change against an earlier ranking, split into data, weights, method and universe."""

from dataclasses import dataclass

import numpy as np

from ranking.backward import recomputed
from ranking.core.hybrid import CAUSES, RankingChange, RankingInputs, explain_ranking_change
from ranking.editions import PUBLISHED, Edition
from ranking.history import RECOMPUTED, compared
from ranking.models import Publication, Run
from ranking.runs import run_recipe, run_table
from weighting.core.refusal import MatrixRefused
from weighting.models import YearFigures
from weighting.trees import study_tree


@dataclass(frozen=True)
class Cause:
    """One cause with what it brought: points of the score, and places gained."""

    name: str
    points: float
    places: float


@dataclass(frozen=True)
class WhyMoved:
    """One unit's change against an earlier ranking; ``older`` and ``newer`` name the two."""

    older: str
    newer: str
    score_before: float
    score_after: float
    rank_before: int
    rank_after: int
    causes: tuple[Cause, ...]

    @property
    def points(self) -> float:
        """How much the score changed."""
        return self.score_after - self.score_before

    @property
    def places(self) -> int:
        """How many places were gained."""
        return self.rank_before - self.rank_after


@dataclass(frozen=True, eq=False)
class RankingPair:
    """Two rankings that can be compared down to their inputs."""

    older: str
    newer: str
    listed: int
    change: RankingChange

    def of(self, code: str) -> WhyMoved | None:
        """The change of one unit; None where one of the lists does not name it."""
        if code not in self.change.units:
            return None
        place, scores, ranks = self.change.units.index(code), self.change.scores, self.change.ranks
        if max(ranks.before[place], ranks.after[place]) > self.listed:
            return None
        causes = zip(CAUSES, scores.parts[:, place], ranks.parts[:, place], strict=True)
        return WhyMoved(
            older=self.older,
            newer=self.newer,
            score_before=float(scores.before[place]),
            score_after=float(scores.after[place]),
            rank_before=int(ranks.before[place]),
            rank_after=int(ranks.after[place]),
            causes=tuple(Cause(name, float(points), float(-rank)) for name, points, rank in causes),
        )


def ranking_pairs(edition: Edition) -> list[RankingPair]:
    """The list against that of the year before, and against an earlier revision that was worked out otherwise."""
    found = [_years(edition), _revisions(edition)]
    return [pair for pair in found if pair]


def _years(edition: Edition) -> RankingPair | None:
    comparison = compared(edition)
    if comparison is None:
        return None
    older, newer = _inputs(comparison.older), _inputs(comparison.newer)
    listed = min(comparison.older.listed, comparison.newer.listed)
    return _pair(str(comparison.older.year), str(comparison.newer.year), listed, older, newer)


def _revisions(edition: Edition) -> RankingPair | None:
    """The newest earlier revision of another run."""
    publication = edition.publication
    earlier = Publication.objects.seen().filter(study=edition.study, revision__lt=publication.revision)
    before = next(
        (
            each
            for each in earlier.order_by("-revision")
            if each.is_replaced and each.run_id != edition.run.pk
        ),
        None,
    )
    if before is None:
        return None
    listed = min(before.run.parameters["listed"], edition.listed)
    names = (f"r{before.revision}", f"r{publication.revision}")
    return _pair(*names, listed, run_inputs(before.run), run_inputs(edition.run))


def _pair(older: str, newer: str, listed: int, before, after) -> RankingPair | None:
    if before is None or after is None:
        return None
    try:
        return RankingPair(older, newer, listed, explain_ranking_change(before, after))
    except MatrixRefused:
        return None


def _inputs(edition: Edition) -> RankingInputs | None:
    """The inputs of a list; None where it was only brought in."""
    if edition.run:
        return run_inputs(edition.run)
    facts = edition.kept["facts"]
    if edition.kind == PUBLISHED:
        kept = {"study__slug": facts["study"], "revision": facts["revision"]}
        publication = Publication.objects.seen().filter(**kept).first()
        return run_inputs(publication.run) if publication else None
    return _year_inputs(edition, facts) if edition.kind == RECOMPUTED else None


def run_inputs(run: Run) -> RankingInputs:
    """What a run's scores follow from, as it kept them."""
    tree, targets = study_tree(run.study), run.weight_set.parameters.get("targets", {})
    effective = {row.indicator_id: row.effective for row in run.weight_set.weights.all()}
    units = run.scores.order_by("unit__position").values_list("unit__code", flat=True)
    return RankingInputs(
        units=tuple(units),
        matrix=run_table(run, "figures"),
        tree=tree.tree,
        directions=np.array([1 if leaf.code in targets else leaf.direction for leaf in tree.leaves]),
        weights=np.array([effective[leaf.pk] for leaf in tree.leaves]),
        recipe=run_recipe(run),
        tolerance=run.parameters["tie_tolerance"],
    )


def _year_inputs(edition: Edition, facts: dict) -> RankingInputs | None:
    """What a year that was worked out backwards follows from; None where its figures are not kept any more."""
    figures = YearFigures.objects.filter(sha256=facts["figures"]["sha256"]).first()
    run = Run.objects.filter(sha256=facts["run"], status=Run.Status.DONE).first()
    if figures is None or run is None:
        return None
    codes = [row["code"] for row in facts["indicators"]]
    found = recomputed(run, study_tree(run.study), figures, codes)
    return RankingInputs(
        units=tuple(unit.code for unit in found.table.units),
        matrix=found.results.composite.matrix,
        tree=found.reduced.tree,
        directions=found.table.directions,
        weights=found.results.weights.effective[found.reduced.tree.leaves],
        recipe=run_recipe(run),
        tolerance=run.parameters["tie_tolerance"],
    )
