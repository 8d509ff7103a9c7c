"""Comparisons of indicators with each other: every pair (AHP), or all with the best and the worst (best-worst)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from survey.core.best_worst import BestWorst, best_worst_weights, input_threshold
from survey.core.comparisons import (
    JUDGEMENTS,
    PairwiseJudgement,
    judgement_ratio,
    nearest_judgement,
    pairwise_matrix,
    pairwise_weights,
)
from survey.modes.base import Mode, Scale
from survey.questionnaire import Group
from survey.refusal import InvalidInput
from survey.strips import strip_scale

STRONGEST = 9
ROUNDING = 1e-9


class InvalidJudgement(InvalidInput):
    """A field holds something that is not a judgement of the scale."""

    code = "invalid_judgement"
    message = gettext_lazy("“%(item)s”: choose one of the judgements, not “%(value)s”.")


class JudgementsMissing(InvalidInput):
    """Not every pair is judged."""

    code = "judgements_missing"
    message = gettext_lazy("“%(group)s” is not finished: %(missing)s is not judged yet.")


class TooInconsistent(InvalidInput):
    """The protocol asks for more consistent judgements."""

    code = "too_inconsistent"
    message = gettext_lazy(
        "“%(group)s”: the judgements contradict each other too much (%(ratio)s, must be at most %(limit)s). "
        "Look again at the judgements that are pointed at."
    )


class NoBestAndWorst(InvalidInput):
    """Best and worst are not chosen, or are one and the same."""

    code = "no_best_and_worst"
    message = gettext_lazy(
        "“%(group)s”: choose the most important and the least important indicator, two different ones."
    )


def strength(times: int) -> str:
    """A judgement from 1 to 9 in Saaty's words."""
    words = {
        1: pgettext("judgement", "equally important"),
        2: pgettext("judgement", "between 1 and 3"),
        3: pgettext("judgement", "moderately more important"),
        4: pgettext("judgement", "between 3 and 5"),
        5: pgettext("judgement", "strongly more important"),
        6: pgettext("judgement", "between 5 and 7"),
        7: pgettext("judgement", "very strongly more important"),
        8: pgettext("judgement", "between 7 and 9"),
        9: pgettext("judgement", "extremely more important"),
    }
    return words[times]


@dataclass(frozen=True)
class Pair:
    """Two indicators to be compared: the field, its value as text, and the judgements to choose from."""

    key: str
    first: str
    second: str
    value: str
    options: tuple[tuple[str, str], ...]

    @property
    def blocks(self) -> tuple[tuple[str, tuple], ...]:
        """The judgements under the name of the more important one; the equal one under none."""
        half = STRONGEST - 1
        more = _("%(name)s is more important")
        return (
            (more % {"name": self.first}, self.options[:half]),
            ("", self.options[half : half + 1]),
            (more % {"name": self.second}, self.options[half + 1 :]),
        )


@dataclass(frozen=True)
class Look:
    """A judgement worth a second look: what was said, and what would fit the others."""

    key: str
    first: str
    second: str
    given: str
    fitting: str


@dataclass(frozen=True)
class Live:
    """What the judgements so far come to.

    ``ratio`` is the consistency ratio, ``limit`` what it is held against; both None where there is none yet.
    """

    ratio: float | None
    limit: float | None
    is_fine: bool | None
    is_complete: bool
    missing: int
    weights: tuple[tuple[str, float], ...]
    looks: tuple[Look, ...] = ()
    xi: float | None = None
    table: str = ""


