"""Forms by which a printed list is brought in: what is said about it, its tiers, and its table."""

import csv
import io

from django import forms
from django.utils.translation import gettext_lazy as _

from ranking.past_lists import TiersDoNotFit, tier_list
from survey.refusal import InvalidInput
from survey.uploads import UnreadableFile, read_rows

TEXTS = ("name", "name_en", "source", "source_en", "comparability", "comparability_en")
MOST_TEXT = 5_000_000


class PastListForm(forms.Form):
    """Everything about a printed list. The table comes as a file, and after the check in a hidden field as text."""

    year = forms.IntegerField(label=_("Year"), min_value=1900, max_value=2100)
    name = forms.CharField(label=_("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    file = forms.FileField(
        label=_("List (CSV or XLSX): rank, name; where known code, name_en, province, score"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"empty": _("The file is empty.")},
    )
    table = forms.CharField(required=False, max_length=MOST_TEXT, strip=False, widget=forms.HiddenInput)
    cuts = forms.CharField(
        label=_("Tiers: last rank of each, such as 3, 29, 58, 100"),
        required=False,
        max_length=200,
        help_text=_("Empty where the list has no tiers."),
    )
    tiers = forms.CharField(label=_("Names of the tiers in Chinese"), required=False, max_length=500)
    tiers_en = forms.CharField(label=_("Names of the tiers in English"), required=False, max_length=500)
    indicators = forms.IntegerField(
        label=_("Number of indicators it was made from"), required=False, min_value=1, max_value=10_000
    )
    source = forms.CharField(label=_("Source in Chinese"), max_length=300)
    source_en = forms.CharField(label=_("Source in English"), required=False, max_length=300)
    comparability = forms.CharField(
        label=_("What readers must know before they compare years, in Chinese"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    comparability_en = forms.CharField(
        label=_("The same in English"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self):
        """The table from the file, or from the field that carried it through the check."""
        given = super().clean()
        if given.get("file"):
            try:
                given["rows"] = read_rows(given["file"].read())
            except InvalidInput as refusal:
                self.add_error("file", str(refusal))
        elif given.get("table"):
            try:
                given["rows"] = list(csv.reader(io.StringIO(given["table"], newline="")))
            except csv.Error:
                self.add_error("file", str(UnreadableFile()))
        elif "file" not in self.errors:
            self.add_error("file", _("Choose a file."))
        return given

    def tier_entries(self, listed: int) -> list[dict] | None:
        """The tiers as typed, or None with an error at the field."""
        try:
            cuts = [int(cut) for cut in parts(self.cleaned_data["cuts"])]
            names = [parts(self.cleaned_data[field]) for field in ("tiers", "tiers_en")]
            return tier_list(cuts, names[0], names[1] or names[0], listed=listed)
        except (ValueError, TiersDoNotFit):
            self.add_error("cuts", str(TiersDoNotFit(listed=listed)))
            return None


def parts(typed: str) -> list[str]:
    """What stands between commas, Chinese ones too."""
    for comma in "，、;；":
        typed = typed.replace(comma, ",")
    return [part.strip() for part in typed.split(",") if part.strip()]


def table_text(rows: list[list[str]]) -> str:
    """The rows as the text that the hidden field carries."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
