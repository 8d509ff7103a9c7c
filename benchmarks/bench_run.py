"""A whole run in a worker: weights, scores, ranks, tiers, 10,000 resampled panels, and the rows in PostgreSQL.

The floor is the same numeric work alone, on arrays that are already in memory. Prints the ratio and the worker's time.
"""

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # before NumPy is imported

import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.servers import Servers

DRAWS = 10_000
TURNS = 5


def main() -> None:
    """Start a PostgreSQL of its own, measure, stop it."""
    servers = Servers("postgresql")
    try:
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django

        django.setup()
        measure(servers.names)
    finally:
        servers.stop()


def measure(names: list[str]) -> None:
    """Print the medians of both and their ratio."""
    from django.db import connection

    prepare_database(connection)
    weight_set = prepared_weights()
    whole = [timed(lambda turn=turn: one_run(weight_set, seed=turn)) for turn in range(TURNS)]
    floor = [timed(lambda turn=turn: numbers_alone(weight_set, seed=turn)) for turn in range(TURNS)]
    median, bare = statistics.median(whole), statistics.median(floor)
    print(f"287 × 15, {DRAWS} resampled panels of 24 experts, {', '.join(names)}, {os.cpu_count()} cores")
    print(
        f"whole run with rows landed   {median:7.3f} s   ({'kept' if median < 0.5 else 'missed'}: under 0.5 s)"
    )
    print(f"numeric work alone (floor)   {bare:7.3f} s")
    print(f"ratio                        {median / bare:7.2f}")
    began = time.process_time()
    one_run(weight_set, seed=TURNS)
    print(
        f"processor time of the worker {time.process_time() - began:7.3f} s   load {os.getloadavg()[0]:.1f}"
    )


def prepare_database(connection) -> None:
    """Create the database and its tables."""
    from django.core.management import call_command

    name, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], "postgres"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    connection.settings_dict["NAME"] = name
    call_command("migrate", verbosity=0)


def prepared_weights():
    """Sealed weights of the example with 24 experts' answers."""
    from django.utils import timezone

    from config.example import MATRIX, load_example
    from weighting.datasets import import_dataset, seal_dataset
    from weighting.weight_sets import build_weight_set, request_weight_set

    now = timezone.now()
    study = answered(load_example(at=now), experts=24)
    dataset = import_dataset(study, MATRIX.read_bytes(), file_name=MATRIX.name, by="bench", at=now)
    seal_dataset(dataset, by="bench", at=now)
    return build_weight_set(request_weight_set(dataset, by="bench", at=now), at=now)


def answered(study, *, experts: int):
    """The study with the answers of a simulated panel adopted."""
    from django.utils import timezone

    from survey.codes import read_code
    from survey.core.simulation import simulated_panel
    from survey.credentials import find_bearer, issue_code
    from survey.models import Expert
    from survey.questionnaire import questionnaire
    from survey.responses import save_draft, submit_response
    from survey.rounds import adopt_round, close_round, open_round

    now = timezone.now()
    Expert.objects.bulk_create(
        Expert(study=study, name=f"Expert {n}", email=f"e{n}@example.org") for n in range(experts)
    )
    groups = questionnaire(study)
    panel = simulated_panel({g.code: len(g.items) for g in groups}, experts=experts, seed=7)
    round = open_round(study.rounds.get(), deadline=now + timedelta(days=1), by="bench", at=now)
    for expert, simulated in zip(study.experts.all(), panel, strict=True):
        bearer = find_bearer(read_code(issue_code(expert)), study)
        points = {}
        for group in groups:
            points |= dict(zip(group.codes, simulated.answer(group.code, None), strict=True))
        save_draft(round, bearer, points, tag=None, at=now)
        submit_response(round, bearer, tag=None, at=now)
    adopt_round(close_round(round, by="bench", at=now), by="bench", at=now)
    study.refresh_from_db()
    return study


def parameters(weight_set, seed: int) -> dict:
    """The protocol's ranking section with 10,000 draws and a seed of its own."""
    rules = weight_set.study.protocol["ranking"]
    return rules | {"intervals": rules["intervals"] | {"draws": DRAWS, "seed": seed}}


def one_run(weight_set, *, seed: int) -> None:
    """What a worker does for one run."""
    from django.utils import timezone

    from ranking.models import Run
    from ranking.runs import compute_run

    run = Run.objects.create(
        weight_set=weight_set,
        parameters=parameters(weight_set, seed),
        key=f"{seed:064d}",
        requested_by="bench",
        requested_at=timezone.now(),
    )
    assert compute_run(run, at=timezone.now()).is_done


def numbers_alone(weight_set, *, seed: int) -> None:
    """The same numbers without the database's part: the arrays are read before the clock would matter."""
    from ranking.models import Run
    from ranking.runs import rank_units
    from weighting.trees import study_tree

    run = Run(weight_set=weight_set, parameters=parameters(weight_set, seed))
    rank_units(run, study_tree(run.study))


def timed(work) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
