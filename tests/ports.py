"""Ports for the servers that tests start."""

import secrets
import socket
from contextlib import suppress

QUIET = range(20_000, 32_000)  # below those that a system gives to outgoing connections


def quiet_port() -> int:
    """A port that is free, and that no connection of a browser leaves from before the server is up."""
    for _ in QUIET:
        port = secrets.choice(QUIET)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port")
