"""Which of an edition's region schemes an exhibit is drawn by; columns of the data stand in where it has none."""

from ranking.editions import Edition
from ranking.groups import Grouped, column_scheme, group_entries, schemes_of

PROVINCE = "province"


def halves(edition: Edition) -> list[dict]:
    """The schemes of two parts, such as south and north."""
    return _fitting(edition, lambda scheme: len(scheme["groups"]) == 2)


def quarters(edition: Edition) -> list[dict]:
    """The schemes of a few regions; provinces are finer."""
    return _fitting(edition, lambda scheme: len(scheme["groups"]) > 2 and scheme["code"] != PROVINCE)


def provinces(edition: Edition) -> Grouped:
    """The units by province; no groups where the data name none."""
    named = [scheme for scheme in schemes_of(edition) if scheme["code"] == PROVINCE]
    return group_entries(edition.entries, named[0] if named else column_scheme(edition.entries, PROVINCE))


def _fitting(edition: Edition, fits) -> list[dict]:
    """The versioned schemes that fit and take some unit; the columns that do, where there is no such scheme."""
    columns = edition.run.parameters["regions"] if edition.run else _columns(edition)
    by_column = [column_scheme(edition.entries, column) for column in columns]
    for schemes in (schemes_of(edition), by_column):
        found = [scheme for scheme in schemes if fits(scheme) and takes_some(edition, scheme)]
        if found:
            return found
    return []


def takes_some(edition: Edition, scheme: dict) -> bool:
    """Whether the scheme says of any unit where it belongs."""
    return len(group_entries(edition.entries, scheme).outside) < len(edition.entries)


def _columns(edition: Edition) -> list[str]:
    """The attributes that a past list carries."""
    found = {name for entry in edition.entries for name in entry.place if not name.endswith("_en")}
    return sorted(found)
