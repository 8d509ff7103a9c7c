"""Interleaved timing in one process with one BLAS thread; import it before NumPy."""

import importlib
import os
import platform
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(name, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def installed(name):
    """Import a peer, or None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def interleaved(contenders, rounds, slow=()):
    """Median milliseconds of each contender, all run in turn every round; slow ones in the first three only."""
    times = {name: [] for name in contenders}
    for contender in contenders.values():
        contender()
    for turn in range(rounds):
        for name, contender in contenders.items():
            if name in slow and turn >= 3:
                continue
            start = perf_counter()
            contender()
            times[name].append((perf_counter() - start) * 1e3)
    return {name: median(values) for name, values in times.items()}


def show(title, milliseconds, floor, promises=()):
    """Print a table of medians and ratios to the floor, then each promise with what was measured."""
    print(f"\n{title}")
    for name, value in sorted(milliseconds.items(), key=lambda item: item[1]):
        print(f"  {name:<46} {value:>10.3f} ms   {value / milliseconds[floor]:>8.2f} x floor")
    for text, kept in promises:
        print(f"  {'kept  ' if kept else 'MISSED'} {text}")


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
