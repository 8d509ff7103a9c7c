"""The report's table of the pooled weights: the protocol's way beside the other one."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from survey.models import Round
from survey.pooling import WORDS
from survey.report.table import FIGURE, TEXT, Table

ARITHMETIC, GEOMETRIC = "arithmetic", "geometric"


def pools_table(round: Round, document: dict, names: dict) -> Table:
    """The weights inside each group in both ways, with the largest difference of each group."""
    groups = [(group, _both(group)) for group in document["groups"]]
    rows = []
    for group, pools in groups:
        weights, others = pools["weights"] or {}, pools["others"] or {}
        for code in group["weights"]:
            apart = pools["largest"] if code == pools["largest_item"] else None
            label = names.get(group["code"], _("First-level indicators"))
            rows.append((label, names.get(code, code), weights.get(code), others.get(code), apart))
    ways = [next((pools[way] for _group, pools in groups if pools[way]), None) for way in ("rule", "other")]
    heads = [capfirst(str(WORDS[way])) if way else _("The other way to pool") for way in ways]
    return Table(
        "pools",
        _("Weights inside each group, pooled in two ways, round %(number)d") % {"number": round.number},
        (
            (_("Group"), TEXT),
            (_("Item"), TEXT),
            *((head, FIGURE) for head in heads),
            (_("Largest difference of the group, percentage points"), FIGURE),
        ),
        tuple(rows),
        _(
            "The protocol pools by the rule “%(rule)s”. "
            "A difference above 2 points usually comes from an extreme expert."
        )
        % {"rule": round.study.rules["aggregation"]},
    )


def _both(group: dict) -> dict:
    """Both ways as the statistics keep them; arithmetic beside geometric where they are older than the comparison."""
    pools = group.get("pools") or {}
    return pools.get("protocol") or {
        "rule": ARITHMETIC,
        "other": GEOMETRIC,
        "weights": group["weights"],
        "others": pools.get("geometric"),
        "largest": pools.get("largest"),
        "largest_item": pools.get("largest_item"),
    }
