"""The options of the command line: every choice of a recipe, and what to do with the result."""

import argparse
import math
from dataclasses import dataclass
from pathlib import Path

from ranking.core.recipe import AGGREGATIONS, BEYOND, SCALES, Recipe
from weighting.core.derivation import COMBINATIONS
from weighting.core.direction import NEGATIVE_TRANSFORMS
from weighting.core.hierarchy import LEVELS
from weighting.core.objective import METHODS
from weighting.core.preparation import OUTLIERS

AS_GIVEN = "none"
EXPERTS_ALONE = "experts"
MISSING = ("refuse", "leave_out", "group_median", "reweight")
TIERS = ("ranks", "scores", "breaks", "k_means", "quantiles")
COUNTED = ("breaks", "k_means", "quantiles")
INTERVALS = ("auto", "experts", "weights", "none")
MOST_DRAWS = 1_000_000
MOST_SEED = 2**63
DEFAULTS = Recipe()


@dataclass(frozen=True)
class Tiers:
    """How tiers are cut: ``ranks`` and ``scores`` by borders, ``breaks`` and ``quantiles`` by their number."""

    method: str
    numbers: tuple[float, ...]


def parser():
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(
        prog="python -m ranking.cli",
        description="Weights, scores, ranks and rank intervals of units from two tables.",
        epilog="Tables and conventions: docs/engine.md. Exit code 0, or 2 for input that cannot be used.",
    )
    made.add_argument("data", type=Path, help="units in rows: code, name, a column an indicator; or iData")
    made.add_argument("framework", type=Path, help="code, parent, name, direction, weight; or iMeta")
    add_weights(made.add_argument_group("weights"))
    add_scores(made.add_argument_group("scores"))
    add_intervals(made.add_argument_group("rank intervals"))
    add_checks(made.add_argument_group("checks"))
    add_output(made.add_argument_group("output"))
    return made


def add_weights(group):
    """Add what makes weights."""
    people = group.add_mutually_exclusive_group()
    people.add_argument(
        "--experts", type=Path, help="a row an expert, 100 points a group; without: equal weights"
    )
    people.add_argument("--weights", type=Path, help="given local weights: code, weight; siblings sum to 1")
    group.add_argument("--objective", choices=METHODS, default=DEFAULTS.objective, help="weights of the data")
    choices = (*COMBINATIONS, EXPERTS_ALONE)
    text = "of experts' and data's weights; experts: theirs (or the given ones) alone"
    group.add_argument("--combination", choices=choices, default=DEFAULTS.combination, help=text)
    group.add_argument(
        "--alpha", type=number, default=DEFAULTS.alpha, help="experts' share if linear, 0 to 1"
    )
    group.add_argument("--level", choices=LEVELS, default=DEFAULTS.level, help="where weights are combined")
    group.add_argument("--direction", choices=NEGATIVE_TRANSFORMS, default=DEFAULTS.direction)
    group.add_argument("--k", type=number, default=DEFAULTS.k, help="constant of the reciprocal, above 0")
    group.add_argument("--negative-values", choices=("refuse", "zero"), default=DEFAULTS.negative_values)
    group.add_argument("--missing", choices=MISSING, default=DEFAULTS.missing)
    group.add_argument("--missing-group", metavar="COLUMN", help="of the data, for group_median")
    text = "of very skewed columns: winsorise, or bend by this where that is not enough"
    group.add_argument("--outliers", choices=OUTLIERS, default="keep", help=text)


def add_scores(group):
    """Add what makes scores, ranks and tiers."""
    scales = (*SCALES, AS_GIVEN)
    text = "none: the figures are scores already, more is better"
    group.add_argument("--normalization", choices=scales, default=DEFAULTS.normalization, help=text)
    text = "ends of the scales min_max, rank, goalposts and distance_to_target"
    group.add_argument("--low", type=number, default=DEFAULTS.low, help=text)
    group.add_argument("--high", type=number, default=DEFAULTS.high)
    text = "code and the figures that the scale measures by; without: columns of the framework"
    group.add_argument("--references", type=Path, help=text)
    group.add_argument("--beyond", choices=BEYOND, default=DEFAULTS.beyond, help="of figures beyond them")
    text = f"one of {', '.join(AGGREGATIONS)}, or one a level from the composite downward, with commas"
    group.add_argument("--aggregation", type=aggregation, default=DEFAULTS.aggregation, help=text)
    group.add_argument("--exponent", type=number, default=DEFAULTS.exponent, help="of the power mean")
    group.add_argument("--tolerance", type=number, default=DEFAULTS.tolerance, help="scores within it tie")
    text = "ranks=3,29,58,100 | scores=60,40,30 | breaks=4 | k_means=4 | quantiles=4"
    group.add_argument("--tiers", type=tiers, metavar="METHOD=NUMBERS", help=text)


