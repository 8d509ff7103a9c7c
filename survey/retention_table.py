"""What is kept of a study, by which rule, until which day, and what has gone already: the words of the page."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from survey.models import Reason, Study
from survey.retention import codes_end_on, kept_days, last_sign_of_life, names_end_on

NONE = "–"


@dataclass(frozen=True)
class Kept:
    """One line: what it is, the rule in words, the day or words in its place, and where things stand."""

    what: str
    note: str
    rule: str
    due: date | str
    state: str
    kind: str = "neutral"


def after_publication(days: int) -> str:
    """So many days after the first publication, in words."""
    if days == 0:
        return _("On the day of the first publication")
    words = ngettext(
        "%(days)d day after the first publication", "%(days)d days after the first publication", days
    )
    return words % {"days": days}


def retention_table(study: Study, *, today: date) -> list[Kept]:
    """Every line of the page: what goes first at the top, what stays at the end."""
    days, codes_on = kept_days(study), codes_end_on(study)
    panel, answers = study.experts.exists(), study.rounds.closed().exists()
    words = Reason.objects.filter(round__study=study).exists()
    codes = after_publication(days["codes_days"])
    return [
        Kept(
            _("Codes"),
            _("Afterwards no link opens anything."),
            codes,
            _due(study, codes_on, study.codes_ended_on),
            *_state(codes_on, study.codes_ended_on, there=panel, today=today),
        ),
        Kept(
            _("Links between the rounds"),
            _(
                "Afterwards only figures that are alike hint that answers of different rounds come from one person."
            ),
            codes,
            _due(study, codes_on, study.unlinked_on),
            *_state(codes_on, study.unlinked_on, there=answers, today=today),
        ),
        Kept(
            _("What experts wrote in their own words"),
            _("What the panel was shown of it stays with its feedback."),
            codes,
            _due(study, codes_on, study.unlinked_on),
            *_state(codes_on, study.unlinked_on, there=words, today=today),
        ),
        Kept(
            _("Names and addresses of the panel"),
            _("How many were invited stays known."),
            after_publication(days["identities_days"]),
            _due(study, names_end_on(study), study.identities_ended_on),
            *_state(names_end_on(study), study.identities_ended_on, there=panel, today=today),
        ),
        _given_up(study, days["abandoned_days"], there=panel or answers, today=today),
        Kept(
            _("What stays"),
            _(
                "Frozen answers without names or pseudonyms, figures and reasons as the panel saw them, lists, "
                "the record of acts."
            ),
            _("For good: the list could not be recomputed without them"),
            NONE,
            _("kept"),
        ),
    ]


def _due(study: Study, on: date | None, done_on: date | None) -> date | str:
    """The day, or what it hangs on."""
    if study.published_on:
        return on
    return _("with the study given up") if done_on else _("counts from the first publication")


def _given_up(study: Study, days: int, *, there: bool, today: date) -> Kept:
    """The line of a study of which nothing is ever published."""
    line = (
        _("A study given up"),
        _("All of this goes on one day where nothing was ever published."),
        _("%(days)d days after the last act of a person on the study, or its last closing") % {"days": days},
    )
    if study.published_on:
        return Kept(*line, NONE, _("does not apply: a list is published"))
    on = names_end_on(study)
    if last_sign_of_life(study) is None:
        return Kept(*line, _("none while a round is open"), _("kept"))
    return Kept(*line, on, *_state(on, study.identities_ended_on, there=there, today=today))


def _state(on: date | None, done_on: date | None, *, there: bool, today: date) -> tuple[str, str]:
    """Where things stand, in words, and the kind of mark beside them."""
    if done_on:
        return _("deleted on %(day)s") % {"day": f"{done_on:%Y-%m-%d}"}, "done"
    if not there:
        return _("nothing kept"), "neutral"
    if on and on <= today:
        late = on < today
        return (_("late: the nightly job has not run"), "warning") if late else (_("due today"), "waiting")
    return _("kept"), "neutral"
