"""The description of the API (OpenAPI) that is served at ``/api/v1/schema/``; made from the views themselves."""

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from survey.views.access import for_everybody

PROBLEM = {"$ref": "#/components/schemas/Problem"}
REFUSALS = {
    "400": "The request cannot be read.",
    "401": "Nobody is signed in.",
    "403": "The person may not do this.",
    "404": "Nothing is published under this address.",
    "405": "The address does not take this method.",
    "406": "The answer does not come in a form that is accepted.",
    "409": "A rule forbids it now; nothing was changed.",
    "413": "The request carries more than is read.",
    "415": "The body is not in JSON.",
    "429": "Too many requests; try again later.",
}
SHAPE = {
    "type": "object",
    "description": "Why a request was refused.",
    "required": ["code", "detail"],
    "properties": {
        "code": {"type": "string", "description": "The name of the rule, for programs"},
        "detail": {"type": "string", "description": "The reason in the language of Accept-Language"},
    },
}


class SchemaView(SpectacularJSONAPIView):
    """The one description there is, whatever version or language is asked for."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """The whole of it."""
        found = SchemaGenerator().get_schema(request=None, public=True)
        return Response(found, headers={"Content-Disposition": 'inline; filename="heng-openapi.json"'})


schema = for_everybody(SchemaView.as_view())


def document_refusals(result: dict, **_about) -> dict:
    """Put every refusal that an address can answer with beside what it says of itself."""
    result["components"].setdefault("schemas", {})["Problem"] = SHAPE
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, words in REFUSALS.items():
                operation["responses"].setdefault(
                    status, {"description": words, "content": {"application/json": {"schema": PROBLEM}}}
                )
    return result