def add_intervals(group):
    """Add how ranks are drawn again."""
    text = "resample experts whole, or draw weights about the given ones; auto: experts where there are 5 or more"
    group.add_argument("--intervals", choices=INTERVALS, default="auto", help=text)
    group.add_argument("--draws", type=whole(1, MOST_DRAWS), default=2000)
    group.add_argument("--coverage", type=coverage, default=0.9, help="share of the draws inside an interval")
    group.add_argument(
        "--concentration", type=number, default=50.0, help="of drawn weights; less scatters more"
    )
    group.add_argument("--seed", type=whole(0, MOST_SEED), default=20221031)


def add_checks(group):
    """Add what explains a score, and other ways to rank the same figures."""
    text = "rank with each of these alphas as well, combined linearly, such as 0,0.25,0.5,0.75,1"
    group.add_argument("--alpha-sweep", type=alphas, metavar="ALPHAS", help=text)
    text = "what every indicator brought to every score, in the unit of the score; the parts add up to it"
    group.add_argument("--contributions", action="store_true", help=text)
    text = "rank by TOPSIS and VIKOR as well, on the same scaled figures and weights"
    group.add_argument("--cross-checks", action="store_true", help=text)


def add_output(group):
    """Add where results go."""
    group.add_argument("--out", type=Path, metavar="DIR", help="write CSV files and result.json there")
    group.add_argument("--json", action="store_true", help="print result.json and nothing else")
    group.add_argument("--show", type=whole(0, 1_000_000), default=20, help="units in the printed table")


def recipe_of(asked):
    """Return the recipe of the options; what `Recipe` does not know is left at its default there."""
    own = {name: getattr(asked, name) for name in vars(DEFAULTS)} | {"references": asked.reference_figures}
    if asked.combination == EXPERTS_ALONE:
        own["combination"] = DEFAULTS.combination
    if asked.normalization == AS_GIVEN:
        own["normalization"] = DEFAULTS.normalization
    if asked.missing == "leave_out":
        own["missing"] = "refuse"
    return Recipe(**own)


def number(text):
    """Return a finite number."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def whole(low, high):
    """Return the type of whole numbers in a range."""

    def whole_number(text):
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{value} is not between {low} and {high}")
        return value

    return whole_number


def coverage(text):
    """Return a share between 0 and 1."""
    value = number(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


def alphas(text):
    """Return shares from 0 to 1, separated by commas."""
    found = tuple(number(part) for part in text.split(","))
    if any(not 0 <= alpha <= 1 for alpha in found):
        raise argparse.ArgumentTypeError(f"{text} holds an alpha that is not between 0 and 1")
    return found


def aggregation(text):
    """Return one name, or a tuple with one a level."""
    names = tuple(text.split(","))
    for name in names:
        if name not in AGGREGATIONS:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(AGGREGATIONS)}")
    return names[0] if len(names) == 1 else names


def tiers(text):
    """Return how tiers are cut."""
    method, _, listed = text.partition("=")
    try:
        numbers = tuple(number(part) for part in listed.split(","))
    except ValueError:
        numbers = ()
    if method not in TIERS or not numbers:
        raise argparse.ArgumentTypeError(f"{text!r} is not one of {', '.join(TIERS)} with = and numbers")
    if method != "scores" and any(not part.is_integer() for part in numbers):
        raise argparse.ArgumentTypeError(f"{method} takes whole numbers")
    if method == "ranks" and numbers[0] < 1:
        raise argparse.ArgumentTypeError("the first rank is 1")
    if method in COUNTED and (len(numbers) > 1 or numbers[0] < 1):
        raise argparse.ArgumentTypeError(f"{method} takes one number, how many tiers")
    return Tiers(method, numbers)
