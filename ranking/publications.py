"""Proposing, approving, publishing and withdrawing a list."""

from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ranking.bundles import code_facts, public_files, score_entries, weight_entries
from ranking.editions import edition_bytes
from ranking.files.shelf import request_files
from ranking.models import Publication, Run, Score
from ranking.runs import results_sha256
from ranking.signing import key_chain, public_key_pem, sign
from ranking.verify import METHOD_VERSION
from ranking.verify.archive import pack, unpack
from ranking.verify.check import verify
from ranking.verify.unreadable import Unreadable
from survey.audit import Head, chain_head, record_event
from survey.models import Study
from survey.refusal import InvalidInput, InvalidTransition, Refusal
from survey.retention import begin_retention
from survey.sealing import canonical_bytes, read_document, sha256_hex

OF_THE_MOMENT = {"code", "audit_head", "files", "method_version", "previous_manifest_sha256"}
OF_THE_MOMENT |= {
    "protocol",
    "protocol_sha256",
    "deviations",
}  # a later deviation changes the study, not the list


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


class BundleBroken(Refusal):
    """What would be published does not follow from its own inputs."""

    code = "bundle_broken"
    message = _(
        "The bundle does not hold: %(field)s is not what the verifier works out. "
        "Compute the run again and propose it anew."
    )


class EmbargoWaits(Refusal):
    """An approved revision waits for its instant; a second one would overtake it."""

    code = "embargo_waits"
    message = _(
        "An approved revision waits for its instant. Recall it first if something else should go out."
    )


class NoteMissing(InvalidInput):
    """Readers must learn why a list changed."""

    code = "note_missing"
    message = _("Write a note for the readers: why this list is corrected or withdrawn.")


@transaction.atomic
def propose_publication(
    run: Run,
    *,
    by: AbstractBaseUser,
    at: datetime,
    note: str = "",
    embargo_until: datetime | None = None,
    accepted: dict | None = None,
) -> Publication:
    """Put a finished run with today's texts up for approval as the next revision.

    `ranking.proposals` minds the checklist before and hands in what was ``accepted`` in spite of it.
    An earlier proposal that still waits is replaced. Readers see the revision from ``embargo_until`` on.
    """
    if not run.is_done:
        raise RunNotDone
    study = Study.objects.select_for_update().get(pk=run.study.pk)
    if Publication.objects.filter(study=study, status=Publication.Status.EMBARGOED).exists():
        raise EmbargoWaits
    Publication.objects.filter(study=study, status=Publication.Status.PROPOSED).delete()
    revision = 1 + (Publication.objects.filter(study=study).aggregate(Max("revision"))["revision__max"] or 0)
    if not note.strip() and Publication.objects.seen().filter(study=study).exists():
        raise NoteMissing
    edition = edition_bytes(run, accepted)
    files = public_files(run, revision=revision, edition=edition)
    content = canonical_bytes(
        manifest_document(run, revision=revision, note=note, files=files, embargo_until=embargo_until)
    )
    publication = Publication.objects.create(
        study=study,
        run=run,
        revision=revision,
        manifest=content,
        edition=edition,
        embargo_until=embargo_until,
        bundle=pack(files),
        sha256=sha256_hex(content),
        proposed_by=by,
        proposed_at=at,
        note=note,
    )
    _record(publication, "propose_publication", by.get_username(), at)
    return publication


