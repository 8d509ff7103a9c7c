"""An edition: a list and everything said about it, as one frozen thing that pages, exhibits and files are made from.

Three sources give one shape: a publication (its run and the ``edition.json`` of its bundle), a preview of what there is
now, and a past list that was brought in without a run.
"""

from dataclasses import dataclass, field
from functools import cached_property

from django.forms.models import model_to_dict

from ranking.models import (
    EditionText,
    KeyFigure,
    PastEdition,
    Proof,
    Publication,
    Run,
    Score,
    Supplement,
)
from survey.models import Series, Study
from survey.models.study import in_language
from survey.sealing import canonical_bytes, read_document
from weighting.models import Grouping

PUBLISHED = "published"
KEPT_TEXTS = ("name", "name_en", "note", "note_en", "source", "source_en")


@dataclass(frozen=True)
class Entry:
    """One unit of an edition's list; ``place`` holds the raw attributes, English ones under ``…_en``."""

    rank: int
    code: str
    name: str
    name_en: str
    place: dict[str, str]
    tier: int = 0
    score: float | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    dimensions: dict[str, float | None] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")


@dataclass(frozen=True, eq=False)
class Edition:
    """A list with its texts; a past list has neither ``run`` nor ``study``, a preview no ``publication``.

    ``kept`` is a past list as a later edition froze it.
    """

    series: Series
    year: int
    name: str
    name_en: str
    listed: int
    tiers: tuple[dict, ...]
    document: dict
    study: Study | None = None
    run: Run | None = None
    publication: Publication | None = None
    past: PastEdition | None = None
    kept: dict | None = None

    @property
    def kind(self) -> str:
        """``published``, ``imported`` or ``recomputed``."""
        if self.run:
            return PUBLISHED
        return self.past.kind if self.past else self.kept["kind"]

    @property
    def revision(self) -> int | None:
        """The revision readers cite; None for previews and past lists."""
        return self.publication.revision if self.publication else None

    @property
    def sha256(self) -> str:
        """The hash of the manifest, or of the past list."""
        if self.kept:
            return self.kept["sha256"]
        return (self.publication or self.past).sha256 if self.publication or self.past else ""

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The listed units in order of rank."""
        if self.run:
            return tuple(map(_scored, Score.objects.listed(self.run)))
        if self.kept:
            return tuple(map(_kept, self.kept["ranks"]))
        return tuple(map(_ranked, self.past.ranks.all()))


def edition_of(publication: Publication) -> Edition:
    """What was proposed or published, with the texts as they were frozen."""
    content = publication.edition
    return _of_run(publication.run, read_document(content) if content else {}, publication)


def edition_preview(study: Study) -> Edition | None:
    """What would be proposed now: the newest finished run with today's texts; None without a run."""
    run = Run.objects.filter(weight_set__dataset__study=study, status=Run.Status.DONE).first()
    return edition_to_propose(run) if run else None


def edition_of_proof(proof: Proof) -> Edition:
    """What an editor asked to see on paper, with the texts as they were then."""
    return _of_run(proof.run, read_document(proof.edition))


def edition_to_propose(run: Run) -> Edition:
    """A run with today's texts."""
    return _of_run(run, edition_document(run))


def edition_of_past(past: PastEdition) -> Edition:
    """A list that was brought in, as an edition without a run."""
    return Edition(
        series=past.series,
        year=past.year,
        name=past.name,
        name_en=past.name_en,
        listed=past.listed,
        tiers=tuple(past.tiers),
        document={"groupings": grouping_entries(past.series)},
        past=past,
    )


def _of_run(run: Run, document: dict, publication: Publication | None = None) -> Edition:
    study = run.study
    return Edition(
        series=study.series,
        year=study.year,
        name=study.name,
        name_en=study.name_en,
        listed=run.parameters["listed"],
        tiers=tuple(tier_entries(run.parameters["tiers"])),
        document=document,
        study=study,
        run=run,
        publication=publication,
    )


def tier_entries(rules: dict) -> list[dict]:
    """The tiers of a protocol, best first."""
    names = zip(rules["names"], rules["names_en"], strict=True)
    return [
        {"number": number, "name": chinese, "name_en": english}
        for number, (chinese, english) in enumerate(names, 1)
    ]


