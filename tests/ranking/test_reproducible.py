"""One study, worked out again under other circumstances: published figures agree in every bit.

This module is run on PostgreSQL and on SQLite; the expected hash below is the same for both.
"""

import json
import os
import random
import subprocess
import sys

import pytest
from django.conf import settings

from ranking.models import Score
from tests.cast import MATRIX
from tests.ranking.nine_methods import METHODS
from tests.ranking.nine_methods import hashes as hashes_of_method
from tests.ranking.test_runs import run_of, weighed
from weighting.core.objective import METHODS as ALL_METHODS
from weighting.models import IndicatorWeight

pytestmark = pytest.mark.django_db
EXTRA = "".join(
    f"{code},城{code},{code}ton,{place},{n + 1.37},{(n * 7) % 11 + 0.3},{(n * 5) % 13 + 0.1},{n * n % 17 + 0.7}\n"
    for n, (code, place) in enumerate(zip("Äbaß城Bz9_-A", "wewewewewew", strict=True))
    if code not in "z"
)
HEADER, *ROWS = (MATRIX + EXTRA.replace("-,", "m,").replace("_,", "n,")).splitlines()
SEALED = "6143ddc774aa17e5f24eed005414eff2b1eec57ea5027488a50c153164c2e8c4"
WEIGHTS = "7cac65e658c7f5b1021270a578d6ea2b2d52485a8241652df76805b234f02ba3"
RESULTS = "06cecece82a6d20387140eb4fb80b57c6c2aa4fb4100d370b66e30adeb60848b"


def hashes(matrix):
    run = run_of(weighed(matrix, experts=4, normalization="vector", listed=9))
    return run.weight_set.dataset.sha256, run.weight_set.sha256, run.sha256


@pytest.mark.parametrize("seed", range(3))
def test_row_order_and_database_change_no_bit(seed):
    rows = ROWS.copy()
    random.Random(seed).shuffle(rows)
    assert hashes("\n".join([HEADER, *rows]) + "\n") == (SEALED, WEIGHTS, RESULTS)


def test_stored_figures_are_what_was_worked_out():
    run = run_of(weighed())
    assert run.facts["arithmetic"] == "decimal"
    weights = IndicatorWeight.objects.filter(weight_set=run.weight_set)
    assert sum(row.effective for row in weights if row.indicator.parent_id is None) == pytest.approx(
        1, abs=1e-15
    )
    assert [score.unit.code for score in Score.objects.filter(run=run)] == ["z", "x", "y"]


def on_sqlite(tmp_path, *, seed: int, **environment) -> dict:
    """The same by another process on SQLite, with another order of rows, other hash seed and other locale."""
    env = {
        **os.environ,
        "HENG_STATE_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **environment,
    }
    env.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "tests.ranking.nine_methods", str(seed)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2_000:]
    return json.loads(done.stdout.partition("HASHES")[2])


def test_nine_methods_agree_in_every_bit_whatever_order_locale_hash_seed_and_database(tmp_path):
    assert set(METHODS) == set(ALL_METHODS)
    here = {method: hashes_of_method(method, 0) for method in METHODS}
    for seed in (1, 2):
        assert {method: hashes_of_method(method, seed) for method in METHODS} == here
    assert on_sqlite(tmp_path, seed=3, PYTHONHASHSEED="77", LC_ALL="C", TZ="America/St_Johns") == here
    assert len({tuple(found) for found in here.values()}) == len(METHODS)
