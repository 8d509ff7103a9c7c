"""The embedded site under fire: whatever is killed, it comes back or leaves nothing behind.

A process belongs to a site when it holds a file of the site's state folder open: every part logs into it.
"""

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import redis
from celery import Celery

from config.parts import wait_for
from config.state import broker_socket
from tests.ports import quiet_port

ROOT = Path(__file__).resolve().parents[2]
LINUX_ONLY = pytest.mark.skipif(
    sys.platform != "linux", reason="orphans are prevented by Linux' parent death signal"
)


class Site:
    """``manage.py up`` on a state folder of its own."""

    def __init__(self, state: Path):
        self.state = state
        self.process: subprocess.Popen | None = None
        self.url = ""

    def command(self, *words: str) -> subprocess.Popen:
        left_out = {"DATABASE_URL", "REDIS_URL", "BASE_URL"}
        env = {name: value for name, value in os.environ.items() if name not in left_out}
        return subprocess.Popen(
            [sys.executable, "manage.py", "up", *words],
            cwd=ROOT,
            env={**env, "HENG_STATE_DIR": str(self.state), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start(self, port: int) -> None:
        self.process = self.command("--port", str(port))
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if found := re.search(r"Heng is at (\S+)", line):
                self.url = found[1]
                return
        raise AssertionError(f"the site did not start: {''.join(lines)}")

    def get(self, path: str = "/", method: str = "GET") -> int:
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=10)
        with contextlib.closing(connection):
            connection.request(method, path)
            return connection.getresponse().status

    def answers(self) -> bool:
        try:
            return self.get() < 500
        except OSError:
            return False

    def broker(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(broker_socket(self.state)), socket_timeout=5)

    def broker_answers(self) -> bool:
        try:
            return self.broker().ping()
        except redis.RedisError:
            return False

    def processes(self) -> dict[int, str]:
        """The living processes of the site, the supervisor included, with their command lines."""
        return {pid: command for pid, command in all_processes() if holds_file_under(pid, self.state)}

    def pids(self, word: str) -> list[int]:
        return sorted(pid for pid, command in self.processes().items() if word in command)

    def is_gone(self, seconds: float) -> bool:
        return wait_for(lambda: not self.processes(), seconds=seconds)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.communicate(timeout=30)
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def all_processes():
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            yield int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()


def holds_file_under(pid: int, folder: Path) -> bool:
    try:
        return any(os.readlink(link).startswith(f"{folder}/") for link in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:  # it ended meanwhile, or is somebody else's
        return False


@pytest.fixture
def state():
    with tempfile.TemporaryDirectory(prefix="heng-site-") as folder:
        yield Path(folder)


@pytest.fixture
def site(state):
    site = Site(state)
    yield site
    site.stop()


@pytest.fixture(scope="module")
def running():
    """A site that the tests share; each leaves it whole."""
    with tempfile.TemporaryDirectory(prefix="heng-site-") as folder:
        site = Site(Path(folder))
        try:
            site.start(quiet_port())
            yield site
        finally:
            site.stop()


pytestmark = LINUX_ONLY


@pytest.mark.parametrize("part", ["valkey-server", "celery", "granian"])
def test_killed_part_comes_back(running, part):
    before = running.pids(part)
    assert before

    os.kill(before[0], signal.SIGKILL)

    assert wait_for(lambda: set(running.pids(part)) - set(before), seconds=40), "not started again"
    assert wait_for(lambda: running.broker_answers() and running.answers(), seconds=90)
    assert wait_for(lambda: not set(running.pids(part)) & set(before), seconds=20) or part == "granian", (
        "leftovers"
    )
    assert running.process.poll() is None


def test_worker_finds_the_killed_broker_again(running):
    os.kill(running.pids("valkey-server")[0], signal.SIGKILL)
    assert wait_for(running.broker_answers, seconds=40)

    with Celery(
        broker=f"redis+socket://{broker_socket(running.state)}?virtual_host=0", set_as_current=False
    ) as client:
        client.send_task("celery.accumulate", args=[1])

        def done() -> int:
            stats = client.control.inspect(timeout=1.0).stats() or {}
            return sum(node["total"].get("celery.accumulate", 0) for node in stats.values())

        assert wait_for(done, seconds=40)


def test_second_site_on_the_same_folder_is_refused(running):
    second = running.command("--port", str(quiet_port()))
    said, _ = second.communicate(timeout=30)

    assert second.returncode == 1
    assert "is in use" in said and running.url in said
    assert running.answers()


def test_taken_port_gives_the_next_one_and_a_terminated_site_leaves_nothing(running, site):
    taken = int(running.url.rpartition(":")[2])

    site.start(taken)

    assert site.url != running.url
    assert site.answers() and running.answers()

    asked_at = time.monotonic()
    site.process.terminate()
    site.process.communicate(timeout=30)

    assert site.process.returncode == 0
    assert time.monotonic() - asked_at < 10
    assert not site.processes()
    assert running.answers()


def test_embedded_parts_are_not_served_to_the_network(site):
    process = site.command("--host", "0.0.0.0")
    said, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "serve this machine alone" in said
    assert not site.processes()


def test_visits_of_experts_leave_no_trace(running):
    statuses = [running.get(path) for path in ("/j", "/j%23K7QP-2222", "/j/K7QP", "/e/", "/e/K7QP/")]
    statuses += [running.get(path, "POST") for path in ("/j", "/e/submit/", "/e/group/K7QP/")]
    assert running.get("/nothing-here-J4MX/") == 404

    logs = {path.name: path.read_text() for path in (running.state / "log").iterdir()}
    assert len([status for status in statuses if status >= 400]) >= 3  # those would leave a line
    assert set(logs) == {"broker.log", "worker.log", "web.log"}
    assert "J4MX" in logs["web.log"]  # the log does see what it may see
    assert not [name for name, text in logs.items() if re.search(r"K7QP|/e/|/j", text)]


def test_killed_site_leaves_no_orphan_and_the_next_start_works(site):
    site.start(quiet_port())
    assert len(site.processes()) >= 7  # supervisor, broker, worker with two hands and a clock, web with one

    site.process.kill()
    site.process.wait()

    assert site.is_gone(20), site.processes()
    assert broker_socket(site.state).parent.exists()
    site.start(quiet_port())
    assert site.answers()

    leaders = [min(site.pids(part)) for part in ("celery", "granian")]  # now with its parts
    for pid in (site.process.pid, *leaders):
        os.kill(pid, signal.SIGKILL)
    site.process.wait()

    assert site.is_gone(20), site.processes()
