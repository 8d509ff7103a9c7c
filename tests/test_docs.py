"""The documents are true: what they name exists, what they show runs, and both languages say the same."""

import ast
import csv
import importlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.core.management import call_command, get_commands, load_command_class
from django.urls import Resolver404, resolve

from config.example import FOLDER, MATRIX
from ranking import signing
from survey.models import Membership
from survey.protocol import complete_protocol
from tests.documents import PAGES, READMES, ROOT, commands, fenced, headings, prose, spans
from weighting.core.variation import variation_weights

ROOMS = ("config", "survey", "weighting", "ranking")
SOURCES = [*ROOMS, "templates", "data", "Makefile", "manage.py", "pyproject.toml", "tests/install-servers"]
MADE_WHEN_RUNNING = {"var", "var/demo.json", ".venv"}
TABLES = {model._meta.db_table for model in apps.get_models()}
# What other programs call by these names.
FOREIGN = {"true", "false", "make", "venv", "pip", "apt-get", "sudo", "openssl", "pg_dump", "outbox", "uv"}
FOREIGN |= {"http", "https", "smtp+tls", "smtp+ssl", "__Host-", "FOR SHARE", "#", "heng.pem", "manifest.sig"}
FOREIGN |= {"X-Forwarded-Proto", "our-index-2026", "--help", "redis://host:6379/0", "Asia/Shanghai"}


@cache
def source() -> str:
    """Everything that is not a document or a test."""
    texts = []
    for name in SOURCES:
        found = [ROOT / name] if (ROOT / name).is_file() else sorted((ROOT / name).rglob("*"))
        kinds = {".py", ".html", ".txt", ".csv", ".json", ".js", ".toml", ""}
        texts += [p.read_text(encoding="utf-8") for p in found if p.is_file() and p.suffix in kinds]
    return "\n".join(texts)


def flat(rules: dict, prefix: str = "") -> dict:
    """Protocol rules by their dotted names, sections and groups included."""
    found = {}
    for name, value in rules.items():
        found[prefix + name] = value
        if value and isinstance(value, dict):
            found |= flat(value, f"{prefix}{name}.")
    return found


def has_definition(path: str, name: str) -> bool:
    body = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
    for part in name.split("."):
        node = next((node for node in body if getattr(node, "name", None) == part), None)
        if node is None:
            return False
        body = node.body
    return True


def can_be_imported(name: str) -> bool:
    module, *rest = name.split(".")
    found = importlib.import_module(module)
    for part in rest:
        module = f"{module}.{part}"
        try:
            found = getattr(found, part) if hasattr(found, part) else importlib.import_module(module)
        except ImportError:
            return False
    return True


def is_address(path: str) -> bool:
    for placeholder, value in (("SLUG", "a-study"), ("NUMBER", "1")):
        path = path.replace(placeholder, value)
    try:
        resolve(unquote(path))
    except Resolver404:
        return False
    return True


