"""The protocol: every rule that is fixed before round 1, as one JSON with a section for each room.

A room registers the check of its own section; the survey room freezes the whole without knowing the others.
"""

from collections.abc import Callable
from dataclasses import asdict

from django.utils.translation import gettext_lazy as _

from survey.core.authority import BASIS_TABLES, FAMILIARITY_TABLES
from survey.core.comparisons import RANDOM_INDEX
from survey.core.disclosure import STANDARD
from survey.refusal import InvalidInput
from survey.sealing import canonical_bytes, sha256_hex
from survey.usual_bounds import BY_MODE, usual_pool, with_usual_bounds

SURVEY_DEFAULTS = {
    "rounds": 5,
    "elicitation": "points",
    "total": 100,
    "step": 1,
    "cannot_judge": False,
    "rating_high": 5,
    "ranking": {"weights": "centroid", "ties": "refuse"},
    "comparisons": {"table": "saaty-1980", "limit": 0.1, "consistency": "advise"},
    "best_worst": {"consistency": "advise"},
    "aggregation": BY_MODE,
    "trim": 0.1,
    "zero_share": 0.005,
    "self_assessment": {"scope": "none", "required": False, "familiarity": "P1", "basis": "default"},
    "quantile": "type7",
    "count_complete_drafts": True,
    "disclosure": {"median": 5, "quartiles": 7, "distribution": 10},
    "consensus": {"iqr": BY_MODE, "variation": BY_MODE, "agreement_percent": None},
    "stability": {
        "scheibe_percent": 15,
        "variation_change": 0.05,
        "median_change": None,
        "iqr_change": None,
        "changed_percent": None,
        "largest_move": 1,
        "largest_first_level_move": 2,
    },
    "stopping": {"early_stop": False, "retention_percent": 70},
    "far_out": {"points": BY_MODE, "iqr_share": 0.5, "most": 3, "reason": "requested"},
    "reasons": {"fewest": 3, "shown": 3},
    "retention": {"codes_days": 30, "identities_days": 180, "abandoned_days": 365},
    "item_changes_until": 2,
}

_sections: dict[str, tuple[dict, Callable[[dict], dict]]] = {}
_fits: list[Callable[[dict, dict[str, int]], None]] = []


class InvalidProtocol(InvalidInput):
    """A rule has a value that its room does not know."""

    code = "invalid_protocol"
    message = _("The protocol cannot be used: %(rule)s must be %(allowed)s, not %(value)s.")


class NamesBeforeCodes(InvalidProtocol):
    """A code without the name it was given to cannot be replaced, stopped or reminded."""

    code = "names_before_codes"
    message = _(
        "Names and addresses cannot go before the codes: %(value)d days are fewer than the %(allowed)d days "
        "of the codes."
    )


def register_section(name: str, defaults: dict, check: Callable[[dict], dict], *, fits=None) -> None:
    """Let a room own the protocol section ``name``: its defaults, and the check that returns it completed.

    ``fits(protocol, leaves)`` checks rules about single indicators against the directions of those there are.
    """
    _sections[name] = (defaults, check)
    if fits:
        _fits.append(fits)


def check_fit(protocol: dict, leaves: dict[str, int]) -> None:
    """Refuse rules about indicators that the tree does not have or that do not suit their direction.

    ``leaves`` are the directions (1, -1) of the indicators with figures by their code.
    """
    for fits in _fits:
        fits(protocol, leaves)


def complete_protocol(protocol: dict | None = None) -> dict:
    """The protocol with every default filled in; raises `InvalidProtocol` at the first rule that is not known."""
    given = {} if protocol is None else protocol
    require("protocol", given, (_is_object, "{ … }"))
    unknown = set(given) - set(_sections)
    if unknown:
        raise InvalidProtocol(rule=min(unknown), allowed=", ".join(_sections), value=min(unknown))
    return {name: _complete_section(name, given.get(name, {})) for name in _sections}


def _complete_section(name: str, given) -> dict:
    """One room's section, checked by the room; a part of the wrong shape is refused like a wrong value."""
    require(name, given, (_is_object, "{ … }"))
    defaults, check = _sections[name]
    try:
        return check({**defaults, **given})
    except (AttributeError, KeyError, TypeError) as error:
        shape = ", ".join(f"{rule}: {default!r}" for rule, default in defaults.items())
        raise InvalidProtocol(rule=name, allowed=shape, value=str(given)[:200]) from error


