"""What a method measured in each column: as columns of a table, and as arithmetic down to the weight."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from django.utils.translation import gettext_lazy as _

SYMBOLS = {
    "variation": "V",
    "entropy": "d",
    "standard_deviation": "s",
    "critic": "C",
    "gini": "G",
    "merec": "E",
    "cilos": "q",
    "idocriw": "c",
    "principal_components": "h",
}
HEADS = {  # by method, the figures of a column in the order in which they are reckoned with
    "entropy": {"units": _("Figures (U)"), "entropy": _("Entropy e")},
    "standard_deviation": {"sd": _("Standard deviation"), "range": _("Range")},
    "critic": {"sd": _("sd of the scaled column"), "conflict": _("Conflict Σ(1 − r)")},
    "gini": {"difference": _("Mean difference Δ"), "mean": _("Mean")},
    "merec": {"base": _("Figure compared with"), "ratio": _("Mean log ratio")},
    "cilos": {"caused": _("Others' loss Σ p q"), "lost": _("Own loss P")},
    "idocriw": {
        "entropy": _("Entropy e"),
        "caused": _("Others' loss Σ p q"),
        "lost": _("Own loss P"),
        "entropy_weight": _("Entropy weight"),
        "loss_weight": _("CILOS weight"),
    },
}
FORMULAS = {
    "variation": "{sd} ÷ {mean}",
    "entropy": "1 − {entropy}",
    "standard_deviation": "{sd} ÷ {range}",
    "critic": "{sd} × {conflict}",
    "gini": "{difference} ÷ (2 × {mean})",
    "merec": "Σ |S′ − S|",
    "cilos": "{caused} ÷ {lost}",
    "idocriw": "{entropy_weight} × {loss_weight}",
}
WORDS = {
    "variation": _("standard deviation over mean of the column in positive direction"),
    "entropy": _("1 less the entropy of the units' shares, which is 1 for equal shares"),
    "standard_deviation": _("standard deviation over range, that is of the column stretched from 0 to 1"),
    "critic": _("standard deviation of the scaled column times its conflict with all others"),
    "gini": _("mean difference of two units over twice the mean of the column in positive direction"),
    "merec": _("how far the scores S of all units move when the indicator is left out"),
    "cilos": _("what the others lose where it is best, over what it loses where they are"),
    "idocriw": _("entropy weight times CILOS weight"),
    "principal_components": _("squared loadings on the components that are kept"),
}


@dataclass(frozen=True)
class Part:
    """A piece of a formula: signs, then a figure or nothing."""

    signs: str
    figure: float | None


@dataclass(frozen=True)
class Reckoning:
    """How the data's weight of one indicator came about: its formula with numbers, in words, and what it is a part of.

    ``importance`` is what the formula comes to, ``total`` the sum over all indicators.
    """

    symbol: str
    parts: tuple[Part, ...]
    words: str
    importance: float
    total: float


def reckoning_of(objective: str, weight, total: float) -> Reckoning:
    """The arithmetic of a leaf's row of weights."""
    parts = tuple(_parts(objective, weight))
    return Reckoning(SYMBOLS[objective], parts, WORDS[objective], weight.coefficient, total)


def _parts(objective: str, weight):
    known = {"sd": weight.sd, "mean": weight.mean} if objective == "variation" else weight.measured
    formula = FORMULAS.get(objective) or " + ".join(f"({{{name}}})²" for name in weight.measured)
    for signs, name, _form, _conversion in Formatter().parse(formula):
        yield Part(signs, known[name] if name else None)


def heads_of(objective: str, facts: Mapping) -> dict[str, str]:
    """What stands above each figure of a column, by its name; components come with their eigenvalue and its share."""
    if objective != "principal_components":
        return HEADS.get(objective, {})
    strength = facts.get("eigenvalues", [])
    return {
        f"loading_{place}": _("Loading %(place)d (λ %(strength).3g, %(share).0f%%)")
        % {
            "place": place,
            "strength": strength[place - 1],
            "share": 100 * strength[place - 1] / sum(strength),
        }
        for place in range(1, facts.get("kept", 0) + 1)
    }
