"""The head of the audit chain, sent out of the house every day: who owns the database cannot change it there."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone

from survey.audit import chain_head


def mail_chain_head(*, at: datetime) -> int:
    """One mail to each address of ``AUDIT_MAIL``, so that none sees the others; returns how many were sent."""
    head = chain_head()
    context = {"head": head, "at": timezone.localtime(at), "site": settings.BASE_URL}
    text = render_to_string("email/chain_head.txt", context)
    subject = f"{head.sequence}:{head.hash}"
    return sum(EmailMessage(f"Heng {subject}", text, to=[address]).send() for address in settings.AUDIT_MAIL)
