"""The picture book of an edition, a page for each exhibit, and every exhibit as picture, table, workbook and data."""

from dataclasses import dataclass, replace
from functools import cached_property, wraps
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from ranking.drawing import DrawingFailed, png_of
from ranking.editions import Edition, edition_of
from ranking.exhibits.cells import is_wide, shown_columns, shown_lines
from ranking.exhibits.key_figures import key_cards
from ranking.exhibits.keys import with_keys
from ranking.exhibits.registry import exhibits_of
from ranking.exhibits.shapes import TEXT, Choice, Exhibit, Shown
from ranking.files.cells import head
from ranking.models import Publication
from ranking.pictures import card_svg, figure_svg, still_svg
from ranking.prose import said as text_of
from ranking.texts import ABSENT
from ranking.views.reading import address_of, for_readers, list_page, shared_context
from ranking.views.table_response import facts_of, table_response

FRAME = 160  # pixels of the words around a chart in a frame
FEW_ROWS = 12  # of a long table in the picture book
SVG, PNG, METADATA = "svg", "png", "metadata.json"
DRAWN = {  # pictures by the end of their address
    "still.svg": (SVG, lambda edition, shown: still_svg(shown)),
    "still-narrow.svg": (SVG, lambda edition, shown: still_svg(shown, narrow=True)),
    "svg": (SVG, lambda edition, shown: figure_svg(shown)),
    "narrow.svg": (SVG, lambda edition, shown: figure_svg(shown, width=360)),
    "png": (PNG, lambda edition, shown: figure_svg(shown)),
    "card.png": (PNG, card_svg),
}
TABLES = ("csv", "xlsx", "json")
IMAGE_TYPES = {SVG: "image/svg+xml; charset=utf-8", PNG: "image/png"}


@dataclass(frozen=True)
class Plate:
    """An exhibit as it is shown with what was chosen."""

    exhibit: Exhibit
    shown: Shown
    choices: tuple[Choice, ...]
    picked: dict[str, str]

    @property
    def heads(self) -> list[dict]:
        """The columns' names with their units."""
        return [
            {"text": head(column), "is_number": column.kind != TEXT}
            for column in shown_columns(self.shown.table)
        ]

    @property
    def is_wide(self) -> bool:
        """Whether the table is too wide for a phone, where its rows then stand as blocks."""
        return is_wide(self.shown.table)

    @cached_property
    def keyed(self) -> tuple:
        """The table with numbers for words that many rows share, and those words."""
        return with_keys(self.shown.table)

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The words behind the numbers."""
        return self.keyed[1]

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen otherwise than by default."""
        return {c.name: self.picked[c.name] for c in self.choices if self.picked[c.name] != c.value}

    @property
    def query(self) -> str:
        """The same as the end of an address."""
        return f"?{urlencode(self.chosen)}" if self.chosen else ""

    @property
    def query_for_good(self) -> str:
        """The same with the language that is read now, for other sites."""
        return f"?{urlencode(self.chosen | {'lang': get_language()})}"

    @property
    def cards(self) -> list[dict]:
        """The key figures as cards."""
        return key_cards(self.shown.table)

    @property
    def rows(self):
        """Every row of the table."""
        return shown_lines(self.keyed[0])

    @property
    def first_rows(self):
        """The first rows, for the picture book."""
        return shown_lines(self.keyed[0], FEW_ROWS)

    @property
    def left_over(self) -> int:
        """How many rows the picture book leaves out."""
        return max(0, len(self.shown.table.rows) - FEW_ROWS)


def plate_of(edition: Edition, exhibit: Exhibit, said=None) -> Plate:
    """The exhibit with the choices that an address makes; what is no option is left at its default.

    Where it is missing, the editor's reason stands in place of ours.
    """
    choices = exhibit.choices(edition) if exhibit.choices else ()
    picked = {}
    for choice in choices:
        value = (said or {}).get(choice.name, choice.value)
        picked[choice.name] = value if value in dict(choice.options) else choice.value
    shown, reason = exhibit.show(edition, **picked), text_of(edition, f"{ABSENT}{exhibit.name}")
    if shown.missing and reason:
        shown = replace(shown, missing=reason.plain)
    return Plate(exhibit, shown, choices, picked)


def _plate(publication: Publication, name: str, request: HttpRequest) -> tuple[Edition, Plate]:
    """The exhibit of the address, or 404."""
    edition = edition_of(publication)
    found = exhibits_of(edition).get(name)
    if found is None:
        raise Http404
    return edition, plate_of(edition, found, request.GET)


