"""The records of the survey room."""

from survey.models.answers import Comment, Response
from survey.models.audit import AuditEvent
from survey.models.deviations import Deviation
from survey.models.errands import Errand
from survey.models.panel import (
    Credential,
    DeadCredential,
    Expert,
    Letter,
    LinkRequest,
    Participation,
    Pending,
)
from survey.models.people import SecondFactor
from survey.models.reasons import Reason
from survey.models.rounds import Feedback, PanelUpload, Round, RoundStatistics, Snapshot
from survey.models.spreads import DataSpread
from survey.models.study import Indicator, ItemChange, Membership, Series, Study

__all__ = [
    "AuditEvent",
    "Comment",
    "Credential",
    "DataSpread",
    "DeadCredential",
    "Deviation",
    "Errand",
    "Expert",
    "Feedback",
    "Indicator",
    "ItemChange",
    "Letter",
    "LinkRequest",
    "Membership",
    "PanelUpload",
    "Participation",
    "Pending",
    "Reason",
    "Response",
    "Round",
    "RoundStatistics",
    "SecondFactor",
    "Series",
    "Snapshot",
    "Study",
]
