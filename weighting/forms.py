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
