"""One number for each indicator: ratings, places in a ranking, and swings."""

import re
import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from survey.core.direct_weights import (
    rank_order_centroid,
    rank_reciprocal,
    rank_sum,
    rating_weights,
    swing_weights,
)
from survey.modes.base import Mode, Scale
from survey.questionnaire import Group
from survey.refusal import InvalidInput

PLACE_WEIGHTS = {"centroid": rank_order_centroid, "sum": rank_sum, "reciprocal": rank_reciprocal}
FULL_SWING = 100


class InvalidMark(InvalidInput):
    """A field holds something that is not a whole number of the scale."""

    code = "invalid_mark"
    message = gettext_lazy("“%(item)s”: choose a whole number from %(low)s to %(high)s, not “%(value)s”.")


class MarksMissing(InvalidInput):
    """A group has empty fields."""

    code = "marks_missing"
    message = gettext_lazy("“%(group)s” is not finished: %(missing)s has no answer yet.")


class PlaceTwice(InvalidInput):
    """Two indicators share a place where the protocol wants every place once."""

    code = "place_twice"
    message = gettext_lazy(
        "“%(group)s”: place %(place)s is given to %(items)s. Every indicator needs a place of its own."
    )


class NoFullSwing(InvalidInput):
    """No indicator has the full swing that the others are measured by."""

    code = "no_full_swing"
    message = gettext_lazy(
        "“%(group)s”: no indicator has 100. Give 100 to the one whose improvement matters most, "
        "and measure the others by it."
    )


class Marks(Mode):
    """A whole number for each indicator, in the field of its code."""

    foot = "survey/_mode_foot.html"
    style = "modes.css"
    rounded = gettext_lazy("They are rounded to whole numbers.")

    def bounds(self, group: Group, rules: dict) -> tuple[int, int]:
        """The lowest and the highest number of the scale."""
        scale = self.scale(rules)
        return int(scale.low), int(scale.high)

    def read(self, posted, group: Group, rules: dict) -> tuple[dict, dict]:
        """The numbers that were posted; full-width digits are read."""
        marks, faults = {}, {}
        for item in group.items:
            if item.code not in posted:
                continue
            typed = unicodedata.normalize("NFKC", posted[item.code]).strip()
            low, high = self.bounds(group, rules)
            if not typed:
                marks[item.code] = None
            elif re.fullmatch(r"[0-9]{1,3}", typed) and low <= int(typed) <= high:
                marks[item.code] = int(typed)
            else:
                refusal = InvalidMark(item=item.label, low=low, high=high, value=posted[item.code][:20])
                faults[item.code] = str(refusal)
        return marks, faults

    def check(self, group: Group, values: dict, rules: dict) -> None:
        """Refuse a missing number, and one that is not on the scale."""
        missing = [item.label for item in group.items if values.get(item.code) is None]
        if missing:
            raise MarksMissing(group=group.label, missing=", ".join(missing))
        low, high = self.bounds(group, rules)
        for item in group.items:
            value = values[item.code]
            if type(value) is not int or not low <= value <= high:
                raise InvalidMark(item=item.label, low=low, high=high, value=value)

    def figures(self, group: Group, values: dict, rules: dict) -> dict[str, float]:
        """The numbers themselves."""
        return {code: values[code] for code in group.codes}

    def status(self, group: Group, values: dict, rules: dict) -> str:
        """How many answers are missing."""
        missing = sum(values.get(code) is None for code in group.codes)
        return _("%(n)d of %(of)d still without an answer") % {"n": missing, "of": len(group.codes)}

    def _shares(self, group: Group, weights) -> dict[str, float]:
        return dict(zip(group.codes, weights.values, strict=True))


class Rating(Marks):
    """How important each indicator is, on a scale from 1."""

    code = "rating"
    is_rating = True
    told = gettext_lazy("marks of the scale")
    template = "survey/_rating.html"
    label = gettext_lazy("Importance rating")
    task = gettext_lazy("You rate how important each indicator is.")
    when = gettext_lazy(
        "Every indicator is rated alone, from 1 (not important) to the top of the scale. Quick, familiar, good for "
        "screening many indicators; it brings weights close together: on 1–5 the first weighs at most five times "
        "the last."
    )

    def scale(self, rules: dict) -> Scale:
        """From 1 to the protocol's highest mark, fed back in whole marks."""
        return Scale(low=1, high=rules["rating_high"], grid=1, bin=1)

    def shares(self, group: Group, values: dict, rules: dict) -> dict[str, float]:
        """Each rating over the sum of the group's ratings."""
        return self._shares(group, rating_weights([values[code] for code in group.codes]))

    def form(self, group: Group, values: dict, rules: dict) -> dict:
        """The marks of the scale, the highest last."""
        low, high = self.bounds(group, rules)
        return {"marks": [str(mark) for mark in range(low, high + 1)], "low": low, "high": high}

    def typed(self, group: Group, shares: dict, rules: dict) -> dict[str, str]:
        """The mark in proportion to the largest share."""
        top, most = rules["rating_high"], max(shares.values())
        return {code: str(max(1, round(top * share / most))) for code, share in shares.items()}


