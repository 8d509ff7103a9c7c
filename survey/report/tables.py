"""What the report says: every table from the stored statistics of the rounds, never from an answer."""

from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from survey.cautions import cautions
from survey.models import Indicator, Round, Study
from survey.refusal import Refusal
from survey.report.changes import conformity_table, drop_out_table, spread_table, stability_table, stop_table
from survey.report.pools import pools_table
from survey.report.record import acts_table, rules_table
from survey.report.table import COUNT, FIGURE, SHARE, TEXT, P, Table, day_of, items_of, without_empty_end
from survey.result_pages import STATES, shown_rounds
from survey.results import agreement_words, round_statistics


class NothingToReport(Refusal):
    """Exact figures wait until a round is adopted, and for enough answers."""

    code = "nothing_to_report"
    message = gettext_lazy(
        "There is nothing to report yet: exact statistics are shown once a round is adopted, for rounds with at least "
        "%(fewest)d answers."
    )


@dataclass(frozen=True)
class Report:
    """Everything in reading order."""

    study: Study
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]


def panel_report(study: Study) -> Report:
    """The report in the language that is active; raises `NothingToReport`."""
    rounds = shown_rounds(study)
    if not rounds:
        raise NothingToReport(fewest=study.rules["disclosure"]["distribution"])
    found = [(round, round_statistics(round)) for round in rounds]
    names = {indicator.code: indicator.label for indicator in _indicators(study)}
    tables = (
        _flow(found),
        _authority(found),
        *(without_empty_end(_central(round, document, names)) for round, document in found),
        _coordination(found, names),
        pools_table(*found[-1], names),
        spread_table(found, names),
        *(
            without_empty_end(stability_table(after, document, names))
            for _before, (after, document) in pairwise(found)
        ),
        conformity_table(found, names),
        drop_out_table(*found[-1], names),
        None if study.is_imported else stop_table(found),
        acts_table(study),
        rules_table(study),
    )
    return Report(study, _facts(study, found), tuple(table for table in tables if table and table.rows))


def _indicators(study: Study):
    return getattr(Indicator, "ever", Indicator.objects).filter(study=study)


def _facts(study: Study, found: list[tuple[Round, dict]]) -> tuple[tuple[str, str], ...]:
    rules = study.rules
    adopted = study.adopted_round
    return (
        (_("Study"), str(study)),
        *([(_("Origin"), _("asked elsewhere; the answers were imported"))] if study.is_imported else []),
        (_("Rules, SHA-256"), study.protocol_sha256),
        (_("Way of asking"), rules["elicitation"]),
        (_("Rounds announced"), str(rules["rounds"])),
        (_("Rounds reported"), ", ".join(str(round.number) for round, _document in found)),
        (_("Adopted round"), str(adopted.number) if adopted else _("none yet")),
        (_("Pooling of the experts"), rules["aggregation"]),
        (_("Quartiles"), _("type 7 (linear interpolation)")),
        (_("Standard deviation"), _("divisor n − 1")),
    )


def _flow(found) -> Table:
    rows = []
    for round, document in found:
        flow, kept = document["flow"], document["flow"]["retention"]
        rows.append(
            (
                round.number,
                day_of(round.opened_at),
                day_of(round.closed_at),
                flow["sent"],
                flow["returned"],
                flow["positive"],
                flow["suggesting"],
                flow["returned_from_before"],
                kept and kept["share"],
                flow["returned_from_first"],
            )
        )
    return Table(
        "flow",
        _("Experts of each round: positive coefficient and retention"),
        (
            (_("Round"), COUNT),
            (_("Opened"), TEXT),
            (_("Closed"), TEXT),
            (_("Invited"), COUNT),
            (_("Answered"), COUNT),
            (_("Positive coefficient"), SHARE),
            (_("Wrote something"), SHARE),
            (_("Came back from the round before"), COUNT),
            (_("Retention"), SHARE),
            (_("Still there from the first round"), COUNT),
        ),
        tuple(rows),
        _("Positive coefficient = answered / invited. Retention = came back / answered the round before."),
    )


def _authority(found) -> Table:
    rows = [
        (round.number, each["ca"], each["cs"], each["cr"], each["m_used"], each["flagged"])
        for round, document in found
        if (each := document.get("authority"))
    ]
    return Table(
        "authority",
        _("Authority of the experts"),
        (
            (_("Round"), COUNT),
            (_("Basis of judgement Ca"), FIGURE),
            (_("Familiarity Cs"), FIGURE),
            (_("Authority Cr"), FIGURE),
            (_("Experts assessed"), COUNT),
            (_("Experts below 0.70"), COUNT),
        ),
        tuple(rows),
        _("Cr = (Ca + Cs) / 2, by the tables of the protocol; 0.70 and more counts as acceptable."),
    )


def _central(round: Round, document: dict, names: dict) -> Table:
    rows = []
    for group, code, item in items_of(document):
        figures = item["statistics"]
        rows.append(
            (
                names.get(group["code"], _("First-level indicators")),
                names.get(code, code),
                figures["n"],
                figures["mean"],
                figures["sd"],
                figures["variation"],
                figures["full_mark_rate"],
                figures["median"],
                figures["q1"],
                figures["q3"],
                figures["iqr"],
                figures["mad"],
                (item["agreement"] or {}).get("share"),
                (item["rand"] or {}).get("index"),
                str(STATES[item["state"]]),
                _("two camps") if item["two_camps"] else "",
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
            ("MAD", FIGURE),
            (_("Agreement"), SHARE),
            (_("Disagreement index"), FIGURE),
            (_("State"), TEXT),
            (_("Shape"), TEXT),
            (_("Authority-weighted mean"), FIGURE),
        ),
        tuple(rows),
        " ".join(
            (
                _(
                    "V = S / M. K, agreement and the disagreement index are defined on rating scales alone. "
                    "State by the rule fixed before round 1."
                ),
                *cautions(round, document),
            )
        ),
    )


def _coordination(found, names: dict) -> Table:
    rows = []
    before: dict = {}
    for round, document in found:
        asked = _asked(document)
        sets = [(_("All items of the lowest level"), document["leaves"], "")]
        sets += [
            (names.get(group["code"], _("First-level indicators")), group["concordance"], group["code"])
            for group in document["groups"]
        ]
        for label, each, code in sets:
            rows.append(
                (
                    round.number,
                    label,
                    each["m_used"],
                    each["w"],
                    each["chi2"],
                    each["df"],
                    each["p"],
                    each["p_permutation"],
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
            ("χ²", FIGURE),
            ("df", COUNT),
            ("p", P),
            (_("p by permutation"), P),
            (_("In words"), TEXT),
            (_("Against the round before"), TEXT),
        ),
        tuple(rows),
        _(
            "W with correction for ties. Up to seven items χ² is rough and the permutation p is the one to report."
        ),
    )


def _asked(document: dict) -> dict[str, set[str]]:
    """The items that each W is of: those of every group by its code, and the lowest level by an empty one."""
    groups = {group["code"]: set(group["items"]) for group in document["groups"]}
    return groups | {"": set().union(*groups.values()) - set(groups)}


def _comparable(before: set[str] | None, now: set[str]) -> str:
    """Whether a W may be set against the one of the round before, which it may over the same items alone."""
    if before is None:
        return _("new group")
    return _("same items") if before == now else _("not comparable: the items changed")
