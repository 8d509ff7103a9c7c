"""The ranking section of the protocol: how weights become scores, ranks, tiers and intervals."""

import math
from itertools import pairwise

from ranking.core.recipe import AGGREGATIONS, BEYOND, REFERENCES, SCALES
from survey.protocol import InvalidProtocol, is_integer, is_number, register_section, require

COUNTED = ("natural_breaks", "quantiles", "k_means")  # tiers of which only the number is chosen
DEFAULTS = {
    "normalization": "min_max",
    "low": 0,
    "high": 100,
    "references": {},
    "beyond": "keep",
    "aggregation": "additive",
    "exponent": 0.5,
    "tie_tolerance": 1e-9,
    "listed": 100,
    "tiers": {
        "method": "rank_cuts",
        "cuts": [3, 29, 58, 100],
        "names": ["跃升期", "扩张期", "发展期", "起步期"],
        "names_en": ["Leap", "Expansion", "Development", "Starting"],
    },
    "regions": ["region", "province"],
    "intervals": {"draws": 2000, "coverage": 0.9, "seed": 20221031, "fewest_experts": 5},
}


def check_ranking_section(section: dict) -> dict:
    """The ranking section, or the refusal that names the first rule that cannot be used."""
    unknown = set(section) - set(DEFAULTS)
    if unknown:
        raise InvalidProtocol(rule="ranking", allowed=", ".join(DEFAULTS), value=min(unknown))
    require("ranking.normalization", section["normalization"], list(SCALES))
    require("ranking.high", section["high"], is_number(1e-3, 1e6))
    require("ranking.low", section["low"], is_number(0, 0.99 * section["high"]))
    require("ranking.beyond", section["beyond"], list(BEYOND))
    _check_references(section)
    require("ranking.aggregation", section["aggregation"], (_are_rules, ", ".join(AGGREGATIONS)))
    require("ranking.exponent", section["exponent"], is_number(-20, 20))
    require("ranking.tie_tolerance", section["tie_tolerance"], is_number(0, 1))
    require("ranking.listed", section["listed"], is_integer(1, 1_000_000))
    require("ranking.regions", section["regions"], (_are_names, "names of columns"))
    intervals = section["intervals"]
    require("ranking.intervals.draws", intervals.get("draws"), is_integer(100, 100_000))
    require("ranking.intervals.coverage", intervals.get("coverage"), is_number(0.5, 0.999))
    require("ranking.intervals.seed", intervals.get("seed"), is_integer(0, 2**53))
    require("ranking.intervals.fewest_experts", intervals.get("fewest_experts"), is_integer(2, 100))
    _check_tiers(section["tiers"])
    return section


def _check_references(section: dict) -> None:
    """The figures by which a scale measures: as many for each indicator as the scale needs, in their order."""
    references, names = section["references"], REFERENCES.get(section["normalization"])
    require("ranking.references", references, (lambda given: isinstance(given, dict), "{ … }"))
    for code, figures in references.items():
        fits = (lambda given: _are_figures(given, names), f"[{', '.join(names or ('…',))}]")
        require(f"ranking.references.{code}", figures, fits)


def _are_figures(figures, names: tuple[str, ...] | None) -> bool:
    if not isinstance(figures, list) or any(
        type(x) not in (int, float) or not math.isfinite(x) for x in figures
    ):
        return False
    if names is None:
        return len(figures) in (1, 2)
    if len(figures) != len(names):
        return False
    return names[0] != "lower" or figures[0] < figures[1]


def check_references_fit(protocol: dict, leaves: dict[str, int]) -> None:
    """The references against the indicators: none unknown, none forgotten, each on its better side."""
    section, weighting = protocol["ranking"], protocol["weighting"]
    references, scale = section["references"], section["normalization"]
    require(
        "ranking.references", sorted(set(references) - set(leaves)), (lambda odd: not odd, ", ".join(leaves))
    )
    if scale not in REFERENCES:
        return
    forgotten = [code for code in leaves if code not in references]
    require("ranking.references", dict.fromkeys(forgotten, "?"), (lambda none: not none, ", ".join(leaves)))
    if weighting["outliers"] != "keep":  # a bent column has lost the unit that its references are in
        require("weighting.outliers", weighting["outliers"], ["keep"])
    for code, (first, *rest) in references.items():
        sign = 1 if code in weighting["targets"] else leaves[code]
        if scale == "efficacy":
            words = f"[{first}, {'>' if sign == 1 else '<'} {first}]"
            require(
                f"ranking.references.{code}",
                [first, *rest],
                (lambda pair, s=sign: s * (pair[1] - pair[0]) > 0, words),
            )


def _check_tiers(tiers: dict) -> None:
    method, cuts = tiers.get("method"), tiers.get("cuts")
    require("ranking.tiers.method", method, ["rank_cuts", "score_cuts", *COUNTED])
    if method in COUNTED:
        require("ranking.tiers.count", tiers.get("count"), is_integer(1, 20))
        count = tiers["count"]
    else:
        rising = method == "rank_cuts"
        require(
            f"ranking.tiers.cuts ({method})",
            cuts,
            (
                lambda given: _in_order(given, rising=rising),
                "[1 ≤ a < b < …] (1, 2, 3, …)" if rising else "[a > b > …]",
            ),
        )
        count = len(cuts) if rising else len(cuts) + 1
    for names in ("names", "names_en"):
        require(f"ranking.tiers.{names}", len(tiers.get(names, [])), [count])


def _are_rules(rules) -> bool:
    """One rule for all levels, or a list with one for each level."""
    listed = [rules] if isinstance(rules, str) else rules
    return isinstance(listed, list) and bool(listed) and all(rule in AGGREGATIONS for rule in listed)


def _in_order(cuts, *, rising: bool) -> bool:
    """Whether cuts are whole ranks that rise, or finite scores that fall."""
    if not isinstance(cuts, list) or not cuts or any(type(cut) not in (int, float) for cut in cuts):
        return False
    if not all(type(cut) is int and cut >= 1 if rising else math.isfinite(cut) for cut in cuts):
        return False
    steps = [after - before for before, after in pairwise(cuts)]
    return all(step > 0 if rising else step < 0 for step in steps)


def _are_names(names) -> bool:
    return isinstance(names, list) and all(isinstance(name, str) and name for name in names)


register_section("ranking", DEFAULTS, check_ranking_section, fits=check_references_fit)