class Ranking(Marks):
    """Which place each indicator takes, 1 for the most important."""

    code = "ranking"
    template = "survey/_ranking.html"
    script = "js/places.js"
    figures_are_weights = False
    told = gettext_lazy("places, 1 for the most important")
    label = gettext_lazy("Ranking")
    task = gettext_lazy("You put the indicators of every group in order, the most important first.")
    when = gettext_lazy(
        "Experts only put the indicators in order. The easiest question, right where nobody can say how much more "
        "important something is; the distances between places come from a formula, not from the panel."
    )

    def scale(self, rules: dict) -> Scale:
        """Places, fed back as whole places; 1 is the most important."""
        return Scale(low=1, high=20, grid=1, bin=1)

    def bounds(self, group: Group, rules: dict) -> tuple[int, int]:
        """The first and the last place of the group."""
        return 1, len(group.codes)

    def strip_ends(self, group: Group, marks, rules: dict) -> tuple[float, float]:
        """From the first to the last place of the group."""
        return self.bounds(group, rules)

    def check(self, group: Group, values: dict, rules: dict) -> None:
        """Refuse missing places and, unless the protocol allows ties, a place that is taken twice."""
        super().check(group, values, rules)
        if rules["ranking"]["ties"] == "allow":
            return
        for place in range(1, len(group.codes) + 1):
            there = [item.label for item in group.items if values[item.code] == place]
            if len(there) > 1:
                raise PlaceTwice(group=group.label, place=place, items=", ".join(there))

    def shares(self, group: Group, values: dict, rules: dict) -> dict[str, float]:
        """What the places are worth by the protocol's formula; tied ones share the mean of their places."""
        weigh = PLACE_WEIGHTS[rules["ranking"]["weights"]]
        return self._shares(group, weigh([values[code] for code in group.codes]))

    def told_weights(self, group: Group, medians: dict, rules: dict) -> dict[str, float] | None:
        """What the median places are worth by the same formula."""
        return None if None in medians.values() else self.shares(group, medians, rules)

    def form(self, group: Group, values: dict, rules: dict) -> dict:
        """The places there are."""
        return {"places": [str(place) for place in range(1, len(group.codes) + 1)]}

    def typed(self, group: Group, shares: dict, rules: dict) -> dict[str, str]:
        """The place by size; equal shares in the order of the group."""
        ordered = sorted(shares, key=lambda code: -shares[code])
        return {code: str(place) for place, code in enumerate(ordered, start=1)}


class Swing(Marks):
    """How much an improvement from worst to best is worth, the most valuable one being 100."""

    code = "swing"
    template = "survey/_swing.html"
    has_strips = True
    told = gettext_lazy("worth of the improvement, 100 for the most valuable")
    label = gettext_lazy("Swing")
    task = gettext_lazy(
        "You say which improvement matters most in every group of indicators, and how much the others are worth "
        "beside it."
    )
    rounded = gettext_lazy("They are rounded to 5.")
    when = gettext_lazy(
        "Every indicator is imagined at its worst; the improvement to its best that matters most gets 100, the others "
        "a share of it. Right for a list of ranked units, because it asks about the spread of the real figures."
    )

    def scale(self, rules: dict) -> Scale:
        """From 0 to 100, fed back on a grid of five."""
        return Scale(low=0, high=FULL_SWING, grid=5, bin=5)

    def check(self, group: Group, values: dict, rules: dict) -> None:
        """Refuse missing numbers, and a group in which nothing is 100."""
        super().check(group, values, rules)
        if all(values[code] != FULL_SWING for code in group.codes):
            raise NoFullSwing(group=group.label)

    def shares(self, group: Group, values: dict, rules: dict) -> dict[str, float]:
        """Each swing over the sum of the group's swings."""
        return self._shares(group, swing_weights([values[code] for code in group.codes]))

    def typed(self, group: Group, shares: dict, rules: dict) -> dict[str, str]:
        """The share of the largest one."""
        most = max(shares.values())
        return {code: str(round(FULL_SWING * share / most)) for code, share in shares.items()}
