"""Forms of the coordinator's pages."""

import json
from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from survey.frameworks import Node, framework_of, read_framework
from survey.models import ItemChange, Series
from survey.strict_json import StrictJSON
from survey.uploads import read_rows


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


class ProtocolField(forms.JSONField):
    """Every rule of a study as one JSON."""

    widget = forms.Textarea(attrs={"rows": 24, "class": "mono", "spellcheck": "false"})
    empty_values = (None, "")  # {} is a protocol: every rule at its default

    def __init__(self, **options):
        super().__init__(
            label=_("Protocol: every rule that is fixed before round 1"),
            help_text=format_lazy(
                "{} {}",
                _(
                    "by_mode stands for what suits the way of answering: a middle half of at most 5 points, or 1 step "
                    "on a scale from 1 to 5. It is written out when the protocol is saved."
                ),
                _(
                    "weighting.missing = reweight goes with every objective method but merec, cilos and idocriw: "
                    "these compare whole rows of figures, so an empty cell would change what they measure, and they "
                    "refuse it by name."
                ),
            ),
            error_messages={"invalid": _("This is not JSON. Look for a missing comma or quotation mark.")},
            encoder=ReadableJSON,
            decoder=StrictJSON,
            **options,
        )


class ReadableJSON(json.JSONEncoder):
    """JSON as people edit it: indented, with Chinese characters as they are."""

    def __init__(self, **options):
        super().__init__(**{**options, "indent": 2, "ensure_ascii": False})


class ProtocolForm(forms.Form):
    """The rules of a study that has not started."""

    protocol = ProtocolField()


class DeviationForm(forms.Form):
    """A rule that changes after round 1 opened, or something done otherwise; always with a reason."""

    rule = forms.CharField(
        label=_("Rule, as it stands above (for example survey.rounds); empty where no rule changes"),
        max_length=100,
        required=False,
    )
    value = forms.JSONField(
        label=_("New value, as JSON"),
        required=False,
        decoder=StrictJSON,
        widget=forms.TextInput(attrs={"class": "mono"}),
        error_messages={"invalid": _("This is not JSON. Look for a missing comma or quotation mark.")},
    )
    reason = forms.CharField(
        label=_("Why this was necessary"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write why this was necessary; experts and readers will see it.")},
    )


class TreeChangeForm(forms.Form):
    """One change of the indicator tree between rounds."""

    kind = forms.ChoiceField(
        label=_("What happens"), choices=ItemChange.Kind.choices, widget=forms.RadioSelect
    )
    codes = forms.MultipleChoiceField(
        label=_("Which indicators go or are reworded"), required=False, widget=forms.CheckboxSelectMultiple
    )
    parent = forms.ChoiceField(label=_("Group that a new indicator joins"), required=False)
    table = forms.CharField(
        label=_(
            "What comes, one on each line: code, name, name in English, definition, definition in English"
        ),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    reason = forms.CharField(
        label=_("Why the tree changes; the experts will read it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, study, *args, **options):
        super().__init__(*args, **options)
        nodes = list(study.indicators.all())
        inner = {node.parent_id for node in nodes}
        self.fields["codes"].choices = [(node.code, node.label) for node in nodes if node.pk not in inner]
        groups = [(node.code, node.label) for node in nodes if node.pk in inner]
        self.fields["parent"].choices = [("", _("First-level indicators")), *groups]


class StudyForm(forms.Form):
    """What a new study needs: where it belongs, its names, its indicators and its rules."""

    TEMPLATE, UPLOAD = "template", "upload"

    series = forms.ModelChoiceField(label=_("Series"), queryset=Series.objects.none(), empty_label=None)
    name = forms.CharField(label=_("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    slug = forms.SlugField(
        label=_("Short name, used in addresses"),
        max_length=60,
        error_messages={"invalid": _("Use Latin letters, digits and hyphens only.")},
    )
    year = forms.IntegerField(label=_("Year"), min_value=1900, max_value=2200)
    introduction = forms.CharField(
        label=_("Introduction for the experts, in Chinese"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    introduction_en = forms.CharField(
        label=_("Introduction for the experts, in English"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    source = forms.ChoiceField(
        label=_("Indicators"),
        choices=[
            (TEMPLATE, _("The template of 2022: 5 first-level and 24 second-level indicators")),
            (UPLOAD, _("A table of our own (CSV or XLSX), uploaded below")),
        ],
        widget=forms.RadioSelect,
        initial=TEMPLATE,
    )
    framework = forms.FileField(
        label=_("Indicator table (CSV or XLSX: code, parent, name, name_en, definition, unit, direction …)"),
        required=False,
    )
    protocol = ProtocolField()

    def clean_slug(self) -> str:
        """A short name that no page of the site uses."""
        if self.cleaned_data["slug"] in ("new", "import"):
            raise forms.ValidationError(_("Choose another short name."))
        return self.cleaned_data["slug"]

    def clean(self) -> dict:
        """The table's text under ``nodes``, from the template or from the upload."""
        data = super().clean()
        if data.get("source") == self.UPLOAD and not data.get("framework"):
            self.add_error("framework", _("Choose the indicator table, or take the template."))
        return data

    def nodes(self) -> list[Node]:
        """The chosen indicator table; an upload is read like every other file."""
        if self.cleaned_data["source"] == self.TEMPLATE:
            path = settings.BASE_DIR / "data" / "framework-2022.csv"
            return read_framework(path.read_text(encoding="utf-8"))
        return framework_of(read_rows(self.cleaned_data["framework"].read()))
