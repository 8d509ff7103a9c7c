"""What every answer says to the browser beside Django's own headers, and how much a request may carry."""

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from config.refusals import refusal_answer
from survey.refusal import InvalidInput, Refusal

UNUSED = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
)
UNUSED += ("midi", "payment", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking")
HEADERS = {
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
    "Cross-Origin-Resource-Policy": "same-origin",
}
ROOM_FOR_FIELDS = 64 * 1024  # of a form that carries a file


class RequestTooLarge(Refusal):
    """The request carries more than the page takes."""

    code = "request_too_large"
    status = 413
    message = _("This is more than the page takes (%(kilobytes)d kB), so it was not read.")


class NoText(InvalidInput):
    """A field holds NUL, which no record and no file of ours takes."""

    code = "no_text"
    message = _("A field holds a character that no text has (NUL), so it was not read.")


class HeadersMiddleware:
    """Puts `HEADERS` on every answer, files included, and refuses requests that carry too much, or NUL in a field."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    def process_view(self, request, view, args, kwargs):
        """413 where the body is larger than the view takes; files are taken from people with a session alone.

        404 for an address with NUL in it: no record is called so, and no database takes it.
        """
        if any("\0" in str(value) for value in kwargs.values()):
            raise Http404
        takes_files = getattr(view, "takes_files", False) and settings.SESSION_COOKIE_NAME in request.COOKIES
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if takes_files:
            most = settings.DATASET_UPLOAD_MAX_BYTES + ROOM_FOR_FIELDS
        if not 0 <= _length(request) <= most:
            return refusal_answer(request, RequestTooLarge(kilobytes=most // 1024))
        return refusal_answer(request, NoText()) if _holds_nul(request) else None


def _holds_nul(request) -> bool:
    """Whether a field of the query or of the form holds NUL, in its name or in a value."""
    return any(
        "\0" in text
        for fields in (request.GET, request.POST)
        for name, values in fields.lists()
        for text in (name, *values)
    )


def _length(request) -> int:
    """The size the request claims; more than that is never read."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return -1
