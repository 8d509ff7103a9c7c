"""The levels of a study's factors that staff choose: which there are, which the figures refuse, which are usual."""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from ranking.core.levels import LEVELS, USUAL, other_levels, published_level
from ranking.core.scenarios import Dropped, refused_alone
from ranking.models import RobustnessStudy, Run
from ranking.scale_form import NAMES as SCALES
from ranking.workbench import Workbench
from survey.models import Study
from survey.refusal import InvalidInput, Refusal
from weighting.failures import explain
from weighting.objectives import NAMES as METHODS
from weighting.objectives import explain_refusal

SLOW_UNITS = 300  # beyond, Copeland's comparison of all pairs is no work for a request
MOST_NUMBERS = 9
MOST_NAMES = 3  # indicators named with a refusal
FACTORS = {
    "combination": _("Ways to combine both weights"),
    "k": _("k for negative indicators"),
    "normalization": _("Scales"),
    "aggregation": _("Means"),
    "missing": _("Rules for missing cells"),
    "objective": _("Weights of the data"),
    "direction": _("How negative indicators are turned"),
    "level": _("Where both weights are combined"),
}
WORDS = {
    "combination": {
        "product": _("product"),
        "entropy": _("least relative entropy"),
        "game_theory": _("game theory"),
        "max_deviation": _("largest squared deviation"),
    },
    "normalization": SCALES
    | {"min_max": _("min–max scale"), "vector": _("vector scale"), "rank": _("places as scale")}
    | {"distance_to_target": _("distance to a target")},
    "aggregation": {
        "additive": _("weighted sum"),
        "geometric": _("geometric mean"),
        "harmonic": _("harmonic mean"),
        "power": _("power mean"),
        "copeland": _("Copeland"),
    },
    "missing": {"group_median": _("gaps filled with the median"), "reweight": _("weights shared out")},
    "objective": METHODS,
    "direction": {
        "reciprocal": "1 ÷ (k + max|x| + x)",
        "reciprocal_unit_free": "1 ÷ (1.1 × max|x| + x)",
        "max_minus": "max − x",
        "inverse": "1 ÷ x",
    },
    "level": {
        "global": _("over all indicators"),
        "group": _("inside the groups"),
        "both": _("inside every group, headings included"),
    },
}


class UnknownLevels(InvalidInput):
    """A level that no factor has, or numbers that cannot be read."""

    code = "unknown_levels"
    message = _(
        "“%(given)s” is no choice of a study. α is a number from 0 to 1, k a number above 0; up to %(most)d of each."
    )


class LevelsRefused(Refusal):
    """Choices that the figures of this run refuse; nothing was queued."""

    code = "levels_refused"
    message = _("The figures of this run refuse these choices, so nothing was asked for: %(levels)s")


@dataclass(frozen=True)
class Level:
    """One level in the form: its name, its words, whether it is ticked, and why the figures refuse it."""

    name: str
    label: str
    is_on: bool
    refusal: str


@dataclass(frozen=True)
class FactorChoice:
    """One factor in the form; numbers, where it takes some, as they were typed."""

    name: str
    label: str
    published: str
    levels: tuple[Level, ...]
    numbers: str | None


def level_words(factor: str, level) -> str:
    """A level in words."""
    if factor == "k":
        return f"k = {float(level):g}"
    if str(level).startswith("linear "):
        return _("linear, α = %(alpha)s") % {"alpha": f"{float(level.removeprefix('linear ')):g}"}
    if not isinstance(level, str):  # one mean a level of the tree
        return " / ".join(level_words(factor, rule) for rule in level)
    return str(WORDS[factor].get(level, level))


def read_levels(posted) -> dict:
    """The levels that were ticked and typed, every factor with its own; raises `UnknownLevels`."""
    levels = {}
    for factor, names in LEVELS.items():
        wanted = posted.getlist(factor)
        if odd := set(wanted) - set(names):
            raise UnknownLevels(given=min(odd), most=MOST_NUMBERS)
        levels[factor] = [name for name in names if name in wanted]
    alphas = _numbers(posted.get("alpha", ""), least=0, most=1)
    levels["combination"] += [f"linear {alpha}" for alpha in alphas]
    levels["k"] = _numbers(posted.get("k", ""), least=1e-9, most=1e9)
    return levels


def _numbers(text: str, *, least: float, most: float) -> list[float]:
    """Numbers in a line of text, in order."""
    for mark in ",;，；、":
        text = text.replace(mark, " ")
    found = set()
    for part in text.split():
        try:
            number = float(part)
        except ValueError as fault:
            raise UnknownLevels(given=part[:40], most=MOST_NUMBERS) from fault
        if not (math.isfinite(number) and least <= number <= most):
            raise UnknownLevels(given=part[:40], most=MOST_NUMBERS)
        found.add(number)
    if len(found) > MOST_NUMBERS:
        raise UnknownLevels(given=text[:40], most=MOST_NUMBERS)
    return sorted(found)


