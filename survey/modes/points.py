"""Sharing out points: stored as whole numbers of the smallest step, so that every sum is exact."""

import re
import unicodedata
from fractions import Fraction
from itertools import chain
from operator import itemgetter

import numpy as np
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from survey.core.elicitation import shared_out
from survey.core.simulation import FINE
from survey.modes.base import Mode, Scale
from survey.questionnaire import Group, GroupUnfinished
from survey.refusal import InvalidInput
from survey.strips import strip_scale

GRID = 5  # points: median and quartiles are shown on this grid
HALVES = str.maketrans({"½": ".5"})


class InvalidPoints(InvalidInput):
    """A field holds something that is not a number of points between 0 and the total."""

    code = "invalid_points"
    message = _("“%(item)s”: enter a whole number from 0 to %(total)s, not “%(value)s”.")


class InvalidHalfPoints(InvalidPoints):
    """A field holds something that is not a multiple of half a point between 0 and the total."""

    message = _("“%(item)s”: enter whole or half points from 0 to %(total)s, not “%(value)s”.")


class GroupSumWrong(InvalidInput):
    """The points of a group do not add up to the total."""

    code = "group_sum_wrong"
    message = _("“%(group)s” adds up to %(sum)s, not %(total)s. Change the points until %(total)s are given.")


def units(rules: dict) -> int:
    """How many of the smallest step make the total: 100 for whole points, 200 for halves."""
    return round(rules["total"] / rules["step"])


def in_points(value: int, rules: dict) -> int | float:
    """Stored steps as points; a whole number where it is one."""
    return _plain(value * Fraction(str(rules["step"])))


def _plain(points: Fraction) -> int | float:
    return int(points) if points.denominator == 1 else float(points)


def read_points(text: str, *, item, rules: dict) -> int | None:
    """The steps a person typed as points: None for an empty field.

    Full-width digits, a percent sign, a decimal point or comma and ½ are read. Raises `InvalidPoints`.
    """
    typed = unicodedata.normalize("NFKC", text.translate(HALVES)).strip().removesuffix("%").strip()
    typed = typed.replace(",", ".").replace("。", ".")
    if not typed:
        return None
    step = Fraction(rules["step"])
    steps = Fraction(typed) / step if re.fullmatch(r"[0-9]{0,3}(?:[0-9]\.?|\.[0-9]{1,2})", typed) else None
    if steps is None or steps.denominator != 1 or steps > units(rules):
        refusal = InvalidPoints if step == 1 else InvalidHalfPoints
        raise refusal(item=item.label, total=rules["total"], value=text[:20])
    return int(steps)


class Points(Mode):
    """Every group of siblings shares out one total."""

    code = "points"
    template = "survey/_points.html"
    foot = "survey/_remaining.html"
    script = "js/questionnaire.js"
    has_strips = adds_up = True
    label = _("Sharing out 100 points")
    when = _(
        "Every group of indicators shares out 100 points. The usual choice: quick, both levels feel the same, and the "
        "points are weights at once; 0 is a legal answer."
    )
    task = _(
        "You share out points in every group of indicators: the more an indicator should count, the more it gets."
    )
    rounded = _("They are rounded to 5 points.")

    def strip_ends(self, group: Group, marks, rules: dict) -> tuple[float, float]:
        """From 0 as far as the marks reach."""
        return 0, strip_scale(marks)

    def read(self, posted, group: Group, rules: dict) -> tuple[dict, dict]:
        """The steps in each field of the group that was posted, and what cannot be read."""
        points, faults = {}, {}
        for item in group.items:
            try:
                if item.code in posted:
                    points[item.code] = read_points(posted[item.code], item=item, rules=rules)
            except InvalidPoints as refusal:
                faults[item.code] = str(refusal)
        return points, faults

    def check(self, group: Group, values: dict, rules: dict) -> None:
        """Refuse an empty field, and points that do not add up to the total exactly."""
        missing = [item.label for item in group.items if values.get(item.code) is None]
        if missing:
            raise GroupUnfinished(group=group.label, missing=", ".join(missing))
        points = [values[code] for code in group.codes]
        if any(type(value) is not int or value < 0 for value in points):
            raise InvalidPoints(item=group.label, total=rules["total"], value=points)
        if sum(points) != units(rules):
            raise GroupSumWrong(group=group.label, sum=in_points(sum(points), rules), total=rules["total"])

    def shares(self, group: Group, values: dict, rules: dict) -> dict[str, float]:
        """Points divided by the total."""
        return {code: values[code] / units(rules) for code in group.codes}

    def figures(self, group: Group, values: dict, rules: dict) -> dict[str, float]:
        """The points themselves."""
        return {code: in_points(values[code], rules) for code in group.codes}

    def matrix(self, group: Group, answers: list[dict], rules: dict) -> np.ndarray:
        """The points of many answers: divided by the steps in a point, which rounds each once."""
        rows = map(itemgetter(*group.codes), answers)  # a group has at least two items, so these are tuples
        steps = np.fromiter(chain.from_iterable(rows), dtype=float, count=len(answers) * len(group.codes))
        return steps.reshape(-1, len(group.codes)) / round(1 / rules["step"])

    def scale(self, rules: dict) -> Scale:
        """From 0 to the total, fed back on a grid of five points."""
        return Scale(low=0, high=rules["total"], grid=GRID, bin=GRID)

    def typed(self, group: Group, shares: dict, rules: dict) -> dict[str, str]:
        """The shares of the total, rounded by the largest remainder."""
        steps = shared_out([round(share * FINE) for share in shares.values()], units(rules))
        return {code: self.write(code, n, rules) for code, n in zip(shares, steps, strict=True)}

    def write(self, key: str, value, rules: dict) -> str:
        """Steps as points: 25 half steps are 12.5."""
        return "" if value is None else str(in_points(value, rules))

    def status(self, group: Group, values: dict, rules: dict) -> str:
        """How many points are left or too many, or that a field is empty."""
        left = units(rules) - sum(values.get(code) or 0 for code in group.codes)
        n = in_points(abs(left), rules)
        if left > 0:
            return ngettext("%(n)s point left", "%(n)s points left", 1 if n == 1 else 2) % {"n": n}
        if left < 0:
            return ngettext("%(n)s point too many", "%(n)s points too many", 1 if n == 1 else 2) % {"n": n}
        return str(_("a field is empty"))
