"""The reader's own weights: the page, the same answer for programs, the browser's figures, and a picture to share."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ranking.drawing import png_of
from ranking.models import Publication
from ranking.views.reading import for_readers, list_page
from ranking.what_if import Answer, answer_of, basis_of
from ranking.what_if_page import document, page_context, presets, script_figures
from ranking.what_if_picture import picture
from ranking.what_if_state import State, WhatIfRefused


@for_readers
@require_safe
def what_if(request: HttpRequest, publication: Publication) -> HttpResponse:
    """The form and the list under its weights; the address holds every choice, so the page works without script."""
    basis = basis_of(publication.run)
    if basis is None:
        return list_page(request, publication, "ranking/what_if.html", {"is_offered": False})
    refused = None
    try:
        answer = answer_of(basis, basis.state(request.GET))
    except WhatIfRefused as fault:
        refused, answer = fault, answer_of(basis, State())
    state = answer.state
    context = page_context(answer) | {
        "is_offered": True,
        "refused": refused,
        "state": state,
        "presets": presets(state),
        "choices": sorted((s for s in basis.scores if s.rank <= basis.listed), key=lambda s: s.rank),
        "highest_floor": basis.highest_floor,
        "other_view": urlencode(state.parts(all="" if state.everything else "1")),
        "basis": basis,
    }
    page = list_page(request, publication, "ranking/what_if.html", context)
    page.status_code = 400 if refused else 200
    return page


@for_readers
@require_safe
def what_if_json(request: HttpRequest, publication: Publication) -> HttpResponse:
    """The answer for programs."""
    answer = _answer(request, publication)
    head = {"study": publication.study.slug, "revision": publication.revision}
    head |= {"manifest_sha256": publication.sha256}
    return JsonResponse(head | document(answer), json_dumps_params={"ensure_ascii": False})


@for_readers
@require_safe
def what_if_figures(request: HttpRequest, publication: Publication) -> HttpResponse:
    """What the browser works on."""
    basis = basis_of(publication.run)
    if basis is None:
        raise Http404
    return JsonResponse(script_figures(basis), json_dumps_params={"ensure_ascii": False})


@for_readers
@require_safe
def what_if_picture(request: HttpRequest, publication: Publication) -> HttpResponse:
    """The first ten as a picture that says what it is."""
    answer = _answer(request, publication)
    source = _("%(name)s %(year)s, revision %(revision)s") % {
        "name": publication.study,
        "year": publication.study.year,
        "revision": publication.revision,
    }
    if publication.study.is_rehearsal:
        source += " · " + _("simulated panel")
    return HttpResponse(png_of(picture(answer, source), zoom=1.0), content_type="image/png")


def _answer(request: HttpRequest, publication: Publication) -> Answer:
    basis = basis_of(publication.run)
    if basis is None:
        raise Http404
    return answer_of(basis, basis.state(request.GET))
