"""Everything the frozen answers of a round say, worked out beside the round before it as one document.

A document holds figures of the panel alone, never of a row.
"""

from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np

from survey.core.agreement import TOP_BANDS, band_share, core_outcome, relative_iqr
from survey.core.attrition import drop_out_check, leavers_against_stayers
from survey.core.authority import authority_weighted_mean
from survey.core.conformity import Conformity, conformity, conformity_of_all
from survey.core.consensus import kendall_w
from survey.core.disclosure import STANDARD, Thresholds, subgroup_may_be_shown
from survey.core.rand_ucla import rand_disagreement
from survey.core.reasons import SUPPRESSED
from survey.core.repeatability import holm, mcnemar, weighted_kappa
from survey.core.response_rates import retention, round_flow
from survey.core.stability import item_stability
from survey.core.stopping import stop_advice
from survey.core.verdicts import answer_shape, concordance_level, item_state
from survey.core.weight_moves import weight_move
from survey.models import Feedback, Round
from survey.panel_answers import PanelAnswers, closed_answers
from survey.panel_rules import consensus_rule, part, stability_rule, stop_rule
from survey.pooling import pooled_both_ways
from survey.questionnaire import TOP, Group
from survey.reasons import Written, suggesting, written
from survey.round_levels import (
    centres_apart,
    group_spread,
    leaf_codes,
    lowest_level,
    majority,
    named_move,
    spread_of,
    zero_share,
)
from survey.self_assessment import answers_authority, asked_scope, group_authority

DRAWS = 9999
ITEMS_CHANGED = "items_changed"


@dataclass(frozen=True)
class RoundRecord:
    """A closed round's answers with what they are compared with, all of it read."""

    now: PanelAnswers
    before: PanelAnswers | None
    first: PanelAnswers | None
    texts: dict[str, Written]
    fed_back: dict[str, dict]  # the figures shown after the round before, by item
    suggesting: int  # experts who wrote something

    @cached_property
    def authority(self) -> dict[str, np.ndarray]:
        """Each answer's Cr in every group; empty where no self-assessment is asked for."""
        rules = self.now.round.study.rules
        if asked_scope(rules) == "none":
            return {}
        return group_authority([*self.now.groups], [*self.now.values.values()], rules)

    @cached_property
    def stayed(self) -> np.ndarray | None:
        """Whether each expert of the first round is still there."""
        return None if self.first is None else self.first.is_among(self.now)


def read_record(round: Round) -> RoundRecord:
    """Read a closed round and the ones that it is compared with."""
    earlier = Round.objects.filter(study=round.study_id, number__lt=round.number).select_related("study")
    rounds = list(earlier.order_by("number"))
    before = closed_answers(rounds[-1]) if rounds else None
    first = closed_answers(rounds[0]) if len(rounds) > 1 else before
    shown = Feedback.objects.filter(round__study=round.study_id, round__number=round.number - 1).first()
    return RoundRecord(
        now=closed_answers(round),
        before=before,
        first=first,
        texts=written(round),
        fed_back=shown.document()["items"] if shown else {},
        suggesting=suggesting(round),
    )


def round_document(record: RoundRecord) -> dict:
    """The statistics of one closed round beside the one before it."""
    now, before = record.now, record.before
    round = now.round
    groups = [_group(group, record) for group in now.groups]
    _adjust_for_many_tests(groups)
    items = [item for group in groups for item in group["items"].values()]
    flow = _flow(record)
    moves = [group["move"] for group in groups]
    return {
        "round": round.number,
        "answers": len(now.values),
        "conventions": {
            "quantile": "type7",
            "sd": "n-1",
            "bin": now.scale.bin_width,
            "permutation_draws": DRAWS,
            "zero_share": zero_share(now),
        },
        "flow": flow,
        "leaves": _concordance(now.leaf_shares()),
        "lowest": lowest_level(now, before),
        "apmo": majority(now, leaf_codes(now)),
        "authority": _authority(now),
        "groups": groups,
        "conformity": _conformity_of_all(items),
        "stop": asdict(
            stop_advice(
                [(item["converged"], item["stability"] and item["stability"]["stable"]) for item in items],
                round_number=round.number,
                rule=stop_rule(round.study.rules),
                retained=flow["returned_from_before"],
                earlier=len(before.values) if before else None,
                weights_stable=all(move and move["stable"] for move in moves) if before else None,
            )
        ),
    }


def _authority(answers: PanelAnswers) -> dict | None:
    """The panel's Ca, Cs and Cr, and how many stand below the bound; None where nobody was asked."""
    found = answers_authority([*answers.groups], [*answers.values.values()], answers.round.study.rules)
    return None if found is None else asdict(found) | {"flagged": len(found.flagged)}


