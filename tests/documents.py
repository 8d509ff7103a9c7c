"""Reading the project's documents: their prose, their code blocks and what they name."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
PAGES = [*READMES, *sorted((ROOT / "docs").rglob("*.md"))]


def fenced(page: Path, language: str) -> list[str]:
    """The code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)


def prose(page: Path) -> str:
    """The text without its code blocks."""
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)


def spans(page: Path) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`\n]+)`", prose(page))


def headings(page: Path) -> list[int]:
    """The levels of the headings, in order."""
    return [len(marks) for marks in re.findall(r"^(#+) ", prose(page), re.M)]


def commands(page: Path) -> list[str]:
    """Every line or span that calls make or manage.py."""
    shell = [line for block in fenced(page, "sh") for line in block.splitlines()]
    return [text for text in [*shell, *spans(page)] if re.search(r"\bmake \w|manage\.py \w", text)]
