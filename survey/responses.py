"""Drafts and submissions: the one place where an answer is written."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from survey.answers import check_answer, counted, is_complete
from survey.codes import CodeNotAccepted
from survey.credentials import Bearer
from survey.drafts import Part, Sender, is_older, is_successor, part_tag, save_mark
from survey.models import Credential, Pending, Response, Round
from survey.notes import keep_reasons, require_reasons
from survey.questionnaire import questionnaire
from survey.reasons import PROPOSAL, save_comments, take_back_comments
from survey.refusal import Refusal
from survey.sealing import canonical_bytes, sha256_hex
from survey.self_assessment import carried


class RoundClosed(Refusal):
    """The round does not take answers."""

    code = "round_closed"
    message = _(
        "Round %(number)d is closed, so this was not counted. What you submitted before stands as it was."
    )


class CodeWaits(Refusal):
    """A code issued after an answer works from the next round on."""

    code = "code_waits"
    message = _(
        "Your new code works from round %(number)d on. An answer that was given with the earlier code stays counted."
    )


class StaleAnswer(Refusal):
    """The page was loaded before the answer was changed elsewhere."""

    code = "stale_answer"
    message = _(
        "This answer was changed on another page or device. Nothing was overwritten: look at it again below."
    )


def draft_tag(values: dict) -> str:
    """A short mark of a draft's content: two pages that show the same draft have the same mark."""
    return sha256_hex(canonical_bytes(values))[:16]


def find_response(round: Round, bearer: Bearer) -> Response | None:
    """The bearer's row in the round, or None."""
    return Response.objects.filter(round=round, pseudonym=bearer.keys.pseudonym).first()


def own_answers(bearer: Bearer) -> dict[int, dict]:
    """The bearer's submitted answers by the id of their round."""
    rows = Response.objects.filter(
        round__study=bearer.study, pseudonym=bearer.keys.pseudonym, values__isnull=False
    )
    return dict(rows.values_list("round_id", "values"))


def previous_values(round: Round, bearer: Bearer) -> tuple[int, dict] | None:
    """The bearer's last submitted answer before the round, with its round's number; None where there is none."""
    row = (
        Response.objects.filter(
            round__study=round.study_id,
            round__number__lt=round.number,
            pseudonym=bearer.keys.pseudonym,
            values__isnull=False,
        )
        .select_related("round")
        .order_by("-round__number")
        .first()
    )
    return (row.round.number, row.values) if row else None


@transaction.atomic
def save_draft(
    round: Round,
    bearer: Bearer,
    changes: dict,
    *,
    tag: str | None,
    at: datetime,
    part: Part | None = None,
    sender: Sender | None = None,
    reasons=None,
) -> Response:
    """Store what the bearer has written so far; ``changes`` maps field keys to values or None (emptied).

    ``tag`` is the mark of what the page showed: of ``part`` where one is given (`survey/drafts.py: part_tag`), else of
    the whole draft; None asks for no comparison. A later save of the same page goes on from its earlier one, an
    older packet changes nothing. Raises `RoundClosed`, `CodeWaits`, and `StaleAnswer` where something else was stored
    in the meantime and would be overwritten.

    ``reasons`` is a group with what was posted beside it (`survey/notes.py: keep_reasons`).
    """
    round = _lock_for_answer(round, bearer, at=at)
    response, is_new = _own_row(round, bearer)
    stored, key = response.draft, bearer.keys.mark_key(round.number)
    before = response.draft_marks.get(part.name, "") if part else ""
    if sender and before and is_older(key, part, sender, before):
        return response
    if not is_current(response, round, bearer, part=part, tag=tag, sender=sender) and _differs(
        stored, changes
    ):
        raise StaleAnswer
    if is_new:  # what was said of the own judgement stands until it is changed
        stored = carried((previous_values(round, bearer) or (0, {}))[1])
    response.draft = {**stored, **changes}
    response.draft_leaf = bearer.keys.leaf(round.number, counted(response.draft))
    if part:
        response.draft_marks = {**response.draft_marks, part.name: save_mark(key, part, sender)}
    response.save()
    _mark_draft(round, bearer, response)
    if reasons:
        keep_reasons(round, bearer, *reasons, response.draft)
    return response


