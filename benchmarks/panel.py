"""Closing a round and working out all its statistics, for 24, 1,000 and 10,000 experts × 29 items on PostgreSQL.

Each size runs in a process of its own, so that its peak memory is its own. Prints seconds, growth, peak memory, and the
ratio of the statistics to the same figures straight from NumPy and SciPy (``panel_floor.py``). Both start at the stored
answers; they run in turn, and what they say is compared first.
"""

import json
import os
import resource
import secrets
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.bench_run import prepare_database
from benchmarks.timing import machine, milliseconds

SIZES = (24, 1_000, 10_000)
TREE = {"top": 5, "a": 5, "b": 5, "c": 6, "d": 3, "e": 5}  # 5 + 24 items in six groups
TURNS = 7
SMALL = 25  # answers up to which the signed rank test is exact, where SciPy counts otherwise


def main() -> None:
    """Run every size, print the table."""
    machine()
    found = [measured(size) for size in SIZES]
    print(
        f"\n{'experts':>8} {'close':>9} {'statistics':>11} {'both':>8} {'floor':>8} {'ratio':>6} {'peak memory':>12}"
    )
    for size, each in zip(SIZES, found, strict=True):
        both = each["close"] + each["statistics"]
        print(
            f"{size:>8} {each['close']:>7.3f} s {each['statistics']:>9.3f} s {both:>6.3f} s {each['floor']:>6.3f} s"
            f" {each['ratio']:>6.2f} {each['peak']:>9.0f} MB"
        )
    large, middle = found[-1], found[-2]
    both = large["close"] + large["statistics"]
    growth = both / (middle["close"] + middle["statistics"])
    say("10,000 experts under 3 s", both < 3, f"{both:.2f} s")
    say("at most 300 MB", large["peak"] <= 300, f"{large['peak']:.0f} MB")
    say("growth close to linear (10 times the experts)", growth <= 12, f"{growth:.1f} times the time")
    ratio = max(each["ratio"] for each in found)
    say("statistics at most 1.5 times the floor", ratio <= 1.5, f"{ratio:.2f}")


def say(promise: str, kept: bool, figure: str) -> None:
    """One promise with its verdict."""
    print(f"{promise:<50} {figure:>16}   {'kept' if kept else 'missed'}")


