"""The report's tables of one round's items: location and spread, agreement and shape."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from survey.cautions import cautions
from survey.core.verdicts import BIPOLAR, CONSENSUS, DISSENT, MAJORITY, PLURALITY
from survey.models import Round
from survey.report.table import COUNT, FIGURE, SHARE, TEXT, Table, items_of, yes_or_no
from survey.result_pages import STATES

SHAPES = {
    CONSENSUS: gettext_lazy("consensus"),
    MAJORITY: gettext_lazy("majority"),
    BIPOLAR: gettext_lazy("two camps"),
    PLURALITY: gettext_lazy("plurality"),
    DISSENT: gettext_lazy("dissent"),
}
LEVELS = {
    "high": gettext_lazy("appropriate"),
    "uncertain": gettext_lazy("uncertain"),
    "low": gettext_lazy("inappropriate"),
}
VERDICTS = {
    "in": gettext_lazy("taken in"),
    "out": gettext_lazy("left out"),
    "none": gettext_lazy("undecided"),
}


def central_table(round: Round, document: dict, names: dict) -> Table:
    """Where each item's answers lie, and how far apart."""
    rows = []
    for group, code, item in items_of(document):
        figures = item["statistics"]
        rows.append(
            (
                names.get(group["code"], _("First-level indicators")),
                names.get(code, code),
                *(figures[name] for name in ("n", "mean", "sd", "variation", "full_mark_rate")),
                *(figures[name] for name in ("median", "q1", "q3", "iqr")),
                item.get("relative_iqr"),
                figures["mad"],
                item.get("authority_mean"),
            )
        )
    return Table(
        f"central-{round.number}",
        _("Central tendency and coordination of the items, round %(number)d") % {"number": round.number},
        (
            (_("Group"), TEXT),
            (_("Item"), TEXT),
            ("n", COUNT),
            (_("Mean M"), FIGURE),
            (_("SD S"), FIGURE),
            (_("Variation V"), FIGURE),
            (_("Full-mark rate K"), SHARE),
            (_("Median"), FIGURE),
            ("Q1", FIGURE),
            ("Q3", FIGURE),
            ("IQR", FIGURE),
            (_("IQR / median"), FIGURE),
            ("MAD", FIGURE),
            (_("Authority-weighted mean"), FIGURE),
        ),
        tuple(rows),
        " ".join((_("V = S / M. K is defined on rating scales alone."), *cautions(round, document))),
    )


def consensus_table(round: Round, document: dict, names: dict) -> Table:
    """What the rules of agreement say of each item, and which shape its answers have."""
    rows = []
    for group, code, item in items_of(document):
        agreed, rand = item["agreement"] or {}, item["rand"] or {}
        apmo = document.get("apmo") or {}
        camps = (group.get("apmo") or {}).get("camps", {}).get(code, {})
        rows.append(
            (
                names.get(group["code"], _("First-level indicators")),
                names.get(code, code),
                str(STATES[item["state"]]),
                str(SHAPES.get(item["shape"], "")),
                yes_or_no(item["two_camps"]),
                agreed.get("share"),
                yes_or_no(agreed.get("agreed")),
                camps.get("agree"),
                camps.get("disagree"),
                yes_or_no(code in apmo["below"]) if code in apmo.get("camps", ()) else "",
                *(rand.get(name) for name in ("ipr", "ipras", "index")),
                str(LEVELS.get(rand.get("level"), "")),
                str(VERDICTS.get(item.get("core_outcome"), "")),
            )
        )
    return Table(
        f"consensus-{round.number}",
        _("Consensus and shape of the answers, round %(number)d") % {"number": round.number},
        (
            (_("Group"), TEXT),
            (_("Item"), TEXT),
            (_("State"), TEXT),
            (_("Shape"), TEXT),
            (_("Two camps"), TEXT),
            (_("In the top band"), SHARE),
            (_("Agreement"), TEXT),
            (_("Agree"), COUNT),
            (_("Disagree"), COUNT),
            (_("Below the APMO cut-off"), TEXT),
            ("IPR", FIGURE),
            ("IPRAS", FIGURE),
            (_("Disagreement index"), FIGURE),
            (_("RAND/UCLA class"), TEXT),
            (_("Core-outcome rule"), TEXT),
        ),
        tuple(rows),
        " ".join(_notes(document)),
    )


def _notes(document: dict) -> list[str]:
    """What the columns mean; those of rating scales where there are any."""
    rand = [item["rand"] for _group, _code, item in items_of(document) if item["rand"]]
    notes = [_("State by the rule fixed before round 1; shape after Dajani et al. 1979.")]
    if document.get("apmo"):
        notes.append(band_words())
    if rand:
        notes.append(_("Disagreement index = IPR / IPRAS (RAND/UCLA); above 1 is disagreement."))
    if any(each["adapted"] for each in rand):
        notes.append(_("The scale was mapped to 1–9 for it, so read it as adapted."))
    return notes


def band_words() -> str:
    """Which answers agree and which disagree."""
    return _(
        "The top band agrees (4–5 of 5, 6–7 of 7, 7–9 of 9), the mirrored low band disagrees (1–2, 1–2, 1–3), the "
        "middle of the scale is no opinion."
    )
