"""Short messages between two pages: in a cookie of their own, as experts have no session."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class HostCookieStorage(CookieStorage):
    """Django's signed cookie, bound to this very host on https."""

    cookie_name = "__Host-heng-messages" if settings.HTTPS else "messages"
