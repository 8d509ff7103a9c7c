"""What the panel is told of the real figures: their spread, indicator by indicator, the same all round long."""

import math
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from survey.audit import record_event
from survey.models import DataSpread, Study
from survey.refusal import InvalidInput, Refusal
from survey.studies import require_live

MARKS = ("low", "q1", "median", "q3", "high")


class SpreadFixed(Refusal):
    """The cards do not change while experts answer, nor afterwards."""

    code = "spread_fixed"
    message = _(
        "The cards of the indicators do not change while a round is open, nor after one was adopted. "
        "Give the figures to the panel between rounds."
    )


class InvalidSpread(InvalidInput):
    """Figures that are no spread of an indicator of the study."""

    code = "invalid_spread"
    message = _("The spread of “%(item)s” cannot be used.")


@transaction.atomic
def give_spread(study: Study, figures: dict[str, dict], *, source: str, by: str, at: datetime) -> DataSpread:
    """Show the panel how the figures spread, from the next round on.

    ``figures`` holds for an indicator's code ``n``, ``missing`` and the five marks, ascending.
    """
    require_live(study)
    study = Study.objects.select_for_update().get(pk=study.pk)
    if study.open_round() or study.adopted_round_id:
        raise SpreadFixed
    known = set(study.indicators.values_list("code", flat=True))
    wrong = next((code for code, each in figures.items() if code not in known or not _is_spread(each)), None)
    if wrong is not None:
        raise InvalidSpread(item=wrong[:60])
    given, _made = DataSpread.objects.update_or_create(
        study=study, defaults={"source": source[:200], "figures": figures, "given_at": at}
    )
    detail = {"source": given.source, "indicators": len(figures)}
    record_event(actor=by, action="give_spread", subject=study.slug, at=at, detail=detail)
    return given


def _is_spread(each: dict) -> bool:
    marks = [each.get(name) for name in MARKS]
    numbers = all(type(mark) in (int, float) and math.isfinite(mark) for mark in marks)
    return numbers and marks == sorted(marks) and type(each.get("n")) is int and each["n"] > 0


def spread_cards(study: Study) -> dict[str, dict]:
    """The spread of each indicator by its code, with its places on a drawing; empty where none was given."""
    given = DataSpread.objects.filter(study=study).first()
    return {code: each | _drawn(each) for code, each in given.figures.items()} if given else {}


def _drawn(each: dict) -> dict:
    """Where the marks stand between the lowest and the highest figure, in percent."""
    length = each["high"] - each["low"]
    places = {
        f"{name}_at": round(100 * (each[name] - each["low"]) / length, 1) if length else 50 for name in MARKS
    }
    return places
