"""The result as one document, as CSV files and as a printed table."""

import hashlib
import json
import math
import unicodedata

import numpy as np
import scipy

from ranking.cli.options import EXPERTS_ALONE
from ranking.cli.words import notice_words
from survey.formulas import csv_text

TABLES = ("data", "framework", "experts", "weights", "references")
CHANGING_NO_NUMBER = ("out", "json", "show")
EMPTY_HEADERS = {
    "intervals": ("code", "name", "rank", "lower", "median", "upper"),
    "notices": ("code", "column", "text", "numbers"),
}
CONVENTIONS = {
    "ties": "competition (1, 2, 2, 4)",
    "sd": "n - 1",
    "quantiles_of_ranks": "inverted_cdf",
    "random_numbers": "PCG64",
}


def document(framework, panel, result, asked):
    """Return everything that was found as plain values, nothing rounded; the same inputs give the same document."""
    return {
        "options": options_of(asked),
        "inputs": inputs_of(asked),
        "conventions": CONVENTIONS,
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__},
        "weights_from": panel.source,
        "experts": None if panel.shares is None else len(panel.shares),
        "intervals_from": result.drawn,
        "goodness_of_fit": result.goodness,
        "left_out": list(result.left_out),
        "top": framework.top,
        "weights": weight_rows(framework, result),
        "scores": score_rows(framework, result),
        "contributions": part_rows(framework, result),
        "intervals": interval_rows(result),
        "checks": check_rows(result),
        "alpha": alpha_rows(framework, result),
        "notices": notice_rows(result),
    }


def options_of(asked):
    """Return the options as given or by default, without paths and without what changes no number."""
    kept = {name: value for name, value in vars(asked).items() if name not in (*TABLES, *CHANGING_NO_NUMBER)}
    kept["tiers"] = asked.tiers and {"method": asked.tiers.method, "numbers": list(asked.tiers.numbers)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in kept.items()}


def inputs_of(asked):
    """Return name and hash of every table."""
    paths = {name: getattr(asked, name) for name in TABLES}
    return {
        name: {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for name, path in paths.items()
        if path is not None
    }


def weight_rows(framework, result):
    """Return the weights of every node; the data's are shares inside the group, like the experts'."""
    tree, weights = framework.tree, result.composite.weights
    signs = dict(zip(tree.leaves.tolist(), framework.directions.tolist(), strict=True))
    return [
        {
            "code": code,
            "parent": framework.top if tree.parents[node] == -1 else tree.codes[tree.parents[node]],
            "name": framework.names[node],
            "direction": signs.get(node),
            "expert": plain(weights.expert[node]),
            "objective": None if result.composite.objective is None else plain(weights.variation[node]),
            "combined": plain(weights.combined[node]),
            "effective": plain(weights.effective[node]),
        }
        for node, code in enumerate(tree.codes)
    ]


def score_rows(framework, result):
    """Return score, rank, tier and the score at every inner node of every unit, in the order of the table."""
    tree, units, found = framework.tree, result.units, result.composite
    inner = [node for node in range(len(tree.codes)) if node not in set(tree.leaves.tolist())]
    return [
        {
            "code": code,
            "name": units.names[row],
            "rank": int(found.ranks[row]),
            **({} if result.tiers is None else {"tier": int(result.tiers[row])}),
            "score": plain(found.scores.composite[row]),
            **{tree.codes[node]: plain(found.scores.nodes[row, node]) for node in inner},
        }
        for row, code in enumerate(units.codes)
    ]


def part_rows(framework, result):
    """Return what every indicator brought to every unit's score, in the order of the table."""
    if result.parts is None:
        return []
    codes, units = framework.leaf_codes, result.units
    totals = result.composite.scores.composite.tolist()
    return [
        {"code": code, "name": units.names[row], "score": totals[row], **dict(zip(codes, parts, strict=True))}
        for row, (code, parts) in enumerate(zip(units.codes, result.parts.tolist(), strict=True))
    ]


def interval_rows(result):
    """Return the ends of the interval and the median of every unit's rank."""
    if result.intervals is None:
        return []
    found, ranks = result.intervals, result.composite.ranks
    return [
        {
            "code": code,
            "name": result.units.names[row],
            "rank": int(ranks[row]),
            "lower": int(found.lower[row]),
            "median": int(found.median[row]),
            "upper": int(found.upper[row]),
        }
        for row, code in enumerate(result.units.codes)
    ]


def check_rows(result):
    """Return score and rank of every unit by each cross-check, and how far those ranks are from the result's."""
    return [
        {
            "method": check.name,
            "refused": None if check.refusal is None else check.refusal.reason,
            "average_shift": check.shift,
            "rank_correlation": None if check.correlation is None else plain(check.correlation),
            "ranks": {}
            if check.ranks is None
            else dict(zip(result.units.codes, check.ranks.tolist(), strict=True)),
            "scores": {}
            if check.scores is None
            else dict(zip(result.units.codes, check.scores.tolist(), strict=True)),
        }
        for check in result.checks
    ]


def alpha_rows(framework, result):
    """Return weights of all nodes and ranks of all units under every alpha."""
    if result.sweep is None:
        return []
    found = result.sweep
    return [
        {
            "alpha": alpha,
            "average_shift": float(found.shift[place]),
            "rank_correlation": plain(found.correlation[place]),
            "weights": dict(zip(framework.tree.codes, found.weights[place].tolist(), strict=True)),
            "ranks": dict(zip(result.units.codes, found.ranks[place].tolist(), strict=True)),
        }
        for place, alpha in enumerate(found.alphas)
    ]


def notice_rows(result):
    """Return every notice with its numbers and as a sentence."""
    return [
        {
            "code": notice.code,
            "column": notice.column,
            "text": notice_words(notice),
            "numbers": {name: plain(value) for name, value in notice.numbers.items()},
        }
        for notice in result.notices
    ]


def plain(value):
    """Return a number as Python's own, None for NaN; anything else as it is."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_files(folder, found):
    """Write the document, and its tables as CSV, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("weights", "scores", "intervals", "notices"):
        write_csv(folder / f"{name}.csv", found[name], EMPTY_HEADERS.get(name, ()))
    if found["contributions"]:
        write_csv(folder / "contributions.csv", found["contributions"], ())
    if found["checks"] or found["alpha"]:
        write_csv(folder / "other_ways.csv", other_way_rows(found), ())
    text = json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1)
    (folder / "result.json").write_text(text + "\n", encoding="utf-8")