def exists(span: str, corpus: str) -> bool:
    """Whether a name in a document is a thing of this project."""
    if span.startswith("/"):
        return is_address(span)
    if span in FOREIGN | MADE_WHEN_RUNNING | TABLES or (ROOT / span).exists():
        return True
    if match := re.fullmatch(r"(\w+)\.(csv|json)", span):  # a file that a command writes or reads
        return f'"{match[1]}"' in corpus or span in corpus
    if match := re.fullmatch(r"([\w/]+\.py): ([\w.]+)", span):
        return has_definition(*match.groups())
    if re.fullmatch(rf"({'|'.join(ROOMS)})(\.\w+)+", span):
        return span in flat(complete_protocol()) or can_be_imported(span)
    return not re.fullmatch(r"[\w.-]+/[\w./-]+", span) and span in corpus


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_everything_named_in_a_document_exists(page):
    corpus = source()
    parts = [span for span in spans(page) if " " not in span or re.search(r"\.py: ", span)]
    plain = [
        span for span in parts if re.fullmatch(r"[\w./:% -]+", span) and not re.fullmatch(r"[\d., -]+", span)
    ]
    assert [span for span in plain if not exists(span, corpus)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_in_a_document_exists(page):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    wrong = []
    for text in commands(page):
        if match := re.search(r"\bmake (\w+)(.*)", text):
            names = re.findall(r"\b([A-Z]+)=", match[2])
            known = re.search(rf"^{match[1]}:", makefile, re.M) and all(
                f"$({name})" in makefile for name in names
            )
        else:
            match = re.search(r"manage\.py (\w+)(.*)", text)
            known = match[1] in get_commands() and options(match[1]) >= set(re.findall(r"--[\w-]+", match[2]))
        wrong += [] if known else [text]
    assert not wrong


def options(command: str) -> set[str]:
    app = get_commands()[command]
    loaded = load_command_class(app, command) if isinstance(app, str) else app
    return set(loaded.create_parser("manage.py", command)._option_string_actions)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#:]+)\)", prose(page))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_readmes_say_the_same_in_both_languages():
    english, chinese = READMES
    assert headings(english) == headings(chinese)
    assert fenced(english, r"\w*") == fenced(chinese, r"\w*")
    assert sorted(spans(english)) == sorted(spans(chinese))
    assert all(len(page.read_text(encoding="utf-8").splitlines()) <= 120 for page in READMES)


@pytest.mark.parametrize("page", [*READMES, ROOT / "docs" / "engine.md"], ids=lambda page: page.name)
def test_python_example_runs_without_django(page):
    [code] = fenced(page, "python")
    check = 'import sys; assert "django" not in sys.modules'
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{check}"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert f"`{done.stdout.strip()}`" in prose(page)


def read_variables() -> dict[str, object]:
    """Environment variables that the settings read, with their default where it is written out."""
    tree = ast.parse((ROOT / "config" / "settings.py").read_text(encoding="utf-8"))
    found: dict[str, object] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and re.fullmatch(r"env(\.\w+)?", ast.unparse(node.func)) and node.args:
            defaults = [keyword.value for keyword in node.keywords if keyword.arg == "default"]
            try:
                found[node.args[0].value] = ast.literal_eval(defaults[0])
            except (IndexError, ValueError):
                found.setdefault(node.args[0].value, None)
    return found


def as_written(default) -> str:
    if default in ("", []):
        return "empty"
    return (
        ",".join(default)
        if isinstance(default, list)
        else str(default).lower()
        if isinstance(default, bool)
        else str(default)
    )


def test_every_environment_variable_is_documented_with_its_default():
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", page, re.M))
    read = read_variables()
    assert set(rows) == set(read)
    stated = {name: rows[name].strip("`") for name, default in read.items() if default is not None}
    assert {name: text for name, text in stated.items() if not text.startswith(as_written(read[name]))} == {}


def test_every_rule_of_the_protocol_is_documented_with_its_default():
    page = (ROOT / "docs" / "method.md").read_text(encoding="utf-8").split("## 6.")[1].split("## 7.")[0]
    rows = dict(re.findall(r"^\| `([\w.]+)` \| `(.*?)` \|", page, re.M))
    rules = {
        name: value
        for name, value in flat(complete_protocol()).items()
        if value == {} or type(value) is not dict
    }
    assert {name: json.loads(text) for name, text in rows.items()} == rules


def public_functions() -> dict[tuple[str, str], set[str]]:
    """The public functions of every module of the core folders, by room and module."""
    found = {}
    for room in ("survey", "weighting", "ranking"):
        for path in sorted((ROOT / room / "core").rglob("*.py")):
            body = ast.parse(path.read_text(encoding="utf-8")).body
            names = {node.name for node in body if isinstance(node, ast.FunctionDef) and node.name[0] != "_"}
            if names:
                found[room, path.stem] = names
    return found


def function_rows() -> dict[tuple[str, str], list[str]]:
    """The cells of section 10 of the method, by room and module."""
    text = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    section, found, room = text.split("## 10. Every function")[1].split("\n## ")[0], {}, ""
    for line in section.splitlines():
        if heading := re.search(r"\(`(\w+)/core`\)", line):
            room = heading[1]
        elif match := re.match(r"\| `(\w+)` \|", line):
            found[room, match[1]] = [cell.strip() for cell in line.strip("| ").split(" | ")]
    return found


def test_every_function_is_named_with_formula_source_and_test():
    """To mend a failure, write the function into its module's row of docs/method.md, section 10."""
    functions, rows = public_functions(), function_rows()
    assert functions.keys() == rows.keys()
    named = {key: set(re.findall(r"`(\w+)`", cells[2])) for key, cells in rows.items()}
    assert {key: names ^ named[key] for key, names in functions.items() if names != named[key]} == {}
    for key, (_module, what, _functions, formula, source, tests) in rows.items():
        assert what and formula and source, key
        assert formula not in ("docstring", "–"), key
        assert key[0] != "survey" or source != "–", key
        files = re.findall(r"`([\w/.]+)`", tests)
        assert files and all((ROOT / file).exists() for file in files), key


def test_figures_quoted_from_the_example_are_true():
    with MATRIX.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (FOLDER / "framework.csv").open(encoding="utf-8") as file:
        leaves = [row for row in csv.DictReader(file) if row["parent"]]
    codes = [leaf["code"] for leaf in leaves]
    complete = [[float(row[code]) for code in codes] for row in rows if all(row[code] for code in codes)]
    found = variation_weights(
        complete, [int(leaf["direction"]) for leaf in leaves], codes=codes, negative_values="zero"
    )
    co2, fall = codes.index("co2_intensity"), codes.index("carbon_intensity_fall")
    page = (ROOT / "docs" / "method.md").read_text(encoding="utf-8").split("## 7.")[1].split("## 8.")[0]
    quoted = [f"{len(complete)} complete", f"{found.raw_variation[co2]:.2f}", f"{found.variation[co2]:.2f}"]
    quoted += [
        f"{100 * found.weights[co2]:.1f} %",
        f"{found.variation[fall]:.2f}",
        f"{found.raw_variation[fall]:.2f}",
    ]
    quoted += [f"{sum(row[fall] < 0 for row in complete)} negative"]
    assert [text for text in quoted if text not in page] == []


@pytest.mark.django_db
def test_series_is_set_up_as_written():
    shell = "\n".join(fenced(ROOT / "docs" / "deploy.md", "sh"))
    [line] = re.findall(r"manage\.py (series .*)", shell)
    name, *words = shlex.split(line)
    call_command(name, *words)
    assert set(Membership.objects.values_list("role", flat=True)) == {"coordinator", "staff", "approver"}


def test_signature_is_checked_as_written(tmp_path, settings):
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine")
    settings.SIGNING_KEY_FILE = tmp_path / "signing-key.pem"
    _fetch, check = fenced(ROOT / "docs" / "trust.md", "sh")
    (tmp_path / "manifest.json").write_bytes(b'{"rank":1}')
    (tmp_path / "heng.pem").write_text(signing.public_key_pem())
    signature = subprocess.run(
        ["openssl", "base64", "-d", "-A"], input=signing.sign(b'{"rank":1}').encode(), capture_output=True
    )
    (tmp_path / "manifest.sig").write_bytes(signature.stdout)
    verify = ["sh", "-ec", check]
    assert "Signature Verified Successfully" in subprocess.check_output(verify, cwd=tmp_path, text=True)
    (tmp_path / "manifest.json").write_bytes(b'{"rank":2}')
    assert subprocess.run(verify, cwd=tmp_path, capture_output=True, env={**os.environ}).returncode != 0
