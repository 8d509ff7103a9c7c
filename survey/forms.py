"""Forms of the coordinator's pages."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _


class DeadlineForm(forms.Form):
    """When a round closes."""

    deadline = forms.DateTimeField(
        label=_("Deadline"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={
            "required": _("Choose a deadline."),
            "invalid": _("Write the deadline as 2026-12-31 18:00."),
        },
    )


class RosterForm(forms.Form):
    """Experts to invite, one on each line."""

    roster = forms.CharField(
        label=_("Experts, one on each line: name, e-mail, organisation, language (zh or en)"),
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": "王芳, wang@example.org, 示例大学, zh"}),
        error_messages={"required": _("Paste at least one line.")},
        strip=False,
    )


def suggested_deadline(now: datetime) -> datetime:
    """A week from now at six in the evening: a proposal the coordinator may change."""
    return (now + timedelta(days=7)).replace(hour=18, minute=0, second=0, microsecond=0)
