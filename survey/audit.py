"""Writing and checking the audit chain."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
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
    last = chain_head()
    event = AuditEvent(
        sequence=last.sequence + 1,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        detail=detail or {},
        previous=last.hash,
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


@dataclass(frozen=True)
class Head:
    """Where the chain stood at some time: the number of an event, and its hash."""

    sequence: int
    hash: str


@dataclass(frozen=True)
class Fault:
    """The first event at which the chain does not hold, and why."""

    sequence: int
    reason: str


def chain_head() -> Head:
    """The newest event; number 0 and the genesis hash for a chain without events."""
    last = AuditEvent.objects.order_by("-sequence").first()
    return Head(last.sequence, last.hash) if last else Head(0, GENESIS)


def chain_fault(anchors: Iterable[Head] = ()) -> Fault | None:
    """The first event that does not fit the chain or a head that was noted elsewhere; None where all of it holds.

    Without anchors a chain that was cut off at its end, or worked out anew from some event on, looks whole.
    """
    noted: dict[int, set[str]] = {}
    for head in anchors:
        noted.setdefault(head.sequence, set()).add(head.hash)
    previous, expected = GENESIS, 1
    for event in AuditEvent.objects.order_by("sequence").iterator():
        if event.sequence != expected:
            return Fault(min(expected, event.sequence), "is missing or out of its place")
        if event.previous != previous:
            return Fault(expected, "does not follow the event before it")
        if event.hash != event_hash(event):
            return Fault(expected, "was changed: its hash is another one")
        if noted.get(expected, {event.hash}) != {event.hash}:
            return Fault(expected, "is not the one that was noted elsewhere: the chain was worked out anew")
        previous, expected = event.hash, expected + 1
    lost = [sequence for sequence in noted if sequence >= expected]
    if lost:
        return Fault(expected, f"is missing: event {max(lost)} was noted elsewhere, so the chain was cut off")
    return None


def study_events(study):
    """What was done in one study: events whose subject is its short name, or begins with it and a mark."""
    own = models.Q(subject=study.slug)
    for mark in ("#", " "):
        own |= models.Q(subject__startswith=f"{study.slug}{mark}")
    return AuditEvent.objects.filter(own)