class Judged(Mode):
    """Figures are the weights in percent that the comparisons come to."""

    foot = "survey/_mode_foot.html"
    script = "js/judge.js"
    style = "modes.css"
    adds_up = True
    rounded = gettext_lazy("They are rounded to 5 percentage points.")
    told = gettext_lazy("weights in percent of the group")

    def strip_ends(self, group: Group, marks, rules: dict) -> tuple[float, float]:
        """From 0 as far as the marks reach."""
        return 0, strip_scale(marks)

    def scale(self, rules: dict) -> Scale:
        """Percent of the group, fed back on a grid of five."""
        return Scale(low=0, high=100, grid=5, bin=5)

    def figures(self, group: Group, values: dict, rules: dict) -> dict[str, float]:
        """Weights in percent."""
        return {code: 100 * share for code, share in self.shares(group, values, rules).items()}

    def status(self, group: Group, values: dict, rules: dict) -> str:
        """How many judgements are missing, or that they contradict each other."""
        live = self.live(group, values, rules)
        if live.missing:
            return _("judgements still missing: %d") % live.missing
        return "" if live.is_fine or live.is_fine is None else _("the judgements contradict each other")

    def check(self, group: Group, values: dict, rules: dict) -> None:
        """Refuse a missing judgement and, where the protocol says so, too little consistency."""
        self.check_fields(group, values)
        live = self.live(group, values, rules)
        if live.is_fine is False and self.rules_of(rules)["consistency"] == "require":
            raise TooInconsistent(
                group=group.label,
                ratio=f"{live.ratio:.3f}" if live.ratio is not None else "–",
                limit=f"{live.limit:g}",
            )

    def advice(self, group: Group, values: dict, rules: dict) -> bool:
        """Whether a finished group deserves a second look before the expert goes on."""
        return self.live(group, values, rules).is_fine is False


def pairs_of(group: Group) -> list[tuple[int, int]]:
    """Every pair of positions, the earlier first."""
    n = len(group.items)
    return [(row, column) for row in range(n) for column in range(row + 1, n)]


