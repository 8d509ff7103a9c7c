"""Every public function of the room has a docstring with a runnable example, and the examples are true."""

import ast
import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "survey" / "core").rglob("*.py"))


def module_name(file):
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_examples_of_the_room_are_true(file):
    found = doctest.testmod(importlib.import_module(module_name(file)))

    assert found.failed == 0


@pytest.mark.parametrize(
    "file", [file for file in FILES if file.name not in ("__init__.py", "answers.py")], ids=module_name
)
def test_public_functions_have_an_example(file):
    functions = [
        node for node in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)
    ]
    bare = [
        f.name for f in functions if not f.name.startswith("_") and ">>>" not in (ast.get_docstring(f) or "")
    ]

    assert [name for name in bare if name not in ("doubled_ranks", "without_gaps")] == []


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_the_room_imports_numbers_and_nothing_else(file):
    allowed = {
        "numpy",
        "scipy",
        "survey",
        "math",
        "fractions",
        "dataclasses",
        "types",
        "itertools",
        "collections",
    }
    imported = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module)

    assert {name.split(".")[0] for name in imported} <= allowed
    assert all(name.startswith("survey.core") for name in imported if name.startswith("survey"))
