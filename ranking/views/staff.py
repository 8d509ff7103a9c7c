"""The staff's pages of the ranking room: run and publish."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ranking import proposals, publications, runs
from ranking.checklist import obstacles
from ranking.editions import Edition, edition_of, edition_to_propose
from ranking.forms import ProposalForm, UnreadableInstant
from ranking.groups import place_columns
from ranking.listing import dimensions_of, list_rows, tier_rows, unit_word
from ranking.models import Publication, Run
from ranking.signing import signs_elsewhere
from ranking.views.downloads import offers_of
from survey.models import Study
from survey.views.access import for_roles
from weighting.failures import explain
from weighting.models import WeightSet
from weighting.notices import notice_words

STAFF, APPROVER = "staff", "approver"
PREVIEW = 10
EDITED = ("texts", "key_figures", "supplements", "groupings", "past")


@for_roles()
@require_GET
def run_page(request: HttpRequest, study: Study) -> HttpResponse:
    """The newest run: every unit's score, rank, interval and tier."""
    newest = Run.objects.filter(weight_set__dataset__study=study).select_related("weight_set").first()
    context = {
        "study": study,
        "newest": newest,
        "failure": explain(newest.failure, study) if newest and newest.failure else "",
        "weight_set": _newest_weights(study),
        "rules": study.protocol["ranking"],
    }
    if newest and newest.is_done:
        context |= _scored(newest)
    return render(request, "ranking/run.html", context)


def _scored(run: Run) -> dict:
    """What the tables of a finished run need."""
    rows = list_rows(run, everything=True)
    return {
        "rows": rows,
        "dimensions": dimensions_of(run.study),
        "columns": place_columns(run, rows),
        "unit_word": unit_word(run.study),
        "tiers": tier_rows(run),
        "notices": notice_words(run.notices, run.study),
    }


def _newest_weights(study: Study) -> WeightSet | None:
    return WeightSet.objects.filter(dataset__study=study, status=WeightSet.Status.SEALED).first()


@for_roles(STAFF)
@require_POST
def request_run(request: HttpRequest, study: Study) -> HttpResponse:
    """Ask a worker for a run on the newest weights."""
    weight_set = _newest_weights(study)
    if weight_set is None:
        messages.error(request, _("There are no weights yet: build them first."))
        return redirect("weights", study.slug)
    runs.request_run(weight_set, by=request.user.get_username(), at=timezone.now())
    return redirect("run", study.slug)


@for_roles()
@require_GET
def publish_page(request: HttpRequest, study: Study) -> HttpResponse:
    """The revisions of the list, and the next step toward publishing one."""
    revisions = Publication.objects.filter(study=study).select_related("proposed_by", "approved_by", "run")
    newest = Run.objects.filter(weight_set__dataset__study=study, status=Run.Status.DONE).first()
    proposal = revisions.filter(status=Publication.Status.PROPOSED).first()
    live = revisions.live().select_related("study").first()
    edition = edition_to_propose(newest) if newest else None
    context = {
        "study": study,
        "newest": newest,
        "revisions": revisions,
        "proposal": proposal,
        "preview": list_rows(proposal.run)[:PREVIEW] if proposal else [],
        "unit_word": unit_word(study),
        "signs_elsewhere": signs_elsewhere(),
        "live": live,
        "files": offers_of(live) if live else [],
        "was_seen": revisions.seen().exists(),
        "waiting": revisions.filter(status=Publication.Status.EMBARGOED).first(),
        "obstacles": obstacles(edition, by=request.user) if edition else [],
        "changed": _changed(edition, proposal or live),
        "accepted": edition_of(proposal).document.get("accepted") if proposal else None,
        "may_edit": STAFF in request.roles,
        "may_propose": STAFF in request.roles,
        "may_approve": APPROVER in request.roles,
    }
    return render(request, "ranking/publish.html", context)


def _changed(edition: Edition | None, publication: Publication | None) -> bool:
    """Whether what would be proposed now is another edition than the publication."""
    if edition is None or publication is None:
        return edition is not None
    kept = edition_of(publication).document
    return edition.run != publication.run or any(kept.get(name) != edition.document[name] for name in EDITED)


@for_roles(STAFF)
@require_POST
def propose(request: HttpRequest, study: Study) -> HttpResponse:
    """Put the newest finished run up for approval."""
    typed = request.POST.get("run", "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
    run = get_object_or_404(Run, pk=number, weight_set__dataset__study=study)
    form = ProposalForm(request.POST)
    if not form.is_valid():
        raise UnreadableInstant
    proposals.propose_edition(run, by=request.user, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Proposed. Another person approves it now."))
    return redirect("publish", study.slug)


@for_roles()
@require_GET
def proposed_manifest(request: HttpRequest, study: Study, revision: int) -> HttpResponse:
    """The exact bytes that are approved, for an approver who signs them elsewhere."""
    publication = get_object_or_404(Publication, study=study, revision=revision)
    response = HttpResponse(bytes(publication.manifest), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{study.slug}-r{revision}-manifest.json"'
    return response


@for_roles(APPROVER)
@require_POST
def approve(request: HttpRequest, study: Study, revision: int) -> HttpResponse:
    """Approve the exact manifest that was shown, and publish it."""
    publication = get_object_or_404(Publication, study=study, revision=revision)
    publication = publications.publish(
        publication,
        by=request.user,
        sha256=request.POST.get("sha256", ""),
        at=timezone.now(),
        signature=request.POST.get("signature", ""),
    )
    said = _("Revision %d is published.") if publication.is_live else _("Revision %d is approved and waits.")
    messages.success(request, said % revision)
    return redirect("publish", study.slug)


@for_roles(STAFF, APPROVER)
@require_POST
def recall(request: HttpRequest, study: Study, revision: int) -> HttpResponse:
    """Take an approved revision back before its instant."""
    publication = get_object_or_404(Publication, study=study, revision=revision)
    publications.recall(publication, by=request.user, at=timezone.now())
    messages.success(request, _("Revision %d is recalled; no reader saw it.") % revision)
    return redirect("publish", study.slug)


@for_roles(STAFF, APPROVER)
@require_POST
def withdraw(request: HttpRequest, study: Study, revision: int) -> HttpResponse:
    """Take a published revision back, with a note for the readers."""
    publication = get_object_or_404(Publication, study=study, revision=revision)
    publications.withdraw(publication, by=request.user, note=request.POST.get("note", ""), at=timezone.now())
    messages.success(request, _("Revision %d is withdrawn.") % revision)
    return redirect("publish", study.slug)
