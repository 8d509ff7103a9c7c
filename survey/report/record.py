"""The report's tables of the record: what was done when, and every rule."""

import json

from django.utils.translation import gettext as _

from survey.audit import study_events
from survey.models import AuditEvent, Study
from survey.report.table import TEXT, Table, day_of


def acts_table(study: Study) -> Table:
    kept = {
        "open_round": _("round opened"),
        "close_round": _("round closed, answers frozen"),
        "release_feedback": _("feedback released"),
        "adopt_round": _("round adopted"),
        "deviate": _("deviation from the rules"),
        "change_tree": _("items changed"),
        "import_panel": _("answers imported and frozen"),
        "give_spread": _("spread of the figures shown to the panel"),
    }
    events: list[AuditEvent] = list(study_events(study).filter(action__in=kept).order_by("sequence"))
    return Table(
        "acts",
        _("What was done when"),
        ((_("Day"), TEXT), (_("Act"), TEXT), (_("Of what"), TEXT)),
        tuple((day_of(event.at), kept[event.action], event.subject) for event in events),
        _("From the record of acts, which nobody can change unseen."),
    )


def rules_table(study: Study) -> Table:
    """Every rule, as it stood at the end; the facts at the top have the hash of what was fixed before round 1."""
    return Table(
        "rules",
        _("Every rule of the protocol"),
        ((_("Rule"), TEXT), (_("Value"), TEXT)),
        tuple((name, json.dumps(value, ensure_ascii=False)) for name, value in _flat(study.protocol)),
        _(
            "Rules that changed after round 1 opened are deviations, "
            "listed with their reasons under “What was done when”."
        ),
    )


def _flat(section: dict, above: str = "") -> list[tuple[str, object]]:
    """Each rule by its dotted name."""
    found = []
    for name, value in section.items():
        inside = isinstance(value, dict) and value
        found += _flat(value, f"{above}{name}.") if inside else [(f"{above}{name}", value)]
    return found
