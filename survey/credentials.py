"""Issuing, accepting and revoking codes."""

from dataclasses import dataclass

from django.db import transaction

from survey.audit import record_event
from survey.codes import CodeNotAccepted, Keys, derive_keys, new_secret, read_code, write_code
from survey.models import Credential, DeadCredential, Expert, Participation, Pending, Study


@dataclass(frozen=True)
class Bearer:
    """Who holds a valid code right now: known in memory for one request, stored nowhere."""

    study: Study
    expert: Expert
    keys: Keys
    valid_from_round: int


def issue_code(expert: Expert) -> str:
    """Mint a code, keep only its hash, and return the code for the one letter that carries it.

    An earlier code of the expert dies. Where the expert may already have answered the open round, the new code
    works from the next round on, so that nobody ever holds two live answers in one round.
    """
    secret = new_secret()
    keys = derive_keys(secret, expert.study.salt)
    with transaction.atomic():
        valid_from = _first_round_for_new_code(expert)
        bury_credential(expert)
        Credential.objects.create(auth=keys.auth, expert=expert, valid_from_round=valid_from)
    return write_code(secret)


def _first_round_for_new_code(expert: Expert) -> int:
    round = expert.study.open_round()
    if round is None:
        return 1
    answered = Participation.objects.filter(round=round, expert=expert).exists()
    waiting = Pending.objects.filter(round=round, expert=expert).exists()
    return round.number + 1 if answered or waiting or round.marks_incomplete else 1


def bury_credential(expert: Expert) -> None:
    """The expert's code stops working; its hash stays as a tombstone."""
    for credential in Credential.objects.filter(expert=expert):
        DeadCredential.objects.get_or_create(auth=credential.auth)
        credential.delete()


def revoke_code(expert: Expert, *, by: str, at) -> None:
    """The expert's code stops working at once, and the act is on record."""
    with transaction.atomic():
        bury_credential(expert)
        record_event(actor=by, action="revoke_code", subject=str(expert.study.slug), at=at)


def accept_code(text: str) -> tuple[bytes, Study]:
    """The secret in a typed code and the study it opens.

    Unknown, replaced and revoked codes all raise the same `CodeNotAccepted`.
    """
    secret = read_code(text)
    studies = {derive_keys(secret, study.salt).auth: study for study in Study.objects.all()}
    credential = Credential.objects.filter(auth__in=studies, expert__state=Expert.State.INVITED).first()
    if credential is None:
        raise CodeNotAccepted
    return secret, studies[credential.auth]


def find_bearer(secret: bytes, study: Study) -> Bearer | None:
    """The bearer of the secret in the study, or None where its code is not (or no longer) valid."""
    keys = derive_keys(secret, study.salt)
    credential = (
        Credential.objects.select_related("expert")
        .only(
            "valid_from_round", "expert__study_id", "expert__state"
        )  # no name: this process has no right to it
        .filter(auth=keys.auth, expert__study=study)
        .first()
    )
    if credential is None or credential.expert.state != Expert.State.INVITED:
        return None
    return Bearer(
        study=study, expert=credential.expert, keys=keys, valid_from_round=credential.valid_from_round
    )