def _is_object(value) -> bool:
    return isinstance(value, dict)


def protocol_sha256(protocol: dict) -> str:
    """The hash that freezes a protocol."""
    return sha256_hex(canonical_bytes(protocol))


def require(rule: str, value, allowed) -> None:
    """Refuse a value that is not among the allowed ones (a container, or a pair of a test and its words)."""
    test, words = (
        allowed if isinstance(allowed, tuple) and callable(allowed[0]) else (allowed.__contains__, allowed)
    )
    if not test(value):
        shown = ", ".join(map(str, words)) if not isinstance(words, str) else words
        raise InvalidProtocol(rule=rule, allowed=shown, value=value)


def is_integer(low: int, high: int):
    """A test for whole numbers from low to high, with its words."""
    return lambda value: type(value) is int and low <= value <= high, f"{low}–{high}"


def is_number(low: float, high: float):
    """A test for numbers from low to high, with its words."""
    return lambda value: type(value) in (int, float) and low <= value <= high, f"{low}–{high}"


def or_none(test_and_words):
    """The test, or None where a bound is not asked for."""
    test, words = test_and_words
    return lambda value: value is None or test(value), f"{words}, null"


RETENTION_DAYS = {"codes_days": (0, 30), "identities_days": (1, 180), "abandoned_days": (30, 730)}
LONGEST_SCALE = 1_000_000  # of answers collected elsewhere
PARTS = {
    "ranking": {"weights": ["centroid", "sum", "reciprocal"], "ties": ["refuse", "allow"]},
    "comparisons": {
        "table": list(RANDOM_INDEX),
        "limit": is_number(0.01, 1),
        "consistency": ["advise", "require"],
    },
    "best_worst": {"consistency": ["advise", "require"]},
    "self_assessment": {
        "scope": ["none", "study", "dimension", "indicator"],
        "required": (lambda value: type(value) is bool, "true, false"),
        "familiarity": (
            lambda table: is_table(table) and 2 <= len(table) <= 8,
            "P1, P2, P3, [1, 0.8, 0.6, 0.4, 0.2, 0]",
        ),
        "basis": (
            lambda table: (
                set(table) == set(BASES) and all(len(r) == 3 and is_table(r) for r in table.values())
            ),
            "default, graded, {practice: [0.5, 0.4, 0.3], …}",
        ),
    },
    "consensus": {
        "iqr": or_none(is_number(0, 100)),
        "variation": or_none(is_number(0, 10)),
        "agreement_percent": or_none(is_integer(51, 100)),
    },
    "stability": {
        "scheibe_percent": or_none(is_number(0, 100)),
        "variation_change": or_none(is_number(0, 10)),
        "median_change": or_none(is_number(0, 100)),
        "iqr_change": or_none(is_number(0, 100)),
        "changed_percent": or_none(is_number(0, 100)),
        "largest_move": is_number(0, 100),
        "largest_first_level_move": is_number(0, 100),
    },
    "stopping": {
        "early_stop": (lambda value: type(value) is bool, "true, false"),
        "retention_percent": is_integer(0, 100),
    },
    "far_out": {
        "points": is_number(0, 100),
        "iqr_share": is_number(0, 100),
        "most": is_integer(0, 20),
        "reason": ["requested", "required"],
    },
    "reasons": {"fewest": is_integer(3, 1000), "shown": is_integer(0, 20)},
    "retention": {rule: is_integer(*bounds) for rule, bounds in RETENTION_DAYS.items()},
}


MODES = ("points", "rating", "ranking", "swing", "ahp", "bwm")
IMPORTED_MODES = ("points", "collected")
BASES = tuple(BASIS_TABLES["default"])
TABLES = {"familiarity": FAMILIARITY_TABLES, "basis": BASIS_TABLES}


def is_table(values) -> bool:
    """Whether these are shares from 0 to 1, none above the one before."""
    numbers = all(type(value) in (int, float) and 0 <= value <= 1 for value in values)
    return numbers and list(values) == sorted(values, reverse=True)


def _written_out(given: dict) -> dict:
    """Self-assessment with its tables in numbers: what is frozen must not change with the software."""
    found = dict(given)
    for name, known in TABLES.items():
        if isinstance(found[name], str) and found[name] in known:
            table = known[found[name]]
            found[name] = {b: list(v) for b, v in table.items()} if name == "basis" else list(table)
    return found


