"""Writing and checking the audit chain."""

import hashlib
from datetime import UTC

from django.db import connection, models, transaction

from survey.models import AuditEvent
from survey.sealing import canonical_bytes

GENESIS = "0" * 64
CHAIN_LOCK = 0x48656E67  # an arbitrary fixed number for PostgreSQL's advisory lock


@transaction.atomic
def record_event(*, actor: str, action: str, subject: str, at, detail: dict | None = None) -> AuditEvent:
    """Append one act to the chain, in the transaction of the act itself."""
    _lock_chain()
    last = AuditEvent.objects.order_by("-sequence").first()
    event = AuditEvent(
        sequence=last.sequence + 1 if last else 1,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        detail=detail or {},
        previous=last.hash if last else GENESIS,
    )
    event.hash = event_hash(event)
    event.save(force_insert=True)
    return event


def event_hash(event: AuditEvent) -> str:
    """SHA-256 over the previous hash and the canonical event."""
    document = {
        "sequence": event.sequence,
        "at": event.at.astimezone(UTC).isoformat(),
        "actor": event.actor,
        "action": event.action,
        "subject": event.subject,
        "detail": event.detail,
    }
    return hashlib.sha256(event.previous.encode() + canonical_bytes(document)).hexdigest()


def _lock_chain() -> None:
    """One writer at a time. SQLite's immediate transactions already are; PostgreSQL needs to be told."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])


def chain_break() -> int | None:
    """The sequence number of the first event that does not fit the chain, or None where all of it holds."""
    previous, expected = GENESIS, 1
    for event in AuditEvent.objects.order_by("sequence").iterator():
        if event.sequence != expected or event.previous != previous or event.hash != event_hash(event):
            return event.sequence
        previous, expected = event.hash, expected + 1
    return None


def study_events(study):
    """What was done in one study: events whose subject is its short name, or begins with it and a mark."""
    own = models.Q(subject=study.slug)
    for mark in ("#", " "):
        own |= models.Q(subject__startswith=f"{study.slug}{mark}")
    return AuditEvent.objects.filter(own)