class Pairwise(Judged):
    """Every pair of siblings on the scale from 1 to 9 (AHP). 3: the first counts three times as much; -3: the other."""

    code = "ahp"
    template = "survey/_pairs.html"
    label = gettext_lazy("Pairwise comparisons (AHP)")
    task = gettext_lazy("You compare the indicators of every group two by two.")
    when = gettext_lazy(
        "Every pair of indicators is compared on the scale from 1 to 9. Shows whether an expert is consistent, and is "
        "expected in many Chinese studies; long: six indicators make fifteen pairs. For groups of three to seven."
    )

    def rules_of(self, rules: dict) -> dict:
        """The part of the protocol that this way of asking follows."""
        return rules["comparisons"]

    def key(self, group: Group, row: int, column: int) -> str:
        """The field of a pair."""
        return f"{group.codes[row]}~{group.codes[column]}"

    def fields(self, group: Group, rules: dict) -> tuple[str, ...]:
        """One field for each pair."""
        return tuple(self.key(group, *pair) for pair in pairs_of(group))

    def _name(self, group: Group, row: int, column: int) -> str:
        return f"{group.items[row].label} – {group.items[column].label}"

    def read(self, posted, group: Group, rules: dict) -> tuple[dict, dict]:
        """The judgement of each pair that was posted."""
        judged, faults = {}, {}
        known = {str(judgement): judgement for judgement in JUDGEMENTS} | {"": None}
        for pair in pairs_of(group):
            key = self.key(group, *pair)
            if key in posted:
                if posted[key].strip() in known:
                    judged[key] = known[posted[key].strip()]
                else:
                    faults[key] = str(InvalidJudgement(item=self._name(group, *pair), value=posted[key][:20]))
        return judged, faults

    def check_fields(self, group: Group, values: dict) -> None:
        """Refuse a pair without a judgement."""
        missing = [pair for pair in pairs_of(group) if values.get(self.key(group, *pair)) is None]
        if missing:
            raise JudgementsMissing(
                group=group.label, missing="; ".join(self._name(group, *pair) for pair in missing)
            )
        for pair in pairs_of(group):
            value = values[self.key(group, *pair)]
            if type(value) is not int or value not in JUDGEMENTS:
                raise InvalidJudgement(item=self._name(group, *pair), value=value)

    def judgement(self, group: Group, values: dict, rules: dict) -> PairwiseJudgement:
        """Weights and consistency of what is judged so far."""
        given = {pair: values.get(self.key(group, *pair)) for pair in pairs_of(group)}
        ratios = {pair: judgement_ratio(value) for pair, value in given.items() if value is not None}
        return pairwise_weights(
            pairwise_matrix(len(group.items), ratios), ri_table=rules["comparisons"]["table"]
        )

    def shares(self, group: Group, values: dict, rules: dict) -> dict[str, float]:
        """Row geometric means, closed."""
        return dict(zip(group.codes, self.judgement(group, values, rules).weights, strict=True))

    def live(self, group: Group, values: dict, rules: dict) -> Live:
        """CR, the weights so far, and the three judgements that fit the others least."""
        found, limit = self.judgement(group, values, rules), rules["comparisons"]["limit"]
        missing = sum(values.get(key) is None for key in self.fields(group, rules))
        names = [item.label for item in group.items]
        fine = None if found.cr is None else found.cr < limit
        return Live(
            ratio=found.cr,
            limit=limit,
            is_fine=fine,
            is_complete=not missing,
            missing=missing,
            weights=tuple(zip(names, found.weights or (), strict=False)),
            looks=() if fine else tuple(self._look(group, cell, values) for cell in found.worst),
            table=found.ri_table,
        )

    def _look(self, group: Group, cell, values: dict) -> Look:
        first, second = group.items[cell.row].label, group.items[cell.column].label
        given, key = values[self.key(group, cell.row, cell.column)], self.key(group, cell.row, cell.column)
        fitting = nearest_judgement(cell.implied)
        return Look(key, first, second, said(given, first, second), said(fitting, first, second))

    def form(self, group: Group, values: dict, rules: dict) -> dict:
        """The pairs with the judgements to choose from."""
        return {"pairs": [self._pair(group, pair, values) for pair in pairs_of(group)]}

    def _pair(self, group: Group, pair: tuple[int, int], values: dict) -> Pair:
        first, second = (group.items[place].label for place in pair)
        key = self.key(group, *pair)
        order = [*range(STRONGEST, 1, -1), 1, *range(-2, -STRONGEST - 1, -1)]
        short = _("the first"), _("the second")  # a long name would push the judgement out of a phone's field
        options = tuple((str(value), said(value, *short)) for value in order)
        value = values.get(key)
        return Pair(key, first, second, "" if value is None else str(value), options)

    def typed(self, group: Group, shares: dict, rules: dict) -> dict[str, str]:
        """The judgement nearest to the ratio of the two shares."""
        least = 1e-3
        ratio = [max(shares[code], least) for code in group.codes]
        return {
            self.key(group, row, column): str(nearest_judgement(ratio[row] / ratio[column]))
            for row, column in pairs_of(group)
        }


def said(judgement: int, first: str, second: str) -> str:
    """A judgement in words, the more important indicator named."""
    if judgement == 1:
        return _("1 · both equally important")
    name = first if judgement > 0 else second
    return _("%(n)d · %(name)s %(strength)s") % {
        "n": abs(judgement),
        "name": name,
        "strength": strength(abs(judgement)),
    }


