"""The weighting section of the protocol: how data and experts become weights."""

from survey.protocol import InvalidProtocol, is_number, register_section, require
from weighting.core.derivation import COMBINATIONS, NEEDING_FIGURES
from weighting.core.hierarchy import LEVELS
from weighting.core.objective import METHODS

DEFAULTS = {
    "objective": "variation",
    "negative_direction": "reciprocal",
    "k": 0.1,
    "negative_values": "refuse",
    "missing": "refuse",
    "missing_group": "",
    "targets": {},
    "outliers": "keep",
    "combination": "product",
    "alpha": 0.5,
    "level": "global",
}
CHOICES = {
    "negative_direction": ["reciprocal", "reciprocal_unit_free", "max_minus", "inverse"],
    "negative_values": ["refuse", "zero"],
    "missing": ["refuse", "leave_out", "group_median", "reweight"],
    "objective": list(METHODS),
    "outliers": ["keep", "logarithm", "box_cox"],
    "combination": list(COMBINATIONS),
    "level": list(LEVELS),
}


def check_weighting_section(section: dict) -> dict:
    """The weighting section, or the refusal that names the first rule that cannot be used."""
    unknown = set(section) - set(DEFAULTS)
    if unknown:
        raise InvalidProtocol(rule="weighting", allowed=", ".join(DEFAULTS), value=min(unknown))
    for rule, allowed in CHOICES.items():
        require(f"weighting.{rule}", section[rule], allowed)
    if section["combination"] in NEEDING_FIGURES:  # headings have no figures of their own
        require(f"weighting.level ({section['combination']})", section["level"], ["global", "group"])
    require("weighting.k", section["k"], is_number(1e-9, 1e9))
    require("weighting.alpha", section["alpha"], is_number(0, 1))
    require("weighting.missing_group", section["missing_group"], (_is_text, "the name of a column"))
    require("weighting.targets", section["targets"], (_are_targets, "code: [lowest, highest best figure]"))
    return section


def _is_text(value) -> bool:
    return isinstance(value, str)


def _are_targets(targets) -> bool:
    return isinstance(targets, dict) and all(
        isinstance(best, list)
        and len(best) == 2
        and all(type(x) in (int, float) for x in best)
        and best[0] <= best[1]
        for best in targets.values()
    )


def check_targets_fit(protocol: dict, leaves: dict[str, int]) -> None:
    """The best figures against the indicators: none for an unknown one."""
    unknown = sorted(set(protocol["weighting"]["targets"]) - set(leaves))
    require("weighting.targets", unknown, (lambda odd: not odd, ", ".join(leaves)))


register_section("weighting", DEFAULTS, check_weighting_section, fits=check_targets_fit)
