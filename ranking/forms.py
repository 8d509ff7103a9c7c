"""Forms of the editor's studio."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ranking.models import KeyFigure, Supplement
from ranking.prose import clean_prose
from survey.refusal import InvalidInput

SHORT_NAME = _("Letters, digits and hyphens; it stands in addresses.")
DECIMAL = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class UnreadableInstant(InvalidInput):
    """The instant of an embargo, or a note, cannot be read."""

    code = "unreadable_instant"
    message = _("Write the instant of the embargo as 2026-12-31 18:00, and notes in at most 500 characters.")


class ProposalForm(forms.Form):
    """What goes with a proposal; the embargo is in the zone of the site."""

    note = forms.CharField(required=False, max_length=500)
    accepting = forms.CharField(required=False, max_length=500)
    embargo_until = forms.DateTimeField(
        required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
    )


class WordsForm(forms.ModelForm):
    """A form whose words are kept without invisible and reordering characters, on one line unless it shows more."""

    def get_initial_for_field(self, field, name):
        """A whole number without a point."""
        value = super().get_initial_for_field(field, name)
        return int(value) if isinstance(value, float) and value.is_integer() else value

    def clean(self) -> dict:
        """The words as they are kept."""
        cleaned = super().clean()
        for name, value in cleaned.items():
            if isinstance(value, str):
                words = clean_prose(value)
                lines = isinstance(self.fields[name].widget, forms.Textarea)
                cleaned[name] = words if lines else " ".join(words.split())
        return cleaned


class KeyFigureForm(WordsForm):
    """One key figure with what it is made of."""

    class Meta:
        model = KeyFigure
        fields = (
            *("code", "form", "name", "name_en", "unit", "unit_en"),
            *("numerator", "numerator_name", "numerator_name_en"),
            *("denominator", "denominator_name", "denominator_name_en"),
            *("reference", "reference_name", "reference_name_en", "year", "source", "source_en"),
        )
        labels = {
            "code": _("Short name"),
            "form": _("Form"),
            "name": _("What it says, in Chinese"),
            "name_en": _("What it says, in English"),
            "unit": _("Unit in Chinese"),
            "unit_en": _("Unit in English"),
            "numerator": _("Numerator"),
            "numerator_name": _("The numerator is, in Chinese"),
            "numerator_name_en": _("The numerator is, in English"),
            "denominator": _("Denominator"),
            "denominator_name": _("The denominator is, in Chinese"),
            "denominator_name_en": _("The denominator is, in English"),
            "reference": _("Compared with"),
            "reference_name": _("That is, in Chinese"),
            "reference_name_en": _("That is, in English"),
            "year": _("Year of the figures"),
            "source": _("Source in Chinese"),
            "source_en": _("Source in English"),
        }
        help_texts = {
            "code": SHORT_NAME,
            "unit": _("For ratios and counts; a share is in percent."),
            "numerator": _("A sum over the listed units, never a mean of ratios."),
            "reference": _("The figure of the whole country, say, in the same form: percent for a share."),
        }
        widgets = dict.fromkeys(("numerator", "denominator", "reference", "year"), DECIMAL)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["form"].choices = [("", _("Choose one")), *KeyFigure.Form.choices]

    def clean_code(self) -> str:
        """A short name is kept in small letters."""
        return self.cleaned_data["code"].lower()


class TableForm(WordsForm):
    """What stands around a table; its columns and cells have fields of their own."""

    class Meta:
        model = Supplement
        fields = ("code", "title", "title_en", "note", "note_en", "source", "source_en")
        labels = {
            "code": _("Short name"),
            "title": _("Title in Chinese"),
            "title_en": _("Title in English"),
            "note": _("Note in Chinese"),
            "note_en": _("Note in English"),
            "source": _("Source in Chinese"),
            "source_en": _("Source in English"),
        }
        help_texts = {"code": SHORT_NAME}
        widgets = {name: forms.Textarea(attrs={"rows": 2, "maxlength": 1000}) for name in ("note", "note_en")}

    file = forms.FileField(
        label=_("Table (CSV in UTF-8, or XLSX), the first row with the names of the columns"),
        help_text=_(
            "A heading such as “集群 / Cluster” gives both names. Units are written by code or by name, "
            "several split by semicolons."
        ),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"empty": _("The file is empty.")},
    )

    def clean_code(self) -> str:
        """A short name is kept in small letters."""
        return self.cleaned_data["code"].lower()
