"""The report's table of the pooled weights: the protocol's way beside the other one."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from survey.models import Round
from survey.pooling import WORDS, kept_pools, missing_words
from survey.report.table import FIGURE, TEXT, Table


def pools_table(round: Round, document: dict, names: dict) -> Table:
    """The weights inside each group in both ways, with the largest difference of each group."""
    groups = [(group, kept_pools(group)) for group in document["groups"]]
    rows = []
    for group, pools in groups:
        weights, others = pools["weights"] or {}, pools["others"] or {}
        for code in group["weights"]:
            apart = pools["largest"] if code == pools["largest_item"] else None
            rows.append(
                (_label(group, names), names.get(code, code), weights.get(code), others.get(code), apart)
            )
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
        " ".join((_note(round), *_missing(groups, names))),
        is_grouped=True,
    )


def _label(group: dict, names: dict) -> str:
    return names.get(group["code"], _("First-level indicators"))


def _note(round: Round) -> str:
    rule = round.study.rules["aggregation"]
    return _(
        "The protocol's way to pool: %(rule)s. A difference above 2 percentage points usually comes from an extreme "
        "expert."
    ) % {"rule": WORDS.get(rule, rule)}


def _missing(groups: list[tuple[dict, dict]], names: dict) -> list[str]:
    """One sentence for each reason why figures are missing, with the groups concerned."""
    found: dict[str, list[str]] = {}
    for group, pools in groups:
        if words := missing_words(pools):
            found.setdefault(words, []).append(_label(group, names))
    return [
        _("Not worked out for %(groups)s: %(reason)s.") % {"groups": _(", ").join(labels), "reason": words}
        for words, labels in found.items()
    ]
