"""Bounds that suit the scale of the answers: what the word ``by_mode`` stands for in the protocol."""

BY_MODE = "by_mode"
IQR_PARTS = 20  # the middle half may be a twentieth of a long scale
SHORT_IQR = ((6, 1), (9, 2))  # up to this length of the scale: the widest interquartile range of a consensus
POOL_BY_MODE = {"swing": "geometric", "ahp": "geometric", "bwm": "geometric"}
HUNDRED = {"consensus": {"iqr": 5, "variation": 0.25}, "far_out": {"points": 3}}  # points, marks and percent


def widest(length: float) -> float:
    """The widest interquartile range of a consensus on a scale of so many steps."""
    return next((iqr for most, iqr in SHORT_IQR if length <= most), length / IQR_PARTS)


def usual_pool(mode: str) -> str:
    """How answers of this kind are pooled by default: ratios by the geometric mean, all else by the mean."""
    return POOL_BY_MODE.get(mode, "arithmetic")


def usual_bounds(rules: dict) -> dict[str, dict]:
    """The bounds of consensus and of far-out answers for a survey section's way of answering.

    On a rating scale both are in its own steps. Places are one place apart, and V says nothing of them: the same
    spread is a large share of the first place and a small one of the last.
    """
    mode = rules["elicitation"]
    if mode == "ranking":
        return {"consensus": {"iqr": 1, "variation": None}, "far_out": {"points": 1}}
    ends = rules.get("collected") if mode == "collected" else {"low": 1, "high": rules.get("rating_high", 5)}
    if mode in ("rating", "collected") and ends:
        width = widest(ends["high"] - ends["low"])
        return {"consensus": {"iqr": width, "variation": 0.25}, "far_out": {"points": width}}
    return HUNDRED


def with_usual_bounds(name: str, part: dict, rules: dict) -> dict:
    """One group of rules in which every ``by_mode`` is written out."""
    usual = usual_bounds(rules).get(name, {})
    return {
        rule: usual[rule] if value == BY_MODE and rule in usual else value for rule, value in part.items()
    }


def by_mode_again(rules: dict) -> dict:
    """The rules with the word ``by_mode`` wherever they stand as the way of answering suggests."""
    found = dict(rules)
    if rules["aggregation"] == usual_pool(rules["elicitation"]):
        found["aggregation"] = BY_MODE
    for name, bounds in usual_bounds(rules).items():
        as_usual = {rule: BY_MODE for rule, value in bounds.items() if rules[name][rule] == value}
        found[name] = {**rules[name], **as_usual}
    return found
