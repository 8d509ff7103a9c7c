"""A robustness study as rows for a page: units with their names, factors and choices in words."""

from django.utils.translation import gettext_lazy as _

from ranking.charts import FIRST, whisker_chart
from ranking.core.rank_streams import NEXT
from ranking.listing import dimensions_of, tier_name
from ranking.models import RobustnessStudy, Score
from ranking.robustness_files import FILES
from ranking.robustness_leads import indicator_names, lead_rows, leading_rows
from ranking.robustness_levels import level_words
from ranking.robustness_result import FAIR, FIRM
from ranking.unit_robustness import ICONS, WORDS, why_not_first
from ranking.workbench import MANY_UNITS, Workbench

FACTORS = {
    "experts": _("Another panel of the same size"),
    "without_expert": _("One expert left out"),
    "weights": _("Noise on the experts' weights"),
    "without_indicator": _("One indicator left out"),
    "combination": _("Another way to combine both weights"),
    "k": _("Another k for negative indicators"),
    "normalization": _("Another normalisation"),
    "aggregation": _("Another aggregation"),
    "missing": _("Another rule for missing cells"),
    "objective": _("Other weights of the data"),
    "direction": _("Another turn of negative indicators"),
    "level": _("Combined at another level"),
}
DRAWN = {
    "experts": _("the furthest of %(number)d drawn panels"),
    "weights": _("the furthest of %(number)d draws"),
    "without_expert": _("the expert whose absence moves most (anonymous)"),
}
FILE_WORDS = {
    "units.csv": _("every unit's figures (CSV)"),
    "acceptability.csv": _("chance of every rank (CSV)"),
    "central.csv": _("central weights (CSV)"),
    "factors.csv": _("factors and their choices (CSV)"),
    "left-out.csv": _("leaving out one (CSV)"),
    "pairs.csv": _("pairs that cannot be told apart (CSV)"),
    "first.csv": _("weight needed to be first (CSV)"),
    "result.json": _("the whole result (JSON)"),
}
SURE = 0.95  # from this chance on a place on the list counts as sure
MOST_EXPERTS = 5  # of the shifts without one expert that are shown
MOST_PAIRS = 24
MOST_FIRST = 20  # units whose way to the first place is shown; the file has more
MOST_ROWS = 500  # units in the table of the page; the file has all


def found_context(study: RobustnessStudy) -> dict:
    """What the page of a finished study needs."""
    rows, factors, result = unit_rows(study), factor_rows(study), study.result
    return {
        "rows": rows[:MOST_ROWS],
        "hidden_rows": max(0, len(rows) - MOST_ROWS),
        "neighbours": NEXT if len(rows) > MANY_UNITS else 0,
        "chart": whisker_chart(rows),
        "factors": factors,
        "pairs": pair_rows(study, rows),
        "summary": summary_of(study, rows, factors),
        "without_indicator": leaf_rows(study),
        "without_expert": result["without_expert"][:MOST_EXPERTS],
        "first_place": first_rows(study)[:MOST_FIRST],
        "no_first": first_refusal(study),
        "leads": lead_rows(study),
        "dimensions": dimensions_of(study.run.study),
        "leading": leading_rows(study, rows),
        "tier_rule": study.run.parameters["tiers"]["method"],
        "dropped": dropped_rows(study),
        "levels": levels_of(study),
        "files": [(name, FILE_WORDS[name]) for name in FILES],
    }


def levels_of(study: RobustnessStudy) -> list[tuple[str, str]]:
    """The rules that were varied and their other levels in words; empty where they are the usual ones."""
    return [
        (str(FACTORS[factor]), " · ".join(level_words(factor, level) for level in found))
        for factor, found in study.parameters.get("levels", {}).items()
        if found
    ]


def first_refusal(study: RobustnessStudy) -> str:
    """Why no way to the first place can be reckoned, in words; empty where it can."""
    return "" if study.result["first_place"] else why_not_first(Workbench(study))


