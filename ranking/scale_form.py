"""The coordinator's choice of a scale: which one, its ends, and the figures it measures every indicator by."""

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ranking.core.recipe import REFERENCES, SCALES
from survey.models import Indicator, Study

NAMES = {
    "min_max": gettext_lazy("Min–max: from the worst unit to the best"),
    "vector": gettext_lazy("Vector: divided by the length of the column"),
    "sum": gettext_lazy("Share of the sum of the column"),
    "max": gettext_lazy("Share of the largest figure"),
    "z_score": gettext_lazy("Standard deviations from the mean"),
    "rank": gettext_lazy("Places"),
    "goalposts": gettext_lazy("Goalposts: between two figures fixed beforehand"),
    "distance_to_target": gettext_lazy(
        "Distance to a target: from the worst unit to a figure fixed beforehand"
    ),
    "efficacy": gettext_lazy(
        "Efficacy coefficient: 60 at the not-allowed value, 100 at the satisfactory one"
    ),
}
FIELDS = ("first", "second", "from", "to")


@dataclass(frozen=True)
class Row:
    """One indicator with what stands in its four fields, and those of them that are no numbers."""

    indicator: Indicator
    cells: tuple[tuple[str, str, str, bool], ...]

    @property
    def shown(self) -> list[str]:
        """The texts of the fields, for those who may only read."""
        return [text for _name, _label, text, _is_bad in self.cells]


def scale_rows(study: Study, posted=None) -> list[Row]:
    """Every indicator that carries figures, with what is in force or what was typed."""
    references, targets = (
        study.protocol["ranking"].get("references", {}),
        study.protocol["weighting"]["targets"],
    )
    rows = []
    for leaf in study.indicators.filter(children=None):
        known = [*references.get(leaf.code, []), "", ""][:2] + [*targets.get(leaf.code, []), "", ""][:2]
        cells = []
        for field, label, value in zip(FIELDS, _labels(leaf), known, strict=True):
            name = f"{field}-{leaf.code}"
            text = _plain(value) if posted is None else posted.get(name, "").strip()
            cells.append((name, label, text, _number(text) is None))
        rows.append(Row(leaf, tuple(cells)))
    return rows


def _labels(leaf: Indicator) -> list[str]:
    words = [
        _("lower goalpost, target or not-allowed value of %s"),
        _("upper goalpost or satisfactory value of %s"),
        _("best from, %s"),
        _("best up to, %s"),
    ]
    return [word % leaf.label for word in words]


def _plain(value) -> str:
    return value if value == "" else f"{value:.15g}"


def _number(text: str) -> float | str | None:
    """The number, an empty text for none, None for what is no number."""
    if text == "":
        return ""
    try:
        value = float(text.replace("−", "-"))
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def with_scale(study: Study, posted, rows: list[Row]) -> tuple[dict, list[str]]:
    """The protocol with the scale that was typed, and what in it cannot be read."""
    numbers = {name: _number(text) for row in rows for name, _label, text, _is_bad in row.cells}
    ends = {name: _number(posted.get(name, "").strip()) for name in ("low", "high")}
    bad = [label for row in rows for name, label, _text, is_bad in row.cells if is_bad]
    bad += [
        word
        for name, word in (("low", _("Lowest score")), ("high", _("Highest score")))
        if ends[name] in ("", None)
    ]
    problems = [_("%s: this is no number.") % label for label in bad]
    scale = posted.get("normalization", "")
    taken = len(REFERENCES.get(scale, ("lower", "upper")))
    codes = [row.indicator.code for row in rows]
    ranking = {
        "normalization": scale,
        "beyond": posted.get("beyond", ""),
        "references": _lists(numbers, codes, FIELDS[:taken]),
        **ends,
    }
    weighting = {"targets": _lists(numbers, codes, FIELDS[2:])}
    sections = {"ranking": ranking, "weighting": weighting}
    return study.protocol | {name: study.protocol[name] | part for name, part in sections.items()}, problems


def _lists(numbers: dict, codes: list[str], fields: tuple[str, ...]) -> dict[str, list]:
    """The numbers of these fields by code, without those that were left empty."""
    found = {code: [numbers[f"{field}-{code}"] for field in fields] for code in codes}
    return {
        code: kept for code, given in found.items() if (kept := [number for number in given if number != ""])
    }


def scale_choices() -> list[tuple[str, str]]:
    """The scales by name, in words."""
    return [(name, NAMES[name]) for name in SCALES]
