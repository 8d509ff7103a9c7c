"""The embedded default: one command that owns the broker, the worker with its clock and the web server.

``with Supervisor() as site: site.wait()`` migrates, starts the parts, waits until they answer, starts again
whatever ends, and stops everything on the way out. SIGTERM and SIGHUP arrive as KeyboardInterrupt too.
"""

import contextlib
import fcntl
import ipaddress
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from config.embedded import broker_part, free_port, web_part, worker_part
from config.parts import Part, wait_for

ASKING_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FAILED_STARTS = 3  # so often a part may end before it answers


class SiteError(Exception):
    """The embedded site cannot run; the message says why."""


class Supervisor:
    """The embedded site: entered it runs at `url`, left it has stopped."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 8000, say: Callable[[str], None] = print):
        self.host, self.port, self.say = host, port, say
        self.parts: list[Part] = []
        self._locks: list[int] = []
        self._handlers: dict[int, object] = {}
        self._stop_asked, self._ended = threading.Event(), threading.Event()
        # One thread starts every child: children are tied to the thread that started them.
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)

    @property
    def url(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def wait_until_ready(self, *, seconds: float = 120.0) -> None:
        """Return once every part answers; raise `SiteError` with the end of its log when one does not."""
        for part in self.parts:
            if not wait_for(lambda part=part: self._is_lost(part) or part.answers(), seconds=seconds):
                raise SiteError(f"The {part.name} does not answer. {part.log} ends:\n{part.last_lines()}")
            if self._is_lost(part):
                raise SiteError(f"The {part.name} does not start. {part.log} ends:\n{part.last_lines()}")

    def wait(self) -> None:
        """Serve until somebody asks to stop."""
        with contextlib.suppress(KeyboardInterrupt):
            self._ended.wait()  # not join(): Python 3.11 loses a thread whose join is interrupted
            raise SiteError("The supervisor itself failed; the parts are stopped.")

    def stop(self) -> None:
        """Stop web, worker and broker, in this order."""
        for number in self._handlers:
            signal.signal(number, signal.SIG_IGN)
        self._stop_asked.set()
        if self._keeper.ident:
            self._keeper.join()
        while self._locks:
            os.close(self._locks.pop())
        while self._handlers:
            signal.signal(*self._handlers.popitem())

    def _start(self) -> None:
        check_exposure(self.host)
        self._catch_signals()
        self._lock_state_folder()
        self._choose_port()
        self._keeper.start()
        if not settings.REDIS_URL:
            self.parts.append(broker_part())
        call_command("migrate", interactive=False, verbosity=0)
        connections.close_all()
        self.wait_until_ready()
        self.parts.append(worker_part(self.url))
        self.parts.append(web_part(self.url, self.host, self.port))
        self.wait_until_ready()

    def _catch_signals(self) -> None:
        """Make every way of asking to stop a KeyboardInterrupt; ignored ones (nohup) stay ignored."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in ASKING_TO_STOP:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._handlers[number] = signal.signal(number, signal.default_int_handler)

    def _lock_state_folder(self) -> None:
        """Refuse a folder in use; wait for parts of a killed site, which hold the second lock."""
        owner = settings.STATE_DIR / "site.lock"
        if not self._lock(owner):
            raise SiteError(f"{settings.STATE_DIR} is in use: a site runs at {owner.read_text() or 'start'}.")
        if not wait_for(lambda: self._lock(settings.STATE_DIR / "parts.lock"), seconds=15.0):
            raise SiteError(f"Parts of a killed site still run on {settings.STATE_DIR}; try again later.")

    def _lock(self, path: Path) -> bool:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._locks.append(descriptor)
        return True

    def _choose_port(self) -> None:
        wanted, self.port = self.port, free_port(self.host, self.port)
        if self.port != wanted:
            self.say(f"Port {wanted} is taken, using {self.port}.")
        os.ftruncate(self._locks[0], 0)
        os.pwrite(self._locks[0], f"{self.url} (process {os.getpid()})".encode(), 0)

    def _is_lost(self, part: Part) -> bool:
        return part.exits >= FAILED_STARTS or self._ended.is_set()

    def _keep(self) -> None:
        """Start what is due, bury what ended, until asked to stop; then stop the last part first."""
        try:
            while not self._stop_asked.wait(0.05):
                for part in self.parts:
                    self._tend(part)
        finally:
            for part in reversed(self.parts):
                part.stop()
            self._ended.set()

    def _tend(self, part: Part) -> None:
        if part.is_due:
            part.start(keep_open=(self._locks[1],))
        elif part.is_running and (code := part.bury_if_ended()) is not None:
            self.say(f"The {part.name} ended ({code}); it starts again.")


def check_exposure(host: str) -> None:
    """Refuse to serve the embedded parts beyond this machine."""
    embedded = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
    if embedded and not is_loopback(host):
        raise SiteError(
            f"The embedded parts serve this machine alone: set {' and '.join(embedded)}, or use 127.0.0.1."
        )


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
