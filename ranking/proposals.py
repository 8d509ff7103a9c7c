"""Proposing an edition: the checklist is minded, and what is accepted in spite of it goes out with its reason."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ranking.checklist import obstacles
from ranking.editions import edition_to_propose
from ranking.models import Publication, Run
from ranking.publications import propose_publication
from survey.reasons import clean_text
from survey.refusal import InvalidInput, Refusal


class NotReady(Refusal):
    """Something stands in the way that no reason helps against."""

    code = "not_ready"
    message = _("This edition cannot be proposed yet: %(first)s")


class ReasonMissing(InvalidInput):
    """What is missing may be accepted, with a reason that readers see."""

    code = "acceptance_needs_reason"
    message = _(
        "%(count)d things stand in the way. Put them right, or write why the edition goes out as it is."
    )


class EmbargoPast(InvalidInput):
    """An instant that has passed holds nothing back."""

    code = "embargo_past"
    message = _("The instant of the embargo lies in the past. Choose a later one, or leave it empty.")


def propose_edition(
    run: Run,
    *,
    by: AbstractBaseUser,
    at: datetime,
    note: str = "",
    embargo_until: datetime | None = None,
    accepting: str = "",
) -> Publication:
    """Propose the run with today's texts, once everything in the way is put right or accepted with a reason.

    Raises `NotReady`, `ReasonMissing`, `EmbargoPast`, and the refusals of `propose_publication`.
    """
    if embargo_until and embargo_until <= at:
        raise EmbargoPast
    reason, accepted = clean_text(accepting), None
    if run.is_done:
        accepted = _accepted(run, by)
        if accepted and not reason:
            raise ReasonMissing(count=len(accepted))
    kept = {"reason": reason, "missing": accepted} if accepted else None
    return propose_publication(run, by=by, at=at, note=note, embargo_until=embargo_until, accepted=kept)


def _accepted(run: Run, by: AbstractBaseUser) -> list[dict]:
    """What stands in the way and may be accepted, in both languages."""
    edition = edition_to_propose(run)
    found = obstacles(edition, by=by)
    if any(obstacle.must for obstacle in found):
        raise NotReady(first=found[0].text)
    told = {}
    for language in ("zh-hans", "en"):
        with override(language):
            told[language] = {item.code: item.text for item in obstacles(edition, by=by)}
    return [
        {"code": code, "text": text, "text_en": told["en"].get(code, "")}
        for code, text in told["zh-hans"].items()
    ]
