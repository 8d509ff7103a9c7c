"""How editors save what they add to a list: one at a time, nobody's words over another's without being told."""

from datetime import datetime

from django.db import models
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from ranking.models import Run
from survey.audit import record_event
from survey.models import AuditEvent, Study
from survey.refusal import InvalidInput, Refusal
from survey.sealing import canonical_bytes, sha256_hex
from weighting.models import Dataset, Unit

LARGEST = 1e15  # canonical JSON writes it without an exponent, and every reader keeps it exactly


class SavedMeanwhile(Refusal):
    """Somebody else saved after this page was opened; ``kept`` is what stands there now, None where it was removed."""

    code = "saved_meanwhile"
    message = _(
        "%(who)s saved this after you opened the page. Nothing was overwritten: compare both, then decide."
    )

    def __init__(self, kept: models.Model | None, who: str):
        super().__init__(who=who)
        self.kept = kept


class UnknownUnit(InvalidInput):
    """A text or a table names a unit that the data do not have."""

    code = "unknown_unit"
    message = _("“%(code)s” is no unit of this study's data.")


def stamp_of(record: models.Model | None) -> str:
    """A short mark of what is stored, for the page that shows it; empty where nothing is stored."""
    if record is None:
        return ""
    fields = model_to_dict(record, exclude=["id", "study", "position"])
    return sha256_hex(canonical_bytes(fields))[:16]


def locked(study: Study) -> Study:
    """The study's row, held until the save has ended: editors of one study stand in line."""
    return Study.objects.select_for_update().get(pk=study.pk)


def refuse_stale(record: models.Model | None, stamp: str, *, study: Study, part: str) -> None:
    """Refuse a save that starts from other content than is stored; raises `SavedMeanwhile`."""
    if stamp != stamp_of(record):
        raise SavedMeanwhile(record, last_editor(study, part) or _("Somebody"))


def last_editor(study: Study, part: str) -> str:
    """Who saved the part last, by the audit chain."""
    acts = AuditEvent.objects.filter(action="edit_edition", subject=study.slug, detail__part=part)
    last = acts.order_by("-sequence").first()
    return last.actor if last else ""


def note_edit(study: Study, part: str, *, by: str, at: datetime, stamp: str) -> None:
    """Put an editor's save on record, with the mark of what is stored now."""
    record_event(
        actor=by,
        action="edit_edition",
        subject=study.slug,
        at=at,
        detail={"part": part, "stamp": stamp},
    )


def study_units(study: Study) -> list[Unit]:
    """The units of the data behind the newest finished run, or of the newest sealed data before there is one."""
    run = Run.objects.filter(weight_set__dataset__study=study, status=Run.Status.DONE).first()
    dataset = run.weight_set.dataset if run else Dataset.objects.sealed().filter(study=study).first()
    return list(Unit.objects.filter(dataset=dataset)) if dataset else []
