"""What a round says of a whole level or group: majorities (APMO), spread and moves of the weights of all leaves."""

from dataclasses import asdict

import numpy as np

from survey.core.agreement import majority_opinions, opinions_of
from survey.core.compositions import CompositionSpread, composition_spread, without_zeros
from survey.core.weight_moves import WeightMove, aitchison_distance, weight_move
from survey.panel_answers import PanelAnswers, along_paths
from survey.panel_rules import part, rule
from survey.questionnaire import TOP, Group


def zero_share(answers: PanelAnswers) -> float:
    """The share that stands for a zero where logarithms are taken, by the protocol; 0 where none does."""
    return rule(answers.round.study.rules, "zero_share")


def replacement(answers: PanelAnswers, shares: np.ndarray) -> float | None:
    """That share; None where there is none, or where an expert gave so many zeros that it would use up all weight."""
    share = zero_share(answers)
    most = int((shares == 0).sum(axis=1).max(initial=0))
    return share if share and most * share < 1 else None


def group_spread(group: Group, answers: PanelAnswers) -> CompositionSpread:
    """How far the experts' weights of a group lie apart."""
    shares = answers.judged_shares(group)
    return composition_spread(shares, zero_replacement=replacement(answers, shares))


def leaf_codes(answers: PanelAnswers) -> tuple[str, ...]:
    """The asked items without asked children, in the order of the tree."""
    return tuple(along_paths(answers.groups, lambda group: np.ones((1, len(group.codes)))))


def majority(answers: PanelAnswers, codes: tuple[str, ...]) -> dict | None:
    """The APMO cut-off over the items with each one's two camps; None where the scale has no band of agreement."""
    scale = answers.scale
    if scale.banded is None:
        return None
    votes = opinions_of(
        np.column_stack([answers.columns[code] for code in codes]), full_mark=int(scale.banded)
    )
    found = majority_opinions(votes)
    camps = zip(codes, (votes == 1).sum(axis=0).tolist(), (votes == 0).sum(axis=0).tolist(), strict=True)
    return asdict(found) | {
        "below": [codes[place] for place in found.below],
        "camps": {code: {"agree": agree, "disagree": against} for code, agree, against in camps},
    }


def lowest_level(now: PanelAnswers, before: PanelAnswers | None) -> dict:
    """Spread and move of the weights of all leaves, each with the product of the shares along its path."""

    leaves, spread = _leaf_spread(now)
    if before is None:
        return {"spread": spread_of(spread), "move": None}
    earlier, old = _leaf_spread(before)
    centres = (
        dict(zip(leaves, spread.centre or (), strict=False)),
        dict(zip(earlier, old.centre or (), strict=False)),
    )
    return {
        "spread": spread_of(spread),
        "move": _move_of_all(now, before) | {"centres": _apart(leaves, *centres)},
    }


def _leaf_spread(answers: PanelAnswers) -> tuple[list[str], CompositionSpread]:
    """The codes of all leaves, and how far the experts' weights of them lie apart."""

    def positive(group: Group) -> np.ndarray:
        shares = answers.shares(group)
        share = replacement(answers, shares)
        return shares if share is None else without_zeros(shares, share)

    found = along_paths(answers.groups, positive)
    return [*found], composition_spread(np.column_stack([*found.values()]))


def _move_of_all(now: PanelAnswers, before: PanelAnswers) -> dict:
    """How far the mean weights of all leaves moved, over the leaves of both rounds."""
    new, old = (along_paths(each.groups, each.mean_shares) for each in (now, before))
    pairs = [(float(old[code][0]) if code in old else np.nan, float(new[code][0])) for code in new]
    flat = len(now.groups) == 1 and now.groups[0].code == TOP
    bound = part(now.round.study.rules, "stability")["largest_first_level_move" if flat else "largest_move"]
    return named_move(weight_move(*zip(*pairs, strict=True), stable_below=bound), [*new])


def named_move(moved: WeightMove, codes) -> dict:
    """A move with its items by code."""
    return asdict(moved) | {
        "items": [codes[place] for place in moved.items],
        "largest_item": None if moved.largest_item is None else codes[moved.largest_item],
    }


def centres_apart(group: Group, earlier: Group, now: PanelAnswers, before: PanelAnswers) -> float | None:
    """The Aitchison distance of the group's centres in two rounds, over the items of both."""
    centres = []
    for each, answers in ((group, now), (earlier, before)):
        centres.append(dict(zip(each.codes, group_spread(each, answers).centre or (), strict=False)))
    return _apart(group.codes, *centres)


def _apart(codes, now: dict[str, float], before: dict[str, float]) -> float | None:
    common = [code for code in codes if code in now and code in before]
    return aitchison_distance(*([centre[code] for code in common] for centre in (now, before))).value


def spread_of(found: CompositionSpread) -> dict:
    """The figures of the panel alone: how far the experts' weights lie apart, and how many experts lie far off."""
    return {
        "m_used": found.m_used,
        "with_zero": found.with_zero,
        "metric_variance": found.metric_variance,
        "metric_sd": found.metric_sd,
        "outlying": found.outlying.count(True),
        "reason": found.reason,
    }