def edition_document(run: Run) -> dict:
    """What the staff added, as it is frozen with a proposal: ``edition.json`` of the bundle."""
    study = run.study
    return {
        "texts": {
            text.slot: {"text": text.text, "text_en": text.text_en}
            for text in EditionText.objects.filter(study=study)
        },
        "key_figures": _rows(KeyFigure.objects.filter(study=study)),
        "supplements": _rows(Supplement.objects.filter(study=study)),
        "groupings": grouping_entries(study.series),
        "past": _past_lists(study),
    }


def edition_bytes(run: Run, accepted: dict | None = None) -> bytes:
    """The same as canonical JSON; ``accepted`` names what was missing and why it goes out all the same."""
    return canonical_bytes(edition_document(run) | ({"accepted": accepted} if accepted else {}))


def _rows(records) -> list[dict]:
    return [model_to_dict(record, exclude=["id", "study", "position"]) for record in records]


def grouping_entries(series: Series) -> list[dict]:
    """The newest version of every region scheme."""
    newest = {}
    for grouping in Grouping.objects.filter(series=series).order_by("version"):
        newest[grouping.code] = grouping
    return [
        {
            "code": code,
            "version": grouping.version,
            "attribute": grouping.attribute,
            "groups": grouping.groups,
        }
        | {name: getattr(grouping, name) for name in KEPT_TEXTS}
        for code, grouping in sorted(newest.items())
    ]


def _past_lists(study: Study) -> list[dict]:
    """The lists of other years: those that were brought in, and those of the series' earlier studies."""
    earlier = Publication.objects.live().filter(
        study__series=study.series, study__year__lt=study.year, study__is_rehearsal=study.is_rehearsal
    )
    return [past_entry(past) for past in PastEdition.objects.filter(series=study.series)] + [
        published_entry(edition_of(publication)) for publication in earlier.order_by("study__year", "pk")
    ]


def past_entry(past: PastEdition) -> dict:
    """A past list as it is frozen with an edition that compares itself with it."""
    names = ("year", "kind", "listed", "indicators", "tiers", "sha256", "comparability", "comparability_en")
    names += ("name", "name_en", "source", "source_en", "facts")
    ranks = ("rank", "code", "name", "name_en", "attributes", "score", "tier", "dimensions")
    return {name: getattr(past, name) for name in names} | {"ranks": list(past.ranks.values(*ranks))}


def published_entry(edition: Edition) -> dict:
    """A published list in the same form, as the next year's edition keeps it."""
    said = edition.document.get("texts", {}).get("comparability", {})
    return {
        "year": edition.year,
        "kind": PUBLISHED,
        "name": edition.name,
        "name_en": edition.name_en,
        "listed": edition.listed,
        "indicators": edition.study.indicators.filter(children=None).count(),
        "tiers": list(edition.tiers),
        "sha256": edition.sha256,
        "source": "",
        "source_en": "",
        "comparability": said.get("text", ""),
        "comparability_en": said.get("text_en", ""),
        "facts": {"study": edition.study.slug, "revision": edition.revision},
        "ranks": [
            {name: value for name, value in vars(entry).items() if name != "place"}
            | {"attributes": entry.place}
            for entry in edition.entries
        ],
    }


def edition_kept(edition: Edition, kept: dict) -> Edition:
    """A past list as it was frozen with an edition."""
    return Edition(
        series=edition.series,
        year=kept["year"],
        name=kept["name"],
        name_en=kept["name_en"],
        listed=kept["listed"],
        tiers=tuple(kept["tiers"]),
        document={"groupings": edition.document.get("groupings", [])},
        kept=kept,
    )


def scored_entries(run: Run) -> tuple[Entry, ...]:
    """Every unit that was scored, listed or not, in order of rank."""
    return tuple(map(_scored, Score.objects.filter(run=run).select_related("unit")))


def _scored(row: Score) -> Entry:
    return Entry(
        rank=row.rank,
        code=row.unit.code,
        name=row.unit.name,
        name_en=row.unit.name_en,
        place=row.unit.attributes,
        tier=row.tier,
        score=row.score,
        rank_low=row.rank_low,
        rank_high=row.rank_high,
        dimensions=row.dimensions,
    )


def _ranked(row) -> Entry:
    return Entry(
        rank=row.rank,
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        place=row.attributes,
        tier=row.tier,
        score=row.score,
        dimensions=row.dimensions,
    )


def _kept(row: dict) -> Entry:
    given = {name: value for name, value in row.items() if name != "attributes"}
    return Entry(place=row["attributes"], **given)