def write_csv(path, rows, header):
    """Write rows under their keys; every figure with all its digits, None as an empty cell."""
    lines = [[json.dumps(cell) if isinstance(cell, dict) else cell for cell in row.values()] for row in rows]
    path.write_text(csv_text([rows[0] if rows else header, *lines]), encoding="utf-8", newline="")


def other_way_rows(found):
    """Return one row a unit: its rank, and its rank in every other way."""
    ways = {check["method"]: check["ranks"] for check in found["checks"] if check["ranks"]}
    ways |= {f"alpha={row['alpha']:g}": row["ranks"] for row in found["alpha"]}
    return [
        {"code": row["code"], "name": row["name"], "rank": row["rank"]}
        | {way: ranks[row["code"]] for way, ranks in ways.items()}
        for row in found["scores"]
    ]


def printed(found, show):
    """Return the document as a compact text: weights, the first units by rank, notices."""
    parts = [
        text_table(found["weights"], ("code", "expert", "objective", "combined", "effective"), "{:.4f}"),
        ranked_table(found, show),
    ]
    ways = [(f"alpha {row['alpha']:g}", row) for row in found["alpha"]]
    ways += [(check["method"], check) for check in found["checks"]]
    if ways:
        shifts = [
            {"other way": name}
            | {key: row.get("refused") or row[key] for key in ("average_shift", "rank_correlation")}
            for name, row in ways
        ]
        parts.append(text_table(shifts, ("other way", "average_shift", "rank_correlation"), "{:.3f}"))
    if found["goodness_of_fit"] is not None:
        parts.append(f"Goodness of variance fit of the tiers: {found['goodness_of_fit']:.3f}")
    parts += ["\n".join(row["text"] for row in found["notices"])] if found["notices"] else []
    return "\n\n".join([*parts, sources(found)])


def ranked_table(found, show):
    """Return the first units by rank, with their intervals."""
    intervals = {row["code"]: row for row in found["intervals"]}
    columns = ("rank", "lower", "upper", "code", "name", "score", "tier")
    rows = sorted(
        ({**intervals.get(row["code"], {}), **row} for row in found["scores"]), key=lambda r: r["rank"]
    )
    columns = [name for name in columns if name in rows[0]]
    more = f"\n… {len(rows) - show} more" if len(rows) > show else ""
    return text_table(rows[:show], columns, "{:.3f}") + more


def sources(found):
    """Return one line on where weights and intervals come from."""
    options = found["options"]
    data = (
        ""
        if options["combination"] == EXPERTS_ALONE
        else f", {options['combination']} with {options['objective']}"
    )
    drawn = f"; intervals: {options['draws']} draws of {found['intervals_from']}, {options['coverage']:g}"
    return f"Weights: {found['weights_from']}{data}{drawn if found['intervals'] else ''}."


def text_table(rows, columns, decimals):
    """Return rows as aligned columns, numbers to the right."""
    cells = [[shown(row[name], decimals) for name in columns] for row in rows]
    widths = [max(map(width, column)) for column in zip(columns, *cells, strict=True)]
    to_right = [any(isinstance(row[name], int | float) for row in rows) for name in columns]
    lines = [
        [padded(*part) for part in zip(line, widths, to_right, strict=True)] for line in [columns, *cells]
    ]
    return "\n".join("  ".join(line).rstrip() for line in lines)


def shown(value, decimals):
    """Return a cell as text."""
    if value is None:
        return "–"
    return decimals.format(value) if isinstance(value, float) else str(value)


def width(text):
    """Return how many columns a text takes on a terminal; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text, wanted, to_right):
    """Return a text with spaces on one side."""
    space = " " * (wanted - width(text))
    return space + text if to_right else text + space
