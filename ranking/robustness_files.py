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

FILES = (
    *("units.csv", "acceptability.csv", "central.csv", "factors.csv"),
    *("left-out.csv", "pairs.csv", "first.csv", "result.json"),
)
COLUMNS = ("rank", "low", "high", "median", "expected", "all_low", "all_high", "listed")


def study_file(study: RobustnessStudy, name: str) -> str:
    """The text of one of ``FILES``; figures unrounded."""
    if name == "result.json":
        return json.dumps(_result(study), ensure_ascii=False, indent=1)
    lines = LINES[name](study)
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


def _central_lines(study: RobustnessStudy) -> Iterator[list]:
    """The published weights, and of every unit that leads in some draw the mean of the draws in which it does."""
    leads = study.result.get("leads")
    if not leads:
        return
    yield ["code", "draws", "first_rank", *map(harmless, leads["codes"])]
    yield ["published", "", "", *leads["weights"]]
    for row in leads["first"]:
        share = row["draws"] / study.parameters["draws"]
        yield [harmless(row["code"]), row["draws"], share, *row["weights"]]


def _factor_lines(study: RobustnessStudy) -> Iterator[list]:
    """Every choice of every factor with the average shift it alone makes, and the factor's indices with their errors.

    Choices of one expert left out are in order of size and have no number.
    """
    indices = ("first", "first_error", "total", "total_error")
    yield ["factor", "choice", "shift", *indices]
    for row in _result(study)["result"]["factors"]["rows"]:
        own = [row.get(name, "") for name in indices]
        choices = row["choices"] or ["", *["…"] * (len(row["alone"]) - 1)]
        for choice, shift in zip(choices, row["alone"], strict=True):
            yield [row["name"], harmless(choice or "published"), shift, *own]


def _left_out_lines(study: RobustnessStudy) -> Iterator[list]:
    """Average shift in rank without each indicator and each expert, the largest first; experts have no name."""
    yield ["left_out", "code", "shift"]
    for row in study.result["without_indicator"]:
        yield ["indicator", harmless(row["code"]), "" if row["shift"] is None else row["shift"]]
    for shift in study.result["without_expert"]:
        yield ["expert", "", shift]


def _pair_lines(study: RobustnessStudy) -> Iterator[list]:
    """Pairs of listed units that the draws cannot tell apart, the better rank first, neighbours first."""
    yield ["code", "other"]
    yield from ([harmless(code) for code in pair] for pair in study.result["pairs"]["first"])


def _first_lines(study: RobustnessStudy) -> Iterator[list]:
    """Weight that must change hands to make each unit the first; empty where no weights can."""
    yield ["code", "moved"]
    for row in study.result["first_place"]:
        yield [harmless(row["code"]), "" if row["moved"] is None else row["moved"]]


LINES = {
    "units.csv": _unit_lines,
    "acceptability.csv": _acceptability_lines,
    "central.csv": _central_lines,
    "factors.csv": _factor_lines,
    "left-out.csv": _left_out_lines,
    "pairs.csv": _pair_lines,
    "first.csv": _first_lines,
}


def rank_table(study: RobustnessStudy) -> tuple[np.ndarray, int]:
    """How often every unit takes every rank, or every window of that many ranks."""
    bench, kinds = Workbench(study), RobustnessPart.Kind
    if not bench.is_large:
        return bench.joined(kinds.DRAWS, ("counts",))["counts"], 1
    (places,) = bench.arrays(kinds.WINDOWS)
    return places["windows"], window_width(len(places["windows"]))
