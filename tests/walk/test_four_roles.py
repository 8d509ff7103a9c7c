"""The road by four processes with four database users: nobody who sees names sees answers, and it still arrives."""

import http.client
import os
import secrets
import subprocess
import sys
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from config import lifeline
from config.parts import wait_for
from ranking.models import Publication, PublicationFile, RobustnessStudy, Run
from survey.models import AuditEvent, Errand, Feedback, Letter, PanelUpload, Participation, Pending, Response
from survey.rehearsal_browser import ExpertBrowser, hidden_fields
from tests.cast import MATRIX, PASSWORD, POINTS, PROTOCOL, make_study, wait_until
from tests.four_roles import make_roles, role_url
from tests.ports import quiet_port
from tests.survey.test_imported_panels import WIDE
from tests.walk.test_five_rounds import GROUPS, codes_from_letters
from weighting.models import WeightSet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(170)]


class Desk(ExpertBrowser):
    """A person at the desk, at the staff's own process."""

    def sign_in(self, name: str) -> None:
        self._post("/login/", {"username": name, "password": PASSWORD}, page=self._get("/login/"))

    def act(self, path: str, fields: dict | None = None, *, on: str) -> str:
        """Press a button of the page ``on``."""
        return self._post(path, fields or {}, page=self._get(on))

    def upload(self, path: str, file: str, content: str, *, field: str = "file", **fields) -> str:
        mark, name_of_token = secrets.token_hex(8), "csrfmiddlewaretoken"
        fields |= hidden_fields(self._get(path), name_of_token)
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}'
            for key, value in fields.items()
        ]
        parts += [
            f'--{mark}\r\nContent-Disposition: form-data; name="{field}"; filename="{file}"\r\n\r\n{content}',
            f"--{mark}--\r\n",
        ]
        headers = {"Content-Type": f"multipart/form-data; boundary={mark}", "Referer": self.url + path}
        return self._send(urllib.request.Request(self.url + path, "\r\n".join(parts).encode(), headers))


@pytest.fixture
def site(tmp_path):
    """Four processes, each started as its role and refusing to be more; yields the addresses of both web servers."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles, and the documents say so")
    make_roles()
    # a database of its own: an unfinished message of another test's worker must not arrive here
    broker = settings.REDIS_URL.rsplit("/", 1)[0] + "/7"
    processes, urls = [], {}
    for process in ("web_expert", "web_staff", "worker_mail", "worker_stats"):
        env = os.environ | {"DATABASE_URL": role_url(process), "REDIS_URL": broker, "HENG_PROCESS": process}
        env |= {"HENG_ENFORCE_ROLES": "true", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, "-m"]
        if process.startswith("web"):
            port = quiet_port()
            urls[process] = f"http://127.0.0.1:{port}"
            command += ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
            command += ["--workers", "1", "--blocking-threads", "2", "--no-access-log", "--no-ws"]
            command += ["config.embedded_wsgi:application"]
        else:
            queues = {"worker_mail": "mail", "worker_stats": "celery"}
            command += [
                "celery",
                "-A",
                "config",
                "worker",
                "-Q",
                queues[process],
                "--hostname",
                f"{process}@walk",
            ]
            command += ["--concurrency", "1", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
        tie = [sys.executable, "-I", "-S", lifeline.__file__, str(os.getpid()), "9"]
        with open(tmp_path / f"{process}.log", "wb") as log:
            processes.append(
                subprocess.Popen([*tie, *command], cwd=settings.BASE_DIR, env=env, stdout=log, stderr=log)
            )
    for process, url in urls.items():
        assert wait_for(lambda url=url: answers(url), seconds=120), log_of(tmp_path, process)
    for process in ("worker_mail", "worker_stats"):
        is_up = wait_for(lambda name=process: "ready." in log_of(tmp_path, name), seconds=120)
        assert is_up, log_of(tmp_path, process)
    yield urls
    for process in processes:
        process.kill()
        process.wait()
    logs = {path.stem: path.read_text() for path in tmp_path.glob("*.log")}
    faults = {name: text for name, text in logs.items() if "InsufficientPrivilege" in text}
    assert not faults


def answers(url: str) -> bool:
    knock = http.client.HTTPConnection(url.removeprefix("http://"), timeout=2)
    try:
        knock.request("HEAD", "/favicon.ico")
        return knock.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False


def log_of(folder: Path, process: str) -> str:
    return (folder / f"{process}.log").read_text()


def import_elsewhere(desk: Desk, study) -> None:
    """A panel that was asked elsewhere: the staff's process checks the file, the worker that may counts its answers."""
    path = "/studies/import/"
    fields = {
        "series": study.series_id,
        "name": "elsewhere",
        "slug": "elsewhere",
        "year": 2025,
        "kind": "scale",
    }
    page = desk.upload(path, "panel.csv", WIDE, field="table", go="check", **fields)
    checked = hidden_fields(page, "checked")
    desk.act(path, {**fields, **checked, "go": "import"}, on=path)
    imported = type(study).objects.get(slug="elsewhere")
    wait_until(lambda: imported.rounds.closed().count() == 2)
    assert not PanelUpload.objects.exists() and not Errand.objects.exists()
    assert "elsewhere" in desk._get("/studies/elsewhere/results/")


