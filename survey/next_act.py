"""What comes next in a study's panel: one act, so that a page can say one thing."""

from dataclasses import dataclass

from survey.models import Feedback, Round, Study
from survey.rounds import FEWEST_ANSWERS


@dataclass(frozen=True)
class NextAct:
    """The act's name and its round.

    ``invite``, ``open``, ``collect``, ``read``, ``release``, ``adopt``, ``weigh``; ``short`` where the last round has
    too few answers to be adopted; of an imported panel ``wait``, ``analyse``.
    """

    name: str
    round: Round | None = None


def next_act(study: Study) -> NextAct:
    """The panel's next step; ``weigh`` when the panel's work is finished."""
    last = study.rounds.last()
    if study.is_imported:
        return NextAct("analyse" if last.is_closed else "wait", last)
    if study.adopted_round_id:
        return NextAct("weigh", study.adopted_round)
    open_round, closed = study.open_round(), study.last_closed_round()
    if open_round:
        return NextAct("collect", open_round)
    if closed and not Feedback.objects.filter(round=closed).exists():
        waits = any(not reason.is_settled for reason in closed.reasons.all())
        return NextAct("read" if waits else "release", closed)
    if closed and closed.is_last:
        return NextAct("adopt" if closed.answers >= FEWEST_ANSWERS else "short", closed)
    if not study.experts.active().exists():
        return NextAct("invite")
    return NextAct("open", study.rounds.filter(status=Round.Status.DRAFT).first())


def may_stop_at(study: Study) -> Round | None:
    """The round that can be adopted before the last one: the latest with enough answers to the present tree."""
    changed = study.item_changes.order_by("-from_round").values_list("from_round", flat=True).first() or 0
    enough = study.rounds.closed().filter(answers__gte=FEWEST_ANSWERS, number__gte=changed)
    return enough.filter(number__lt=study.rules["rounds"]).order_by("number").last()
