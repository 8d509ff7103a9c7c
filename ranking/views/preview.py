"""The real pages of a list, made of what is not public yet: of today's texts, or of a proposal as it was frozen."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from ranking.editions import edition_bytes
from ranking.files.shelf import find_proof, request_proof
from ranking.models import Publication, Run
from ranking.publications import manifest_document
from ranking.views.studio import READERS, in_studio
from survey.models import Study
from survey.sealing import canonical_bytes
from survey.views.access import for_roles


@for_roles(*READERS)
@require_GET
def preview_page(request: HttpRequest, study: Study, page: str = "") -> HttpResponse:
    """A page of the list as it would be published now."""
    publication = _as_if_published(study)
    request.preview = reverse("edition-preview", args=[study.slug])
    return _shown(request, publication, page)


@for_roles()
@require_GET
def proposal_page(request: HttpRequest, study: Study, revision: int, page: str = "") -> HttpResponse:
    """A page of a revision as it was proposed: what the approver approves."""
    found = Publication.objects.select_related("study__series", "run")
    publication = get_object_or_404(found, study=study, revision=revision)
    request.preview = reverse("proposal-preview", args=[study.slug, revision])
    return _shown(request, publication, page)


@for_roles(*READERS)
@require_http_methods(["GET", "POST"])
def paper(request: HttpRequest, study: Study) -> HttpResponse:
    """The report as it would be printed now, in the reader's language; it bears no revision and no hash.

    A post asks a worker for it; until it is there the page says how far it is.
    """
    run = _newest_run(study)
    edition, language = edition_bytes(run), get_language()
    if request.method == "POST":
        request_proof(run, edition, language, at=timezone.now())
        return redirect("edition-paper", study.slug)
    proof = find_proof(run, edition, language)
    if proof is None or not proof.is_done:
        context = in_studio(request, study, "paper", {"file": proof})
        response = render(request, "ranking/proof.html", context, status=202)
    else:
        response = HttpResponse(bytes(proof.content), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="{study.slug}-preview.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _newest_run(study: Study) -> Run:
    run = Run.objects.filter(weight_set__dataset__study=study, status=Run.Status.DONE).first()
    if run is None:
        raise Http404
    return run


def _as_if_published(study: Study) -> Publication:
    """A revision that is nowhere kept: the newest finished run with today's texts."""
    run = _newest_run(study)
    last = Publication.objects.filter(study=study).order_by("-revision").first()
    revision = last.revision + 1 if last else 1
    manifest = manifest_document(run, revision=revision, note="", files={})
    return Publication(
        study=study,
        run=run,
        revision=revision,
        manifest=canonical_bytes(manifest),
        edition=edition_bytes(run),
    )


def _shown(request: HttpRequest, publication: Publication, page: str) -> HttpResponse:
    """What the readers' own view makes of the publication; there are no other pages here."""
    try:
        match = resolve(reverse("list", args=[publication.study.slug]) + page)
    except Resolver404 as nowhere:
        raise Http404 from nowhere
    view = getattr(match.func, "of_publication", None)
    if view is None or "revision" in match.kwargs:
        raise Http404
    request.resolver_match = match
    parts = {name: value for name, value in match.kwargs.items() if name != "slug"}
    response = view(request, publication, **parts)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