@for_readers
@require_safe
def exhibits_page(request: HttpRequest, publication: Publication) -> HttpResponse:
    """All tables and figures of the edition, one after another."""
    edition = edition_of(publication)
    plates = [plate_of(edition, exhibit) for exhibit in exhibits_of(edition).values()]
    context = {
        "plates": [plate for plate in plates if not plate.shown.missing],
        "missing": [plate for plate in plates if plate.shown.missing],
    }
    return list_page(request, publication, "ranking/exhibits.html", context)


@for_readers
@require_safe
def exhibit_page(request: HttpRequest, publication: Publication, exhibit: str) -> HttpResponse:
    """One exhibit: chart, whole table, sources, how to embed it, downloads."""
    edition, plate = _plate(publication, exhibit, request)
    names = list(exhibits_of(edition).values())
    place = [one.name for one in names].index(exhibit)
    parts = {"exhibit": exhibit}
    context = {
        "plate": plate,
        "frame_height": plate.shown.height + FRAME,
        "before": names[place - 1] if place else None,
        "after": names[place + 1] if place + 1 < len(names) else None,
        "frame_address": _whole(request, address_of(publication, "exhibit-embed", **parts))
        + plate.query_for_good,
        "image_address": _whole(request, address_of(publication, "exhibit-file", kind="svg", **parts))
        + plate.query_for_good,
        "card_address": _whole(request, address_of(publication, "exhibit-file", kind="card.png", **parts)),
    }
    return list_page(request, publication, "ranking/exhibit.html", context)


def in_asked_language(view):
    """Answer in the language that the address names, whatever the reader's browser prefers: for other sites."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        asked = request.GET.get("lang", "")
        with override(asked if asked in dict(settings.LANGUAGES) else get_language()):
            return view(request, *args, **kwargs)

    return wrapped


def _whole(request: HttpRequest, path: str) -> str:
    return request.build_absolute_uri(path)


@for_readers
@require_safe
@in_asked_language
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
def exhibit_embed(request: HttpRequest, publication: Publication, exhibit: str) -> HttpResponse:
    """The picture alone, for a frame on another site: no session, no form, no script."""
    _edition, plate = _plate(publication, exhibit, request)
    response = render(
        request, "ranking/exhibit_embed.html", shared_context(request, publication) | {"plate": plate}
    )
    if publication.sha256:  # kept pages would lose what lets them be framed; a preview is for nobody else
        response.headers["Cache-Control"] = "public, max-age=600"
    return response


@for_readers
@require_safe
@in_asked_language
def exhibit_file(request: HttpRequest, publication: Publication, exhibit: str, kind: str) -> HttpResponse:
    """The exhibit as picture, table, workbook, or what its figures mean; 404 where it has none of that kind."""
    edition, plate = _plate(publication, exhibit, request)
    shown = plate.shown
    if shown.missing or (kind.startswith("still") and shown.chart is None):
        raise Http404
    if kind in DRAWN:
        return _picture(edition, shown, kind)
    if kind in TABLES and shown.table:
        return table_response(kind, shown.table, publication, name=f"-{exhibit}")
    if kind == METADATA:
        return JsonResponse(
            _metadata(publication, plate), json_dumps_params={"ensure_ascii": False, "indent": 1}
        )
    raise Http404


@for_readers
@require_safe
def list_card(request: HttpRequest, publication: Publication) -> HttpResponse:
    """The list as a picture for messages and posts."""
    edition = edition_of(publication)
    return _picture(edition, exhibits_of(edition)["list"].show(edition), "card.png")


def _picture(edition: Edition, shown: Shown, kind: str) -> HttpResponse:
    form, draw = DRAWN[kind]
    try:
        svg = draw(edition, shown)
    except DrawingFailed as failure:
        raise Http404 from failure
    response = HttpResponse(
        png_of(svg, zoom=1.0 if draw is card_svg else 2.0) if form == PNG else svg,
        content_type=IMAGE_TYPES[form],
    )
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # other sites may show it
    return response


def _metadata(publication: Publication, plate: Plate) -> dict:
    """What a program has to know to use the exhibit's table."""
    shown, exhibit = plate.shown, plate.exhibit
    columns = [
        {"code": column.code, "label": column.label, "kind": column.kind, "unit": column.unit}
        for column in (shown.table.columns if shown.table else ())
    ]
    return facts_of(publication) | {
        "exhibit": exhibit.name,
        "number": exhibit.printed,
        "label": str(exhibit.label),
        "title": shown.title,
        "subtitle": shown.subtitle,
        "note": shown.note,
        "alt": shown.alt,
        "chosen": plate.picked,
        "columns": columns,
        "rows": len(shown.table.rows) if shown.table else 0,
        "percent": "shares from 0 to 1",
    }
