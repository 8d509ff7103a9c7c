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
            (_("Weighted kappa"), FIGURE),
            (_("Change of V"), FIGURE),
            (_("Stable"), TEXT),
            (_("May be due to drop-out"), TEXT),
            (_("McNemar p, agreement"), P),
        ),
        tuple(rows),
        _(
            "Only experts who answered both rounds. Wilcoxon's signed rank test is exact with ties for small panels."
        ),
    )


def drop_out_table(round: Round, document: dict, names: dict) -> Table:
    """Everybody beside those of both rounds, and who left beside who stayed."""
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
