"""What the frozen answers say: statistics of a closed round, for those the disclosure rules let see them."""

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from survey.core.consensus import Concordance, ItemStatistics, item_statistics, kendall_w
from survey.core.stability import ItemStability, StabilityRule, item_stability
from survey.models import Indicator, Response, Round
from survey.panel_rules import stability_rule
from survey.questionnaire import Group, effective_shares, questionnaire

BIN = 5  # points: bin width of the histogram change


@dataclass(frozen=True)
class ItemResult:
    """One indicator in one round."""

    indicator: Indicator
    statistics: ItemStatistics
    stability: ItemStability | None


@dataclass(frozen=True)
class GroupResult:
    """One group of siblings in one round."""

    group: Group
    concordance: Concordance
    items: tuple[ItemResult, ...]

    @property
    def agreement(self) -> str:
        """The group's Kendall's W in words."""
        return agreement_words(self.concordance)


@dataclass(frozen=True)
class RoundResult:
    """One closed round: its groups, and the concordance over all leaves of the tree."""

    round: Round
    groups: tuple[GroupResult, ...]
    overall: Concordance

    @property
    def agreement(self) -> str:
        """Kendall's W over all leaves in words."""
        return agreement_words(self.overall)

    @property
    def items(self) -> int:
        """How many indicators were weighed."""
        return sum(len(group.items) for group in self.groups)

    @property
    def stable(self) -> int | None:
        """How many of them are stable; None in the first round."""
        found = [item.stability for group in self.groups for item in group.items if item.stability]
        return sum(bool(stability.stable) for stability in found) if found else None


def agreement_words(concordance: Concordance) -> str:
    """Kendall's W in words, after the table of Schmidt 1997 (*Decision Sciences* 28(3), table 2)."""
    w = concordance.w
    if w is None:
        return _("cannot be worked out")
    if w >= 0.9:
        return _("unusually strong agreement")
    if w >= 0.7:
        return _("strong agreement")
    if w >= 0.5:
        return _("moderate agreement")
    return _("weak agreement") if w >= 0.3 else _("very weak agreement")


def round_results(round: Round) -> list[GroupResult]:
    """Statistics of a closed round group by group; stability is None in the first round."""
    now = _values_by_pseudonym(round)
    earlier = Round.objects.filter(study=round.study_id, number=round.number - 1).first()
    before = _values_by_pseudonym(earlier) if earlier else {}
    rule = stability_rule(round.study.rules)
    return [_group_result(group, now, before, rule) for group in questionnaire(round.study)]


def _group_result(group: Group, now: dict, before: dict, rule: StabilityRule) -> GroupResult:
    ratings = np.array([[values[code] for code in group.codes] for values in now.values()], dtype=float)
    ratings = ratings.reshape(len(now), len(group.codes))
    both = sorted(now.keys() & before.keys())
    items = tuple(
        ItemResult(
            indicator=item,
            statistics=item_statistics(ratings[:, column]),
            stability=_stability(item.code, both, now, before, rule) if before else None,
        )
        for column, item in enumerate(group.items)
    )
    return GroupResult(group=group, concordance=kendall_w(ratings, draws=0), items=items)


def _stability(code: str, both: list[str], now: dict, before: dict, rule: StabilityRule) -> ItemStability:
    return item_stability(
        [before[key][code] for key in both], [now[key][code] for key in both], bin_width=BIN, rule=rule
    )


def _values_by_pseudonym(round: Round) -> dict[str, dict]:
    rows = Response.objects.filter(round=round, values__isnull=False).order_by("pseudonym")
    return dict(rows.values_list("pseudonym", "values"))


def all_items_concordance(round: Round) -> Concordance:
    """Kendall's W over all asked nodes without asked children, each with the share of the whole it was given."""
    groups = questionnaire(round.study)
    rows = [_final_shares(groups, values, round) for values in _values_by_pseudonym(round).values()]
    return kendall_w(np.array(rows).reshape(len(rows), -1 if rows else 0), draws=0)


def _final_shares(groups: list[Group], values: dict, round: Round) -> list[float]:
    """Shares of the whole; rounded where only noise is left, so that 0.2 × 0.3 ties with 0.3 × 0.2."""
    shares = effective_shares(groups, values, total=round.study.rules["total"])
    inner = {ancestor for group in groups for ancestor in _ancestors(group)}
    return [round_noise(share) for code, share in shares.items() if code not in inner]


def _ancestors(group: Group) -> list[str]:
    """The codes of the group's parent and of everything above it."""
    codes, node = [], group.parent
    while node is not None:
        codes.append(node.code)
        node = node.parent
    return codes


def round_noise(share: float) -> float:
    """The share to twelve decimals."""
    return float(np.round(share, 12))


def result_page(round: Round) -> RoundResult:
    """Everything a page shows about one closed round."""
    return RoundResult(round, tuple(round_results(round)), all_items_concordance(round))


def may_show_results(round: Round) -> bool:
    """Exact statistics are shown once a round is adopted and enough experts answered; a rehearsal hides nothing."""
    study = round.study
    enough = round.answers >= study.rules["disclosure"]["distribution"]
    return round.is_closed and (study.is_rehearsal or (study.adopted_round_id is not None and enough))
