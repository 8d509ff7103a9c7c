"""A study's tree and answers as arrays for the numeric rooms."""

from dataclasses import dataclass

import numpy as np

from survey.answers import group_shares
from survey.models import Indicator, Round, Study
from survey.questionnaire import questionnaire
from survey.self_assessment import asked_scope, group_authority
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
    """Each frozen answer as shares inside every group, shape (experts, nodes); an only child has share 1.

    NaN where the expert could not judge the group.
    """
    answers, place = round.frozen_answers(), {code: node for node, code in enumerate(tree.codes)}
    shares = np.ones((len(answers), len(tree.codes)))
    for group in questionnaire(round.study):
        nodes = [place[code] for code in group.codes]
        for expert, values in enumerate(answers):
            inside = group_shares(group, values, round.study.rules)
            shares[expert, nodes] = [inside[code] for code in group.codes] if inside else np.nan
    return shares


def expert_panel(round: Round, tree: Tree) -> ExpertPanel:
    """The frozen answers with the protocol's way to pool them."""
    rules = round.study.rules
    rule = PoolRule(rules["aggregation"], rules["trim"], rules["zero_share"])
    return ExpertPanel(expert_shares(round, tree), rule, expert_authority(round, tree)).ordered()


def expert_authority(round: Round, tree: Tree) -> np.ndarray | None:
    """Each expert's Cr in the group of every node, NaN where it is not known; None where nobody is asked for it."""
    answers, groups, rules = round.frozen_answers(), questionnaire(round.study), round.study.rules
    if asked_scope(rules) == "none":
        return None
    place = {code: node for node, code in enumerate(tree.codes)}
    authority = np.ones((len(answers), len(tree.codes)))
    for code, column in group_authority(groups, answers, rules).items():
        nodes = [place[item] for group in groups if group.code == code for item in group.codes]
        authority[:, nodes] = column[:, None]
    return authority