@transaction.atomic
def publish(
    publication: Publication, *, by: AbstractBaseUser, sha256: str, at: datetime, signature: str = ""
) -> Publication:
    """Approve exactly the manifest with this hash, sign it and show it to readers in place of the live revision.

    Before the instant of its embargo it is approved and signed all the same, and `release_due` shows it then.
    ``signature`` (base 64) is handed in where the key is kept elsewhere. The bundle is checked as a stranger would
    check it before it goes out.
    """
    if by.pk == publication.proposed_by_id:
        raise SamePerson
    manifest = bytes(publication.manifest)
    if sha256 != publication.sha256 or sha256_hex(manifest) != sha256:
        raise ManifestChanged
    if publication.status != Publication.Status.PROPOSED:
        raise InvalidTransition
    signed = sign(manifest, signature)
    bundle = _signed_bundle(publication, signed)
    request_files(publication, at=at)
    approved = {"approved_by": by, "signature": signed, "public_key": public_key_pem(), "bundle": bundle}
    if publication.embargo_until and publication.embargo_until > at:
        publication.advance(Publication.Status.PROPOSED, Publication.Status.EMBARGOED, **approved)
        _record(publication, "approve_under_embargo", by.get_username(), at)
        return publication
    _show(publication, Publication.Status.PROPOSED, at=at, **approved)
    _record(publication, "publish", by.get_username(), at)
    return publication


def release_due(*, at: datetime) -> int:
    """Show readers every embargoed revision whose instant has come; returns how many."""
    due = Publication.objects.filter(status=Publication.Status.EMBARGOED, embargo_until__lte=at)
    released = 0
    for publication in due.select_related("study"):
        with suppress(InvalidTransition), transaction.atomic():  # another worker was faster
            _show(publication, Publication.Status.EMBARGOED, at=at)
            _record(publication, "release", "system", at)
            released += 1
    return released


def _show(publication: Publication, old: str, *, at: datetime, **fields) -> None:
    """Put the revision before the readers, in place of the live one."""
    for live in Publication.objects.live().filter(study=publication.study):
        live.advance(Publication.Status.PUBLISHED, Publication.Status.WITHDRAWN, withdrawn_at=at)
    publication.advance(old, Publication.Status.PUBLISHED, published_at=at, **fields)
    begin_retention(publication.study, on=timezone.localdate(at))


def _record(publication: Publication, action: str, actor: str, at: datetime) -> None:
    """Note the act on exactly this manifest in the audit chain."""
    detail = {"revision": publication.revision, "sha256": publication.sha256}
    if publication.embargo_until:
        detail["embargo_until"] = publication.embargo_until.isoformat()
    record_event(actor=actor, action=action, subject=str(publication.study.slug), at=at, detail=detail)


@transaction.atomic
def recall(publication: Publication, *, by: AbstractBaseUser, at: datetime) -> Publication:
    """Take an approved revision back before its instant: no reader ever sees it; its number is used up."""
    publication.advance(Publication.Status.EMBARGOED, Publication.Status.WITHDRAWN, withdrawn_at=at)
    _record(publication, "recall", by.get_username(), at)
    return publication


def _signed_bundle(publication: Publication, signature: str) -> bytes:
    """The bundle as it goes out; raises `BundleBroken` where a verifier would not accept it."""
    files = unpack(bytes(publication.bundle or b"")) | {
        "manifest.json": bytes(publication.manifest),
        "manifest.sig": b64decode(signature),
        "public-key.pem": public_key_pem().encode(),
        "keys.json": canonical_bytes(key_chain()),
    }
    bundle = pack(files)
    try:
        differences = verify(bundle).differences
    except Unreadable as refused:
        raise BundleBroken(field=refused.name) from refused
    if differences:
        raise BundleBroken(field=differences[0].field)
    return bundle


@transaction.atomic
def withdraw(publication: Publication, *, by: AbstractBaseUser, note: str, at: datetime) -> Publication:
    """Take a live list from the readers; its page stays and says why."""
    if not note.strip():
        raise NoteMissing
    publication.advance(
        Publication.Status.PUBLISHED, Publication.Status.WITHDRAWN, withdrawn_at=at, note=note.strip()[:500]
    )
    _record(publication, "withdraw", by.get_username(), at)
    return publication


