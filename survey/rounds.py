"""Opening, closing and adopting rounds."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from survey.answers import counted, is_complete
from survey.audit import record_event
from survey.deviations import note_deviation
from survey.letters import queue_letters
from survey.models import Feedback, Letter, Participation, Response, Round, Snapshot, Study
from survey.participation import rewrite_answers, settle_soon
from survey.protocol import check_fit, protocol_sha256
from survey.questionnaire import questionnaire
from survey.reasons import collect_reasons
from survey.refusal import InvalidInput, InvalidTransition, Refusal
from survey.results import store_statistics
from survey.sealing import canonical_bytes, sha256_hex
from survey.studies import PanelImported, leaf_directions, require_live

FEWEST_ANSWERS = 3  # behind published weights


class NotReady(Refusal):
    """Something must be done before the round can open."""

    code = "not_ready"
    message = gettext_lazy("Round %(number)d cannot open yet: %(obstacles)s")


class DeadlinePast(InvalidInput):
    """The deadline is not in the future."""

    code = "deadline_past"
    message = gettext_lazy("The deadline must be in the future.")


class NothingToAdopt(Refusal):
    """Only a closed round with enough answers can give the experts' weights."""

    code = "nothing_to_adopt"
    message = gettext_lazy(
        "Round %(number)d cannot be adopted: it must be closed and have at least %(fewest)d answers, "
        "because the weights of fewer would tell what a single person answered."
    )


class TreeChanged(Refusal):
    """The tree changed after the round, so its answers give no weights to the new tree."""

    code = "tree_changed"
    message = gettext_lazy(
        "The indicator tree changed after round %(number)d, so that round cannot be adopted. Play the next round first."
    )


@dataclass(frozen=True)
class Obstacle:
    """One thing that stands in the way of opening a round."""

    code: str
    text: str


def obstacles_before_opening(round: Round) -> list[Obstacle]:
    """What must be done before the round can open; the same list for the screen and for the guard."""
    study, found = round.study, []
    if study.is_imported:
        found.append(Obstacle("imported", str(PanelImported.message)))
    if not questionnaire(study):
        found.append(Obstacle("no_groups", _("The indicator tree has no group of at least two indicators.")))
    if not study.experts.active().exists():
        found.append(Obstacle("no_experts", _("The panel is empty: invite experts first.")))
    if study.rounds.open().exists():
        found.append(Obstacle("round_open", _("Another round is still open: close it first.")))
    previous = study.rounds.filter(number=round.number - 1).first()
    if previous and not Feedback.objects.filter(round=previous).exists():
        found.append(Obstacle("no_feedback", _("The feedback of the round before is not released yet.")))
    if study.adopted_round_id:
        found.append(Obstacle("adopted", _("A round was adopted already: the panel's work is finished.")))
    return found


@transaction.atomic
def open_round(round: Round, *, deadline: datetime, by: str, at: datetime) -> Round:
    """Take answers until the deadline. Opening round 1 freezes the protocol with its hash."""
    if deadline <= at:
        raise DeadlinePast
    study = Study.objects.select_for_update().get(pk=round.study_id)  # no rule changes under our hands
    obstacles = obstacles_before_opening(round)
    if obstacles:
        raise NotReady(number=round.number, obstacles=" ".join(obstacle.text for obstacle in obstacles))
    if not study.is_frozen:
        check_fit(study.protocol, leaf_directions(study))
        Study.objects.filter(pk=study.pk).update(protocol_sha256=protocol_sha256(study.protocol))
    invited = study.experts.active().count()
    round.advance(Round.Status.DRAFT, Round.Status.OPEN, opened_at=at, deadline=deadline, invited=invited)
    Participation.objects.filter(round__study=study).delete()
    if not study.is_rehearsal:
        queue_letters(study.experts.active().exclude(credential=None), Letter.Kind.OPENING, round=round)
    record_event(
        actor=by,
        action="open_round",
        subject=f"{study.slug}#{round.number}",
        at=at,
        detail={"deadline": deadline.isoformat(), "invited": invited},
    )
    return round


