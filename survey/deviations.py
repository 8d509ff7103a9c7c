"""Deviations: a rule changed after round 1 opened, or something done otherwise than planned; dated and reasoned."""

import copy
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from survey.audit import record_event
from survey.core.disclosure import STANDARD
from survey.models import Deviation, Round, Study
from survey.protocol import check_fit, complete_protocol
from survey.reasons import clean_text
from survey.refusal import InvalidInput, Refusal
from survey.retention import kept_days
from survey.studies import leaf_directions

FIXED = (  # the answers already given have this form: by itself, or by everything below the name
    "survey.elicitation",
    "survey.total",
    "survey.step",
    "survey.rating_high",
    "survey.collected",
    "survey.self_assessment.familiarity",
    "survey.self_assessment.basis",
)


class NotFrozenYet(Refusal):
    """Before round 1 the protocol is simply changed."""

    code = "not_frozen_yet"
    message = _("Round 1 has not opened yet: change the protocol itself.")


class RoundIsOpen(Refusal):
    """Rules of the panel do not change inside a round."""

    code = "round_is_open"
    message = _("Round %(number)d is open. The rules of the panel do not change inside a round.")


class RuleIsFixed(InvalidInput):
    """This rule stands for good."""

    code = "rule_is_fixed"
    message = _("The rule %(rule)s cannot be changed any more: the answers already given depend on it.")


class UnknownRule(InvalidInput):
    """The protocol has no such rule."""

    code = "unknown_rule"
    message = _(
        "The protocol has no rule “%(rule)s”. Write it as it stands there, for example survey.rounds."
    )


class PromiseStands(InvalidInput):
    """The panel answered on the promise of so many days; keeping things longer would break it."""

    code = "promise_stands"
    message = _("The panel was promised this: %(rule)s may become less than %(days)d days, but not more.")


class ReasonNeeded(InvalidInput):
    """A deviation without a reason is none."""

    code = "reason_needed"
    message = _("Write why this was necessary; experts and readers will see it.")


class NothingChanged(InvalidInput):
    """The rule has this value already."""

    code = "nothing_changed"
    message = _("The rule %(rule)s has this value already.")


@transaction.atomic
def change_rule(study: Study, rule: str, value, *, reason: str, by: str, at: datetime) -> Deviation:
    """Change one rule of a frozen protocol from now on; the change is on record with its reason.

    What was frozen stays known: `launched_protocol` takes every change back and has the hash of round 1.
    """
    study = Study.objects.select_for_update().get(pk=study.pk)
    if not study.is_frozen:
        raise NotFrozenYet
    _refuse(study, rule, value)
    protocol = copy.deepcopy(study.protocol)
    before = _put(protocol, rule, value)
    complete = complete_protocol(protocol)
    check_fit(complete, leaf_directions(study))
    after = _put(complete, rule, value)  # a name such as by_mode is written out
    _put(protocol, rule, after)
    if before == after:
        raise NothingChanged(rule=rule)
    found = _record(study, rule=rule, before=before, after=after, reason=reason, by=by, at=at)
    Study.objects.filter(pk=study.pk).update(protocol=protocol)
    if rule == "survey.rounds":
        _prepare_round(study, rounds=after)
    return found


def _prepare_round(study: Study, *, rounds: int) -> None:
    """Where the round that was the last is closed and there are more now, the next one can be opened."""
    last = study.rounds.last()
    if last.is_closed and last.number < rounds and not study.is_imported and not study.adopted_round_id:
        Round.objects.create(study=study, number=last.number + 1)


@transaction.atomic
def note_deviation(study: Study, *, reason: str, by: str, at: datetime) -> Deviation:
    """Put on record that something was done otherwise than planned, where no rule changes."""
    study = Study.objects.select_for_update().get(pk=study.pk)
    if not study.is_frozen:
        raise NotFrozenYet
    return _record(study, rule="", before=None, after=None, reason=reason, by=by, at=at)


def _refuse(study: Study, rule: str, value) -> None:
    if rule in FIXED or rule.startswith(tuple(f"{name}." for name in FIXED)):
        raise RuleIsFixed(rule=rule)
    round = study.open_round()
    if rule.startswith("survey.") and round:
        raise RoundIsOpen(number=round.number)
    lowered = [rung for rung in vars(STANDARD) if rule == f"survey.disclosure.{rung}"]
    if lowered and not (type(value) is int and value >= study.rules["disclosure"][lowered[0]]):
        raise RuleIsFixed(rule=rule)
    if rule in ("survey.disclosure", "survey.retention", "survey.self_assessment"):
        raise UnknownRule(rule=rule)
    promised = {f"survey.retention.{name}": days for name, days in kept_days(study).items()}.get(rule)
    if promised is not None and type(value) is int and value > promised:
        raise PromiseStands(rule=rule, days=promised)


def _put(protocol: dict, rule: str, value):
    """Write the value at the rule's place; returns what stood there."""
    *path, last = rule.split(".")
    part = protocol
    for name in path:
        part = part.get(name) if isinstance(part, dict) else None
    if not path or not isinstance(part, dict) or last not in part:
        raise UnknownRule(rule=rule[:100])
    before, part[last] = part[last], value
    return before


def _record(study: Study, *, reason: str, by: str, at: datetime, **change) -> Deviation:
    words = clean_text(reason)
    if not words:
        raise ReasonNeeded
    number = 1 + study.deviations.count()
    found = Deviation.objects.create(study=study, number=number, at=at, by=by, reason=words, **change)
    detail = {"number": number, "rule": found.rule, "reason": words}
    record_event(actor=by, action="deviate", subject=study.slug, at=at, detail=detail)
    return found


def launched_protocol(study: Study) -> dict:
    """The protocol as it was frozen when round 1 opened: the present one with every change taken back."""
    protocol = copy.deepcopy(study.protocol)
    for deviation in study.deviations.exclude(rule="").order_by("-number"):
        _put(protocol, deviation.rule, deviation.before)
    return protocol
