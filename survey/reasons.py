"""What experts write: kept under a name of its own, read after closing, released with the feedback."""

import random
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from survey.audit import record_event
from survey.core.disclosure import Thresholds, reasons_may_be_shown
from survey.credentials import Bearer
from survey.models import Comment, Feedback, Membership, Reason, Round
from survey.panel_rules import part
from survey.questionnaire import Group, questionnaire
from survey.refusal import InvalidInput, Refusal

LONGEST = 500
PROPOSAL = ""  # the item of a proposal for a new indicator
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control, invisible and reordering characters
SUSPECT = re.compile(r"[\w.+-]+@[\w-]+\.\w+|https?://|www\.|\+?\d[\d\s-]{6,}\d")


class ReasonTooLong(InvalidInput):
    """A reason is longer than what is kept."""

    code = "reason_too_long"
    message = _("A reason has at most %(most)d characters; this one has %(length)d.")


class ReasonsWaiting(Refusal):
    """Every text is read before the feedback is released."""

    code = "reasons_waiting"
    message = _("%(count)d reasons are not settled yet. Accept, paraphrase or hold back each of them first.")


class ReasonsReleased(Refusal):
    """What was released stands."""

    code = "reasons_released"
    message = _("The feedback of round %(number)d is released, so its reasons stand as they are.")


class WordsNotAllowed(Refusal):
    """Too few people or texts to show one word for word."""

    code = "words_not_allowed"
    message = _("Too few experts or reasons here to show one word for word: paraphrase it, or hold it back.")


class SecondPersonNeeded(Refusal):
    """A paraphrase is checked by somebody else."""

    code = "second_person_needed"
    message = _("A paraphrase is checked by a second person, not by the one who wrote it.")


class NoteNeeded(InvalidInput):
    """Holding back needs a reason, paraphrasing a text."""

    code = "note_needed"
    message = _("Write the paraphrase, or why the reason is held back.")


def clean_text(text: str) -> str:
    """The text in NFC on one line, without control, invisible and reordering characters; raises `ReasonTooLong`."""
    plain = unicodedata.normalize("NFC", text)
    plain = "".join(
        character
        if unicodedata.category(character) not in HIDDEN
        else " "
        if character in "\n\r\t\u2028\u2029"
        else ""
        for character in plain
    )
    plain = " ".join(plain.split())
    if len(plain) > LONGEST:
        raise ReasonTooLong(most=LONGEST, length=len(plain))
    return plain


def own_comments(round: Round, bearer: Bearer) -> dict[str, Comment]:
    """What the bearer wrote in the round, by item."""
    author = bearer.keys.comment_pseudonym(round.number)
    return {comment.item: comment for comment in Comment.objects.filter(round=round, author=author)}


@transaction.atomic
def save_comments(round: Round, bearer: Bearer, posted, *, sides: dict[str, str]) -> int:
    """Keep the posted reasons of the items in ``sides``; an emptied one is taken back. Returns how many are kept.

    The caller holds the round open. ``reason-CODE`` holds a text, ``stand-CODE`` the tap that says "I stand by it".
    """
    author, kept = bearer.keys.comment_pseudonym(round.number), 0
    for item, side in sides.items():
        name = item or "new"
        if f"reason-{name}" not in posted:
            continue
        body = clean_text(posted.get(f"reason-{name}", ""))
        own = Comment.objects.filter(round=round, author=author, item=item)
        if not body and not posted.get(f"stand-{name}"):
            own.delete()
            continue
        Comment.objects.update_or_create(
            round=round, author=author, item=item, defaults={"side": side, "body": body}
        )
        kept += 1
    return kept


def take_back_comments(round: Round, bearer: Bearer) -> None:
    """Delete everything the bearer wrote in the open round."""
    Comment.objects.filter(round=round, author=bearer.keys.comment_pseudonym(round.number)).delete()


def own_texts(bearer: Bearer) -> list[dict]:
    """Everything the bearer wrote, round by round, to be seen and taken along."""
    return [
        {"round": round.number, "item": item, "text": comment.body}
        for round in bearer.study.rounds.order_by("number")
        for item, comment in sorted(own_comments(round, bearer).items())
    ]


def collect_reasons(round: Round) -> int:
    """At closing: copy what was written, in random order and without its names, for the coordinator to read."""
    comments = list(Comment.objects.filter(round=round).exclude(body=""))
    random.SystemRandom().shuffle(comments)
    Reason.objects.bulk_create(
        Reason(round=round, item=comment.item, side=comment.side, original=comment.body)
        for comment in comments
    )
    return len(comments)


@dataclass(frozen=True)
class Written:
    """How many experts wrote about an item, on which side, and how many stood by their answer without a reason."""

    above: int = 0
    below: int = 0
    neither: int = 0
    without: int = 0

    @property
    def reasons(self) -> int:
        """How many gave a reason."""
        return self.above + self.below + self.neither


