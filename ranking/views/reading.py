"""What every page of a published list stands on: which revision an address means, and what becomes of a taken back one.

``/lists/<slug>/…`` shows the live revision, ``/lists/<slug>/r<revision>/…`` that revision for good. A view says
``@for_readers`` and gets the publication in place of both; templates link by ``{% list_url "tiers" %}``, which stays
inside the revision that is read.
"""

from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ranking.listing import proxies_of, unit_word
from ranking.models import Publication
from ranking.stamps import stamp_of_list
from survey.refusal import Refusal
from survey.views.access import for_everybody


class TakenBack(Refusal):
    """Readers saw this revision once; now they see why it went."""

    code = "taken_back"
    status = 410
    message = _("This list was withdrawn: %(note)s")

    def __init__(self, publication: Publication):
        super().__init__(note=publication.note)
        self.publication = publication


def published(slug: str, revision: int | None = None) -> Publication:
    """The live revision of a study, or the named one where readers may still see it.

    Raises `Http404` for what readers never saw, `TakenBack` for what was taken from them.
    """
    seen = Publication.objects.seen().filter(study__slug=slug).select_related("study__series", "run")
    found = (
        seen.filter(revision=revision).first()
        if revision is not None
        else seen.live().first() or seen.first()
    )
    if found is None:
        raise Http404
    if not found.is_live and (revision is None or not found.is_replaced):
        raise TakenBack(found)
    return found


def for_readers(view):
    """Call the view with the publication in place of ``slug`` and ``revision``; 410 for one that was taken back."""

    @wraps(view)
    @for_everybody
    def wrapped(request, slug, revision=None, **rest):
        try:
            publication = published(slug, revision)
        except TakenBack as gone:
            return withdrawn_page(request, gone.publication)
        return view(request, publication, **rest)

    wrapped.of_publication = view  # the studio's preview asks it for what is not public yet
    wrapped.stamp = stamp_of_list  # the pages are shared: config/shared_pages.py
    return wrapped


def list_page(request: HttpRequest, publication: Publication, template: str, context: dict) -> HttpResponse:
    """Render a page of a publication, in the frame all of them share."""
    return render(request, template, shared_context(request, publication) | context)


def withdrawn_page(request: HttpRequest, publication: Publication) -> HttpResponse:
    """410: why the revision went, and what readers see in its place."""
    return render(request, "ranking/withdrawn.html", shared_context(request, publication), status=410)


def shared_context(request: HttpRequest, publication: Publication) -> dict:
    """What every page of a publication needs.

    ``revision`` is the one in the address and None on live pages; ``newer`` is the live revision that took the place
    of the one that is read, and ``newer_address`` the same page there.
    """
    study, here = publication.study, request.resolver_match
    preview = getattr(request, "preview", "")
    newer = None if publication.is_live or preview else Publication.objects.live().filter(study=study).first()
    return {
        "publication": publication,
        "study": study,
        "run": publication.run,
        "revision": here.kwargs.get("revision"),
        "newer": newer,
        "newer_address": reverse(here.view_name, kwargs=_live(here.kwargs)) if newer else "",
        "preview": preview,
        "proxies": proxies_of(study),
        "unit_word": unit_word(study),
    }


def _live(kwargs: dict) -> dict:
    """The parts of the same page's address among the live pages."""
    return {name: value for name, value in kwargs.items() if name != "revision"}


def address_of(publication: Publication, name: str, *, for_good: bool = True, **parts) -> str:
    """The address of a page of the list: of this revision for good, or of whatever is live."""
    revision = {"revision": publication.revision} if for_good else {}
    return reverse(name, kwargs={"slug": publication.study.slug, **revision, **parts})