def test_road_by_four_processes(site):
    study = make_study(protocol={**PROTOCOL, "survey": {"rounds": 2}})
    base = f"/studies/{study.slug}"
    desk = Desk(site["web_staff"])
    desk.sign_in("coco")
    import_elsewhere(desk, study)
    roster = "\n".join(f"{name}, {name.lower()}@example.org, Institute, en" for name in POINTS)
    desk.act(f"{base}/panel/", {"roster": roster}, on=f"{base}/panel/")
    wait_until(lambda: not Letter.objects.exists())
    codes = codes_from_letters(study)

    for number in (1, 2):
        deadline = timezone.localtime(timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
        desk.act(f"{base}/rounds/{number}/open/", {"deadline": deadline}, on=f"{base}/rounds/")
        wait_until(lambda: not Letter.objects.exists())
        for name, code in codes.items():
            expert = ExpertBrowser(site["web_expert"])
            expert.enter(code)
            for group, items in GROUPS.items():
                expert.fill_group(group, {item: POINTS[name][item] for item in items})
            if number == 2 or name != "Chen":
                expert.submit()
        if number == 1:
            desk.act(f"{base}/participation/remind/", on=f"{base}/participation/")
            wait_until(lambda: AuditEvent.objects.filter(action="remind", detail__count=1).exists())
        desk.act(f"{base}/rounds/{number}/close/", on=f"{base}/rounds/")
        round = study.rounds.get(number=number)
        settled = study.rounds.closed().filter(number=number, marks_incomplete=False)
        wait_until(settled.exists)
        assert not Pending.objects.exists() and Participation.objects.count() == 3
        desk.act(f"{base}/rounds/{number}/release/", on=f"{base}/rounds/")
        wait_until(Feedback.objects.filter(round=round).exists)
    desk.act(f"{base}/rounds/2/adopt/", on=f"{base}/rounds/")
    wait_until(lambda: type(study).objects.get(pk=study.pk).adopted_round_id == round.pk)
    assert not Errand.objects.exists()
    assert AuditEvent.objects.filter(action="close_round", actor="coco").count() == 2
    expert = ExpertBrowser(site["web_expert"])
    expert.enter(codes["Ana"])
    for path in ("/e/", "/e/feedback/", "/e/done/", "/e/data/", "/e/data/file/"):
        expert._get(path)

    staff, approver = Desk(site["web_staff"]), Desk(site["web_staff"])
    staff.sign_in("stefan")
    approver.sign_in("ava")
    staff.upload(f"{base}/data/", "towns.csv", MATRIX)
    staff.act(f"{base}/data/1/seal/", on=f"{base}/data/1/")
    staff.act(f"{base}/weights/request/", on=f"{base}/weights/")
    wait_until(lambda: WeightSet.objects.get().is_sealed)
    staff.act(f"{base}/run/request/", on=f"{base}/run/")
    wait_until(lambda: Run.objects.get().is_done)
    run = Run.objects.get()
    staff.act(f"{base}/robustness/request/", {"preset": "quick"}, on=f"{base}/robustness/")
    wait_until(lambda: RobustnessStudy.objects.get().is_done)
    typed = {"run": str(run.pk), "accepting": "three towns, no words"}
    staff.act(f"{base}/publish/propose/", typed, on=f"{base}/publish/")
    wait_until(lambda: Publication.objects.exists())
    proposal = Publication.objects.get()
    approver.act(f"{base}/publish/1/approve/", {"sha256": proposal.sha256}, on=f"{base}/publish/")
    assert Publication.objects.live().exists()
    wait_until(lambda: not PublicationFile.objects.exclude(status="done").exists(), seconds=120)
    assert PublicationFile.objects.count() == 8
    assert Response.objects.filter(round__study=study).count() == 6

    for page in ("", "acts/", "panel/", "rounds/", "participation/", "results/", "protocol/"):
        desk._get(f"{base}/{page}")
    for page in (
        "data/",
        "data/1/",
        "weights/",
        "weights/compare/",
        "run/",
        "robustness/",
        "edition/",
        "publish/",
    ):
        staff._get(f"{base}/{page}")
    staff._get(f"{base}/run/{run.pk}/units/z/")
    for page in ("", "tiers/", "regions/", "method/", "list.csv", "manifest.json"):
        staff._get(f"/lists/{study.slug}/{page}")
