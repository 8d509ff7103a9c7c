"""The texts of an edition: which there are, and how one is saved."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ranking.models import EditionText
from ranking.prose import LONGEST, clean_prose
from ranking.studio import UnknownUnit, locked, note_edit, refuse_stale, stamp_of, study_units
from survey.models import Study
from survey.refusal import InvalidInput

HEADLINE, FEATURES, ADVICE, COMPARABILITY = "headline", "features", "advice", "comparability"
CASE, ABSENT = "case:", "absent:"
LONGEST_HEADLINE, LONGEST_SLOT = 160, 80


@dataclass(frozen=True)
class Slot:
    """A place for a text: what it is called, what belongs there, and how long it may be."""

    name: str
    label: str
    help: str
    longest: int = LONGEST


SLOTS = (
    Slot(
        HEADLINE,
        _("Headline"),
        _("One sentence that states the finding; it opens the edition's home."),
        LONGEST_HEADLINE,
    ),
    Slot(
        FEATURES, _("Features"), _("What this year's list shows: who leads, where the units are, what moved.")
    ),
    Slot(ADVICE, _("Advice"), _("What follows for those who read the list.")),
    Slot(
        COMPARABILITY,
        _("Comparability"),
        _("What readers must know before they compare this list with an earlier one."),
    ),
)


class TextTooLong(InvalidInput):
    """The text passes its limit."""

    code = "text_too_long"
    message = _("This text has %(length)d characters; %(most)d are the most here.")


class UnknownSlot(InvalidInput):
    """There is no such text."""

    code = "unknown_slot"
    message = _("An edition has no text “%(slot)s”.")


def slot_of(study: Study, name: str) -> Slot:
    """The slot by its name; raises `UnknownSlot`, or `UnknownUnit` for a case of a unit that is not in the data."""
    found = next((slot for slot in SLOTS if slot.name == name), None)
    if found:
        return found
    kind, _colon, code = name.partition(":")
    if f"{kind}:" == CASE and code:
        return _case(study, code)
    if f"{kind}:" == ABSENT and code and len(name) <= LONGEST_SLOT:
        return Slot(
            name,
            _("Why there is no “%(name)s”") % {"name": code},
            _("Readers see the reason in place of the exhibit."),
            500,
        )
    raise UnknownSlot(slot=name[:LONGEST_SLOT])


def _case(study: Study, code: str) -> Slot:
    unit = next((unit for unit in study_units(study) if unit.code == code), None)
    if unit is None or len(CASE + code) > LONGEST_SLOT:
        raise UnknownUnit(code=code[:LONGEST_SLOT])
    return Slot(
        CASE + code,
        _("Case: %(unit)s") % {"unit": unit.label},
        _("How this unit came to where it stands; shown on its page."),
    )


def text_at(study: Study, slot: str) -> EditionText | None:
    """What is stored there."""
    return EditionText.objects.filter(study=study, slot=slot).first()


@transaction.atomic
def save_text(
    study: Study, slot: str, *, text: str, text_en: str, stamp: str, by: str, at: datetime
) -> EditionText | None:
    """Keep a text in both languages; two empty ones take it away. Returns what is stored.

    ``stamp`` marks what the page showed. Raises `SavedMeanwhile`, `TextTooLong`, `UnknownSlot`, `UnknownUnit`.
    """
    study = locked(study)
    place, kept = slot_of(study, slot), text_at(study, slot)
    refuse_stale(kept, stamp, study=study, part=slot)
    texts = {"text": clean_prose(text), "text_en": clean_prose(text_en)}
    for words in texts.values():
        if len(words) > place.longest:
            raise TextTooLong(length=len(words), most=place.longest)
    if kept and {name: getattr(kept, name) for name in texts} == texts:
        return kept
    if any(texts.values()):
        kept, _made = EditionText.objects.update_or_create(study=study, slot=slot, defaults=texts)
    elif kept:
        kept.delete()
        kept = None
    else:
        return None
    note_edit(study, slot, by=by, at=at, stamp=stamp_of(kept))
    return kept
