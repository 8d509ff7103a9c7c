"""The command itself: read, compute, write; faults of the input become a list and exit code 2."""

import json
import os
import sys
import warnings

import numpy as np

from ranking.cli.computing import compute, kept_units
from ranking.cli.frameworks import read_framework, reference_columns
from ranking.cli.options import parser
from ranking.cli.output import document, printed, write_files
from ranking.cli.panels import equal_panel, read_experts, read_weights
from ranking.cli.sheets import BadInput, Problem, read_sheet
from ranking.cli.units import read_units
from ranking.cli.words import refusal_words
from ranking.core.recipe import REFERENCES
from weighting.core.refusal import MatrixRefused

BAD_INPUT = 2


def main(arguments=None):
    """Run the command line; return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")
    asked = parser().parse_args(arguments)
    try:
        return run(asked)
    except BadInput as bad:
        for problem in bad.problems:
            print(problem, file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:  # the reader of standard output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def run(asked):
    """Read the tables, compute, write and print."""
    framework, units, panel = read_inputs(asked)
    result = computed(framework, units, panel, asked)
    found = document(framework, panel, result, asked)
    if asked.out:
        try:
            write_files(asked.out, found)
        except OSError as error:
            raise BadInput([Problem(str(asked.out), f"cannot be written: {error.strerror}.")]) from error
    if asked.json:
        print(json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1))
    elif not asked.out:
        print(printed(found, asked.show))
    sys.stdout.flush()
    return 0


def read_inputs(asked):
    """Read framework, units and panel; raise `BadInput` with the faults of all of them."""
    problems = []
    sheets = {name: read_sheet(path, problems) for name, path in paths_of(asked).items()}
    framework = sheets["framework"] and read_framework(sheets["framework"], problems)
    if framework is None:
        raise BadInput(problems)
    units = sheets["data"] and read_units(sheets["data"], framework.leaf_codes, problems)
    panel = read_panel(sheets, framework, problems)
    asked.reference_figures = read_references(sheets, framework, asked, problems)
    if units is not None:
        check_missing_group(asked, units, problems)
    if problems:
        raise BadInput(problems)
    return framework, units, panel


def paths_of(asked):
    """Return the paths of the tables by their part."""
    paths = {
        "framework": asked.framework,
        "data": asked.data,
        "experts": asked.experts,
        "weights": asked.weights,
        "references": asked.references,
    }
    return {name: path for name, path in paths.items() if path is not None}


def read_panel(sheets, framework, problems):
    """Return the weights from people."""
    if "experts" in sheets:
        return sheets["experts"] and read_experts(sheets["experts"], framework, problems)
    if "weights" in sheets:
        return sheets["weights"] and read_weights(sheets["weights"], framework, problems)
    return equal_panel(framework)


def read_references(sheets, framework, asked, problems):
    """Return the figures by which the scale measures every indicator, {} for a scale that needs none."""
    names = REFERENCES.get(asked.normalization, ())
    if "references" in sheets and not names:
        text = f"only the scales {', '.join(REFERENCES)} use it; choose one with --normalization."
        problems.append(Problem(asked.references.name, text))
    if not names or ("references" in sheets and sheets["references"] is None):
        return {}
    columns = framework.references
    if "references" in sheets:
        columns = reference_columns(sheets["references"], framework, names, problems)
    file = asked.references or asked.framework
    for code in framework.leaf_codes:
        missing = [name for name in names if code not in columns.get(name, {})]
        if missing:
            text = f"{code} has no {' and no '.join(missing)}, which the scale {asked.normalization} needs."
            problems.append(Problem(file.name, text))
    return {code: [columns[name][code] for name in names] for code in framework.leaf_codes if not problems}


def check_missing_group(asked, units, problems):
    """Put a group column that the data do not have on the list."""
    if asked.missing_group is not None and asked.missing_group not in units.attributes:
        text = "--missing-group names this column, which is not there or is an indicator."
        problems.append(Problem(asked.data.name, text, 1, asked.missing_group))


def computed(framework, units, panel, asked):
    """Compute; a refusal of the engine becomes a problem in words."""
    if asked.intervals == "experts" and panel.shares is None:
        raise BadInput([Problem("--intervals experts", "needs a table of experts, --experts.")])
    kept = units
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is beyond numbers is refused when scores are ranked
        try:
            kept, left_out = kept_units(units, asked.missing)
            return compute(framework, kept, left_out, panel, asked)
        except MatrixRefused as refused:
            text = refusal_words(refused, framework, kept, asked)
            raise BadInput([Problem(asked.data.name, text)]) from refused
