"""Region schemes: which group each province, or each unit, belongs to. A change is a new version, the old one stays."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from survey.audit import record_event
from survey.cells import InvalidSheet, Problem
from survey.formulas import csv_text
from survey.models import Series
from survey.plain_names import plain_name
from survey.refusal import InvalidInput, Refusal
from survey.sealing import canonical_bytes, sha256_hex
from weighting.models import Dataset, Grouping

COLUMNS = ("group", "name", "name_en", "value")
NEEDED = ("group", "name", "value")
TEXTS = ("name", "name_en", "note", "note_en", "source", "source_en")
LONGEST = 200


class NoGroups(InvalidInput):
    """The scheme sorts nothing."""

    code = "no_groups"
    message = gettext_lazy("The scheme has no groups: write at least one line with group, name and value.")


class SameGrouping(Refusal):
    """The newest version says exactly this."""

    code = "same_grouping"
    message = gettext_lazy("Version %(version)d of this scheme says the same already: nothing was saved.")


class SchemeExists(Refusal):
    """A new scheme takes a name that is in use."""

    code = "scheme_exists"
    message = gettext_lazy("There is a scheme “%(code)s” already: open it and save its next version.")


def read_groups(table: list[list[str]]) -> list[dict]:
    """The groups in a table with the columns group, name, name_en and value, one line for each value.

    Raises `InvalidSheet` with every problem: a missing column, an empty cell, a value in two groups, a group with two
    names.
    """
    header = [cell.strip().lower() for cell in table[0]] if table else []
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise InvalidSheet([Problem("1", "", _("the column “%s” is missing.") % name) for name in missing])
    groups, problems, seen = {}, [], {}
    for number, cells in enumerate(table[1:], start=2):
        row = dict.fromkeys(COLUMNS, "") | dict(zip(header, map(plain_name, cells), strict=False))
        if any(row.values()):
            problems += [Problem(str(number), row["value"], fault) for fault in _faults(row, groups, seen)]
            seen[row["value"]] = row["group"]
            named = {"code": row["group"], "name": row["name"], "name_en": row["name_en"]}
            groups.setdefault(row["group"], named | {"values": []})["values"].append(row["value"])
    if problems:
        raise InvalidSheet(problems)
    if not groups:
        raise NoGroups
    return list(groups.values())


def _faults(row: dict, groups: dict, seen: dict) -> list[str]:
    faults = [_("the cell “%s” is empty.") % name for name in NEEDED if not row[name]]
    faults += [_("the text in “%s” is too long.") % name for name in COLUMNS if len(row[name]) > LONGEST]
    if row["value"] and row["value"] in seen:
        faults.append(
            _("“%(value)s” stands twice, in %(first)s and in %(second)s.")
            % {"value": row["value"], "first": seen[row["value"]], "second": row["group"]}
        )
    known = groups.get(row["group"])
    if known and (known["name"], known["name_en"]) != (row["name"], row["name_en"]):
        faults.append(_("the group “%s” has two names.") % row["group"])
    return faults


@transaction.atomic
def save_grouping(
    series: Series, *, code: str, attribute: str, groups: list[dict], by: str, at: datetime, **texts: str
) -> Grouping:
    """The first or the next version of a scheme; refused where the newest version says the same."""
    if not groups:
        raise NoGroups
    said = {name: texts.get(name, "") for name in TEXTS} | {"attribute": attribute, "groups": groups}
    newest = newest_grouping(series, code)
    if newest and all(getattr(newest, name) == value for name, value in said.items()):
        raise SameGrouping(version=newest.version)
    latest = Grouping.objects.filter(series=series, code=code).aggregate(Max("version"))["version__max"] or 0
    grouping = Grouping.objects.create(
        series=series, code=code, version=latest + 1, created_by=by, created_at=at, **said
    )
    record_event(
        actor=by,
        action="save_grouping",
        subject=f"{series.slug} {code} v{grouping.version}",
        at=at,
        detail={"groups": len(groups), "sha256": sha256_hex(canonical_bytes(said))},
    )
    return grouping


def newest_grouping(series: Series, code: str) -> Grouping | None:
    """The version of a scheme that counts."""
    return Grouping.objects.filter(series=series, code=code).order_by("-version").first()


def newest_groupings(series: Series) -> list[Grouping]:
    """Every scheme of the series in its newest version, those with the fewest groups first."""
    newest = {}
    for grouping in Grouping.objects.filter(series=series).order_by("version"):
        newest[grouping.code] = grouping
    return sorted(newest.values(), key=lambda grouping: (len(grouping.groups), grouping.code))


def groups_csv(groups: Iterable[dict]) -> str:
    """The groups as the table that `read_groups` reads."""
    rows = (
        [group["code"], group["name"], group["name_en"], value]
        for group in groups
        for value in group["values"]
    )
    return csv_text([COLUMNS, *rows])


def unknown_values(grouping: Grouping, dataset: Dataset | None) -> list[str]:
    """What the newest figures hold in the scheme's attribute and no group takes."""
    if dataset is None:
        return []
    known = {value for group in grouping.groups for value in group["values"]}
    if grouping.attribute == "code":
        held = set(dataset.units.values_list("code", flat=True))
    else:
        attributes = dataset.units.values_list("attributes", flat=True)
        held = {each.get(grouping.attribute, "") for each in attributes} - {""}
    return sorted(held - known)