def trial_bench(run: Run, levels: dict | None = None) -> Workbench:
    """A bench to try levels on: without the panel's answers, the pooled weights in their place."""
    parameters = {"seed": 0, "concentration": 50.0} | ({} if levels is None else {"levels": levels})
    return Workbench(RobustnessStudy(run=run, parameters=parameters), is_trial=True)


def unusual(run: Run, levels: dict | None) -> dict | None:
    """The levels as a study keeps them: those this run can take; None where they are the usual ones."""
    if levels is None:
        return None
    bench = trial_bench(run, levels)
    usual = replace(bench.world, levels=None)
    kept = {factor: other_levels(bench.world, factor) for factor in USUAL}
    refused = {} if bench.is_large else refusals_of(run.key, run.pk)
    same = all(
        set(kept[factor])
        == {level for level in other_levels(usual, factor) if (factor, level) not in refused}
        for factor in USUAL
    )
    return None if same else {factor: found for factor, found in kept.items() if found}


def refuse_levels(run: Run, levels: dict) -> None:
    """Try every level alone on the figures; those that are refused are named and stop the study."""
    bench, dropped = trial_bench(run, levels), []
    for factor in levels:
        for level in other_levels(bench.world, factor):
            if level == "copeland" and bench.is_large:
                dropped.append(Dropped(factor, level, "too_many_units"))
            else:
                refused_alone(bench.world, factor, level, dropped)
    if dropped:
        named = [f"{level_words(row.factor, row.choice)} ({reason_words(run.study, row)})" for row in dropped]
        raise LevelsRefused(levels="; ".join(named))


def reason_words(study: Study, dropped: Dropped) -> str:
    """Why the figures refuse a level, in words, with the indicators concerned."""
    if dropped.reason == "too_many_units":
        return str(_("it compares all pairs, and there are too many units"))
    some, more = dropped.columns[:MOST_NAMES], len(dropped.columns[MOST_NAMES:])
    if dropped.factor == "objective":
        words = explain_refusal(study, dropped.reason, some)
    else:
        words = explain({"reason": dropped.reason, "columns": some}, study)
    return _("%(some)s and %(more)d more") % {"some": words, "more": more} if more else words


def factor_choices(run: Run, posted=None) -> list[FactorChoice]:
    """The form: every factor that can matter for this run, with what was sent or the usual levels."""
    bench = trial_bench(run, _everything(run))
    refusals = {} if bench.is_large else refusals_of(run.key, run.pk)
    return [choice for factor in FACTORS if (choice := _factor_choice(bench, factor, refusals, posted))]


def _everything(run: Run) -> dict:
    return LEVELS | {"k": USUAL["k"]}


def _factor_choice(bench: Workbench, factor: str, refusals: dict, posted) -> FactorChoice | None:
    offered = other_levels(bench.world, factor)
    if not offered:
        return None
    on = posted.getlist(factor) if posted is not None else USUAL[factor]
    levels = [
        Level(
            name=str(level),
            label=level_words(factor, level),
            is_on=level in on and (factor, level) not in refusals,
            refusal=reason_words(bench.run.study, refusals[factor, level])
            if (factor, level) in refusals
            else "",
        )
        for level in offered
        if factor != "k"
    ]
    return FactorChoice(
        name=factor,
        label=str(FACTORS[factor]),
        published=level_words(factor, published_level(bench.recipe, factor)) if factor != "missing" else "",
        levels=tuple(levels),
        numbers=_typed(factor, posted),
    )


def _typed(factor: str, posted) -> str | None:
    """The numbers of a factor that takes some."""
    field = {"k": "k", "combination": "alpha"}.get(factor)
    if field is None:
        return None
    if posted is not None:
        return posted.get(field, "")
    usual = USUAL["k"] if factor == "k" else [name.split()[1] for name in USUAL[factor] if " " in name]
    return ", ".join(f"{float(number):g}" for number in usual)


@lru_cache(maxsize=64)
def refusals_of(key: str, run: int) -> dict[tuple[str, str], Dropped]:
    """Why the figures of a run refuse a level, for every level they refuse; the key names the run's inputs."""
    found = Run.objects.get(pk=run)
    bench, dropped = trial_bench(found, LEVELS), []
    for factor in LEVELS:
        for level in other_levels(bench.world, factor):
            refused_alone(bench.world, factor, level, dropped)
    return {(row.factor, row.choice): row for row in dropped}
