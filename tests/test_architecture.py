"""The house's plan, proved on the source: one import direction, pure numeric rooms, a fixed top level."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["survey", "weighting", "ranking", "config"]  # each may import those before it
CORES = ["survey/core", "weighting/core", "ranking/core"]
PURE = {"numpy", "scipy", "math", "cmath", "fractions", "decimal", "dataclasses", "collections", "functools"}
PURE |= {
    "itertools",
    "operator",
    "typing",
    "enum",
    "statistics",
    "abc",
    "numbers",
    "types",
    "heapq",
    "bisect",
}
TOP_LEVEL = {
    *{
        "manage.py",
        "config",
        "survey",
        "weighting",
        "ranking",
        "templates",
        "tests",
        "benchmarks",
        "docs",
        "data",
    },
    *{"requirements.in", "requirements.txt", "requirements-dev.in", "requirements-dev.txt", "pyproject.toml"},
    *{"requirements-bench.in", "requirements-bench.txt"},
    *{"Makefile", "README.md", "README.zh.md", "LICENSE", ".ci", ".gitignore"},
}


def modules(folder: str) -> list[Path]:
    return [path for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts]


def imported(path: Path) -> set[str]:
    """Full dotted names of everything a module imports, wherever the import stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def names_in_code(path: Path) -> set[str]:
    """String constants of a module, without docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body
        if isinstance(node.body[0], ast.Expr)
    }
    return {
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in docs
    }


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_downwards_only(room):
    above = set(ROOMS[ROOMS.index(room) + 1 :])
    offences = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules(room)
        for name in imported(path)
        if name.split(".")[0] in above
    }
    assert not offences


@pytest.mark.parametrize("room", ["survey", "weighting"])
def test_lower_rooms_do_not_name_tasks_or_models_of_upper_ones(room):
    above = tuple(f"{name}." for name in ROOMS[ROOMS.index(room) + 1 :] if name != "config")
    offences = {
        f"{path.relative_to(ROOT)}: {text}"
        for path in modules(room)
        for text in names_in_code(path)
        if text.startswith(above)
    }
    assert not offences - protocol_rules(offences)


def protocol_rules(offences: set[str]) -> set[str]:
    """A protocol rule such as ``weighting.k`` is a name of its own room, never a module."""
    return {
        offence
        for offence in offences
        if not any(part in offence for part in (".models", ".tasks", ".views"))
    }


@pytest.mark.parametrize("core", CORES)
def test_core_imports_nothing_but_numbers(core):
    own = {folder.replace("/", ".") for folder in CORES}
    offences = set()
    for path in modules(core):
        for name in imported(path):
            inside = any(name.startswith(f"{prefix}.") for prefix in own)
            if not inside and name.split(".")[0] not in PURE:
                offences.add(f"{path.relative_to(ROOT)}: {name}")
    assert modules(core)
    assert not offences


@pytest.mark.parametrize("core", CORES)
def test_core_has_no_clock_no_global_random_state_and_no_output(core):
    offences = set()
    for path in modules(core):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                seeded = {"SeedSequence", "Generator", "PCG64"}
                legacy = re.fullmatch(r"(?:np|numpy)\.random\.(\w+)", called)
                if called == "print" or (legacy and legacy.group(1) not in seeded):
                    offences.add(f"{path.relative_to(ROOT)}: {called}")
    assert not offences


@pytest.mark.parametrize("core", CORES)
def test_public_core_functions_have_a_docstring(core):
    offences = {
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in modules(core)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    }
    assert not offences


def test_answer_side_has_no_key_to_the_identity_side():
    from survey.models import Response

    fields = {field.name: field for field in Response._meta.get_fields()}
    assert set(fields) == {"id", "round", "pseudonym", "draft", "draft_marks", "draft_leaf", "values", "leaf"}
    assert [name for name, field in fields.items() if field.is_relation] == ["round"]


READS_ANSWERS = {
    "survey/models/__init__.py",
    "survey/imported_rounds.py",  # counts and freezes what was collected elsewhere
    "survey/own_data.py",  # the bearer's own rows
    "survey/panel_answers.py",  # every figure: closed rounds only
    "survey/participation.py",  # writes the rows anew in random order
    "survey/responses.py",  # the bearer's own rows
    "survey/retention.py",  # gives the rows pseudonyms that lead nowhere
    "survey/rounds.py",  # counts and freezes
}
READS_STATISTICS = {"survey/models/__init__.py", "survey/results.py"}


def importers(*names: str) -> set[str]:
    return {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in modules(room)
        if any(found.rsplit(".", 1)[-1] in names and ".models" in found for found in imported(path))
    }


def test_answers_are_read_in_few_places():
    assert importers("Response") == READS_ANSWERS
    assert importers("RoundStatistics") == READS_STATISTICS


def test_templates_and_related_names_reach_no_answer():
    reaching = re.compile(
        r"\.responses\.(?:all|filter|values|get|count|exists)|response_set|\.snapshot\b|frozen_answers"
    )
    pages = [*(ROOT / "templates").rglob("*.html"), *(path for room in ROOMS for path in modules(room))]
    found = {
        str(page.relative_to(ROOT)) for page in pages if reaching.search(page.read_text(encoding="utf-8"))
    }
    replay = "ranking/replay.py"  # holds the frozen bytes against their hash, on the command line
    assert found == {"survey/models/rounds.py", "weighting/trees.py", replay}


def test_top_level_is_as_planned():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = {line.split("/")[0] for line in tracked.splitlines()}
    assert found <= TOP_LEVEL
    assert TOP_LEVEL - found <= {"requirements-dev.in", "requirements-dev.txt"}


def test_every_room_has_no_junk_drawer():
    names = {path.name for room in ROOMS for path in modules(room)}
    assert not names & {"utils.py", "helpers.py", "common.py", "services.py", "misc.py"}