class BestAndWorst(Judged):
    """The most and the least important indicator, and how the others compare with both."""

    code = "bwm"
    template = "survey/_best_worst.html"
    label = gettext_lazy("Best-worst method")
    task = gettext_lazy(
        "You choose the most and the least important indicator of every group and compare the others with these two."
    )
    when = gettext_lazy(
        "Experts choose the most and the least important indicator and compare the others with these two. Ratios as in "
        "AHP with far fewer questions (2n − 3) and steadier answers; consistency is shown while answering."
    )

    def rules_of(self, rules: dict) -> dict:
        """The part of the protocol that this way of asking follows."""
        return rules["best_worst"]

    def ends(self, group: Group) -> tuple[str, str]:
        """The fields that hold the codes of the best and the worst."""
        return f"{group.code}:best", f"{group.code}:worst"

    def fields(self, group: Group, rules: dict) -> tuple[str, ...]:
        """Best and worst, then two comparisons for each indicator."""
        lists = [f"{code}:{side}" for code in group.codes for side in ("from-best", "to-worst")]
        return (*self.ends(group), *lists)

    def read(self, posted, group: Group, rules: dict) -> tuple[dict, dict]:
        """What was posted; what follows from best and worst themselves is filled in, not asked twice."""
        found, faults = {}, {}
        for key in self.ends(group):
            if key in posted:
                code = posted[key].strip()
                if code and code not in group.codes:
                    faults[key] = str(InvalidJudgement(item=group.label, value=code[:20]))
                else:
                    found[key] = code or None
        for item in group.items:
            for side in ("from-best", "to-worst"):
                key = f"{item.code}:{side}"
                if key in posted:
                    text = posted[key].strip()
                    if text and text not in map(str, range(1, STRONGEST + 1)):
                        faults[key] = str(InvalidJudgement(item=item.label, value=text[:20]))
                    else:
                        found[key] = int(text) if text else None
        return found | self._asked_anew(posted, group, found) | self._implied(group, found), faults

    def _asked_anew(self, posted, group: Group, found: dict) -> dict:
        """An indicator that was an end on the page and is one no more: what followed from that is emptied."""
        anew = {}
        for key, side in zip(self.ends(group), ("from-best", "to-worst"), strict=True):
            was = posted.get(f"{key}-was", "")
            if was in group.codes and key in found and found[key] != was:
                anew |= {f"{was}:{side}": None} if found.get(f"{was}:{side}") == 1 else {}
        return anew

    def _implied(self, group: Group, found: dict) -> dict:
        best, worst = (found.get(key) for key in self.ends(group))
        implied = {}
        if best:
            implied[f"{best}:from-best"] = 1
        if worst:
            implied[f"{worst}:to-worst"] = 1
        if best and worst and best != worst:
            implied[f"{best}:to-worst"] = found.get(f"{worst}:from-best")
        return implied

    def check_fields(self, group: Group, values: dict) -> None:
        """Refuse an answer without two different ends, or with a comparison missing."""
        best, worst = (values.get(key) for key in self.ends(group))
        if best not in group.codes or worst not in group.codes or best == worst:
            raise NoBestAndWorst(group=group.label)
        missing = [
            item.label
            for item in group.items
            if any(values.get(f"{item.code}:{side}") is None for side in ("from-best", "to-worst"))
        ]
        if missing:
            raise JudgementsMissing(group=group.label, missing=", ".join(missing))
        for item in group.items:
            for side in ("from-best", "to-worst"):
                value = values[f"{item.code}:{side}"]
                if type(value) is not int or not 1 <= value <= STRONGEST:
                    raise InvalidJudgement(item=item.label, value=value)
        ends = values[f"{worst}:from-best"], values[f"{best}:to-worst"]
        if ends[0] != ends[1] or values[f"{best}:from-best"] != 1 or values[f"{worst}:to-worst"] != 1:
            raise InvalidJudgement(item=group.label, value=ends)

    def comparison(self, group: Group, values: dict) -> BestWorst | None:
        """Weights and consistency so far; None before best and worst are chosen."""
        best, worst = (values.get(key) for key in self.ends(group))
        if best not in group.codes or worst not in group.codes or best == worst:
            return None
        lists = [
            [float("nan") if (x := values.get(f"{code}:{side}")) is None else x for code in group.codes]
            for side in ("from-best", "to-worst")
        ]
        return best_worst_weights(group.codes.index(best), group.codes.index(worst), *lists)

    def shares(self, group: Group, values: dict, rules: dict) -> dict[str, float]:
        """The weights of the linear programme."""
        return dict(zip(group.codes, self.comparison(group, values).weights, strict=True))

    def live(self, group: Group, values: dict, rules: dict) -> Live:
        """Input-based ratio and its threshold, and the indicator whose two comparisons fit least."""
        found = self.comparison(group, values)
        missing = sum(values.get(key) is None for key in self.fields(group, rules))
        if found is None:
            return Live(None, None, None, False, missing, ())
        extent = values.get(f"{values[self.ends(group)[1]]}:from-best")
        limit = input_threshold(len(group.codes), extent) if extent else None
        fine = None
        if found.input_cr is not None and limit is not None:
            fine = found.input_cr <= limit + ROUNDING
        elif extent == 1 and not missing:
            fine = False  # the ends are called equal, but something between them is not
        names = [item.label for item in group.items]
        return Live(
            ratio=found.input_cr,
            limit=limit,
            is_fine=fine,
            is_complete=not missing,
            missing=missing,
            weights=tuple(zip(names, found.weights or (), strict=False)),
            looks=self._looks(group, values, extent) if fine is False else (),
            xi=found.xi,
        )

    def _looks(self, group: Group, values: dict, extent: int) -> tuple[Look, ...]:
        """The indicators whose two comparisons, multiplied, miss the extent by most; three at most."""
        ends = [values[key] for key in self.ends(group)]
        off = []
        for item in group.items:
            pair = [values.get(f"{item.code}:{side}") for side in ("from-best", "to-worst")]
            if item.code not in ends and None not in pair and pair[0] * pair[1] != extent:
                off.append((abs(pair[0] * pair[1] - extent), item, pair))
        off.sort(key=lambda found: -found[0])
        return tuple(
            Look(
                f"{item.code}:from-best",
                item.label,
                "",
                f"{pair[0]} × {pair[1]} = {pair[0] * pair[1]}",
                str(extent),
            )
            for _by, item, pair in off[:3]
        )

    def form(self, group: Group, values: dict, rules: dict) -> dict:
        """The two choices, and two lists of comparisons; the ends are not compared with themselves."""
        keys = self.ends(group)
        best, worst = (values.get(key) for key in keys)
        options = [(str(times), f"{times} · {strength(times)}") for times in range(1, STRONGEST + 1)]
        sides = []
        for side, implied in (("from-best", (best,)), ("to-worst", (worst, best))):
            rows = [
                {
                    "code": item.code,
                    "key": f"{item.code}:{side}",
                    "label": item.label,
                    "value": "" if (x := values.get(f"{item.code}:{side}")) is None else str(x),
                    "is_implied": item.code in implied,
                }
                for item in group.items
            ]
            sides.append({"side": side, "rows": rows})
        return {
            "best_key": keys[0],
            "worst_key": keys[1],
            "best": best,
            "worst": worst,
            "items": group.items,
            "sides": sides,
            "options": options,
        }

    def typed(self, group: Group, shares: dict, rules: dict) -> dict[str, str]:
        """Best and worst by size, and the nearest whole ratios."""
        least = 1e-3
        share = {code: max(shares[code], least) for code in group.codes}
        best = max(group.codes, key=share.get)
        worst = min((code for code in reversed(group.codes) if code != best), key=share.get)
        fields = dict(zip(self.ends(group), (best, worst), strict=True))
        for code in group.codes:
            fields[f"{code}:from-best"] = str(min(STRONGEST, max(1, round(share[best] / share[code]))))
        extent = int(fields[f"{worst}:from-best"])
        for (
            code
        ) in group.codes:  # the second list as it fits the first: a simulated expert contradicts nobody
            fitting = extent / int(fields[f"{code}:from-best"])
            fields[f"{code}:to-worst"] = str(min(STRONGEST, max(1, round(fitting))))
        return fields