def _group(group: Group, record: RoundRecord) -> dict:
    now, before = record.now, record.before
    earlier = _same_group(group, before)
    comparable = before is not None and (now.scale.is_rating or (earlier and earlier.codes == group.codes))
    spread = group_spread(group, now)
    return {
        "code": group.code,
        "concordance": _concordance(now.matrix(group)),
        "spread": spread_of(spread),
        "apmo": majority(now, group.codes),
        "not_judged": len(now.values) - len(now.judged_shares(group)),
        "weights": _pooled(group, now),
        "pools": _pools(group, now, spread.centre) | {"protocol": _protocol_pools(group, record)},
        "move": _move(group, earlier, now, before),
        "items": {
            code: _item(code, record, before if comparable else None)
            | {"authority_mean": _authority_mean(group, code, record)}
            for code in group.codes
        },
    }


def _same_group(group: Group, answers: PanelAnswers | None) -> Group | None:
    """The group as it was asked in the other round, or None."""
    return next((other for other in (answers.groups if answers else ()) if other.code == group.code), None)


def _pooled(group: Group, answers: PanelAnswers) -> dict[str, float | None]:
    """The mean share of each item; None where nobody answered the group."""
    shares = answers.judged_shares(group)
    means = shares.mean(axis=0).tolist() if len(shares) else [None] * len(group.codes)
    return dict(zip(group.codes, means, strict=True))


def _pools(group: Group, answers: PanelAnswers, centre: tuple | None) -> dict:
    """The closed geometric mean beside the mean, and the largest difference in percentage points with its item."""
    means = _pooled(group, answers)
    if centre is None or None in means.values():
        return {"geometric": None, "largest": None, "largest_item": None}
    geometric = dict(zip(group.codes, centre, strict=True))
    apart = {code: 100 * abs(geometric[code] - means[code]) for code in group.codes}
    largest = max(apart, key=apart.get)
    return {"geometric": geometric, "largest": apart[largest], "largest_item": largest}


def _protocol_pools(group: Group, record: RoundRecord) -> dict | None:
    """The group pooled as the protocol says and in the other way; nothing where so few have a Cr that it would tell."""
    now, authority = record.now, record.authority.get(group.code)
    shares = now.shares(group)
    pools = pooled_both_ways(group.codes, shares, authority, now.round.study.rules)
    judged = ~np.isnan(shares).any(axis=1)
    known = judged if authority is None else judged & ~np.isnan(authority)
    few, given = int(known.sum()), int(judged.sum())
    weighs = pools is not None and "authority" in pools["rule"]
    if not weighs or few == given or _is_large_enough(few, given, now):
        return pools
    return dict.fromkeys(pools) | {"rule": pools["rule"], "refused": SUPPRESSED}


def _move(group: Group, earlier: Group | None, now: PanelAnswers, before: PanelAnswers | None) -> dict | None:
    """How far the group's weights moved, over the items of both rounds."""
    if earlier is None:
        return None
    old, new = _pooled(earlier, before), _pooled(group, now)
    if None in old.values() or None in new.values():
        return None
    stated = part(now.round.study.rules, "stability")
    bound = stated["largest_first_level_move" if group.code == TOP else "largest_move"]
    moved = weight_move([old.get(code, np.nan) for code in group.codes], [*new.values()], stable_below=bound)
    return named_move(moved, group.codes) | {"centres": centres_apart(group, earlier, now, before)}


def _authority_mean(group: Group, code: str, record: RoundRecord) -> float | None:
    """The item's mean with each expert counted by Cr; None where so few have a Cr that it would tell their answers."""
    if group.code not in record.authority:
        return None
    now, answers = record.now, record.now.columns[code]
    found = authority_weighted_mean(answers, record.authority[group.code])
    given = int(np.count_nonzero(~np.isnan(answers)))
    shown = found.m_used == given or _is_large_enough(found.m_used, given, now)
    return found.value if shown else None


def _concordance(matrix: np.ndarray) -> dict:
    found = kendall_w(matrix, draws=DRAWS)
    return asdict(found) | {"level": concordance_level(found.w)}


def _item(code: str, record: RoundRecord, comparable: PanelAnswers | None) -> dict:
    """One item's figures; ``comparable`` is the round before where its answers mean the same."""
    now, rules = record.now, record.now.round.study.rules
    scale, bounds, counts = (
        now.scale,
        consensus_rule(rules, full_mark=now.scale.banded),
        record.texts.get(code),
    )
    after = now.columns[code]
    earlier = comparable.aligned(code, now) if comparable else np.full(after.size, np.nan)
    check = drop_out_check(earlier, after, bounds, full_mark=scale.full_mark)
    shape = answer_shape(after, rule=bounds, bin_width=scale.bin_width, statistics=check.everyone)
    has_history = bool(comparable and code in comparable.codes)
    stability = has_history and item_stability(
        earlier,
        after,
        bin_width=scale.bin_width,
        rule=stability_rule(rules),
        statistics=check.returners,
    )
    counts = counts or Written()
    converged = check.converged_everyone
    return {
        "statistics": fields_of(check.everyone),
        "relative_iqr": relative_iqr(check.everyone).value,
        "agreement": _agreement(after, scale, bounds.band_percent),
        "agreement_change": _agreement_change(earlier, after, scale) if has_history else None,
        "core_outcome": core_outcome(after).verdict if (scale.low, scale.full_mark) == (1, 9) else None,
        "rand": asdict(rand_disagreement(after, low=scale.low, high=scale.high)) if scale.is_rating else None,
        "shape": shape.kind,
        "two_camps": shape.two_camps,
        "converged": converged,
        "state": item_state(converged, stability.stable if has_history else None),
        "stability": fields_of(stability) if has_history else None,
        "no_history": None if has_history or record.before is None else ITEMS_CHANGED,
        "kappa": weighted_kappa(earlier, after).value if has_history else None,
        "returners": _returners(check, now) if has_history else None,
        "written": asdict(counts),
        "leavers": _leavers(code, record) if record.first and code in record.first.codes else None,
        "conformity": _conformity(code, record, earlier, counts.reasons) if has_history else None,
    }


