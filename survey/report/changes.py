"""The report's tables of what changed between rounds: stability, drop-outs, the rule for stopping."""

from django.utils.translation import gettext as _

from survey.models import Round
from survey.report.table import COUNT, FIGURE, SHARE, TEXT, P, Table, items_of, yes_or_no


def stability_table(round: Round, document: dict, names: dict) -> Table:
    rows = []
    for _group, code, item in items_of(document):
        each = item["stability"]
        if each is None:
            continue
        returners = item["returners"] or {}
        rows.append(
            (
                names.get(code, code),
                each["n_pairs"],
                each["scheibe"],
                each["unchanged"],
                each["wilcoxon_p"],
                each["wilcoxon_p_holm"],
                each.get("pratt_p"),
                each["rank_biserial"],
                item["kappa"],
                each["variation_change"],
                yes_or_no(each["stable"]),
                yes_or_no(returners.get("may_be_drop_out")),
                (item.get("agreement_change") or {}).get("p"),
            )
        )
    return Table(
        f"stability-{round.number}",
        _("Stability from the round before, round %(number)d") % {"number": round.number},
        (
            (_("Item"), TEXT),
            (_("Experts in both rounds"), COUNT),
            (_("Scheibe change, %"), FIGURE),
            (_("Unchanged answers"), SHARE),
            (_("Wilcoxon p"), P),
            (_("p, Holm"), P),
            (_("p, Pratt"), P),
            (_("Effect"), FIGURE),
            (_("Weighted kappa"), FIGURE),
            (_("Change of V"), FIGURE),
            (_("Stable"), TEXT),
            (_("May be due to drop-out"), TEXT),
            (_("McNemar p, agreement"), P),
        ),
        tuple(rows),
        _(
            "Only experts who answered both rounds. Wilcoxon's signed rank test is exact with ties for small panels; "
            "Pratt ranks unchanged answers as well. Effect: rank-biserial correlation."
        ),
    )


def conformity_table(found, names: dict) -> Table:
    """Where the changed answers went after the feedback, round by round, all items first and then each."""
    rows = []
    for round, document in found:
        if document["conformity"]:
            rows.append(_moves(round, _("All items"), document["conformity"]))
            rows += [
                _moves(round, names.get(code, code), item["conformity"])
                for _group, code, item in items_of(document)
                if item["conformity"]
            ]
    return Table(
        "conformity",
        _("Conformity: moves toward the median that was fed back, with and without a reason"),
        (
            (_("Round"), COUNT),
            (_("Item"), TEXT),
            (_("Answers of both rounds"), COUNT),
            (_("Answers changed"), COUNT),
            (_("Toward the median with a reason, at most"), COUNT),
            (_("Toward the median without a reason, at least"), COUNT),
            (_("Away from the median"), COUNT),
            (_("Without a reason among the changed, at least"), SHARE),
            (_("May be conformity"), TEXT),
        ),
        tuple(rows),
        _(
            "Reasons are stored apart from answers, so at most as many moves count as reasoned as reasons were "
            "written. Above 60 % without a reason the panel may have conformed rather than been convinced."
        ),
    )


def _moves(round: Round, label: str, moves: dict) -> tuple:
    counts = ("n_pairs", "changed", "toward_with_reason", "toward_without_reason", "away")
    return round.number, label, *(moves[name] for name in counts), moves["share"], yes_or_no(moves["note"])


def drop_out_table(round: Round, document: dict, names: dict) -> Table | None:
    """Everybody beside those of both rounds, and who left beside who stayed; None where all of them came back."""
    rows = []
    for _group, code, item in items_of(document):
        back, left = item["returners"], item["leavers"]
        if back is None or left is None:
            continue
        both = back["statistics"] or {}
        rows.append(
            (
                names.get(code, code),
                item["statistics"]["n"],
                item["statistics"]["mean"],
                back["n"],
                both.get("mean"),
                left["n_leavers"],
                left["median_leavers"],
                left["median_stayers"],
                left["p"],
                left["effect"],
            )
        )
    if all(row[1] == row[3] and not row[5] for row in rows):
        return None
    return Table(
        f"drop-outs-{round.number}",
        _("Drop-outs told apart, round %(number)d") % {"number": round.number},
        (
            (_("Item"), TEXT),
            (_("All, n"), COUNT),
            (_("All, mean"), FIGURE),
            (_("Both rounds, n"), COUNT),
            (_("Both rounds, mean"), FIGURE),
            (_("Left since round 1, n"), COUNT),
            (_("Their median in round 1"), FIGURE),
            (_("Median of those who stayed"), FIGURE),
            (_("Mann-Whitney p"), P),
            (_("Effect"), FIGURE),
        ),
        tuple(rows),
        _(
            "Figures of a part of the panel are left out where they would tell what a few answered. Descriptive only."
        ),
    )


def stop_table(found) -> Table:
    rows = []
    for round, document in found:
        advice = document["stop"]
        counts = [advice[name] for name in ("items", "converged", "stable_disagreement", "moving")]
        rows.append((round.number, yes_or_no(advice["allowed"]), *counts, advice["stable_share"]))
    return Table(
        "stop",
        _("The rule for stopping, as fixed before round 1"),
        (
            (_("Round"), COUNT),
            (_("Stopping advised"), TEXT),
            (_("Items"), COUNT),
            (_("Converged"), COUNT),
            (_("Stable disagreement"), COUNT),
            (_("Moving"), COUNT),
            (_("Stable share"), SHARE),
        ),
        tuple(rows),
        _("The rule only advises; the coordinator decides and gives a reason."),
    )