@transaction.atomic
def close_round(round: Round, *, by: str, at: datetime) -> Round:
    """Freeze the answers: exactly the acknowledged ones are in the snapshot.

    Waits for submissions that hold the round, counts complete drafts where the protocol says so, writes the answer
    rows anew in random order, seals the snapshot and prepares the next round. Closing twice raises
    `InvalidTransition`.
    """
    round = Round.objects.select_for_update(of=("self",)).select_related("study").get(pk=round.pk)
    if not round.is_open:
        raise InvalidTransition
    _count_drafts(round)
    collect_reasons(round)
    freeze_answers(round, old=Round.Status.OPEN, at=at, marks_incomplete=True)  # until they are settled
    if not round.is_last:
        Round.objects.get_or_create(study=round.study, number=round.number + 1)
    record_event(
        actor=by,
        action="close_round",
        subject=f"{round.study.slug}#{round.number}",
        at=at,
        detail={"answers": round.answers, "sha256": round.sha256},
    )
    settle_soon(round)
    round.refresh_from_db()
    return round


def freeze_answers(round: Round, *, old: str, at: datetime, **fields) -> None:
    """Write the answer rows anew in random order, seal the snapshot and close the round."""
    rewrite_answers(round, without_drafts=True)
    document = _snapshot(round)
    content, leaves = canonical_bytes(document), [answer["leaf"] for answer in document["answers"]]
    Snapshot.objects.create(round=round, content=content)
    closed = {"closed_at": at, "sha256": sha256_hex(content), "answers": len(leaves), "leaves": leaves}
    round.advance(old, Round.Status.CLOSED, **closed, **fields)


def _count_drafts(round: Round) -> None:
    """Complete drafts become answers where the protocol counts them; what was never finished is deleted."""
    groups, rules = questionnaire(round.study), round.study.rules
    for response in Response.objects.filter(round=round, values__isnull=True):
        if rules["count_complete_drafts"] and is_complete(groups, response.draft, rules):
            response.values, response.leaf = counted(response.draft), response.draft_leaf
            response.save()
        else:
            response.delete()


def _snapshot(round: Round) -> dict:
    """What is frozen: the answers in the order of their receipts, with no pseudonym."""
    rows = Response.objects.filter(round=round).parsed("leaf")
    return {
        "study": round.study.slug,
        "round": round.number,
        "protocol_sha256": round.study.protocol_sha256,
        "invited": round.invited,
        "answers": [{"leaf": leaf, "values": values} for leaf, values in rows],
    }


def close_due_rounds(*, at: datetime) -> int:
    """Close every open round whose deadline has passed; safe to run twice, or late."""
    closed = 0
    for round in Round.objects.due(at):
        try:
            close_round(round, by="system", at=at)
            closed += 1
        except InvalidTransition:  # a twin was faster
            continue
    return closed


@transaction.atomic
def adopt_round(round: Round, *, by: str, at: datetime) -> Study:
    """Take the closed round's answers as the experts' weights of the study; once, and for good."""
    require_live(round.study)
    if not round.is_closed or round.answers < FEWEST_ANSWERS:
        raise NothingToAdopt(number=round.number, fewest=FEWEST_ANSWERS)
    if round.study.item_changes.filter(from_round__gt=round.number).exists():
        raise TreeChanged(number=round.number)
    adopted = Study.objects.filter(pk=round.study_id, adopted_round=None).update(adopted_round=round)
    if not adopted or round.study.rounds.open().exists():
        raise InvalidTransition
    record_event(
        actor=by,
        action="adopt_round",
        subject=f"{round.study.slug}#{round.number}",
        at=at,
        detail={"sha256": round.sha256},
    )
    study = Study.objects.get(pk=round.study_id)
    store_statistics(study, at=at)
    return study


@transaction.atomic
def stop_early(round: Round, *, by: str, at: datetime, reason: str) -> Study:
    """Adopt a round before the announced last one: a person's act, with a reason that is on record for all to see."""
    if round.is_last:
        raise InvalidTransition
    note_deviation(
        round.study,
        reason=f"#{round.number}/{round.study.rules['rounds']}: {reason}" if reason.strip() else "",
        by=by,
        at=at,
    )
    return adopt_round(round, by=by, at=at)


def adopt_last(round: Round, *, by: str, at: datetime) -> Study:
    """Adopt the round that was announced as the last."""
    if not round.is_last:
        raise InvalidTransition
    return adopt_round(round, by=by, at=at)
