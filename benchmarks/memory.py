"""The memory that 10,000 weight draws and their distribution of ranks take; run alone it prints the resident part."""

# isort: off
import timing  # noqa: F401 it sets the threads before NumPy wakes
# isort: on

import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np

from ranking.core.rank_counts import rank_counts
from ranking.core.weight_draws import simplex_draws

UNITS, COLUMNS, DRAWS = 293, 24, 10_000


def drawn_distribution(draws=DRAWS):
    """Draw the weights and count the ranks."""
    figures = np.random.default_rng(1).random((UNITS, COLUMNS)) * 100
    return rank_counts(figures, simplex_draws(COLUMNS, draws, seed=1))


def allocated_megabytes():
    """Peak of what Python and NumPy allocate for it."""
    tracemalloc.start()
    drawn_distribution()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def resident_megabytes():
    """Growth of the resident size of a fresh process that does nothing else."""
    command = [sys.executable, str(Path(__file__).resolve())]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def resident_growth():
    """Largest resident size after the work less the size before it, after one draw to wake the libraries."""
    drawn_distribution(draws=1)
    before = resident_kilobytes("VmRSS")
    drawn_distribution()
    return (resident_kilobytes("VmHWM") - before) * 1024 / 1e6


def resident_kilobytes(name):
    """A line of the system's account of this process: VmRSS is the size now, VmHWM the largest so far."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    print(resident_growth())
