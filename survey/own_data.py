"""What the holder of a code may do with what is stored under it: see it, take it along, leave, join an earlier code."""

from datetime import datetime

from django.db import transaction

from survey.codes import CodeNotAccepted, derive_keys, read_code
from survey.credentials import Bearer, bury_credential
from survey.doorbell import ring_on_commit
from survey.letters import LINK_TASK
from survey.models import DeadCredential, LinkRequest, Pending, Response
from survey.reasons import own_texts
from survey.responses import take_back_response

LEAVING_TASK = "survey.tasks.let_leavers_go"


def own_answers(bearer: Bearer) -> list[Response]:
    """Every row stored under the bearer's pseudonym, by round."""
    rows = Response.objects.filter(round__study=bearer.study, pseudonym=bearer.keys.pseudonym)
    return list(rows.select_related("round").order_by("round__number"))


def own_document(bearer: Bearer) -> dict:
    """The same as a document to take along: nothing else is stored under the code."""
    return {
        "study": bearer.study.slug,
        "pseudonym": bearer.keys.pseudonym,
        "answers": [
            {
                "round": row.round.number,
                "submitted": row.values,
                "receipt": row.leaf or None,
                "draft": row.draft or None,
            }
            for row in own_answers(bearer)
        ],
        "reasons": own_texts(bearer),
    }


def leave_panel(bearer: Bearer, *, at: datetime) -> bool:
    """The expert leaves: what the open round holds under the code is deleted, closed rounds stay as they are.

    While a round is open, the leaving becomes visible with the next batch of the participation list, so that nobody can
    tell by the hour which answer went; submitting again before that takes it back. Otherwise it holds within moments.
    Returns whether it waits for a batch.
    """
    round = bearer.study.open_round()
    if round:
        take_back_response(round, bearer, at=at)
        return True
    latest = bearer.study.rounds.latest("number")
    Pending.objects.update_or_create(
        round=latest, expert=bearer.expert, defaults={"kind": Pending.Kind.LEAVE}
    )
    ring_on_commit(LEAVING_TASK, [latest.pk])
    return False


@transaction.atomic
def replace_own_code(bearer: Bearer) -> None:
    """The bearer's code dies at once (somebody else may have seen it), and a new one goes out by mail."""
    bury_credential(bearer.expert)
    request, _made = LinkRequest.objects.get_or_create(expert=bearer.expert)
    ring_on_commit(LINK_TASK, [request.pk])


@transaction.atomic
def join_earlier_code(bearer: Bearer, text: str) -> int:
    """Bring the answers of an earlier, replaced code under the present one; returns how many rounds came along.

    Both codes must be at hand: nothing stored leads from one to the other. Where both answered one round, the answer of
    the present code stays: in an open round the earlier one is deleted, in a closed round it stays counted and frozen
    under its own pseudonym. Raises `CodeNotAccepted` for a code that is not a replaced one of this study.
    """
    earlier = derive_keys(read_code(text), bearer.study.salt)
    if not DeadCredential.objects.filter(auth=earlier.auth).exists():
        raise CodeNotAccepted
    taken = {row.round_id for row in own_answers(bearer)}
    moved = 0
    for row in Response.objects.select_related("round").filter(
        round__study=bearer.study, pseudonym=earlier.pseudonym
    ):
        if row.round_id not in taken:
            row.pseudonym = bearer.keys.pseudonym
            row.save()
            moved += 1
        elif row.round.is_open:
            row.delete()
    return moved
