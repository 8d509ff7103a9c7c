"""The records of the survey room."""

from survey.models.answers import Response
from survey.models.audit import AuditEvent
from survey.models.panel import (
    Credential,
    DeadCredential,
    Expert,
    Letter,
    LinkRequest,
    Participation,
    Pending,
)
from survey.models.rounds import Feedback, Round, RoundStatistics, Snapshot
from survey.models.study import Indicator, Membership, Series, Study

__all__ = [
    "AuditEvent",
    "Credential",
    "DeadCredential",
    "Expert",
    "Feedback",
    "Indicator",
    "Letter",
    "LinkRequest",
    "Membership",
    "Participation",
    "Pending",
    "Response",
    "Round",
    "RoundStatistics",
    "Series",
    "Snapshot",
    "Study",
]