def _check_scale(section: dict) -> None:
    """The way of answering and the ends of its scale, which other rules are in the unit of."""
    modes = IMPORTED_MODES if "collected" in section else MODES
    require("survey.elicitation", section["elicitation"], modes)
    require("survey.rating_high", section["rating_high"], [5, 7, 9])
    if "collected" in section:
        _check_collected(section["collected"])


def _check_pooling(section: dict) -> None:
    """How answers are pooled; the name of the default becomes what it stands for."""
    pools = ("arithmetic", "geometric", "median", "trimmed")
    if section["aggregation"] == BY_MODE:
        section["aggregation"] = usual_pool(section["elicitation"])
    weighed = ("authority_arithmetic", "authority_geometric")
    require("survey.aggregation", section["aggregation"], [*pools, *weighed])
    require("survey.trim", section["trim"], is_number(0, 0.4))
    require("survey.zero_share", section["zero_share"], is_number(0, 0.05))
    if section["aggregation"] in weighed:
        require(
            "survey.self_assessment.scope",
            section["self_assessment"]["scope"],
            PARTS["self_assessment"]["scope"][1:],
        )
        section["self_assessment"]["required"] = True


def _check_collected(scale) -> None:
    """Answers that were collected elsewhere: the ends of their scale."""
    require(
        "survey.collected", scale, (lambda it: _is_object(it) and set(it) == {"low", "high"}, "{low, high}")
    )
    require("survey.collected.low", scale["low"], is_number(0, LONGEST_SCALE))
    require("survey.collected.high", scale["high"], is_number(0, LONGEST_SCALE))
    require("survey.collected", scale["low"] < scale["high"], [True])


def check_origin(protocol: dict, *, is_imported: bool) -> None:
    """Refuse a live study with the rule of imported ones, and the other way round."""
    stated = protocol["survey"].get("collected")
    require("survey.collected", stated, (lambda it: (it is not None) == is_imported, "null"))


def complete_part(name: str, given, section: dict | None = None) -> dict:
    """One group of rules, what is not given filled in, by the section's way of answering, each rule checked."""
    require(f"survey.{name}", given, (_is_object, "{ … }"))
    unknown = set(given) - set(PARTS[name])
    if unknown:
        raise InvalidProtocol(rule=f"survey.{name}", allowed=", ".join(PARTS[name]), value=min(unknown))
    part = {**SURVEY_DEFAULTS[name], **given}
    part = _written_out(part) if name == "self_assessment" else part
    part = with_usual_bounds(name, part, section) if section else part
    for rule, allowed in PARTS[name].items():
        require(f"survey.{name}.{rule}", part[rule], allowed)
    if name == "retention" and part["identities_days"] < part["codes_days"]:
        rule, lowest = "survey.retention.identities_days", part["codes_days"]
        raise NamesBeforeCodes(rule=rule, allowed=lowest, value=part["identities_days"])
    return part


def check_survey_section(section: dict) -> dict:
    """The survey section, or the refusal that names the first rule that cannot be used."""
    _check_scale(section)
    require("survey.rounds", section["rounds"], is_integer(1, 9))
    require("survey.total", section["total"], [100])
    steps = [0.01, 0.1, 0.5, 1] if "collected" in section else [0.5, 1]
    require("survey.step", section["step"], steps if section["elicitation"] == "points" else [1])
    require("survey.cannot_judge", section["cannot_judge"], [True, False])
    require("survey.quantile", section["quantile"], ["type7"])
    require("survey.count_complete_drafts", section["count_complete_drafts"], [True, False])
    floor = asdict(STANDARD)
    for rung, lowest in floor.items():
        require(f"survey.disclosure.{rung}", section["disclosure"].get(rung), is_integer(lowest, 1000))
    steps = [section["disclosure"][rung] for rung in floor]
    require("survey.disclosure", steps == sorted(steps), [True])
    section |= {name: complete_part(name, section[name], section) for name in PARTS}
    _check_pooling(section)
    require("survey.item_changes_until", section["item_changes_until"], is_integer(0, 9))
    unknown = set(section) - set(SURVEY_DEFAULTS) - {"collected"}
    if unknown:
        raise InvalidProtocol(rule="survey", allowed=", ".join(SURVEY_DEFAULTS), value=min(unknown))
    return section


register_section("survey", SURVEY_DEFAULTS, check_survey_section)
