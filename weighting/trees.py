"""A study's tree and answers as arrays for the numeric rooms."""

from dataclasses import dataclass

import numpy as np

from survey.models import Indicator, Round, Study
from weighting.core.expert import points_to_weights
from weighting.core.hierarchy import Tree
from weighting.core.panel import ExpertPanel, PoolRule


@dataclass(frozen=True)
class StudyTree:
    """The tree in node order, with the records behind the nodes."""

    tree: Tree
    indicators: tuple[Indicator, ...]

    @property
    def leaves(self) -> list[Indicator]:
        """The indicators that carry figures, in the order of ``tree.leaves``."""
        return [self.indicators[node] for node in self.tree.leaves]

    @property
    def directions(self) -> np.ndarray:
        """+1 or -1 for each leaf."""
        return np.array([indicator.direction for indicator in self.leaves])


def study_tree(study: Study) -> StudyTree:
    """The study's tree, nodes in order of position."""
    indicators = tuple(study.indicators.all())
    place = {indicator.pk: index for index, indicator in enumerate(indicators)}
    parents = tuple(place.get(indicator.parent_id, -1) for indicator in indicators)
    return StudyTree(Tree(tuple(indicator.code for indicator in indicators), parents), indicators)


def expert_shares(round: Round, tree: Tree) -> np.ndarray:
    """Each frozen answer as shares inside every group, shape (experts, nodes); an only child has share 1."""
    answers = round.frozen_answers()
    shares = np.ones((len(answers), len(tree.codes)))
    for group in tree.groups:
        if len(group) > 1:
            points = [[answer[tree.codes[node]] for node in group] for answer in answers]
            shares[:, group] = points_to_weights(points)
    return shares


def expert_panel(round: Round, tree: Tree) -> ExpertPanel:
    """The frozen answers with the protocol's way to pool them."""
    rules = round.study.rules
    return ExpertPanel(
        expert_shares(round, tree), PoolRule(rules["aggregation"], rules["trim"], rules["zero_share"])
    )
