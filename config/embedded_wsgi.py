"""The embedded site's WSGI door: the same application, in a process that ends with its server."""

import signal

from config.lifeline import follow_parent
from config.wsgi import application

__all__ = ["application"]
follow_parent(signal.SIGKILL)
