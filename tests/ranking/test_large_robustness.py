"""A run of more units than a table of units by units may have: any number of workers, one killed, the same bytes."""

import os
import subprocess
import sys

import numpy as np
import pytest
from django.conf import settings
from django.utils import timezone

from ranking.models import RobustnessStudy
from ranking.robustness import compute_part, join_study, progress, waiting_parts
from ranking.workbench import MANY_UNITS, StudyJoinedMeanwhile, Workbench
from survey.doorbell import ring
from tests.cast import wait_until
from tests.conftest import _test_database_url
from tests.ranking.test_robustness import TIERS, cut_study, done
from tests.ranking.test_runs import run_of, weighed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
UNITS = MANY_UNITS + 16
PROGRAM = """
import sys, django
django.setup()
from django.utils import timezone
from ranking.models import RobustnessPart
from ranking.robustness import compute_part, waiting_parts
from ranking.models import RobustnessStudy
for pk in map(int, sys.argv[1:]):
    print(pk, flush=True)
    compute_part(RobustnessPart.objects.get(pk=pk), at=timezone.now())
"""


def many_towns():
    figures = np.random.default_rng(5).lognormal(1, 1, (UNITS, 4)).round(3)
    figures[40] = figures[7]  # twins
    lines = [f"u{n},城{n},Town{n},east,{','.join(map(str, row))}" for n, row in enumerate(figures.tolist())]
    matrix = "code,name,name_en,region,a1,a2,b1,b2\n" + "\n".join(lines) + "\n"
    return run_of(weighed(matrix, experts=6, slug="many-towns", listed=6, tiers=TIERS))


def worker(parts):
    """A worker of its own that does the parts one after the other and says which one it begins."""
    env = {**os.environ, "DATABASE_URL": _test_database_url(), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", PROGRAM, *map(str, parts)]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, stdout=subprocess.PIPE, text=True)


def test_one_worker_three_and_a_killed_one_give_the_same_bytes(celery_worker):
    run = many_towns()
    assert run.is_done, run.failure
    alone = cut_study(run, "alone", draws=2560, base=8)
    assert done(alone, alone.parts.all()).is_done
    rows = {row["code"]: row for row in alone.result["units"]}
    assert rows["u40"] == rows["u7"] | {"code": "u40"}
    twin = RobustnessStudy.objects.get(pk=alone.pk)
    twin.status = RobustnessStudy.Status.QUEUED  # as a twin read it before the study was joined
    late, bench = alone.parts.get(kind="windows"), Workbench(twin)
    late.content = None
    with pytest.raises(StudyJoinedMeanwhile):
        next(bench.arrays("ranks"))
    compute_part(late, at=timezone.now(), bench=bench)
    assert join_study(twin, at=timezone.now()).is_done and twin.finished_at == alone.finished_at

    shared = cut_study(run, "shared", draws=2560, base=8)
    victim = worker([shared.parts.get(kind="alone").pk])
    assert int(victim.stdout.readline()) == shared.parts.get(kind="alone").pk
    victim.kill()
    assert victim.wait() < 0 and progress(shared)["done"] == 0
    assert shared.parts.get(kind="alone").pk in waiting_parts()  # as the beat finds it

    helper = worker(
        waiting_parts(shared)[::-1]
    )  # from the other end, while two processes of the worker begin
    ring("ranking.tasks.compute_robustness_part", waiting_parts(shared))
    wait_until(lambda: RobustnessStudy.objects.get(pk=shared.pk).is_done, seconds=120)
    assert helper.wait() == 0
    shared.refresh_from_db()
    assert shared.result == alone.result and shared.sha256 == alone.sha256
    assert {part.kind for part in shared.parts.all() if part.content} == {"windows"}

    late = shared.parts.first()
    compute_part(late, at=timezone.now())  # rung for once more
    assert RobustnessStudy.objects.get(pk=shared.pk).finished_at == shared.finished_at
