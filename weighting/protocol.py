"""The weighting section of the protocol: how data and experts become weights."""

from survey.protocol import InvalidProtocol, is_number, register_section, require

DEFAULTS = {
    "negative_direction": "reciprocal",
    "k": 0.1,
    "negative_values": "refuse",
    "missing": "refuse",
    "combination": "product",
    "alpha": 0.5,
    "level": "global",
}
CHOICES = {
    "negative_direction": ["reciprocal", "reciprocal_unit_free", "max_minus", "inverse"],
    "negative_values": ["refuse", "zero"],
    "missing": ["refuse", "leave_out"],
    "combination": ["product", "linear", "entropy"],
    "level": ["global", "group"],
}


def check_weighting_section(section: dict) -> dict:
    """The weighting section, or the refusal that names the first rule that cannot be used."""
    unknown = set(section) - set(DEFAULTS)
    if unknown:
        raise InvalidProtocol(rule="weighting", allowed=", ".join(DEFAULTS), value=min(unknown))
    for rule, allowed in CHOICES.items():
        require(f"weighting.{rule}", section[rule], allowed)
    require("weighting.k", section["k"], is_number(1e-9, 1e9))
    require("weighting.alpha", section["alpha"], is_number(0, 1))
    return section


register_section("weighting", DEFAULTS, check_weighting_section)
