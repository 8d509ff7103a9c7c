"""What readers take away: the page of all files, and each file under its address for good."""

from dataclasses import dataclass
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from ranking.files.shelf import NAMES, PRODUCTS, Name, newest_file, request_file
from ranking.models import Publication, PublicationFile
from ranking.views.reading import address_of, for_readers, list_page, shared_context
from survey.models.study import in_language

CHANGING = "no-store"  # the page tells how far the workers are
KEPT = "public, max-age=600"  # a revision may be taken back: no cache holds its files for long


@dataclass(frozen=True)
class Offer:
    """One file in one language, finished or not."""

    name: Name
    file: PublicationFile | None
    address: str

    @property
    def state(self) -> str:
        """Done, queued, failed, or nothing yet."""
        return self.file.status if self.file else ""


def offers_of(publication: Publication) -> list[dict]:
    """Every kind of file with what there is of it in each language."""
    labels = dict(PublicationFile.Kind.choices)
    return [
        {
            "label": labels[product.kind],
            "kind": product.kind,
            "offers": [_offer(publication, name) for name in NAMES.values() if name.product is product],
        }
        for product in PRODUCTS
    ]


def _offer(publication: Publication, name: Name) -> Offer:
    return Offer(
        name, newest_file(publication, name), address_of(publication, "publication-file", file=str(name))
    )


@for_readers
@require_safe
def downloads(request: HttpRequest, publication: Publication) -> HttpResponse:
    """Every file with its size and hash, what changed from revision to revision, who may use what."""
    offers = offers_of(publication)
    context = {
        "products": offers,
        "is_waiting": any(offer.state == "queued" for one in offers for offer in one["offers"]),
        "revisions": Publication.objects.seen().filter(study=publication.study),
    }
    response = list_page(request, publication, "ranking/downloads.html", context)
    response.headers["Cache-Control"] = CHANGING
    return response


@for_readers
@require_http_methods(["GET", "HEAD", "POST"])
def publication_file(request: HttpRequest, publication: Publication, file: str) -> HttpResponse:
    """One file; 202 and how far it is while a worker makes it. A post asks for one that nobody asked for yet."""
    name = NAMES.get(file)
    if name is None or publication.published_at is None:  # a preview has no files
        raise Http404
    if request.method == "POST":
        request_file(publication, name, at=timezone.now())
        return redirect(address_of(publication, "publication-file", file=file))
    found = newest_file(publication, name)
    return (
        _served(request, publication, name, found)
        if found and found.is_done
        else _waiting(request, publication, name, found)
    )


def _served(
    request: HttpRequest, publication: Publication, name: Name, file: PublicationFile
) -> HttpResponse:
    etag = f'"{file.sha256}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(bytes(file.content), content_type=name.product.media_type)
        response.headers["Content-Disposition"] = disposition(publication, name)
        response.headers["X-Content-SHA256"] = file.sha256
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = KEPT
    return response


def disposition(publication: Publication, name: Name) -> str:
    """The file's name twice: in plain letters, and in the file's language as RFC 5987 writes it."""
    plain = f"{publication.study.slug}-r{publication.revision}-{name}"
    with override(name.language):
        label = PublicationFile.Kind(name.product.kind).label
        title = _("%(study)s, revision %(revision)d, %(file)s") % {
            "study": in_language(publication.study, "name"),
            "revision": publication.revision,
            "file": label,
        }
    header = content_disposition_header(as_attachment=name.product.kind != "pdf", filename=plain)
    whole = "".join(" " if letter in '\\/:*?"<>|' else letter for letter in title)
    return f"{header}; filename*=UTF-8''{quote(f'{whole}.{name.product.kind}', safe='')}"


def _waiting(
    request: HttpRequest, publication: Publication, name: Name, file: PublicationFile | None
) -> HttpResponse:
    """The page that says how far the file is."""
    context = shared_context(request, publication) | {
        "file": file,
        "name": name,
        "label": PublicationFile.Kind(name.product.kind).label,
    }
    response = render(request, "ranking/file_wait.html", context, status=202)
    response.headers["Cache-Control"] = CHANGING
    return response
