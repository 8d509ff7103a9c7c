"""A robustness study as rows for a page: units with their names, factors in words."""

from django.utils.translation import gettext_lazy as _

from ranking.models import RobustnessStudy, Score
from survey.models import Indicator

FACTORS = {
    "experts": _("Another panel of the same size"),
    "without_expert": _("One expert left out"),
    "weights": _("Noise on the experts' weights"),
    "without_indicator": _("One indicator left out"),
    "combination": _("Another way to combine both weights"),
    "k": _("Another k for negative indicators"),
    "normalization": _("Another normalisation"),
    "aggregation": _("Geometric in place of additive"),
    "missing": _("Another rule for missing cells"),
}
WORDS = {"firm": _("firm"), "fair": _("fair"), "fragile": _("fragile")}


def unit_rows(study: RobustnessStudy) -> list[dict]:
    """Every listed unit with its intervals and chances, in order of rank."""
    scores = Score.objects.listed(study.run)
    found = {row["code"]: row for row in study.result["units"]}
    return [
        {"score": score, **found[score.unit.code], "word": WORDS[found[score.unit.code]["word"]]}
        for score in scores
    ]


def factor_rows(study: RobustnessStudy) -> list[dict]:
    """The factors, the one with the largest total index first; each with its single choices and their shifts."""
    names = dict(Indicator.objects.filter(study=study.run.study).values_list("code", "name"))
    rows = []
    for row in study.result["factors"]["rows"]:
        pairs = list(zip(row["choices"], row["alone"], strict=True))[1:]
        labelled = [(names.get(choice, choice), shift) for choice, shift in pairs]
        worst = max(labelled, key=lambda pair: pair[1])
        rows.append({**row, "label": FACTORS[row["name"]], "choices": labelled, "worst": worst})
    return sorted(rows, key=lambda row: -row.get("total", 0))
