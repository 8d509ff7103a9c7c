"""The one handler that turns a named refusal into a page or a JSON answer."""

from django.http import JsonResponse
from django.shortcuts import render
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
    if request.path.startswith("/api/") or accepts.startswith("application/json"):
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
    """The API's answer to a refusal; everything else as the framework does it."""
    if isinstance(exception, Refusal):
        return Response({"code": exception.code, "detail": str(exception)}, status=exception.status)
    return exception_handler(exception, context)
