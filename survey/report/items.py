"""The report's tables of one round's items: location, spread and shape; rules of agreement."""

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
                str(STATES[item["state"]]),
                _shape(item),
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
            (_("State"), TEXT),
            (_("Shape"), TEXT),
        ),
        tuple(rows),
        " ".join(
            (
                _(
                    "V = S / M. K is defined on rating scales alone. State by the rule fixed before round 1; shape "
                    "after Dajani et al. 1979."
                ),
                *cautions(round, document),
            )
        ),
        is_grouped=True,
    )


def _shape(item: dict) -> str:
    """The shape of the answers, and two camps whatever it is."""
    words = [str(SHAPES[item["shape"]])] if item["shape"] else []
    return _(", ").join(
        words + [str(SHAPES[BIPOLAR])] * (bool(item["two_camps"]) and item["shape"] != BIPOLAR)
    )


def consensus_table(round: Round, document: dict, names: dict) -> Table | None:
    """What the rules of agreement say of each item; rating scales alone have them."""
    rows = []
    if not any(item["rand"] or item["agreement"] for _group, _code, item in items_of(document)):
        return None
    for group, code, item in items_of(document):
        agreed, rand = item["agreement"] or {}, item["rand"] or {}
        apmo = document.get("apmo") or {}
        camps = (group.get("apmo") or {}).get("camps", {}).get(code, {})
        rows.append(
            (
                names.get(group["code"], _("First-level indicators")),
                names.get(code, code),
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
        _("Rules of agreement on the rating scale, round %(number)d") % {"number": round.number},
        (
            (_("Group"), TEXT),
            (_("Item"), TEXT),
            (_("In the top band"), SHARE),
            (_("Enough for agreement"), TEXT),
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
        is_grouped=True,
    )


def _notes(document: dict) -> list[str]:
    """What the columns mean; those of rating scales where there are any."""
    rand = [item["rand"] for _group, _code, item in items_of(document) if item["rand"]]
    notes = [band_words()] if document.get("apmo") else []
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
