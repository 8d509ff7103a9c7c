"""The one handler that turns a named refusal into a page or a JSON answer."""

from django.http import JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework.response import Response
from rest_framework.views import exception_handler

from survey.refusal import Refusal


class RefusalMiddleware:
    """Answers a `Refusal` that a page lets through with its status, its code and what to do."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        """A page, or JSON for those who ask for it; anything that is no refusal stays a bug."""
        return refusal_answer(request, exception) if isinstance(exception, Refusal) else None


def refusal_answer(request, refusal: Refusal):
    """The refusal as a page, or as JSON for those who ask for it."""
    context = {"code": refusal.code, "detail": str(refusal)}
    accepts = request.headers.get("Accept", "")
    if is_for_programs(request) or accepts.startswith("application/json"):
        return JsonResponse(context, status=refusal.status)
    context["back"] = _same_site_referer(request)
    context["problems"] = getattr(refusal, "problems", [])
    return render(request, "409.html", context, status=refusal.status)


def _same_site_referer(request) -> str:
    """The page the person came from, if it is one of ours."""
    referer = request.headers.get("Referer", "")
    here = f"{request.scheme}://{request.get_host()}/"
    return referer.removeprefix(here[:-1]) if referer.startswith(here) else "/"


def api_exception_handler(exception, context):
    """The API's answer to anything it refuses: ``code`` and ``detail``, and ``fields`` where single ones are wrong."""
    if isinstance(exception, Refusal):
        return Response({"code": exception.code, "detail": str(exception)}, status=exception.status)
    response = exception_handler(exception, context)
    if response is None:
        return None
    said = response.data.get("detail") if isinstance(response.data, dict) else None
    if said is None:
        response.data = {
            "code": "invalid_input",
            "detail": _("Some of it is wrong."),
            "fields": response.data,
        }
    else:
        response.data = {"code": getattr(said, "code", "refused"), "detail": str(said)}
    return response


def is_for_programs(request) -> bool:
    """Whether the address belongs to the API, or is one of JSON: there everything is answered in JSON."""
    return request.path.startswith("/api/") or request.path.endswith(".json")


def bad_request(request, exception):
    """400 for what the framework itself refuses to read."""
    if is_for_programs(request):
        return _problem(400, "invalid_input", _("The request could not be read"))
    return defaults.bad_request(request, exception)


def forbidden(request, exception):
    """403 where a view is opened for others."""
    if is_for_programs(request):
        return _problem(403, "permission_denied", _("This page is not open to you"))
    return defaults.permission_denied(request, exception)


def not_found(request, exception):
    """404 for an address that leads nowhere."""
    if is_for_programs(request):
        return _problem(404, "not_found", _("There is no page here"))
    return defaults.page_not_found(request, exception)


def broken(request):
    """500: a bug, which the log has."""
    if is_for_programs(request):
        return _problem(500, "broken", _("Something failed on our side"))
    return defaults.server_error(request)


def _problem(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse({"code": code, "detail": detail}, status=status)
