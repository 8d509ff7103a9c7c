"""The form for a panel that was asked elsewhere: checked first, imported with a second click."""

import re
import unicodedata

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from survey.forms import ReadableJSON, StudyForm
from survey.frameworks import framework_of
from survey.imported_answers import PreparedPanel, prepare_panel
from survey.models import Series
from survey.panel_table import POINTS, SCALE, read_panel_table
from survey.protocol import LONGEST_SCALE
from survey.refusal import InvalidInput
from survey.strict_json import StrictJSON
from survey.uploads import read_rows

SALT = "survey.import_panel"
MOST_CARRIED = 200_000  # characters of a form that carries no file anew
HOURS = 12


class PanelTooLarge(InvalidInput):
    """The checked answers do not fit into a form."""

    code = "panel_too_large"
    message = _("This panel is too large for the page. Import it with `manage.py import_panel`.")


class RulesField(forms.JSONField):
    """Rules as JSON; an empty field where there are none."""

    widget = forms.Textarea(attrs={"rows": 2, "class": "mono", "spellcheck": "false"})

    def prepare_value(self, value):
        """Nothing for None."""
        return "" if value is None else super().prepare_value(value)


class ImportForm(forms.Form):
    """Where the panel belongs, what its numbers are, and its file."""

    series = forms.ModelChoiceField(label=_("Series"), queryset=Series.objects.none(), empty_label=None)
    name = forms.CharField(label=_("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    slug = forms.SlugField(label=_("Short name, used in addresses"), max_length=60)
    year = forms.IntegerField(label=_("Year"), min_value=1900, max_value=2200)
    kind = forms.ChoiceField(
        label=_("What the numbers are"),
        choices=[
            (SCALE, _("Ratings or other numbers on one scale, every item by itself")),
            (POINTS, _("Points: 100 in every group of items")),
        ],
        widget=forms.RadioSelect,
        initial=SCALE,
    )
    low = forms.FloatField(
        label=_("Lowest number of the scale"), min_value=0, max_value=LONGEST_SCALE, required=False, initial=1
    )
    high = forms.FloatField(
        label=_("Highest number of the scale"),
        min_value=0,
        max_value=LONGEST_SCALE,
        required=False,
        initial=5,
    )
    table = forms.FileField(
        label=_("Answers (CSV or XLSX)"), error_messages={"required": _("Choose the file with the answers.")}
    )
    framework = forms.FileField(
        label=_("Indicator table (CSV or XLSX), where the items stand in groups"),
        required=False,
    )
    invited = forms.CharField(
        label=_("Invited experts of each round, such as 30, 28; empty: as many as answered"),
        required=False,
        max_length=100,
    )
    rules = RulesField(
        label=_('Thresholds that differ from the usual ones, as JSON: {"consensus": {"iqr": 1}}'),
        required=False,
        encoder=ReadableJSON,
        decoder=StrictJSON,
        error_messages={"invalid": _("This is not JSON. Look for a missing comma or quotation mark.")},
    )
    checked = forms.CharField(required=False, max_length=MOST_CARRIED, widget=forms.HiddenInput)

    clean_slug = StudyForm.clean_slug

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["table"].required = not self.data.get("checked")

    def clean_invited(self) -> list[int] | None:
        """Whole numbers, full-width digits and commas included."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["invited"]).replace("、", ",").strip()
        if not typed:
            return None
        if not re.fullmatch(r"\d{1,6}(\s*[,;\s]\s*\d{1,6})*", typed):
            raise forms.ValidationError(_("Write whole numbers with commas between them."))
        return [int(each) for each in re.split(r"[,;\s]+", typed)]

    def clean_rules(self) -> dict | None:
        """An object, or nothing."""
        rules = self.cleaned_data["rules"]
        if rules is not None and not isinstance(rules, dict):
            raise forms.ValidationError(_("This is not JSON. Look for a missing comma or quotation mark."))
        return rules

    def clean(self) -> dict:
        """Ends of a scale where one is needed."""
        data = super().clean()
        if data.get("kind") == SCALE and not self.errors:
            data["low"] = 1.0 if data.get("low") is None else data["low"]
            data["high"] = 5.0 if data.get("high") is None else data["high"]
            if data["low"] >= data["high"]:
                self.add_error("high", _("The highest number must be above the lowest."))
        return data

    def prepared(self) -> PreparedPanel:
        """The panel in the file; raises a refusal with everything that is wrong."""
        data = self.cleaned_data
        nodes = framework_of(read_rows(data["framework"].read())) if data["framework"] else None
        table = read_panel_table(read_rows(data["table"].read()), nodes)
        scale = {} if data["kind"] == POINTS else {"low": data["low"], "high": data["high"]}
        return prepare_panel(table, kind=data["kind"], rules=data["rules"], **scale)


def carried(panel: PreparedPanel) -> str:
    """The checked panel, signed, for the second click; raises `PanelTooLarge`."""
    found = signing.dumps(panel.content().decode(), salt=SALT, compress=True)
    if len(found) > MOST_CARRIED:
        raise PanelTooLarge
    return found


def taken_back(text: str) -> PreparedPanel | None:
    """What `carried` wrote; None where it is somebody else's text or too old."""
    try:
        content = signing.loads(text, salt=SALT, max_age=HOURS * 3600)
    except signing.BadSignature:
        return None
    return PreparedPanel.of_content(content.encode())
