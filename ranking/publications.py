"""Proposing, approving, publishing and withdrawing a list."""

from dataclasses import asdict
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ranking.models import Publication, Run, Score
from ranking.signing import sign
from survey.audit import Head, chain_head, record_event
from survey.models import Study
from survey.refusal import InvalidInput, Refusal
from survey.retention import begin_retention
from survey.sealing import canonical_bytes, sha256_hex
from weighting.models import IndicatorWeight


class RunNotDone(Refusal):
    """Only a finished run can be published."""

    code = "run_not_done"
    message = _("This run is not finished, so there is nothing to publish yet.")


class SamePerson(Refusal):
    """Whoever proposes does not approve."""

    code = "same_person"
    message = _("You proposed this list, so another person has to approve it.")


class ManifestChanged(Refusal):
    """What is approved must be exactly what was looked at."""

    code = "manifest_changed"
    message = _("The proposal changed since you opened this page. Look at it again before you approve.")


class NoteMissing(InvalidInput):
    """Readers must learn why a list changed."""

    code = "note_missing"
    message = _("Write a note for the readers: why this list is corrected or withdrawn.")


@transaction.atomic
def propose_publication(run: Run, *, by: AbstractBaseUser, at: datetime, note: str = "") -> Publication:
    """Put a finished run up for approval as the next revision; an earlier proposal that still waits is replaced."""
    if not run.is_done:
        raise RunNotDone
    study = Study.objects.select_for_update().get(pk=run.study.pk)
    Publication.objects.filter(study=study, status=Publication.Status.PROPOSED).delete()
    revision = 1 + (Publication.objects.filter(study=study).aggregate(Max("revision"))["revision__max"] or 0)
    if revision > 1 and not note.strip():
        raise NoteMissing
    content = canonical_bytes(manifest_document(run, revision=revision, note=note))
    publication = Publication.objects.create(
        study=study,
        run=run,
        revision=revision,
        manifest=content,
        sha256=sha256_hex(content),
        proposed_by=by,
        proposed_at=at,
        note=note,
    )
    record_event(
        actor=by.get_username(),
        action="propose_publication",
        subject=str(study.slug),
        at=at,
        detail={"revision": revision, "sha256": publication.sha256},
    )
    return publication


@transaction.atomic
def publish(publication: Publication, *, by: AbstractBaseUser, sha256: str, at: datetime) -> Publication:
    """Approve exactly the manifest with this hash, sign it and show it to readers in place of the live revision."""
    if by.pk == publication.proposed_by_id:
        raise SamePerson
    if sha256 != publication.sha256:
        raise ManifestChanged
    for live in Publication.objects.live().filter(study=publication.study):
        live.advance(Publication.Status.PUBLISHED, Publication.Status.WITHDRAWN, withdrawn_at=at)
    publication.advance(
        Publication.Status.PROPOSED,
        Publication.Status.PUBLISHED,
        approved_by=by,
        published_at=at,
        signature=sign(bytes(publication.manifest)),
    )
    begin_retention(publication.study, on=timezone.localdate(at))
    record_event(
        actor=by.get_username(),
        action="publish",
        subject=str(publication.study.slug),
        at=at,
        detail={"revision": publication.revision, "sha256": publication.sha256},
    )
    return publication


@transaction.atomic
def withdraw(publication: Publication, *, by: AbstractBaseUser, note: str, at: datetime) -> Publication:
    """Take a live list from the readers; its page stays and says why."""
    if not note.strip():
        raise NoteMissing
    publication.advance(
        Publication.Status.PUBLISHED, Publication.Status.WITHDRAWN, withdrawn_at=at, note=note.strip()[:500]
    )
    record_event(
        actor=by.get_username(),
        action="withdraw",
        subject=str(publication.study.slug),
        at=at,
        detail={"revision": publication.revision},
    )
    return publication


def manifest_document(run: Run, *, revision: int, note: str) -> dict:
    """What is signed: the rules, the frozen inputs by their hashes, the weights and the listed units.

    ``run_sha256`` covers the units that are not listed as well.
    """
    weight_set, study = run.weight_set, run.study
    rounds = study.rounds.closed().values_list("number", "invited", "answers", "sha256")
    weights = IndicatorWeight.objects.filter(weight_set=weight_set).select_related("indicator")
    scores = Score.objects.listed(run).order_by("rank", "unit__code")
    return {
        "heng": 1,
        "study": {"slug": study.slug, "name": study.name, "name_en": study.name_en, "year": study.year},
        "is_rehearsal": study.is_rehearsal,
        "revision": revision,
        "note": note,
        "protocol": study.protocol,
        "protocol_sha256": study.protocol_sha256,
        "rounds": [
            {"number": number, "invited": invited, "answers": answers, "sha256": sha256}
            for number, invited, answers, sha256 in rounds
        ],
        "adopted_round": weight_set.round.number,
        "receipts": weight_set.round.receipts(),
        "dataset_sha256": weight_set.dataset.sha256,
        "units_left_out": weight_set.units_left_out,
        "weights": [
            {
                "code": row.indicator.code,
                "expert": row.expert,
                "variation": row.variation,
                "combined": row.combined,
                "effective": row.effective,
            }
            for row in weights
        ],
        "scores": [
            {
                "code": row.unit.code,
                "name": row.unit.name,
                "score": row.score,
                "rank": row.rank,
                "tier": row.tier,
                "rank_low": row.rank_low,
                "rank_high": row.rank_high,
            }
            for row in scores
        ],
        "run_sha256": run.sha256,
        "audit_head": asdict(chain_head()),
    }


def anchored_heads() -> list[Head]:
    """Where the audit chain stood, by every manifest that was ever proposed and kept."""
    documents = (publication.document() for publication in Publication.objects.all())
    return [Head(**document["audit_head"]) for document in documents if "audit_head" in document]
