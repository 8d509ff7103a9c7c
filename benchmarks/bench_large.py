"""A robustness study of 30,000 units x 200 indicators with 10,000 draws, cut into Celery tasks over two workers.

PostgreSQL joins the parts. Prints the progress, the time, and the largest resident size of each worker process.
Run: python benchmarks/bench_large.py [UNITS] [INDICATORS] [WORKERS]
"""

import os
import signal
import subprocess
import sys
import time

from bench_run import answered, prepare_database  # it sets the threads before NumPy wakes

from tests.servers import Servers

UNITS, INDICATORS, WORKERS = (
    int(given) for given in (*sys.argv[1:], *("30000", "200", "2")[len(sys.argv) - 1 :])
)
IN_A_GROUP = 20


def main() -> None:
    """Start the servers, prepare a run, have it studied, stop."""
    servers, workers = Servers("postgresql"), []
    try:
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django

        django.setup()
        from django.db import connection

        prepare_database(connection)
        os.environ["DATABASE_URL"] = (
            os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + connection.settings_dict["NAME"]
        )
        run = prepared_run()
        workers += [start_worker(number) for number in range(WORKERS)]
        study(run, workers)
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
            worker.wait(20)
        servers.stop()


def prepared_run():
    """A finished run of made-up figures; a process of its own computes it, so that this one stays small."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, __file__, str(UNITS), str(INDICATORS), "0"],
        env=os.environ | {"HENG_PREPARE": "1"},
        check=True,
    )
    from ranking.models import Run

    run = Run.objects.get()
    print(
        f"{UNITS:,} x {INDICATORS}: figures, weights and the run itself in {time.perf_counter() - began:.0f} s"
    )
    return run


def prepare() -> None:
    """Tree, panel, sealed figures, weights and run."""
    import django

    django.setup()
    import numpy as np
    from django.utils import timezone

    from ranking.runs import compute_run, request_run
    from survey.frameworks import read_framework
    from survey.models import Series
    from survey.studies import create_study
    from weighting.datasets import seal_dataset
    from weighting.models import Dataset, Unit
    from weighting.weight_sets import build_weight_set, request_weight_set

    now, codes = timezone.now(), [f"i{n:03d}" for n in range(INDICATORS)]
    groups = range(-(-INDICATORS // IN_A_GROUP))
    lines = [f"G{g},,组{g},Group {g},1" for g in groups]
    lines += [
        f"{code},G{n // IN_A_GROUP},项{n},Item {n},{-1 if n % 7 == 6 else 1}" for n, code in enumerate(codes)
    ]
    nodes = read_framework("\n".join(["code,parent,name,name_en,direction", *lines]) + "\n")
    series = Series.objects.create(slug="large", name="large")
    study = create_study(
        series,
        nodes,
        slug="large",
        name="large",
        year=2026,
        protocol={"survey": {"rounds": 1}},
        by="bench",
        at=now,
    )
    study = answered(study, experts=12)
    dataset = Dataset.objects.create(
        study=study, version=1, file_name="large", file_sha256="", codes=codes, imported_at=now
    )
    figures = np.random.default_rng(1).lognormal(1, 1, (UNITS, INDICATORS)).round(4)
    for start in range(0, UNITS, 2000):
        rows = enumerate(figures[start : start + 2000].tolist(), start)
        Unit.objects.bulk_create(
            Unit(dataset=dataset, position=n, code=f"u{n:06d}", name=f"u{n}", values=row) for n, row in rows
        )
    seal_dataset(dataset, by="bench", at=now)
    weights = build_weight_set(request_weight_set(dataset, by="bench", at=now), at=now)
    assert weights.is_sealed, weights.failure
    run = compute_run(request_run(weights, by="bench", at=now), at=now)
    assert run.is_done, run.failure
    print(f"  the preparing process, run included: {peak_megabytes(os.getpid()):.0f} MB at most")


def start_worker(number: int) -> subprocess.Popen:
    """A Celery worker of one process."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "config",
        "worker",
        "--pool",
        "solo",
        "--hostname",
        f"large{number}@heng",
    ]
    command += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--prefetch-multiplier", "1"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def study(run, workers) -> None:
    """Ask for the study, watch it, and print what it took."""
    from django.utils import timezone

    from ranking.models import RobustnessPart
    from ranking.robustness import progress, request_robustness

    time.sleep(8)  # the workers wake
    idle = [peak_megabytes(worker.pid) for worker in workers]
    began, shown = time.perf_counter(), -1
    found = request_robustness(run, preset="quick", by="bench", at=timezone.now())
    while not found.is_done and not found.failure:
        time.sleep(0.5)
        found.refresh_from_db()
        now = progress(found)
        if now["done"] // 5 != shown // 5:
            shown = now["done"]
            print(
                f"  {now['done']} of {now['parts']} parts after {time.perf_counter() - began:.0f} s",
                flush=True,
            )
    assert found.is_done, found.failure
    spent, result = time.perf_counter() - began, found.result
    factors, load = len(result["factors"]["rows"]), os.getloadavg()[0]
    print(
        f"{found.parameters['draws']:,} draws, {result['settings']} settings of {factors} factors: {spent:.0f} s",
        end="",
    )
    print(
        f" with {len(workers)} workers; load {load:.1f}, {os.cpu_count()} cores; sha256 {found.sha256[:16]}"
    )
    table, square = UNITS * INDICATORS * 8 / 1e6, UNITS**2 * 4 / 1e6
    for number, worker in enumerate(workers):
        peak = peak_megabytes(worker.pid)
        print(f"  worker {number}: {peak:.0f} MB at most, {idle[number]:.0f} MB before its first part")
    kept = sum(len(part.content) for part in RobustnessPart.objects.exclude(content=None)) / 1e6
    print(
        f"  the figures: {table:.0f} MB; a table of units by ranks would take {square:,.0f} MB; kept {kept:.1f} MB"
    )


def peak_megabytes(pid: int) -> float:
    """Largest resident size of a process so far."""
    with open(f"/proc/{pid}/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6


if __name__ == "__main__":
    prepare() if "HENG_PREPARE" in os.environ else main()
