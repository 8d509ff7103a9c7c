"""The WSGI door for granian or any other WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from config.roles import refuse_excess  # noqa: E402 - settings must stand first

refuse_excess()
