"""What every exhibit over the years has to say of the lists it is drawn from."""

from django.utils.translation import gettext as _

from ranking.editions import Edition
from ranking.exhibits.words import said, sentences, several
from ranking.history import IMPORTED, RECOMPUTED


def has_scores(edition: Edition) -> bool:
    """Whether every unit has its score."""
    return bool(edition.entries) and all(entry.score is not None for entry in edition.entries)


def years_note(lists: tuple[Edition, ...]) -> str:
    """What to beware of: which years were brought in and which worked out, and what is said of comparing them."""
    recomputed = [str(one.year) for one in lists if one.kind == RECOMPUTED]
    printed = [str(one.year) for one in lists if one.kind == IMPORTED]
    words = []
    if recomputed:
        words.append(_("Worked out backwards by one rule: %(years)s.") % {"years": several(recomputed)})
    if printed:
        words.append(_("As printed at the time: %(years)s.") % {"years": several(printed)})
    if len(lists) == 1:
        words.append(_("Lists of earlier years, brought in by staff, would show the change."))
    told = dict.fromkeys(said(one.kept, "comparability") for one in lists if one.kept)
    return sentences(*words, *told)
