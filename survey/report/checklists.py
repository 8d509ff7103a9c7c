"""Reporting checklists: filled where the study's own record knows the answer, marked where a person must write.

The items are paraphrased: ACCORD (Gattrell et al. 2024, PLoS Medicine 21(1), e1004326; 35 items), CREDES (Jünger et al.
2017, Palliative Medicine 31(8), 684-706; 16 points) and the topics of DELPHISTAR (Niederberger et al. 2024, PLoS One
19(8), e0304651).
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from survey.models import Study


@dataclass(frozen=True)
class Entry:
    """One item: its number, what it asks for, and what the record answers (empty: a person must write)."""

    code: str
    asks: str
    answer: str


def checklists(study: Study) -> dict[str, tuple[Entry, ...]]:
    """Every checklist by its name, in the language that is active."""
    known = _known(study)
    return {
        name: tuple(Entry(code, asks, known.get(key, "")) for code, asks, key in rows)
        for name, rows in (("ACCORD", _accord()), ("CREDES", _credes()), ("DELPHISTAR", _delphistar()))
    }


def _known(study: Study) -> dict[str, str]:
    """What the record says, by topic."""
    rules, rounds = study.rules, list(study.rounds.closed().order_by("number"))
    sep = _("; ")
    dates = sep.join(
        _("round %(number)d: %(opened)s to %(closed)s")
        % {
            "number": each.number,
            "opened": each.opened_at.date().isoformat() if each.opened_at else "–",
            "closed": each.closed_at.date().isoformat() if each.closed_at else "–",
        }
        for each in rounds
    )
    counts = sep.join(
        _("round %(number)d: %(answers)d of %(invited)d")
        % {"number": each.number, "answers": each.answers, "invited": each.invited}
        for each in rounds
    )
    consensus = rules.get("consensus", {})
    bounds = [f"IQR ≤ {consensus['iqr']}"] if consensus.get("iqr") is not None else []
    bounds += [f"V ≤ {consensus['variation']}"] if consensus.get("variation") is not None else []
    share = consensus.get("agreement_percent")
    bounds += [_("%d %% in the top band") % share] if share is not None else []
    found = {
        "protocol": _("All rules were fixed before round 1; SHA-256 %s.") % study.protocol_sha256,
        "panel": _("Experts who were asked and who answered: %s.") % counts,
        "dates": dates,
        "method": _("Delphi in %(rounds)d announced rounds; %(done)d were held; way of asking: %(mode)s.")
        % {"rounds": rules["rounds"], "done": len(rounds), "mode": rules["elicitation"]},
        "consensus": _("Converged where %s, fixed before round 1.") % (_(" and ").join(bounds) or "–"),
        "after_consensus": _("Items stay in the questionnaire after they converged; the rule only advises."),
        "collection": _(
            "On a web page, one group of indicators at a time; in closed rounds nothing is changed."
        ),
        "processing": _(
            "Pooled by %(rule)s; quartiles of type 7; SD with n − 1. Who did not answer a round is not in its "
            "figures; nothing is carried forward."
        )
        % {"rule": rules["aggregation"]},
        "feedback": _(
            "After each round the experts saw their own last answer, median, middle half and, from %d answers on, the "
            "distribution; figures are coarse between rounds and frozen with a hash."
        )
        % rules["disclosure"]["distribution"],
        "anonymity": _(
            "Experts are anonymous to each other, and their answers to the coordinator as well: no stored key leads "
            "from a person to an answer."
        ),
        "response": counts,
        "results": _("The tables of this report."),
        "deviations": _("The dated list of acts in this report; none beside those."),
        "weighting": _("Experts count by authority.")
        if "authority" in rules["aggregation"]
        else _("All experts count alike."),
        "ending": _("After the announced rounds; the rule for stopping only advises."),
    }
    return _elsewhere(found, _(" and ").join(bounds) or "–") if study.is_imported else found


def _elsewhere(found: dict[str, str], bounds: str) -> dict[str, str]:
    """Of a panel that was asked elsewhere the record knows the answers alone; a person must write the rest."""
    kept = {topic: found[topic] for topic in ("panel", "response", "processing", "results")}
    return kept | {"consensus": _("Converged where %s, chosen when the answers were imported.") % bounds}


def _accord() -> list[tuple[str, str, str]]:
    return [
        ("T1", _("The title says that this is a consensus exercise and by which method"), ""),
        ("I1", _("Why consensus was sought, and not another method used"), ""),
        ("I2", _("Aim, audience and scope"), ""),
        ("I3", _("What is updated, if anything, and why"), ""),
        ("M1", _("Registration, and where the protocol is"), "protocol"),
        ("M2", _("Who led the exercise, and their expertise"), ""),
        ("M3", _("How panellists were chosen, and why so many"), "panel"),
        ("M4", _("How panellists were found and invited"), ""),
        ("M5", _("Part taken by the public"), ""),
        ("M6", _("What was prepared before the items were written"), ""),
        ("M7", _("Search of the literature"), ""),
        ("M8", _("Evidence that was summed up and given to the panel"), ""),
        ("M9", _("Method by which opinions were gathered and consensus sought"), "method"),
        ("M10", _("How items were put, and how they could be answered"), "collection"),
        ("M11", _("Aim of each step"), "method"),
        ("M12", _("Definition of consensus, and its reason"), "consensus"),
        ("M13", _("Whether items that met it went on"), "after_consensus"),
        ("M14", _("How answers were collected in each step"), "collection"),
        ("M15", _("How answers were processed"), "processing"),
        ("M16", _("Trial run of the material"), ""),
        ("M17", _("Feedback in each step"), "feedback"),
        ("M18", _("Anonymity: to whom, and how it was kept"), "anonymity"),
        ("M19", _("Part of the organisers in decisions"), ""),
        ("M20", _("Incentives"), ""),
        ("M21", _("Access for people with special needs"), ""),
        ("R1", _("Dates and length of each step"), "dates"),
        ("R2", _("Deviations from the protocol"), "deviations"),
        ("R3", _("Panel size and response in each step"), "response"),
        ("R4", _("Final result with its dispersion"), "results"),
        ("R5", _("Items changed or dropped: which, why and when"), "deviations"),
        ("D1", _("Strengths and limits of the method"), ""),
        ("D2", _("Agreement with earlier findings"), ""),
        ("O1", _("Who endorses the result"), ""),
        ("O2", _("Conflicts of interest"), ""),
        ("O3", _("Funding"), ""),
    ]


def _credes() -> list[tuple[str, str, str]]:
    return [
        ("1", _("Justification of the method"), ""),
        ("2", _("Planning and process, with changes to the method"), "method"),
        ("3", _("Definition of consensus"), "consensus"),
        ("4", _("Information given to the panel"), "feedback"),
        ("5", _("Prevention of bias"), ""),
        ("6", _("Interpretation and processing of results"), "processing"),
        ("7", _("External validation"), ""),
        ("8", _("Purpose and rationale"), ""),
        ("9", _("The panel of experts"), "panel"),
        ("10", _("Description of the methods"), "method"),
        ("11", _("Procedure: rounds, numbers, items in and out"), "dates"),
        ("12", _("Attainment of consensus"), "consensus"),
        ("13", _("Results of each round"), "results"),
        ("14", _("Limitations"), ""),
        ("15", _("Adequacy of the conclusions"), ""),
        ("16", _("Publication and dissemination"), ""),
    ]


def _delphistar() -> list[tuple[str, str, str]]:
    head, context, method, results, discussion = (
        _("Title and abstract"),
        _("Context"),
        _("Method"),
        _("Results"),
        _("Discussion"),
    )
    return [
        (head, _("The method is named in title and abstract"), ""),
        (context, _("Type of Delphi, and how it was modified"), "method"),
        (context, _("Why a Delphi was chosen"), ""),
        (context, _("Team and funding"), ""),
        (method, _("Number and aim of the rounds"), "method"),
        (method, _("Criterion for ending"), "ending"),
        (method, _("Choice of the experts"), ""),
        (method, _("Experts invited and taking part in each round"), "panel"),
        (method, _("The questionnaire and its versions"), "deviations"),
        (method, _("What was fed back and how, in each round"), "feedback"),
        (method, _("Definition and measure of consensus"), "consensus"),
        (method, _("How dissent and missing answers were treated"), "processing"),
        (method, _("Weighting of the experts"), "weighting"),
        (method, _("Anonymity"), "anonymity"),
        (results, _("Flow through the rounds"), "response"),
        (results, _("Results of each round"), "results"),
        (results, _("Deviations"), "deviations"),
        (discussion, _("Missing points of view"), ""),
        (discussion, _("Validity and transferability"), ""),
    ]
