"""The protocol's rules for consensus, stability and stopping as the numeric rooms name them."""

from survey.core.agreement import TOP_BANDS
from survey.core.stability import StabilityRule
from survey.core.stopping import StopRule
from survey.core.verdicts import ConsensusRule
from survey.protocol import SURVEY_DEFAULTS
from survey.usual_bounds import with_usual_bounds


def part(rules: dict, name: str) -> dict:
    """One group of the survey section's rules; a study frozen before a rule existed follows the default."""
    return with_usual_bounds(name, {**SURVEY_DEFAULTS[name], **rules.get(name, {})}, rules)


def rule(rules: dict, name: str):
    """A single rule of the survey section, its default where the study was frozen before it existed."""
    return rules.get(name, SURVEY_DEFAULTS[name])


def consensus_rule(rules: dict, *, full_mark: float | None = None) -> ConsensusRule:
    """What converged means by the protocol; the top band exists on rating scales alone."""
    stated = part(rules, "consensus")
    asked = stated["agreement_percent"] if full_mark in TOP_BANDS else None
    return ConsensusRule(
        iqr=stated["iqr"],
        variation=stated["variation"],
        band=TOP_BANDS[full_mark] if asked else None,
        band_percent=asked or 75,
    )


def stability_rule(rules: dict) -> StabilityRule:
    """What stable means by the protocol."""
    stated = part(rules, "stability")
    return StabilityRule(
        scheibe_below=stated["scheibe_percent"],
        variation_change=stated["variation_change"],
        median_change=stated["median_change"],
        iqr_change=stated["iqr_change"],
        changed_below=stated["changed_percent"],
    )


def stop_rule(rules: dict) -> StopRule:
    """When the panel may stop by the protocol."""
    stated = part(rules, "stopping")
    return StopRule(
        rounds=rules["rounds"], early_stop=stated["early_stop"], retention=stated["retention_percent"]
    )