def manifest_document(
    run: Run,
    *,
    revision: int,
    note: str,
    files: dict[str, bytes],
    embargo_until: datetime | None = None,
) -> dict:
    """What is signed: rules, inputs by their hashes, receipts, weights, the listed units, and every file of the bundle.

    ``results_sha256`` covers the units that are not listed as well, ``run_sha256`` their intervals too.
    """
    weight_set, study = run.weight_set, run.study
    earlier = Publication.objects.seen().filter(study=study).first()
    return {
        "heng": 2,
        "study": {"slug": study.slug, "name": study.name, "name_en": study.name_en, "year": study.year},
        "is_rehearsal": study.is_rehearsal,
        "revision": revision,
        "note": note,
        "embargo_until": _instant(embargo_until),
        "previous_manifest_sha256": earlier.sha256 if earlier else None,
        "method_version": METHOD_VERSION,
        "code": code_facts(),
        "arithmetic": run.facts["arithmetic"],
        "audit_head": asdict(chain_head()),
        "protocol": study.protocol,
        "protocol_sha256": study.protocol_sha256,
        "deviations": [deviation.as_document() for deviation in study.deviations.all()],
        "rounds": [
            {
                "number": turn.number,
                "invited": turn.invited,
                "answers": turn.answers,
                "sha256": turn.sha256,
                "receipts": turn.receipts(),
            }
            for turn in study.rounds.closed()
        ],
        "adopted_round": weight_set.round.number,
        "panel_sha256": run.facts["panel_sha256"],
        "dataset_sha256": weight_set.dataset.sha256,
        "units_left_out": weight_set.units_left_out,
        "weights": weight_entries(run),
        "weights_sha256": weight_set.sha256,
        "scores": score_entries(run),
        "results_sha256": results_sha256(
            Score.objects.filter(run=run).order_by("unit__position").select_related("unit")
        ),
        "run_sha256": run.sha256,
        "files": {name: sha256_hex(content) for name, content in files.items()},
    }


def publication_differences(publication: Publication) -> list[str]:
    """What does not fit between a published revision's bundle, its row and the run it was made of."""
    try:
        files = unpack(bytes(publication.bundle or b""))
        differences = [str(difference) for difference in verify(bytes(publication.bundle)).differences]
        document = read_document(files["manifest.json"])
    except (Unreadable, KeyError, ValueError) as fault:
        return [f"the bundle cannot be read: {fault}"]
    pairs = [
        ("manifest", files["manifest.json"], bytes(publication.manifest)),
        ("hash of the manifest", sha256_hex(files["manifest.json"]), publication.sha256),
        ("signature", b64encode(files["manifest.sig"]).decode(), publication.signature),
        ("public key", files["public-key.pem"].decode(errors="replace"), publication.public_key),
        ("revision", document["revision"], publication.revision),
        ("edition", files.get("edition.json"), publication.edition and bytes(publication.edition)),
        ("embargo", document.get("embargo_until"), _instant(publication.embargo_until)),
    ]
    if publication.is_live:  # a withdrawn one bears the note of its withdrawal
        pairs.append(("note", document["note"], publication.note))
    differences += [
        f"the {name} of the row is not that of the bundle" for name, signed, kept in pairs if signed != kept
    ]
    if differences:
        return differences
    try:
        now = manifest_document(
            publication.run,
            revision=publication.revision,
            note=document["note"],
            files={},
            embargo_until=publication.embargo_until,
        )
    except (LookupError, TypeError, ValueError) as fault:
        return [f"the run has lost what its manifest is made of: {fault}"]
    names = [name for name in document if name not in OF_THE_MOMENT]
    return [
        f"{name} of the manifest is not what the database says"
        for name in names
        if document[name] != now[name]
    ]


def _instant(at: datetime | None) -> str | None:
    """The instant as the manifest writes it."""
    return at.astimezone(UTC).isoformat() if at else None


def anchored_heads() -> list[Head]:
    """Where the audit chain stood, by every manifest that was ever proposed and kept."""
    documents = (publication.document() for publication in Publication.objects.all())
    return [Head(**document["audit_head"]) for document in documents if "audit_head" in document]
