"""The read-only API of published lists."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from ranking.api_shapes import PublicationSummary, PublishedList
from ranking.listing import list_rows
from ranking.models import Publication
from ranking.stamps import shared, stamp_of_all, stamp_of_list
from ranking.views.reading import published
from survey.views.access import for_everybody


@shared(stamp_of_all)
@for_everybody
@extend_schema(operation_id="publications", responses=PublicationSummary(many=True))
@api_view(["GET"])
@permission_classes([AllowAny])
def publication_index(request: Request) -> Response:
    """Every live publication."""
    live = Publication.objects.live().select_related("study").order_by("-published_at")
    return Response(
        PublicationSummary([_summary(publication, request) for publication in live], many=True).data
    )


@shared(stamp_of_list)
@for_everybody
@extend_schema(operation_id="publication", responses=PublishedList)
@api_view(["GET"])
@permission_classes([AllowAny])
def publication_detail(request: Request, slug: str) -> Response:
    """One live publication with its list; scores are unrounded. A withdrawn one answers 410 and why."""
    publication = published(slug)
    ranked = [
        {
            "rank": row.score.rank,
            "rank_low": row.score.rank_low,
            "rank_high": row.score.rank_high,
            "code": row.unit.code,
            "name": row.unit.name,
            "name_en": row.unit.name_en,
            "attributes": row.unit.attributes,
            "tier": row.score.tier,
            "tier_name": row.tier_name,
            "score": row.score.score,
            "dimensions": row.score.dimensions,
        }
        for row in list_rows(publication.run)
    ]
    return Response(PublishedList(_summary(publication, request) | {"list": ranked}).data)


def _summary(publication: Publication, request: Request) -> dict:
    study = publication.study
    return {
        "study": study.slug,
        "name": study.name,
        "name_en": study.name_en,
        "year": study.year,
        "is_rehearsal": study.is_rehearsal,
        "revision": publication.revision,
        "published_at": publication.published_at,
        "manifest_sha256": publication.sha256,
        "signature": publication.signature,
        "url": reverse("api-publication", args=[study.slug], request=request),
    }
