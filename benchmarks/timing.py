"""Interleaved timing in one process with one BLAS thread; import it before NumPy."""

import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(name, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


@dataclass(frozen=True)
class Both:
    """Median milliseconds of a call that finds the caches as others left them, and of one right after it."""

    first: float
    again: float


def twice_interleaved(contenders, rounds, slow=()):
    """Time each contender twice in a row every round; slow ones in three rounds spread over all.

    The order is drawn anew each round, so that nobody always comes after the same rival.
    """
    times, order = {name: [] for name in contenders}, Random(1)
    for contender in contenders.values():
        contender()
    with_slow = {0, rounds // 2, rounds - 1}
    for turn in range(rounds):
        for name in order.sample(list(contenders), len(contenders)):
            if name not in slow or turn in with_slow:
                times[name].append([milliseconds(contenders[name]) for _ in range(2)])
    return {name: Both(*map(median, zip(*pairs, strict=True))) for name, pairs in times.items()}


def interleaved(contenders, rounds):
    """Median milliseconds of each contender's first call, all run in turn every round."""
    return {name: both.first for name, both in twice_interleaved(contenders, rounds).items()}


def milliseconds(act):
    """Time one call."""
    start = perf_counter()
    act()
    return (perf_counter() - start) * 1e3


def show(title, times, floor):
    """Print a table of medians and ratios to the floor."""
    print(f"\n{title}")
    for name, value in sorted(times.items(), key=lambda item: item[1]):
        print(f"  {name:<46} {value:>10.3f} ms   {value / times[floor]:>8.2f} x floor")


def machine():
    """Name the machine and the versions behind the figures."""
    import numpy
    import scipy

    load = os.getloadavg()[0]
    print(
        f"{cpu_name()}, {os.cpu_count()} cores, load {load:.1f}; Python {platform.python_version()}, ", end=""
    )
    print(f"NumPy {numpy.__version__}, SciPy {scipy.__version__}, one BLAS thread")


def cpu_name():
    """Model name of the processor where the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
