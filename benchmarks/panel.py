"""Closing a round and working out all its statistics, for 24, 1,000 and 10,000 experts × 29 items on PostgreSQL.

Each size runs in a process of its own, so that its peak memory is its own. Prints seconds, growth, peak memory, and the
ratio of the statistics to the same figures straight from NumPy and SciPy (``panel_floor.py``).
"""

import json
import os
import resource
import secrets
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.bench_run import prepare_database
from benchmarks.timing import machine, milliseconds

SIZES = (24, 1_000, 10_000)
TREE = {"top": 5, "a": 5, "b": 5, "c": 6, "d": 3, "e": 5}  # 5 + 24 items in six groups
TURNS = 3


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
            f" {each['statistics'] / each['floor']:>6.2f} {each['peak']:>9.0f} MB"
        )
    large, middle = found[-1], found[-2]
    both = large["close"] + large["statistics"]
    growth = both / (middle["close"] + middle["statistics"])
    say("10,000 experts under 3 s", both < 3, f"{both:.2f} s")
    say("at most 300 MB", large["peak"] <= 300, f"{large['peak']:.0f} MB")
    say("growth close to linear (10 times the experts)", growth <= 12, f"{growth:.1f} times the time")
    ratio = max(each["statistics"] / each["floor"] for each in found)
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

    from benchmarks.panel_floor import floor
    from survey.feedback import release_feedback
    from survey.frameworks import read_framework
    from survey.models import Expert, Response, Round, Series
    from survey.panel_answers import closed_answers
    from survey.questionnaire import questionnaire
    from survey.results import _document
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
        Response.objects.bulk_create(
            Response(
                round=opened,
                pseudonym=name,
                values={c: v for g in groups for c, v in zip(g.codes, drawn[g.code][row], strict=True)},
                leaf=secrets.token_hex(32),
            )
            for row, name in enumerate(names)
        )
        del drawn
        close_time = milliseconds(lambda opened=opened: close_round(opened, by="bench", at=now)) / 1e3
        opened.refresh_from_db()
        if number == 1:
            release_feedback(opened, by="bench", at=now)
    times = [milliseconds(lambda: _document(opened)) / 1e3 for _ in range(TURNS)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    after, before = closed_answers(opened), closed_answers(Round.objects.get(study=study, number=1))
    matrices = [np.hstack([each.matrix(group) for group in each.groups]) for each in (after, before)]
    ends = np.cumsum([0, *[len(group.codes) for group in after.groups]])
    slices = [slice(*each) for each in pairwise(ends)]
    floors = [milliseconds(lambda: floor(*matrices, slices)) / 1e3 for _ in range(TURNS)]
    return {"close": close_time, "statistics": sorted(times)[1], "floor": sorted(floors)[1], "peak": peak}


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