def measured(size: int) -> dict:
    """The figures of one size from a process of its own."""
    command = [sys.executable, __file__, str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(size: int) -> dict:
    """Two rounds of the size; the second one is closed and worked out under the clock."""
    import numpy as np
    from django.db import connection
    from django.utils import timezone

    from benchmarks.panel_floor import floor, read, slices
    from survey.feedback import release_feedback
    from survey.frameworks import read_framework
    from survey.models import Expert, Response, Round, Series
    from survey.questionnaire import questionnaire
    from survey.round_document import read_record, round_document
    from survey.rounds import close_round, open_round
    from survey.studies import create_study

    prepare_database(connection)
    now = timezone.now()
    rows = ["code,parent,name,name_en,direction"]
    rows += [f"{code},,{code},{code},1" for code in TREE if code != "top"]
    rows += [f"{c}{n},{c},{c}{n},{c}{n},1" for c, k in TREE.items() if c != "top" for n in range(k)]
    series = Series.objects.create(slug="bench", name="bench")
    study = create_study(
        series, read_framework("\n".join(rows)), slug="bench", name="bench", year=2026, by="bench", at=now
    )
    Expert.objects.bulk_create(
        Expert(study=study, name=f"E{n}", email=f"e{n}@example.org") for n in range(size)
    )
    groups, rng = questionnaire(study), np.random.default_rng(7)
    names = [secrets.token_hex(16) for _ in range(size)]
    for number in (1, 2):
        opened = open_round(
            Round.objects.get(study=study, number=number),
            deadline=now + timedelta(days=1),
            by="bench",
            at=now,
        )
        drawn = {
            g.code: rng.multinomial(100, rng.dirichlet([5.0] * len(g.codes)), size=size).tolist()
            for g in groups
        }
        points = [
            {c: v for g in groups for c, v in zip(g.codes, drawn[g.code][row], strict=True)}
            for row in range(size)
        ]
        Response.objects.bulk_create(
            Response(round=opened, pseudonym=name, draft=values, values=values, leaf=secrets.token_hex(32))
            for name, values in zip(names, points, strict=True)
        )
        del drawn, points
        close_time = milliseconds(lambda opened=opened: close_round(opened, by="bench", at=now)) / 1e3
        opened.refresh_from_db()
        if number == 1:
            release_feedback(opened, by="bench", at=now)
    del names
    past = Round.objects.get(study=study, number=1)
    codes, sizes = [code for group in groups for code in group.codes], [len(group.codes) for group in groups]
    told = past.feedback.document()["items"]
    medians = np.array([np.nan if told[code]["median"] is None else told[code]["median"] for code in codes])
    found = {}

    def product() -> None:
        found["document"] = round_document(read_record(opened))

    def plain() -> None:
        with connection.cursor() as cursor:
            after, before = (read(cursor, each.pk, codes) for each in (opened, past))
        found["floor"] = floor(after, before, slices(sizes), medians)

    product()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    plain()
    same_figures(found["document"], found["floor"], codes)
    times = {name: [] for name in ("statistics", "floor")}
    for _ in range(TURNS):  # in turn, so that a busy machine is busy for both
        times["statistics"].append(milliseconds(product) / 1e3)
        times["floor"].append(milliseconds(plain) / 1e3)
    ratio = median(a / b for a, b in zip(*times.values(), strict=True))
    return {name: median(each) for name, each in times.items()} | {
        "close": close_time,
        "peak": peak,
        "ratio": ratio,
    }


def same_figures(document: dict, plain: dict, codes: list[str]) -> None:
    """Stop where the two do not say the same."""
    import numpy as np

    items = {code: item for group in document["groups"] for code, item in group["items"].items()}
    for name, key in (("mean", "mean"), ("sd", "sd"), ("variation", "v"), ("iqr", "iqr"), ("mad", "mad")):
        assert np.allclose([items[code]["statistics"][name] for code in codes], plain["now"][key], atol=1e-9)
    for code, (_moved, unchanged, p, kappa, pratt, *_moves) in zip(codes, plain["changes"], strict=True):
        assert np.isclose(items[code]["stability"]["unchanged"], unchanged)
        assert np.isclose(items[code]["kappa"], kappa, atol=1e-9)
        assert (
            document["answers"] <= SMALL
            or np.isclose(
                [items[code]["stability"][name] for name in ("wilcoxon_p", "pratt_p")], [p, pratt], atol=1e-9
            ).all()
        )
    for group, other in zip(document["groups"], plain["groups"], strict=True):
        assert np.isclose(group["concordance"]["w"], other["w"][0], atol=1e-9)
        assert group["spread"]["outlying"] == other["outlying"]
        assert np.isclose(group["move"]["centres"], other["centres"], atol=1e-9)
    assert np.isclose(document["leaves"]["w"], plain["leaves"][0], atol=1e-9)
    lowest = document["lowest"]
    assert np.isclose(lowest["spread"]["metric_variance"], plain["lowest"][0][0], atol=1e-9)
    apart = np.linalg.norm(plain["lowest"][0][2] - plain["lowest"][1][2])
    assert np.isclose(lowest["move"]["centres"], apart, atol=1e-9)
    assert np.isclose(lowest["move"]["largest"], 100 * plain["lowest_move"][0], atol=1e-9)


def alone(size: int) -> None:
    """One size on a PostgreSQL of its own."""
    from tests.servers import Servers

    servers = Servers("postgresql")
    try:
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django

        django.setup()
        print(json.dumps(measure(size)))
    finally:
        servers.stop()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        alone(int(sys.argv[1]))
    else:
        main()
