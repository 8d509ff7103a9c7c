"""The report's tables of whole levels and groups, round by round: concordance, majorities, spread and moves."""

from django.utils.translation import gettext as _

from survey.report.items import band_words
from survey.report.table import COUNT, FIGURE, TEXT, P, Table, mean_of, yes_or_no
from survey.results import agreement_words


def coordination_table(found, names: dict) -> Table:
    """Kendall's W over the lowest level and in every group."""
    rows = []
    before: dict = {}
    for round, document in found:
        asked = _asked(document)
        for label, code, each in _sets(document, names, "concordance", document["leaves"]):
            rows.append(
                (
                    round.number,
                    label,
                    *(
                        each[name]
                        for name in ("m_used", "w", "w_uncorrected", "chi2", "df", "p", "p_permutation")
                    ),
                    each["mean_spearman"],
                    agreement_words(each["w"]),
                    _comparable(before.get(code), asked[code]) if before else "",
                )
            )
        before = asked
    return Table(
        "coordination",
        _("Coordination of the experts: Kendall's W with χ² and p"),
        (
            (_("Round"), COUNT),
            (_("Items"), TEXT),
            (_("Experts"), COUNT),
            ("W", FIGURE),
            (_("W without tie correction"), FIGURE),
            ("χ²", FIGURE),
            ("df", COUNT),
            ("p", P),
            (_("p by permutation"), P),
            (_("Mean rank correlation"), FIGURE),
            (_("In words"), TEXT),
            (_("Against the round before"), TEXT),
        ),
        tuple(rows),
        _(
            "W with correction for ties. Up to seven items χ² is rough and the permutation p is the one to report."
        ),
    )


def apmo_table(found, names: dict) -> Table:
    """The average percent of majority opinions over the lowest level and in every group."""
    rows = []
    for round, document in found:
        for label, _code, each in _sets(document, names, "apmo", document.get("apmo")):
            if each:
                below = _(", ").join(names.get(code, code) for code in each["below"])
                rows.append((round.number, label, each["opinions"], each["majority"], each["cut_off"], below))
    return Table(
        "apmo",
        _("Average percent of majority opinions (APMO)"),
        (
            (_("Round"), COUNT),
            (_("Items"), TEXT),
            (_("Opinions"), COUNT),
            (_("With the majority of their item"), COUNT),
            (_("APMO cut-off, %"), FIGURE),
            (_("Items below it"), TEXT),
        ),
        tuple(rows),
        " ".join(
            (
                band_words(),
                _(
                    "APMO = opinions with the larger camp of their item / all opinions; an item whose two camps are "
                    "equal adds none. An item below the cut-off has not reached consensus by this rule."
                ),
            )
        ),
    )


def spread_table(found, names: dict) -> Table:
    """The experts' weights as compositions: how far apart, and how far they moved together."""
    rows = []
    for round, document in found:
        lowest = {"items": {}, "move": None, **document["lowest"]} if document.get("lowest") else None
        for label, code, group in _sets(document, names, None, lowest):
            if not group:
                continue
            spread, move = group["spread"], group["move"] or {}
            moved = move.get("largest_item")
            items = group["items"] if code else _lowest_items(document)
            rows.append(
                (
                    round.number,
                    label,
                    *(spread[name] for name in ("m_used", "metric_variance", "metric_sd", "outlying")),
                    mean_of(item["statistics"]["iqr"] for item in items.values()),
                    move.get("largest"),
                    names.get(moved, moved) or "",
                    *(move.get(name) for name in ("aitchison", "centres", "spearman")),
                    yes_or_no(move.get("stable")),
                )
            )
    return Table(
        "spread",
        _("Spread of the experts' weights, and moves of their mean"),
        (
            (_("Round"), COUNT),
            (_("Group"), TEXT),
            (_("Experts"), COUNT),
            (_("Metric variance"), FIGURE),
            (_("Metric SD"), FIGURE),
            (_("Outlying experts"), COUNT),
            (_("Mean IQR"), FIGURE),
            (_("Largest move, percentage points"), FIGURE),
            (_("Its item"), TEXT),
            (_("Aitchison distance of the means"), FIGURE),
            (_("Aitchison distance of the centres"), FIGURE),
            (_("Spearman's correlation"), FIGURE),
            (_("Stable"), TEXT),
        ),
        tuple(rows),
        _(
            "Spread of log ratios; it falls when the experts come closer. Moves since the round before, over common "
            "items. The centre is the closed geometric mean."
        ),
    )


def _sets(document: dict, names: dict, key: str | None, lowest):
    """Everything that has figures of its own: the lowest level under an empty code, then every group."""
    if len(document["groups"]) > 1:
        yield _("All items of the lowest level"), "", lowest
    for group in document["groups"]:
        label = names.get(group["code"], _("First-level indicators"))
        yield label, group["code"], group.get(key) if key else group


def _lowest_items(document: dict) -> dict:
    """The items without asked children."""
    inner = {group["code"] for group in document["groups"]}
    items = {code: item for group in document["groups"] for code, item in group["items"].items()}
    return {code: item for code, item in items.items() if code not in inner}


def _asked(document: dict) -> dict[str, set[str]]:
    """The items that each W is of: those of every group by its code, and the lowest level by an empty one."""
    groups = {group["code"]: set(group["items"]) for group in document["groups"]}
    return groups | {"": set(_lowest_items(document))}


def _comparable(before: set[str] | None, now: set[str]) -> str:
    """Whether a W may be set against the one of the round before, which it may over the same items alone."""
    if before is None:
        return _("new group")
    return _("same items") if before == now else _("not comparable: the items changed")