def unit_rows(study: RobustnessStudy) -> list[dict]:
    """Every listed unit with its intervals and chances, in order of rank."""
    found = {row["code"]: row for row in study.result["units"]}
    return [_unit_row(study, score, found[score.unit.code]) for score in Score.objects.listed(study.run)]


def _unit_row(study: RobustnessStudy, score: Score, row: dict) -> dict:
    own = row["tiers"][score.tier] if row["tiers"] and score.tier else None
    return {
        **row,
        "score": score,
        "unit": score.unit,
        "tier_name": tier_name(study.run, score.tier),
        "own_tier": own,
        "code_word": row["word"],
        "word": WORDS[row["word"]],
        "icon": ICONS[row["word"]],
    }


def summary_of(study: RobustnessStudy, rows: list[dict], factors: list[dict]) -> dict:
    """The figures of the plain summary."""
    listed = study.run.parameters["listed"]
    words = [row["code_word"] for row in rows]
    strongest = factors[0] if factors and "total" in factors[0] else None
    return {
        "units": len(rows),
        **{word: words.count(word) for word in WORDS},
        "firm_width": int(max(1, FIRM * listed)),
        "fair_width": int(max(FAIR * listed, FIRM * listed, 1)),
        "drawn": min(FIRST, len(rows)),
        "firm_drawn": words[:FIRST].count("firm"),
        "sure": sum(row["listed"] >= SURE for row in rows),
        "strongest": strongest,
        "mean_shift": study.result["mean_shift"],
    }


def factor_rows(study: RobustnessStudy) -> list[dict]:
    """The factors, the one with the largest total index first; each with its worst single choice in words."""
    names = indicator_names(study)
    rows = []
    for row in study.result["factors"]["rows"]:
        pairs = list(zip(row["choices"], row["alone"], strict=True))[1:]
        choice, shift = max(pairs, key=lambda pair: pair[1])
        worst = _choice_words(row["name"], choice, len(pairs), names)
        rows.append(
            {**row, "label": FACTORS[row["name"]], "number": len(pairs), "worst": worst, "shift": shift}
        )
    return sorted(rows, key=lambda row: -row.get("total", 0))


def _choice_words(factor: str, choice: str, number: int, names: dict[str, str]) -> str:
    """One choice of a factor in words; drawn choices and experts have no name."""
    if factor in DRAWN:
        return str(DRAWN[factor]) % {"number": number}
    if factor == "without_indicator":
        return names.get(choice, choice)
    return level_words(factor, choice)


def dropped_rows(study: RobustnessStudy) -> list[str]:
    """Choices that the figures refuse when they alone are changed, in words."""
    names, dropped = indicator_names(study), study.result["factors"]["dropped"]
    return [
        f"{FACTORS[row['factor']]}{_(': ')}{_choice_words(row['factor'], row['choice'], 1, names)}"
        for row in dropped
        if row["factor"] not in DRAWN
    ]


def pair_rows(study: RobustnessStudy, rows: list[dict]) -> list[tuple[dict, dict]]:
    """The first pairs that cannot be told apart, neighbours in rank first."""
    found = {row["code"]: row for row in rows}
    return [(found[a], found[b]) for a, b in study.result["pairs"]["first"][:MOST_PAIRS]]


def leaf_rows(study: RobustnessStudy) -> list[dict]:
    """Average shift without each indicator, the largest first."""
    names = indicator_names(study)
    return [{**row, "label": names[row["code"]]} for row in study.result["without_indicator"]]


def first_rows(study: RobustnessStudy) -> list[dict]:
    """The leading units behind the first, with the weight that would have to move."""
    scores = {score.unit.code: score for score in Score.objects.listed(study.run)}
    rows = [row for row in study.result["first_place"] if row["code"] in scores]
    return [{**row, "score": scores[row["code"]]} for row in rows if scores[row["code"]].rank > 1]
