"""The form on which a coordinator sets how long what is kept."""

from django import forms
from django.utils.translation import gettext as _

from survey.protocol import RETENTION_DAYS, InvalidProtocol, complete_part


class RetentionForm(forms.Form):
    """The days of the rule `survey.retention`; their bounds are those of the protocol."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        labels = {
            "codes_days": _("Codes, and links between the rounds: days after the first publication"),
            "identities_days": _("Names and addresses: days after the first publication"),
            "abandoned_days": _(
                "A study of which nothing is published: days after the last act of a person on it"
            ),
        }
        for name, (low, high) in RETENTION_DAYS.items():
            bounds = {"low": low, "high": high}
            wrong = _("Write a whole number of days, from %(low)d to %(high)d.") % bounds
            self.fields[name] = forms.IntegerField(
                label=labels[name],
                help_text=_("%(low)d to %(high)d days") % bounds + f" · survey.retention.{name}",
                min_value=low,
                max_value=high,
                error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong),
            )

    def clean(self) -> dict:
        """The days, where the protocol would take them together."""
        days = super().clean()
        if not self.errors:
            try:
                complete_part("retention", days)
            except InvalidProtocol as refusal:
                self.add_error(refusal.details["rule"].rpartition(".")[2], str(refusal))
        return days
