"""Key figures of an edition: saved with numerator, denominator and source; a ratio is always one of sums."""

import math
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ranking.exhibits.key_figures import value_of
from ranking.models import KeyFigure
from ranking.studio import LARGEST, locked, note_edit, refuse_stale, stamp_of
from survey.models import Study
from survey.refusal import InvalidInput

MOST = 24
NUMBERS = ("numerator", "denominator", "reference")


class DenominatorZero(InvalidInput):
    """Nothing can be divided by zero."""

    code = "denominator_zero"
    message = _(
        "The denominator is 0: a share or ratio of nothing has no value. Leave the figure out, or correct it."
    )


class DenominatorMissing(InvalidInput):
    """A share or a ratio needs both sums."""

    code = "denominator_missing"
    message = _("A share or a ratio needs a denominator. If it is a plain count, choose that form.")


class ShareAboveOne(InvalidInput):
    """A part is never more than the whole."""

    code = "share_above_one"
    message = _(
        "The numerator is larger than the denominator, so this is no share. Look at the units, or choose “ratio”."
    )


class FigureOutOfRange(InvalidInput):
    """Not a number that a report could print."""

    code = "figure_out_of_range"
    message = _("Write numbers below 10^15, in a larger unit if need be.")


class CodeTaken(InvalidInput):
    """Another one has this short name."""

    code = "code_taken"
    message = _("“%(code)s” is taken already. Choose another short name.")


class TooManyFigures(InvalidInput):
    """Nobody reads that many."""

    code = "too_many_figures"
    message = _("An edition takes %(most)d key figures; drop one first.")


def difference_of(figure: dict) -> float | None:
    """The value less what it is compared with; points of percent for shares."""
    value = value_of(figure)
    return None if value is None or figure["reference"] is None else value - figure["reference"]


def figure_at(study: Study, code: str) -> KeyFigure | None:
    """What is stored under the short name."""
    return KeyFigure.objects.filter(study=study, code=code).first()


@transaction.atomic
def save_figure(study: Study, code: str, *, fields: dict, stamp: str, by: str, at: datetime) -> KeyFigure:
    """Keep a key figure; an empty ``code`` adds one. Raises `SavedMeanwhile` and the refusals above."""
    study = locked(study)
    kept = figure_at(study, code) if code else None
    refuse_stale(kept, stamp, study=study, part=f"figure:{code or fields['code']}")
    refuse_impossible(fields)
    others = KeyFigure.objects.filter(study=study).exclude(pk=kept.pk if kept else None)
    if others.filter(code=fields["code"]).exists():
        raise CodeTaken(code=fields["code"])
    if kept is None:
        if others.count() >= MOST:
            raise TooManyFigures(most=MOST)
        last = others.aggregate(Max("position"))["position__max"] or 0
        kept = KeyFigure(study=study, position=last + 1)
    for name, value in fields.items():
        setattr(kept, name, value)
    kept.save()
    note_edit(study, f"figure:{kept.code}", by=by, at=at, stamp=stamp_of(kept))
    return kept


def refuse_impossible(figure: dict) -> None:
    """Refuse numbers that give no figure, by the name of what is wrong."""
    numbers = [figure[name] for name in NUMBERS if figure[name] is not None]
    if any(not math.isfinite(number) or abs(number) >= LARGEST for number in numbers):
        raise FigureOutOfRange
    if figure["form"] == KeyFigure.Form.COUNT:
        return
    if figure["denominator"] is None:
        raise DenominatorMissing
    if figure["denominator"] == 0:
        raise DenominatorZero
    if figure["form"] == KeyFigure.Form.SHARE and not 0 <= figure["numerator"] / figure["denominator"] <= 1:
        raise ShareAboveOne


@transaction.atomic
def remove_figure(study: Study, code: str, *, stamp: str, by: str, at: datetime) -> None:
    """Take a key figure away; raises `SavedMeanwhile` where it is not what the page showed."""
    study = locked(study)
    kept = figure_at(study, code)
    refuse_stale(kept, stamp, study=study, part=f"figure:{code}")
    if kept:
        kept.delete()
        note_edit(study, f"figure:{code}", by=by, at=at, stamp="")