def is_current(
    response: Response | None,
    round: Round,
    bearer: Bearer,
    *,
    part: Part | None,
    tag: str | None,
    sender: Sender | None,
) -> bool:
    """Whether a page shows what is stored: by its tag, or because the last save was its own."""
    draft, marks = (response.draft, response.draft_marks) if response else ({}, {})
    if part is None or tag is None:
        return tag in (None, draft_tag(draft))
    if tag == part_tag(draft, marks, part):
        return True
    key = bearer.keys.mark_key(round.number)
    return sender is not None and is_successor(key, part, sender, marks.get(part.name, ""))


def _differs(stored: dict, changes: dict) -> bool:
    """Whether the changes would overwrite anything; a field that is not there is like an emptied one."""
    return any(stored.get(key) != value for key, value in changes.items())


def _own_row(round: Round, bearer: Bearer) -> tuple[Response, bool]:
    """The bearer's row, locked until this transaction ends, and whether it is new."""
    mine = {"round": round, "pseudonym": bearer.keys.pseudonym}
    _row, is_new = Response.objects.get_or_create(**mine)
    return Response.objects.select_for_update().get(**mine), is_new


def _mark_draft(round: Round, bearer: Bearer, response: Response) -> None:
    """Note that a complete draft waits, so that it can be counted at the deadline; a submitted answer stays noted."""
    mark = Pending.objects.filter(round=round, expert=bearer.expert)
    if response.values is not None:
        return
    complete = is_complete(questionnaire(round.study), response.draft, round.study.rules)
    if complete and round.study.rules["count_complete_drafts"]:
        mark.get_or_create(round=round, expert=bearer.expert, defaults={"kind": Pending.Kind.DRAFT})
    else:
        mark.filter(kind=Pending.Kind.DRAFT).delete()


@transaction.atomic
def submit_response(round: Round, bearer: Bearer, *, tag: str | None, at: datetime) -> Response:
    """Count the bearer's draft as the answer of the round; the last acknowledged submission wins.

    Raises `RoundClosed`, `CodeWaits`, `StaleAnswer`, and the refusal that names the first unfinished group.
    """
    round = _lock_for_answer(round, bearer, at=at)
    response, _is_new = _own_row(round, bearer)
    if tag is not None and tag != draft_tag(response.draft):
        raise StaleAnswer
    check_answer(questionnaire(round.study), response.draft, round.study.rules)
    require_reasons(round, bearer, response.draft)
    response.values, response.leaf = counted(response.draft), response.draft_leaf
    response.save()
    Pending.objects.update_or_create(round=round, expert=bearer.expert, defaults={"kind": Pending.Kind.FINAL})
    return response


@transaction.atomic
def take_back_response(round: Round, bearer: Bearer, *, at: datetime) -> None:
    """Delete what the open round holds under the bearer's code, and note that the expert leaves the panel.

    Raises `RoundClosed` and `CodeWaits`.
    """
    round = _lock_for_answer(round, bearer, at=at)
    Response.objects.filter(round=round, pseudonym=bearer.keys.pseudonym).delete()
    take_back_comments(round, bearer)
    Pending.objects.update_or_create(round=round, expert=bearer.expert, defaults={"kind": Pending.Kind.LEAVE})


@transaction.atomic
def save_proposal(round: Round, bearer: Bearer, posted, *, at: datetime) -> None:
    """Keep the bearer's proposal of a new indicator; an emptied one is taken back."""
    save_comments(_lock_for_answer(round, bearer, at=at), bearer, posted, sides={PROPOSAL: ""})


def _lock_for_answer(round: Round, bearer: Bearer, *, at: datetime) -> Round:
    """The round, held open until this transaction ends: `close_round` waits for it."""
    if connection.vendor == "postgresql":  # the ORM has no FOR SHARE; SQLite's writers already wait in line
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM survey_round WHERE id = %s FOR SHARE", [round.pk])
    round = Round.objects.select_related("study").get(pk=round.pk)
    if not round.is_open or (round.deadline and at >= round.deadline):
        raise RoundClosed(number=round.number)
    if not Credential.objects.filter(auth=bearer.keys.auth).exists():  # revoked since the request began
        raise CodeNotAccepted
    if bearer.valid_from_round > round.number:
        raise CodeWaits(number=bearer.valid_from_round)
    return round


def receipt(leaf: str) -> str:
    """The short receipt shown to the expert: the first 16 digits of the leaf."""
    return leaf[:16]
