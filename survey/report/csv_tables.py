"""Every statistic that may be shown as CSV, unrounded: a line for each item, or for each group, of each round."""

from survey.formulas import csv_text
from survey.models import Indicator, Round, Study
from survey.pooling import kept_pools
from survey.result_pages import CHANGES, shown_rounds
from survey.results import round_statistics

FIGURES = ("n", "mean", "sd", "variation", "median", "q1", "q3", "iqr", "mad", "full_mark_rate")
MOVES = ("changed", "toward_with_reason", "toward_without_reason", "away")
RAND = ("p30", "p70", "ipr", "ipras", "disagreement", "adapted")
BACK = ("mean", "sd", "median", "iqr")
LEFT = ("n_leavers", "n_stayers", "median_leavers", "median_stayers", "p", "effect")
W = ("w", "w_uncorrected", "chi2", "df", "p", "p_permutation", "mean_spearman", "level", "m_used", "m_total")
SPREAD = ("m_used", "with_zero", "metric_variance", "metric_sd", "outlying")
MOVE = ("largest", "largest_item", "aitchison", "centres", "spearman", "stable")
APMO = ("cut_off", "majority", "opinions")


def statistics_table(study: Study) -> str:
    """Every item of every round that may be shown."""
    names = {indicator.code: indicator for indicator in Indicator.ever.filter(study=study)}
    lines = [_item_head()]
    for round in shown_rounds(study):
        document = round_statistics(round)
        below = (document.get("apmo") or {}).get("below")
        lines += [
            [*_item(round, group, code, names.get(code), item), below and code in below]
            for group in document["groups"]
            for code, item in group["items"].items()
        ]
    return csv_text(lines)


def _item_head() -> list[str]:
    head = ["round", "group", "code", "name", "name_en", "state", "shape", "two_camps", "converged"]
    tail = ["kappa", *MOVES, "returners", "may_be_drop_out", "agreement", "rand_index", "rand_level"]
    tail += ["weight_mean", "weight_geometric", "authority_mean", "mcnemar_p", "core_outcome"]
    tail += ["pool_rule", "weight_pooled", "pool_other", "weight_other", "pools_largest_difference"]
    tail += ["pools_missing", "relative_iqr", "pratt_p", "agreed", *(f"rand_{name}" for name in RAND)]
    tail += ["agreement_gave_up", "agreement_came_round", "conformity_share"]
    tail += ["returners_converged", *(f"returners_{name}" for name in BACK)]
    tail += [f"leavers_{name}" for name in LEFT]
    return [*head, *FIGURES, *CHANGES, *tail, "apmo_agree", "apmo_disagree", "apmo_below"]


def _item(round: Round, group: dict, code: str, indicator: Indicator | None, item: dict) -> list:
    back, agreed, rand = item["returners"] or {}, item["agreement"] or {}, item["rand"] or {}
    change, moves = item.get("agreement_change") or {}, item["conformity"] or {}
    stability, left = item["stability"] or {}, item["leavers"] or {}
    camps = (group.get("apmo") or {}).get("camps", {}).get(code, {})
    return [
        *[round.number, group["code"], code],
        *([indicator.name, indicator.name_en] if indicator else ["", ""]),
        *[item[name] for name in ("state", "shape", "two_camps", "converged")],
        *[item["statistics"][name] for name in FIGURES],
        *[stability.get(name) for name in CHANGES],
        item["kappa"],
        *[moves.get(name) for name in MOVES],
        *[back.get("n"), back.get("may_be_drop_out"), agreed.get("share")],
        *[rand.get(name) for name in ("index", "level")],
        *[group["weights"][code], (group.get("pools", {}).get("geometric") or {}).get(code)],
        *[item.get("authority_mean"), change.get("p"), item.get("core_outcome")],
        *_pooled(group, code),
        *[item.get("relative_iqr"), stability.get("pratt_p"), agreed.get("agreed")],
        *[rand.get(name) for name in RAND],
        *[change.get("gave_up"), change.get("came_round"), moves.get("share")],
        back.get("converged"),
        *[(back.get("statistics") or {}).get(name) for name in BACK],
        *[left.get(name) for name in LEFT],
        *[camps.get("agree"), camps.get("disagree")],
    ]


def _pooled(group: dict, code: str) -> list:
    """The item's weight in the protocol's way and the other, the group's largest difference, and why one is missing."""
    pools = kept_pools(group)
    weights, others = pools["weights"] or {}, pools["others"] or {}
    found = [pools["rule"], weights.get(code), pools["other"], others.get(code), pools["largest"]]
    return [*found, pools.get("refused")]


def groups_table(study: Study) -> str:
    """Every group of every round that may be shown, and the lowest level under an empty code."""
    head = ["round", "group", *W, *(f"spread_{name}" for name in SPREAD), *(f"move_{name}" for name in MOVE)]
    lines = [[*head, *(f"apmo_{name}" for name in APMO), "pools_largest_difference", "not_judged"]]
    for round in shown_rounds(study):
        document = round_statistics(round)
        lowest = document.get("lowest") or {}
        whole = {"code": "", "concordance": document["leaves"], "apmo": document.get("apmo"), **lowest}
        lines += [_group(round, group) for group in (whole, *document["groups"])]
    return csv_text(lines)


def _group(round: Round, group: dict) -> list:
    spread, move, apmo = (group.get(name) or {} for name in ("spread", "move", "apmo"))
    apart = kept_pools(group)["largest"] if "weights" in group else None
    return [
        *[round.number, group["code"]],
        *[group["concordance"][name] for name in W],
        *[spread.get(name) for name in SPREAD],
        *[move.get(name) for name in MOVE],
        *[apmo.get(name) for name in APMO],
        *[apart, group.get("not_judged")],
    ]
