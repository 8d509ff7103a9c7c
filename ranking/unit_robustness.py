"""How far one unit's rank carries, and the nearest weights under which it would be first: rows for the staff's page."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ranking.core.first_place import weights_to_be_first
from ranking.listing import tier_name
from ranking.models import RobustnessStudy, Run, Score
from ranking.workbench import Workbench

WORDS = {"firm": gettext_lazy("firm"), "fair": gettext_lazy("fair"), "fragile": gettext_lazy("fragile")}
ICONS = {"firm": "done", "fair": "moving", "fragile": "warning"}
UNCHANGED = 5e-6  # of the whole: a weight that moves less is as published


def unit_robustness(run: Run, score: Score, *, with_first: bool) -> dict:
    """What the page of one unit's score says of its rank; the way to the first place only where it is asked for."""
    bench = Workbench(RobustnessStudy(run=run))
    refusal = why_not_first(bench)
    context = {"carry": _carry(run, score), "no_first": refusal, "first": None}
    return context | ({"first": first_place(bench, score)} if with_first and not refusal else {})


def why_not_first(bench: Workbench) -> str:
    """Why no nearest weights can be reckoned, in words; empty where they can."""
    if not bench.recipe.is_additive:
        return _(
            "Not reckoned: these scores are no weighted sum, and only for sums are the nearest weights found exactly."
        )
    if not bench.has_one_sum:
        return _(
            "Not reckoned: figures are missing and their weights shared out, so not all units have the same weights."
        )
    return ""


def first_place(bench: Workbench, score: Score) -> dict:
    """The weight that must move to make the unit first, and the indicators it moves between."""
    units = list(bench.run.scores.order_by("unit__position").values_list("unit__code", flat=True))
    found = weights_to_be_first(bench.values, bench.weights, units.index(score.unit.code))
    if found.weights is None:
        return {"moved": None, "rows": []}
    rows = [
        {"indicator": leaf, "published": own, "needed": needed, "points": 100 * (needed - own)}
        for leaf, own, needed in zip(
            bench.tree.leaves, bench.weights.tolist(), found.weights.tolist(), strict=True
        )
        if abs(needed - own) > UNCHANGED
    ]
    return {"moved": found.moved, "rows": sorted(rows, key=lambda row: -abs(row["points"]))}


def _carry(run: Run, score: Score) -> dict | None:
    """What the fullest study of the run says of the unit; None without a study."""
    study = fullest_study(run)
    if study is None:
        return None
    row = next(row for row in study.result["units"] if row["code"] == score.unit.code)
    names = [_("not listed"), *[tier_name(run, tier + 1) for tier in range(len(row["tiers"]) - 1)]]
    chances = list(zip(range(len(names)), names, row["tiers"], strict=False))
    leads = {found["code"]: found["draws"] for found in study.result.get("leads", {}).get("first", [])}
    return {
        **row,
        "study": study,
        "label": WORDS[row["word"]],
        "icon": ICONS[row["word"]],
        "chances": [*chances[1:], *chances[:1]],
        "leads": leads.get(score.unit.code, 0) / study.parameters["draws"],
    }


def fullest_study(run: Run) -> RobustnessStudy | None:
    """The finished study with the largest design, the newest of several."""
    done = RobustnessStudy.objects.filter(run=run, status=RobustnessStudy.Status.DONE)
    return max(done, key=lambda found: found.parameters["base"], default=None)
