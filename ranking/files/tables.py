"""All tables of an edition as CSV in one zip, a Frictionless Data Package: what was shown, as figures."""

import json
from collections.abc import Callable

from django.utils.translation import gettext as _

from ranking.editions import Edition
from ranking.exhibits.registry import exhibits_of
from ranking.exhibits.shapes import INTEGER, TEXT, Column, Exhibit, Shown
from ranking.exhibits.words import title_of
from ranking.files.colophon import revision_mark, warning_of
from ranking.files.report import numbered
from ranking.table_files import csv_bytes
from ranking.verify.archive import pack
from survey.sealing import sha256_hex


def tables_zip(edition: Edition, *, step: Callable[[int], None] = lambda percent: None) -> bytes:
    """The zip in the language that is active: a CSV for each exhibit, and what its columns mean."""
    shown = {exhibit: exhibit.show(edition) for exhibit in exhibits_of(edition).values()}
    files = {
        f"{exhibit.name}.csv": csv_bytes(one.table) for exhibit, one in shown.items() if one.table is not None
    }
    step(80)
    resources = [_resource(exhibit, one, files) for exhibit, one in shown.items() if one.table is not None]
    missing = {exhibit.name: one.missing for exhibit, one in shown.items() if one.missing}
    package = {
        "profile": "tabular-data-package",
        "name": edition.study.slug if edition.study else f"{edition.series.slug}-{edition.year}",
        "title": title_of(edition),
        "description": " · ".join(part for part in (revision_mark(edition), warning_of(edition)) if part),
        "version": str(edition.revision or ""),
        "manifest_sha256": edition.sha256,
        "resources": resources,
        "missing": missing,
    }
    files["datapackage.json"] = json.dumps(package, ensure_ascii=False, indent=1).encode()
    files["readme.txt"] = _readme(edition).encode()
    return pack(files)


def _resource(exhibit: Exhibit, shown: Shown, files: dict[str, bytes]) -> dict:
    path = f"{exhibit.name}.csv"
    return {
        "name": exhibit.name,
        "path": path,
        "title": numbered(exhibit),
        "description": " · ".join(part for part in (shown.title, shown.subtitle, shown.note) if part),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(files[path]),
        "hash": f"sha256:{sha256_hex(files[path])}",
        "schema": {"fields": [_field(column) for column in shown.table.columns], "missingValues": [""]},
    }


def _field(column: Column) -> dict:
    kinds = {TEXT: "string", INTEGER: "integer"}
    field = {"name": column.code, "title": column.label, "type": kinds.get(column.kind, "number")}
    return field | ({"unit": column.unit} if column.unit else {})


def _readme(edition: Edition) -> str:
    return "\n".join(
        (
            title_of(edition),
            revision_mark(edition),
            warning_of(edition),
            "",
            _(
                "One CSV for each table and figure; datapackage.json says what the columns mean and what is missing."
            ),
            _("Figures are unrounded. Texts that begin with = + - @ have an apostrophe in front."),
            _("To work the list out again, take the bundle of the same revision."),
            "",
        )
    )
