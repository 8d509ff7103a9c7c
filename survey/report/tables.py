"""What the report says: every table from the stored statistics of the rounds, never from an answer."""

from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from survey.models import Indicator, Round, Study
from survey.modes import mode_of
from survey.panel_answers import answer_scale
from survey.pooling import WORDS
from survey.refusal import Refusal
from survey.report.changes import conformity_table, drop_out_table, stability_table, stop_table
from survey.report.items import central_table, consensus_table
from survey.report.levels import apmo_table, coordination_table, spread_table
from survey.report.pools import pools_table
from survey.report.record import acts_table, rules_table
from survey.report.screening import screening_table
from survey.report.table import COUNT, FIGURE, SHARE, TEXT, Table, day_of, without_empty_columns
from survey.result_pages import shown_rounds
from survey.results import round_statistics


class NothingToReport(Refusal):
    """Exact figures wait until a round is adopted, and for enough answers."""

    code = "nothing_to_report"
    message = gettext_lazy(
        "There is nothing to report yet: exact statistics are shown once a round is adopted, for rounds with at least "
        "%(fewest)d answers."
    )


POSITIVE = {
    "very_good": gettext_lazy("very good response"),
    "good": gettext_lazy("good response"),
    "usable": gettext_lazy("usable response"),
    "low": gettext_lazy("low response"),
}


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
    names = {indicator.code: indicator.label for indicator in Indicator.ever.filter(study=study)}
    tables = (
        _flow(found),
        _authority(found),
        *(
            table(round, document, names)
            for round, document in found
            for table in (central_table, consensus_table)
        ),
        coordination_table(found, names),
        apmo_table(found, names),
        pools_table(*found[-1], names),
        spread_table(found, names),
        *(stability_table(after, document, names) for _before, (after, document) in pairwise(found)),
        conformity_table(found, names),
        *(drop_out_table(round, document, names) for round, document in found),
        screening_table(study),
        None if study.is_imported else stop_table(found),
        acts_table(study),
        rules_table(study),
    )
    shown = tuple(without_empty_columns(table) for table in tables if table and table.rows)
    return Report(study, _facts(study, found), shown)


def _facts(study: Study, found: list[tuple[Round, dict]]) -> tuple[tuple[str, str], ...]:
    rules = study.rules
    adopted = study.adopted_round
    return (
        (_("Name of the study"), str(study)),
        *([(_("Origin"), _("asked elsewhere; the answers were imported"))] if study.is_imported else []),
        (_("Rules, SHA-256"), study.protocol_sha256),
        (_("Way of asking"), str(mode_of(rules).label)),
        (_("Scale of the answers"), _scale(rules)),
        (_("Rounds announced"), str(rules["rounds"])),
        (_("Rounds reported"), ", ".join(str(round.number) for round, _document in found)),
        (_("Adopted round"), str(adopted.number) if adopted else _("none yet")),
        (_("Pooling of the experts"), str(WORDS.get(rules["aggregation"], rules["aggregation"]))),
        (_("Quartiles"), _("type 7 (linear interpolation)")),
        (_("Standard deviation"), _("divisor n − 1")),
    )


def _scale(rules: dict) -> str:
    """The numbers that the experts saw, lowest first: V depends on where a scale starts."""
    scale = answer_scale(rules)
    if rules["elicitation"] == "ranking":
        return _("places; 1 is the most important")
    return _("%(low)g to %(high)g") % {"low": scale.low, "high": scale.high}


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
                str(POSITIVE[flow["level"]]) if flow["level"] else "",
                flow["valid"],
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
            (_("Reading"), TEXT),
            (_("Valid of invited"), SHARE),
            (_("Wrote something"), SHARE),
            (_("Came back from the round before"), COUNT),
            (_("Retention"), SHARE),
            (_("Still there from the first round"), COUNT),
        ),
        tuple(rows),
        _(
            "Positive coefficient = answered / invited; from 0.50 usable, 0.60 good, 0.70 very good. "
            "Retention = came back / answered the round before."
        ),
    )


def _cr_words(authority: dict) -> str:
    """The panel's Cr in words."""
    if authority["cr"] is None:
        return ""
    if authority["high"]:
        return _("high (from 0.80)")
    return _("acceptable (from 0.70)") if authority["accepted"] else _("below 0.70")


def _authority(found) -> Table:
    rows = [
        (round.number, each["ca"], each["cs"], each["cr"], _cr_words(each), each["m_used"], each["flagged"])
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
            (_("Reading"), TEXT),
            (_("Experts assessed"), COUNT),
            (_("Experts below 0.70"), COUNT),
        ),
        tuple(rows),
        _("Cr = (Ca + Cs) / 2, by the tables of the protocol; 0.70 and more counts as acceptable."),
    )
