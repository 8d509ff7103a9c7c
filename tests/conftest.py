"""What the tests share: the worker, the browser, Hypothesis' manners."""

import gc
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from config import lifeline
from config.celery import app
from config.parts import wait_for
from ranking.memory import revisions_seen

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
CHROMIUM_ARGS += ["--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"]

PATIENCE = 30_000  # milliseconds until a page is given up: a machine may be busy
expect.set_options(timeout=PATIENCE)

gc.set_threshold(100_000, 50, 100)  # of the thousands of pages made here hardly anything holds itself

hypothesis.settings.register_profile("heng", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("heng")


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """On SQLite test in a file, as the site does: the worker and the browser must see the same rows."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"] = {**database.get("TEST", {}), "NAME": str(settings.STATE_DIR / "test.sqlite3")}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """Tests with real transactions leave all tables empty: on PostgreSQL row by row, as few tables hold any."""
    if connection.vendor == "postgresql":
        type(connection.ops).sql_flush = _statements_that_empty  # of the class: a connection may be made anew


def _statements_that_empty(_operations, style, tables, **options) -> list[str]:
    """Deletes of the rows that there are; emptying a hundred files and their indexes takes far longer.

    Keys and triggers rest meanwhile: the audit chain, which no site can empty, is emptied too.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables)
        )
        filled = [name for (name,) in cursor.fetchall()]
    return ["SET LOCAL session_replication_role = replica", *(f'DELETE FROM "{name}"' for name in filled)]


@dataclass(frozen=True)
class Worker:
    """A real Celery worker on the test database."""

    node: str
    process: subprocess.Popen
    log: Path

    def begun(self, task: str) -> int:
        """How many of these tasks it has begun."""
        stats = self._ask().stats() or {}
        return stats.get(self.node, {}).get("total", {}).get(task, 0)

    def is_idle(self) -> bool:
        """Whether it says that it works on nothing now."""
        return (self._ask().active() or {}).get(self.node) == []

    def _ask(self):
        return app.control.inspect(destination=[self.node], timeout=0.5)


@pytest.fixture(scope="session")
def broker_left():
    """Leave the broker before it ends: forgotten results would knock at a closed one."""
    yield
    gc.collect()
    app.close()


@pytest.fixture(scope="module")
def celery_worker(django_db_setup, broker_left):
    """Tasks sent by tests marked ``django_db(transaction=True)`` are really done.

    For one module: the files of every edition that later tests publish would be made for nobody.
    """
    log = Path(settings.STATE_DIR, "worker.log")
    worker = Worker("tests@heng", _start_worker("tests@heng", log), log)
    try:
        is_up = wait_for(lambda: "ready." in log.read_text() or worker.process.poll() is not None, seconds=60)
        assert is_up and worker.process.poll() is None, log.read_text()
        yield worker
    finally:
        _stop_worker(worker)


def _start_worker(node: str, log: Path) -> subprocess.Popen:
    tie = [sys.executable, "-I", "-S", lifeline.__file__, str(os.getpid()), str(int(signal.SIGKILL))]
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "config",
        "worker",
        "--hostname",
        node,
        "--concurrency",
        "2",
    ]
    command += ["--loglevel", "INFO", "--without-gossip", "--without-mingle", "--purge"]
    env = {
        **os.environ,
        "DATABASE_URL": _test_database_url(),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    with open(log, "wb") as file:
        return subprocess.Popen(
            [*tie, *command], cwd=settings.BASE_DIR, env=env, stdout=file, stderr=file, process_group=0
        )


def _test_database_url() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def _stop_worker(worker: Worker) -> None:
    with suppress(ProcessLookupError):  # it has nothing left to finish
        os.killpg(worker.process.pid, signal.SIGKILL)
    worker.process.wait()


@pytest.fixture(autouse=True)
def nothing_remembered():
    """What a process remembers for a moment is of the test before, whose rows are gone."""
    revisions_seen.forget()


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run."""
    program = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    assert program, "no Chromium found: run tests/install-servers"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, live_server):
    """A function that opens a page of its own session; script errors and breaches of the CSP fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(
        path: str | None = None,
        *,
        language: str = "zh-CN",
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        script: bool = True,
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            locale=language,
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda entry: _note_breach(entry.text, faults))
        if path is not None:
            page.goto(path)
        return page

    yield open_page
    is_answering = any("/e/" in page.url for context in contexts for page in context.pages)
    for context in contexts:
        context.close()
    if is_answering:
        time.sleep(1.0)  # it saves once more as it goes: let that end before the tables are emptied
    assert not faults


def _note_breach(text: str, faults: list[str]) -> None:
    if "Content Security Policy" in text:
        faults.append(text)
