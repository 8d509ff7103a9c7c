"""A robustness study as files: every unit's figures, how often it takes every rank, and the whole result."""

import csv
import io
import json
from collections.abc import Iterator

import numpy as np

from ranking.core.rank_streams import window_width
from ranking.listing import harmless
from ranking.models import RobustnessPart, RobustnessStudy
from ranking.workbench import Workbench

FILES = ("units.csv", "acceptability.csv", "result.json")
COLUMNS = ("rank", "low", "high", "median", "expected", "all_low", "all_high", "listed")


def study_file(study: RobustnessStudy, name: str) -> str:
    """The text of one of ``FILES``; figures unrounded."""
    if name == "result.json":
        return json.dumps(_result(study), ensure_ascii=False, indent=1)
    lines = _unit_lines(study) if name == "units.csv" else _acceptability_lines(study)
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()


def _result(study: RobustnessStudy) -> dict:
    """Run, parameters and result; shifts without one expert in order of size, so that nobody can be told."""
    result = study.result
    for row in result["factors"]["rows"]:
        if row["name"] == "without_expert":
            row["alone"], row["choices"] = [row["alone"][0], *sorted(row["alone"][1:])], []
    return {
        "run": study.run.sha256,
        "parameters": study.parameters,
        "sha256": study.sha256,
        "result": result,
    }


def _unit_lines(study: RobustnessStudy) -> Iterator[list]:
    units = study.result["units"]
    tiers = len(units[0]["tiers"])
    yield ["code", *COLUMNS, *[f"tier_{tier}" for tier in range(tiers)], "firmness"]
    for row in units:
        yield [harmless(row["code"]), *[row[name] for name in COLUMNS], *row["tiers"], row["word"]]


def _acceptability_lines(study: RobustnessStudy) -> Iterator[list]:
    """Share of the draws in which every unit takes every rank, or every window of ranks of a large run."""
    counts, width = rank_table(study)
    firsts = range(1, counts.shape[1] * width + 1, width)
    last = len(counts)
    heads = [str(first) if width == 1 else f"{first}-{min(first + width - 1, last)}" for first in firsts]
    used = sum(first <= last for first in firsts)
    yield ["code", *heads[:used]]
    shares = counts / study.parameters["draws"]
    for row, own in zip(study.result["units"], shares[:, :used], strict=True):
        yield [harmless(row["code"]), *own.tolist()]


def rank_table(study: RobustnessStudy) -> tuple[np.ndarray, int]:
    """How often every unit takes every rank, or every window of that many ranks."""
    bench, kinds = Workbench(study), RobustnessPart.Kind
    if not bench.is_large:
        return bench.joined(kinds.DRAWS, ("counts",))["counts"], 1
    (places,) = bench.arrays(kinds.WINDOWS)
    return places["windows"], window_width(len(places["windows"]))
