"""The form on which a coordinator chooses how the panel is asked and how its answers are pooled."""

import re

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from survey.core.authority import BASIS_TABLES, FAMILIARITY_TABLES
from survey.core.comparisons import RANDOM_INDEX
from survey.modes import MODES
from survey.self_assessment import bases, basis_words
from survey.usual_bounds import BY_MODE, by_mode_again

CONSISTENCY = [
    ("advise", _("advises: the expert is shown where to look again and may go on")),
    ("require", _("is required: a group above the limit cannot be submitted")),
]


def written(numbers) -> str:
    """A row of a table as people type it."""
    return " ".join(f"{number:g}" for number in numbers)


class NumbersField(forms.CharField):
    """A few numbers between 0 and 1, with spaces or commas between them."""

    def to_python(self, value):
        """The numbers as a list."""
        text = super().to_python(value)
        try:
            return [float(part) for part in re.split(r"[\s,;/，；、]+", text.strip()) if part]
        except ValueError:
            raise forms.ValidationError(_("Write numbers from 0 to 1, such as 0.5 0.4 0.3.")) from None


class AskingForm(forms.Form):
    """The part of the survey section that says how answers are given, weighed and pooled."""

    elicitation = forms.ChoiceField(label=_("How experts answer"), widget=forms.RadioSelect)
    rating_high = forms.TypedChoiceField(
        label=_("Rating: the scale"),
        coerce=int,
        choices=[(top, f"1–{top}") for top in (5, 7, 9)],
    )
    ranking_weights = forms.ChoiceField(
        label=_("Ranking: what the places are worth"),
        choices=[
            ("centroid", _("rank order centroid (ROC): the usual choice")),
            ("sum", _("rank sum: the flattest")),
            ("reciprocal", _("reciprocal: between the two, stressing the first place")),
        ],
    )
    ranking_ties = forms.ChoiceField(
        label=_("Ranking: equal places"),
        choices=[
            ("refuse", _("not allowed")),
            ("allow", _("allowed; tied indicators share the mean weight")),
        ],
    )
    comparisons_table = forms.ChoiceField(
        label=_("AHP: random indices behind CR"),
        choices=[(name, f"{name}: {written(values[2:9])} …") for name, values in RANDOM_INDEX.items()],
    )
    comparisons_limit = forms.FloatField(
        label=_("AHP: CR must be below"),
        min_value=0.01,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.01"}),
    )
    comparisons_consistency = forms.ChoiceField(label=_("AHP: the limit"), choices=CONSISTENCY)
    best_worst_consistency = forms.ChoiceField(
        label=_("Best-worst: the threshold of the input-based ratio"), choices=CONSISTENCY
    )
    aggregation = forms.ChoiceField(
        label=_("How the answers are pooled"),
        choices=[
            (
                BY_MODE,
                _("as the way of answering suggests: geometric for swing, AHP and best-worst, else the mean"),
            ),
            ("arithmetic", _("arithmetic mean of the experts' weights")),
            ("geometric", _("closed geometric mean: keeps ratios")),
            ("median", _("closed median: robust, better as a second look")),
            ("trimmed", _("closed trimmed mean: without the extremes of every indicator")),
            ("authority_arithmetic", _("mean weighted by authority Cr (needs the self-assessment)")),
            ("authority_geometric", _("geometric mean weighted by authority Cr (needs the self-assessment)")),
        ],
    )
    scope = forms.ChoiceField(
        label=_("Self-assessment of the experts"),
        help_text=_(
            "Familiarity Cs and basis of judgement Ca; Cr is their mean. Kept with the answer, without a name."
        ),
        choices=[
            ("none", _("not asked")),
            ("study", _("once for the whole study")),
            ("dimension", _("for every first-level indicator: the usual choice")),
            ("indicator", _("for every single indicator: long")),
        ],
    )
    required = forms.BooleanField(
        label=_("No answer without a self-assessment"),
        required=False,
        help_text=_("Always so where authority weighs."),
    )
    familiarity = NumbersField(
        label=_("Familiarity Cs, from very familiar down"),
        help_text=format_lazy(
            "{} {}",
            _("In use:"),
            " · ".join(f"{name}: {written(table)}" for name, table in FAMILIARITY_TABLES.items()),
        ),
    )

    def __init__(self, *args, rules: dict, **options):
        super().__init__(*args, initial=self.first(rules), **options)
        self.fields["elicitation"].choices = [(mode.code, mode.label) for mode in MODES.values()]
        self.fields["elicitation"].when = {mode.code: mode.when for mode in MODES.values()}
        words = basis_words()
        for name in bases(rules):
            usual = [written(BASIS_TABLES[table][name]) for table in ("default", "graded")]
            self.fields[f"basis_{name}"] = NumbersField(
                label=_("%(basis)s: much, some, little") % {"basis": words[name]},
                initial=written(rules["self_assessment"]["basis"][name]),
                help_text=" · ".join(dict.fromkeys(usual)),
            )

    @staticmethod
    def first(rules: dict) -> dict:
        """What the form shows before anything is changed."""
        stated = rules["self_assessment"]
        return {
            "elicitation": rules["elicitation"],
            "rating_high": rules["rating_high"],
            "ranking_weights": rules["ranking"]["weights"],
            "ranking_ties": rules["ranking"]["ties"],
            "comparisons_table": rules["comparisons"]["table"],
            "comparisons_limit": rules["comparisons"]["limit"],
            "comparisons_consistency": rules["comparisons"]["consistency"],
            "best_worst_consistency": rules["best_worst"]["consistency"],
            "aggregation": by_mode_again(rules)["aggregation"],
            "scope": stated["scope"],
            "required": stated["required"],
            "familiarity": written(stated["familiarity"]),
        }

    SECTIONS = (
        (_("Details of rating and ranking"), ("rating_high", "ranking_weights", "ranking_ties")),
        (
            _("Details of AHP and best-worst"),
            ("comparisons_table", "comparisons_limit", "comparisons_consistency", "best_worst_consistency"),
        ),
        (_("Pooling"), ("aggregation",)),
        (_("Self-assessment"), ("scope", "required", "familiarity", "basis_")),
    )

    @property
    def sections(self) -> list[dict]:
        """The fields below the choice itself, in groups with a heading."""
        return [
            {"title": title, "fields": [self[name] for name in self.fields if name.startswith(starts)]}
            for title, starts in self.SECTIONS
        ]

    def changes(self) -> dict:
        """What was chosen, as rules of the survey section."""
        data = self.cleaned_data
        basis = {name.removeprefix("basis_"): data[name] for name in data if name.startswith("basis_")}
        return {
            "elicitation": data["elicitation"],
            "rating_high": data["rating_high"],
            "ranking": {"weights": data["ranking_weights"], "ties": data["ranking_ties"]},
            "comparisons": {
                "table": data["comparisons_table"],
                "limit": data["comparisons_limit"],
                "consistency": data["comparisons_consistency"],
            },
            "best_worst": {"consistency": data["best_worst_consistency"]},
            "aggregation": data["aggregation"],
            "self_assessment": {
                "scope": data["scope"],
                "required": data["required"],
                "familiarity": data["familiarity"],
                "basis": basis,
            },
        }
