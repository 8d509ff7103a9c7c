"""The message catalogue: every English text of templates and code, with its Chinese translation.

Works without the gettext tools: Babel reads and writes the catalogue (a development dependency).
"""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "config" / "locale" / "zh_Hans" / "LC_MESSAGES"
ROOMS = ("config", "survey", "weighting", "ranking")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def sources():
    """Every file that may hold a text, as Python that Babel can read."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path, path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if path.suffix in (".html", ".txt"):
            # in brackets, so that the indentation of a template is none of Python's business
            yield path, f"({templatize(path.read_text(encoding='utf-8'), origin=str(path))})"


def extracted() -> Catalog:
    """All texts that stand in the code and the templates now, without translations."""
    found = Catalog(locale="zh_Hans", project="Heng", charset="utf-8")
    for path, text in sources():
        lines = io.BytesIO(text.encode())
        for _line, message, _comments, context in extract(
            "python", lines, KEYWORDS, options={"encoding": "utf-8"}
        ):
            if message:
                place = str(path.relative_to(ROOT))
                format_flag = ("python-format",) if "%" in str(message) else ()
                found.add(message, locations=[(place, None)], flags=format_flag, context=context)
    return found


def read_catalogue() -> Catalog:
    """The catalogue as it is committed."""
    path = LOCALE / "django.po"
    if not path.exists():
        return Catalog(locale="zh_Hans")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def update_catalogue(translations: dict[str, str] | None = None) -> list[str]:
    """Bring the catalogue up to date, add translations, compile it; returns the texts that have none yet."""
    fresh, old = extracted(), read_catalogue()
    missing = []
    for message in fresh:
        if not message.id:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        known = old.get(message.id, message.context)
        new = (translations or {}).get(key)
        if new:
            message.string = new if isinstance(message.id, str) else (new,)
        elif known and known.string:
            message.string = known.string
        if not message.string or not any(message.string):
            missing.append(key)
    _write(fresh)
    return missing


def _write(catalogue: Catalog) -> None:
    LOCALE.mkdir(parents=True, exist_ok=True)
    catalogue.fuzzy = False
    with (LOCALE / "django.po").open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, include_lineno=False, omit_header=False)
    with (LOCALE / "django.mo").open("wb") as file:
        write_mo(file, catalogue)