def fields_of(found) -> dict:
    """The fields of a flat dataclass by name."""
    return dict(vars(found))


def _agreement(values: np.ndarray, scale, percent: int) -> dict | None:
    """The share in the top band of a rating scale, against the percent that counts as agreement."""
    if scale.banded is None:
        return None
    low, high = TOP_BANDS[scale.banded]
    return asdict(band_share(values, low=low, high=high, threshold=percent))


def _agreement_change(before: np.ndarray, after: np.ndarray, scale) -> dict | None:
    """McNemar's exact test of who came into the top band and who left it."""
    if scale.banded is None:
        return None
    low, high = TOP_BANDS[scale.banded]
    sides = [np.where(np.isnan(x), np.nan, (x >= low) & (x <= high)) for x in (before, after)]
    return asdict(mcnemar(*sides))


def _returners(check, now: PanelAnswers) -> dict:
    """The figures of those who answered the round before as well.

    Where only a few came new, the difference to the figures of all would tell what these few answered: then the
    verdict alone is given.
    """
    everyone, returners = check.everyone.n, check.returners.n
    shown = everyone == returners or _is_large_enough(returners, everyone, now)
    return {
        "n": returners,
        "statistics": fields_of(check.returners) if shown else None,
        "converged": check.converged_returners,
        "may_be_drop_out": check.may_be_drop_out,
        "reason": None if shown else SUPPRESSED,
    }


def _is_large_enough(size: int, total: int, answers: PanelAnswers) -> bool:
    """Whether a part of the panel and the rest of it are both large enough to be told apart."""
    study = answers.round.study
    thresholds = Thresholds(**study.rules["disclosure"]) if study.rules["disclosure"] else STANDARD
    return (
        study.is_rehearsal or study.is_imported or subgroup_may_be_shown(size, total, thresholds=thresholds)
    )


def _leavers(code: str, record: RoundRecord) -> dict:
    """The first answers of those who are not here any more against those who are."""
    found = fields_of(leavers_against_stayers(record.first.columns[code], record.stayed))
    if _is_large_enough(found["n_leavers"], found["n_leavers"] + found["n_stayers"], record.first):
        return found
    counts = {"n_leavers": found["n_leavers"], "n_stayers": found["n_stayers"]}
    return dict.fromkeys(found) | counts | {"reason": SUPPRESSED}


def _conformity(code: str, record: RoundRecord, earlier: np.ndarray, reasons: int) -> dict | None:
    """Moves toward the median that was fed back.

    Reasons are kept apart from answers, so at most as many moves can have come with a reason as reasons were written:
    the share without one is a lower bound.
    """
    median = record.fed_back.get(code, {}).get("median")
    if median is None:
        return None
    after = record.now.columns[code]
    toward = np.flatnonzero(np.abs(after - median) < np.abs(earlier - median))
    reasoned = np.zeros(after.size, dtype=bool)
    reasoned[toward[:reasons]] = True
    return fields_of(conformity(earlier, after, median, reasoned=reasoned))


def _conformity_of_all(items: list[dict]) -> dict | None:
    found = [Conformity(**item["conformity"]) for item in items if item["conformity"]]
    return asdict(conformity_of_all(found)) if found else None


def _adjust_for_many_tests(groups: list[dict]) -> None:
    """Holm's adjustment of the signed rank tests of one round, beside each p."""
    tested = [item["stability"] for group in groups for item in group["items"].values() if item["stability"]]
    adjusted = holm([stability["wilcoxon_p"] for stability in tested])
    for stability, p in zip(tested, adjusted, strict=True):
        stability["wilcoxon_p_holm"] = p


def _flow(record: RoundRecord) -> dict:
    """How many were asked, answered, wrote something and stayed."""
    now, before, first = record.now, record.before, record.first
    returned = len(now.values)
    flow = round_flow(
        sent=max(now.round.invited, returned),
        returned=returned,
        valid=returned,
        suggesting=min(record.suggesting, returned),
    )

    def still_in(past: PanelAnswers | None) -> int | None:
        return len(now.values.keys() & past.values.keys()) if past else None

    back, stayed = still_in(before), still_in(first)
    asked_back = part(now.round.study.rules, "stopping")["retention_percent"]
    return asdict(flow) | {
        "returned_from_before": back,
        "retention": asdict(retention(back, len(before.values), at_least=asked_back)) if before else None,
        "returned_from_first": stayed,
        "retention_first": asdict(retention(stayed, len(first.values), at_least=asked_back))
        if first
        else None,
    }
