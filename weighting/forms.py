"""Forms of the weighting room."""

from django import forms
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    """A table of figures."""

    file = forms.FileField(
        label=_("Table (CSV in UTF-8, or XLSX), units in rows, one column for each indicator"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )


class GroupingForm(forms.Form):
    """A region scheme: what it is called, what it sorts by, and the table of its groups."""

    code = forms.SlugField(
        label=_("Short name, such as region4"),
        max_length=60,
        error_messages={"invalid": _("Use letters, digits, hyphens and underscores only.")},
    )
    name = forms.CharField(label=_("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    attribute = forms.CharField(
        label=_("Column of the data that it sorts by"),
        max_length=60,
        initial="province",
        help_text=_("For example province; code where the scheme names the units themselves."),
    )
    file = forms.FileField(
        label=_("Groups (CSV or XLSX): group, name, name_en, value; one line for each value"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
    note = forms.CharField(
        label=_("Note in Chinese"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    note_en = forms.CharField(
        label=_("Note in English"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    source = forms.CharField(label=_("Source in Chinese"), required=False, max_length=300)
    source_en = forms.CharField(label=_("Source in English"), required=False, max_length=300)


class NextGroupingForm(GroupingForm):
    """The next version of a scheme; without a table the groups stay as they are."""

    code = None

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["file"].required = False
        self.fields["file"].help_text = _("Without a file the groups stay as they are.")


class YearForm(forms.Form):
    """Another year's figures."""

    year = forms.IntegerField(label=_("Year"), min_value=1900, max_value=2100)
    file = forms.FileField(
        label=_("Table (CSV in UTF-8, or XLSX), with a column for each indicator that has figures"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
