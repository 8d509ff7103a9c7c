"""The lists of earlier years: as they were printed, each kept with its hash; see `ranking.backward` for the others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ranking.models import PastEdition, PastRank
from ranking.past_tables import Match
from survey.audit import record_event
from survey.models import Series
from survey.refusal import InvalidInput, Refusal
from survey.sealing import canonical_bytes, sha256_hex
from weighting.models import Dataset, Unit


class PastListExists(Refusal):
    """There is such a list already."""

    code = "past_list_exists"
    message = _("The series has a list of %(year)d of this kind already. Remove it first.")


class TiersDoNotFit(InvalidInput):
    """The cuts are no rising ranks up to the end of the list, or have not a name each."""

    code = "tiers_do_not_fit"
    message = _(
        "Tiers end at rising ranks, the last one at the end of the list (%(listed)d), and each has a name."
    )


@dataclass(frozen=True)
class PastTexts:
    """What is said about a past list: its names, its source and what readers must know before they compare."""

    name: str
    name_en: str = ""
    source: str = ""
    source_en: str = ""
    comparability: str = ""
    comparability_en: str = ""


def newest_units(series: Series) -> list[Unit]:
    """Today's units: those of the series' newest figures."""
    dataset = Dataset.objects.filter(study__series=series).order_by("-study__year", "-pk").first()
    return list(dataset.units.all()) if dataset else []


def tier_list(cuts: list[int], names: list[str], names_en: list[str], *, listed: int) -> list[dict]:
    """Tiers that end at these ranks, checked; no cuts make no tiers."""
    rising = all(low < high for low, high in zip([0, *cuts], cuts, strict=False))
    if cuts and not (rising and cuts[-1] == listed and len(cuts) == len(names) == len(names_en)):
        raise TiersDoNotFit(listed=listed)
    rows = zip(cuts, names, names_en, strict=True)
    return [
        {"number": number, "name": chinese, "name_en": english, "last": last}
        for number, (last, chinese, english) in enumerate(rows, 1)
    ]


def tier_of(rank: int, tiers: list[dict]) -> int:
    """The tier that a rank falls into; 0 for none."""
    return next((tier["number"] for tier in tiers if rank <= tier["last"]), 0)


@transaction.atomic
def import_past_list(
    series: Series,
    year: int,
    matches: list[Match],
    texts: PastTexts,
    *,
    tiers: list[dict],
    indicators: int | None = None,
    facts: dict | None = None,
    by: str,
    at: datetime,
) -> PastEdition:
    """Keep a printed list; today's names, codes and attributes are added where the unit was found."""
    rows = [
        PastRank(
            rank=match.row.rank,
            code=match.unit.code if match.unit else match.row.code,
            name=match.row.name,
            name_en=match.row.name_en or (match.unit.name_en if match.unit else ""),
            attributes=match.attributes,
            score=match.row.score,
            tier=tier_of(match.row.rank, tiers),
        )
        for match in matches
    ]
    past = PastEdition(
        series=series,
        year=year,
        kind=PastEdition.Kind.IMPORTED,
        listed=max(row.rank for row in rows),
        indicators=indicators,
        tiers=tiers,
        facts=facts or {},
        **vars(texts),
    )
    unmatched = sum(match.unit is None for match in matches)
    return keep_past_edition(past, rows, by=by, at=at, detail={"unmatched": unmatched})


@transaction.atomic
def keep_past_edition(
    past: PastEdition, rows: list[PastRank], *, by: str, at: datetime, detail: dict
) -> PastEdition:
    """Store a past list with its hash and an entry in the record of acts."""
    past.sha256 = sha256_hex(canonical_bytes(past_document(past, rows)))
    past.imported_by, past.imported_at = by, at
    try:
        with transaction.atomic():
            past.save(force_insert=True)
    except IntegrityError:
        raise PastListExists(year=past.year) from None
    for row in rows:
        row.edition = past
    PastRank.objects.bulk_create(rows, batch_size=500)
    record_event(
        actor=by,
        action="keep_past_list",
        subject=f"{past.series.slug} {past.year} {past.kind}",
        at=at,
        detail={"units": len(rows), "sha256": past.sha256} | detail,
    )
    return past


@transaction.atomic
def remove_past_edition(past: PastEdition, *, by: str, at: datetime) -> None:
    """Take a past list out; editions that were proposed before keep their own copy."""
    record_event(
        actor=by,
        action="remove_past_list",
        subject=f"{past.series.slug} {past.year} {past.kind}",
        at=at,
        detail={"sha256": past.sha256},
    )
    past.delete()


def past_document(past: PastEdition, rows: Iterable[PastRank]) -> dict:
    """What the hash of a past list covers: the list itself, not what is said about it."""
    return {
        "year": past.year,
        "kind": str(past.kind),
        "listed": past.listed,
        "tiers": past.tiers,
        "ranks": [
            [row.rank, row.code, row.name, row.attributes, None if row.score is None else float(row.score)]
            for row in sorted(rows, key=lambda row: (row.rank, row.name))
        ],
    }
