"""Letters to the panel: queued as rows, sent by the mail task, gone when sent.

The code of an invitation is drawn in the mail task, goes into the one mail and is forgotten.
"""

import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from survey.audit import record_event
from survey.credentials import issue_code
from survey.doorbell import ring_on_commit
from survey.models import Expert, Letter, LinkRequest, Round
from survey.participation import missing_experts
from survey.plain_names import plain_name

CLAIM = timedelta(minutes=10)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
AT_ONCE = 500  # bells rung at a time; the sweeper rings for the rest
TASK = "survey.tasks.send_letter"
LINK_TASK = "survey.tasks.answer_link_request"


def queue_letters(experts, kind: str, *, round: Round | None = None) -> int:
    """Ask for one letter of the kind to each expert, and ring the mail task when this is committed.

    A letter that waits already is not doubled: it is tried again at once.
    """
    wanted = {expert.pk: expert for expert in experts}
    waiting = Letter.objects.filter(kind=kind, round=round, expert__in=wanted)
    waiting.filter(failure__gt="").update(claimed_until=None)
    known = dict(waiting.values_list("expert_id", "pk"))
    letters = [Letter(expert=wanted[pk], kind=kind, round=round) for pk in wanted if pk not in known]
    Letter.objects.bulk_create(letters)
    ring_on_commit(TASK, [*known.values(), *[letter.pk for letter in letters]][:AT_ONCE])
    return len(letters)


def queue_reminders(round: Round, *, by: str, at: datetime) -> int:
    """A reminder to everybody who has not submitted; who that is stands nowhere but in the waiting letters.

    Nobody in a rehearsal: its addresses are made up.
    """
    if round.study.is_rehearsal:
        return 0
    missing = Expert.objects.filter(pk__in=missing_experts(round))
    count = queue_letters(missing, Letter.Kind.REMINDER, round=round)
    subject = f"{round.study.slug}#{round.number}"
    record_event(actor=by, action="remind", subject=subject, at=at, detail={"count": count})
    return count


def request_link(email: str) -> None:
    """Ask the mail task for a new link; the same two statements whether the address is known or not."""
    request, _made = LinkRequest.objects.get_or_create(email=email.strip().lower(), expert=None)
    ring_on_commit(LINK_TASK, [request.pk])


def answer_link_request(request_id: int) -> int:
    """Queue the invitations that the request asks for; returns how many, and forgets the request.

    An expert's own request is for that one study, as long as it has codes; an address is looked up in every running
    study. At most one mail in ten minutes goes to an address: what is asked for in between is dropped. A new code
    begins as `issue_code` says, so a person never holds two live answers in a round.
    """
    request = LinkRequest.objects.filter(pk=request_id).first()
    if request is None:
        return 0
    running = Q(email__iexact=request.email, study__adopted_round=None, study__is_rehearsal=False)
    wanted = Q(pk=request.expert_id) if request.expert_id else running
    experts = list(Expert.objects.active().filter(wanted, study__codes_ended_on=None))
    request.delete()
    if request.email and experts:
        mark = hmac.new(settings.SECRET_KEY.encode(), request.email.encode(), "sha256").hexdigest()
        if not cache.add(f"new-link:{mark}", 1, timeout=int(CLAIM.total_seconds())):
            return 0
    return queue_letters(experts, Letter.Kind.INVITATION)


def waiting_letters(at: datetime) -> list[int]:
    """The oldest letters that nobody is sending at the moment."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    return list(Letter.objects.filter(free).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def send_letter(letter_id: int, *, at: datetime) -> bool:
    """Send one letter. One that is sent or in other hands is left alone; a failed one is tried ever less often."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    claimed = Letter.objects.filter(free, pk=letter_id).update(
        claimed_until=at + CLAIM, attempts=F("attempts") + 1
    )
    if not claimed:
        return False
    letter = Letter.objects.select_related("expert__study__series", "round").get(pk=letter_id)
    try:
        compose(letter).send()
    except OSError as error:  # SMTP errors are OSErrors; anything else is a bug and goes to the log
        pause = min(FIRST_PAUSE * 2 ** min(letter.attempts, 10), LONGEST_PAUSE)
        Letter.objects.filter(pk=letter_id).update(claimed_until=at + pause, failure=type(error).__name__)
        return False
    if letter.kind == Letter.Kind.INVITATION:
        Expert.objects.filter(pk=letter.expert_id).update(invited_on=at.date())
    letter.delete()
    return True


def compose(letter: Letter) -> EmailMultiAlternatives:
    """The mail in the expert's language; an invitation carries a code minted at this moment."""
    expert = letter.expert
    code = issue_code(expert) if letter.kind == Letter.Kind.INVITATION else ""
    context = {
        "expert": expert,
        "study": expert.study,
        "round": letter.round,
        "rounds": expert.study.rules["rounds"],
        "code": code,
        "link": f"{settings.BASE_URL}/j#{code.replace(' ', '-')}" if code else "",
        "base_url": settings.BASE_URL,
        "zone": timezone.get_current_timezone_name(),
    }
    with translation.override(expert.language):
        subject = plain_name(render_to_string(f"email/{letter.kind}_subject.txt", context))
        body = render_to_string(f"email/{letter.kind}.txt", context)
    return EmailMultiAlternatives(subject=subject, body=body, to=[expert.email])