def written(round: Round) -> dict[str, Written]:
    """The counts of a closed round by item; for the workers that read the answer side."""
    counts: dict[str, Counter] = {}
    for item, side, body in Comment.objects.filter(round=round).values_list("item", "side", "body"):
        counts.setdefault(item, Counter())[(side or "neither") if body else "without"] += 1
    return {item: Written(**count) for item, count in counts.items()}


def suggesting(round: Round) -> int:
    """How many experts wrote at least one text in the round."""
    return Comment.objects.filter(round=round).exclude(body="").values("author").distinct().count()


def words_allowed(round: Round) -> dict[str, bool]:
    """For each group (and for proposals) whether its reasons may be shown word for word (rule D6)."""
    rules = round.study.rules
    thresholds, fewest = Thresholds(**rules["disclosure"]), part(rules, "reasons")["fewest"]
    counts = Counter(round.reasons.values_list("item", flat=True))
    groups = {group.code: sum(counts[code] for code in group.codes) for group in _asked(round)}
    groups[PROPOSAL] = counts[PROPOSAL]
    return {
        code: round.study.is_rehearsal
        or reasons_may_be_shown(round.answers, count, fewest_reasons=fewest, thresholds=thresholds)
        for code, count in groups.items()
    }


def _asked(round: Round) -> list[Group]:
    return questionnaire(round.study, round.number)


def group_of(item: str, groups: list[Group]) -> str:
    """The code of the group an item stands in; empty for a proposal."""
    return next((group.code for group in groups if item in group.codes), PROPOSAL)


@transaction.atomic
def accept_reason(reason: Reason, *, by: str, at, text: str = "") -> Reason:
    """Release the reason word for word; raises `WordsNotAllowed` where that could tell who wrote it."""
    _refuse_after_release(reason.round)
    groups = _asked(reason.round)
    if not words_allowed(reason.round)[group_of(reason.item, groups)]:
        raise WordsNotAllowed
    return _decide(reason, Reason.Status.ACCEPTED, by=by, at=at, paraphrase="", note="")


@transaction.atomic
def paraphrase_reason(reason: Reason, *, by: str, at, text: str) -> Reason:
    """Say it in other words; a second person checks them before they are released."""
    _refuse_after_release(reason.round)
    words = clean_text(text)
    if not words:
        raise NoteNeeded
    return _decide(reason, Reason.Status.PARAPHRASED, by=by, at=at, paraphrase=words, note="")


@transaction.atomic
def hold_reason(reason: Reason, *, by: str, at, text: str) -> Reason:
    """Show it to nobody, for a stated reason."""
    _refuse_after_release(reason.round)
    note = clean_text(text)[:300]
    if not note:
        raise NoteNeeded
    return _decide(reason, Reason.Status.HELD, by=by, at=at, paraphrase="", note=note)


@transaction.atomic
def check_paraphrase(reason: Reason, *, by: str, at, text: str = "") -> Reason:
    """The second person's word that the paraphrase says the same and gives nobody away."""
    _refuse_after_release(reason.round)
    if reason.read_by == by:
        raise SecondPersonNeeded
    reason.advance([Reason.Status.PARAPHRASED], Reason.Status.CHECKED, checked_by=by)
    _record(reason, by=by, at=at)
    return reason


def _decide(reason: Reason, status: str, *, by: str, at, **fields) -> Reason:
    """A decision stands until the feedback is released, and may be changed until then."""
    reason.advance([*Reason.Status.values], status, read_by=by, checked_by="", **fields)
    _record(reason, by=by, at=at)
    return reason


def _record(reason: Reason, *, by: str, at) -> None:
    study = reason.round.study
    detail = {"reason": reason.pk, "decision": str(reason.status)}
    if reason.note:
        detail["note"] = reason.note
    subject = f"{study.slug}#{reason.round.number}"
    record_event(actor=by, action="review_reason", subject=subject, at=at, detail=detail)


def _refuse_after_release(round: Round) -> None:
    if Feedback.objects.filter(round=round).exists():
        raise ReasonsReleased(number=round.number)


def released_reasons(round: Round) -> dict[str, dict[str, list[str]]]:
    """By item and side what the panel is told, sorted by the text alone; raises `ReasonsWaiting`."""
    reasons = list(round.reasons.all())
    waiting = sum(not reason.is_settled for reason in reasons)
    if waiting:
        raise ReasonsWaiting(count=waiting)
    told: dict[str, dict[str, list[str]]] = {}
    for reason in reasons:
        if reason.status != Reason.Status.HELD:
            told.setdefault(reason.item, {}).setdefault(reason.side or "neither", []).append(reason.text)
    return {item: {side: sorted(texts) for side, texts in sides.items()} for item, sides in told.items()}


def second_people(round: Round, *, by: str) -> bool:
    """Whether somebody else could check a paraphrase."""
    series = round.study.series_id
    return Membership.objects.filter(series=series).exclude(user__username=by).exists()
