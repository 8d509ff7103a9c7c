"""Inviting experts and letting them go."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from survey.audit import record_event
from survey.letters import queue_letters
from survey.models import Expert, Letter, Study
from survey.participation import let_go
from survey.plain_names import plain_name
from survey.refusal import InvalidInput, Refusal
from survey.studies import require_live

MOST_ROWS = 10_000
LANGUAGES = {"": "zh-hans", "zh": "zh-hans", "zh-hans": "zh-hans", "zh-cn": "zh-hans", "en": "en"}


class RosterFrozen(Refusal):
    """The panel does not change while a round is open."""

    code = "roster_frozen"
    message = gettext_lazy(
        "Round %(number)d is open, and the panel does not change inside a round. Close the round first."
    )


class PanelFinished(Refusal):
    """The panel's work ended with the adoption of a round."""

    code = "panel_finished"
    message = gettext_lazy(
        "A round was adopted, so the panel's work is finished and nobody can be invited any more."
    )


class CodesEnded(Refusal):
    """What the panel was promised to be deleted does not begin anew."""

    code = "codes_ended"
    message = gettext_lazy(
        "The codes of this panel were deleted on %(day)s for good, so nobody can be invited or sent a code any more."
    )


class ExpertWithdrawn(Refusal):
    """An expert who left gets no letters."""

    code = "expert_withdrawn"
    message = gettext_lazy("This expert left the panel, so no code is sent.")


class InvalidRoster(InvalidInput):
    """The list of experts has faults; ``problems`` names every line. Nothing was added."""

    code = "invalid_roster"
    message = gettext_lazy("Nobody was added. %(summary)s")

    def __init__(self, problems: list[str]):
        super().__init__(summary=" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Invitee:
    """One line of a list of experts."""

    name: str
    email: str
    organisation: str = ""
    language: str = "zh-hans"


def read_roster(text: str) -> list[Invitee]:
    """The experts in pasted lines: name, e-mail, organisation, language (zh or en), by comma or tab.

    Raises `InvalidRoster` with every faulty line.
    """
    lines = text.removeprefix("\ufeff").replace("\t", ",").replace("，", ",")
    lines = lines.replace("\r\n", "\n").replace("\r", "\n")
    try:
        rows = [
            (number, row) for number, row in enumerate(csv.reader(io.StringIO(lines)), start=1) if any(row)
        ]
    except csv.Error as fault:  # a cell out of all bounds
        raise InvalidRoster([_("Give from 1 to %d experts, one on each line.") % MOST_ROWS]) from fault
    if rows and "@" not in "".join(rows[0][1]):  # a header
        rows = rows[1:]
    invitees, problems = [], []
    for number, row in rows[: MOST_ROWS + 1]:
        name, email, organisation, language = [plain_name(cell) for cell in [*row, "", "", "", ""][:4]]
        faults = _faults(name, email, organisation, language)
        problems += [_("Line %(line)d: %(fault)s") % {"line": number, "fault": fault} for fault in faults]
        invitees.append(
            Invitee(name, email.lower(), organisation, LANGUAGES.get(language.lower(), "zh-hans"))
        )
    problems += _repeated(invitees)
    if not invitees or len(invitees) > MOST_ROWS:
        problems.append(_("Give from 1 to %d experts, one on each line.") % MOST_ROWS)
    if problems:
        raise InvalidRoster(problems)
    return invitees


def _faults(name: str, email: str, organisation: str, language: str) -> list[str]:
    faults = []
    if not name or len(name) > 120:
        faults.append(_("the name is missing or longer than 120 characters."))
    try:
        validate_email(email)
        is_address = len(email) <= 254
    except ValidationError:
        is_address = False
    if not is_address:
        faults.append(_("“%s” is not an e-mail address.") % email[:60])
    if len(organisation) > 200:
        faults.append(_("the organisation is longer than 200 characters."))
    if language.lower() not in LANGUAGES:
        faults.append(_("the language must be zh or en."))
    return faults


def _repeated(invitees: list[Invitee]) -> list[str]:
    emails = [invitee.email for invitee in invitees]
    twice = sorted({email for email in emails if emails.count(email) > 1})
    return [_("The address %s stands twice.") % email for email in twice]


@transaction.atomic
def invite_experts(study: Study, invitees: list[Invitee], *, by: str, at: datetime) -> int:
    """Add experts to the panel and queue their invitations; addresses already on the panel are left as they are."""
    require_live(study)
    _refuse_inside_round(study)
    _refuse_after_codes(study)
    if Study.objects.get(pk=study.pk).adopted_round_id:
        raise PanelFinished
    known = set(study.experts.values_list("email", flat=True))
    experts = [
        Expert(
            study=study, name=new.name, email=new.email, organisation=new.organisation, language=new.language
        )
        for new in invitees
        if new.email not in known
    ]
    Expert.objects.bulk_create(experts)
    if not study.is_rehearsal:
        queue_letters(experts, Letter.Kind.INVITATION)
    record_event(actor=by, action="invite_experts", subject=study.slug, at=at, detail={"count": len(experts)})
    return len(experts)


@transaction.atomic
def send_new_code(expert: Expert, *, by: str, at: datetime) -> None:
    """Queue a letter with a new code; the earlier one dies when the letter is written."""
    if expert.state != Expert.State.INVITED:
        raise ExpertWithdrawn
    _refuse_after_codes(expert.study)
    queue_letters([expert], Letter.Kind.INVITATION)
    record_event(actor=by, action="send_new_code", subject=expert.study.slug, at=at)


@transaction.atomic
def withdraw_expert(expert: Expert, *, by: str, at: datetime) -> None:
    """The expert leaves the panel and the code dies. Answers in closed rounds stay, unnamed."""
    _refuse_inside_round(expert.study)
    let_go(expert)
    record_event(actor=by, action="withdraw_expert", subject=expert.study.slug, at=at)


def _refuse_inside_round(study: Study) -> None:
    round = study.open_round()
    if round:
        raise RosterFrozen(number=round.number)


def _refuse_after_codes(study: Study) -> None:
    ended = Study.objects.select_for_update().get(pk=study.pk).codes_ended_on
    if ended:
        raise CodesEnded(day=ended.isoformat())
