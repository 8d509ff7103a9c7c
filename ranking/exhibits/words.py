"""Words that every exhibit uses: names in the reader's language, numbers, lists of names, the source line."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ranking.editions import Edition
from ranking.exhibits.shapes import Shown

LONGEST_HASH = 12


def is_chinese() -> bool:
    """Whether the reader reads Chinese."""
    return (get_language() or "").startswith("zh")


def said(record: dict, field: str) -> str:
    """A field of a frozen record in the reader's language; the other language where it is empty."""
    chinese, english = record.get(field) or "", record.get(f"{field}_en") or ""
    return (chinese or english) if is_chinese() else (english or chinese)


def in_sentence(label: str) -> str:
    """A heading as it stands inside a sentence: English ones begin small, but for abbreviations."""
    return label if is_chinese() or label[1:2].isupper() else label[:1].lower() + label[1:]


def title_of(edition: Edition) -> str:
    """The edition's name in the reader's language."""
    return said({"name": edition.name, "name_en": edition.name_en}, "name")


def tier_names(edition: Edition) -> dict[int, str]:
    """The tiers' names by number, the best first."""
    return {tier["number"]: said(tier, "name") for tier in edition.tiers}


def several(names) -> str:
    """Names in one line."""
    return ("、" if is_chinese() else ", ").join(names)


def sentences(*parts: str) -> str:
    """What there is of the parts, one after another."""
    return ("" if is_chinese() else " ").join(part for part in parts if part)


def signed(value: float, places: int = 1) -> str:
    """A number with its sign; a true minus."""
    return f"{value:+.{places}f}".replace("-", "−")


def percent(share: float, places: int = 1) -> str:
    """A share in percent, with the sign."""
    return f"{100 * share:.{places}f}%"


def source_note(edition: Edition) -> str:
    """Where the figures come from: name, year, revision, hash."""
    if edition.run is None:
        kept = edition.kept or {"source": edition.past.source, "source_en": edition.past.source_en}
        source = said(kept, "source")
        return _("Source: %(source)s") % {"source": source or title_of(edition)}
    facts = {"name": title_of(edition), "year": edition.year}
    if not edition.sha256:
        return _("Source: %(name)s, %(year)s, preview, not published") % facts
    facts |= {"revision": edition.revision, "hash": edition.sha256[:LONGEST_HASH]}
    text = _("Source: %(name)s, %(year)s, revision %(revision)s, manifest %(hash)s") % facts
    return f"{text} · {_('simulated panel')}" if edition.study and edition.study.is_rehearsal else text


def noted(edition: Edition, *more: str) -> str:
    """The note under an exhibit: the source, then what to beware of."""
    return " · ".join(part for part in (source_note(edition), *more) if part)


def lacking(reason: str, remedy: str = "") -> Shown:
    """An exhibit that cannot be shown, with what is missing and what would fill it."""
    return Shown(title="", missing=sentences(reason, remedy))


def no_run(edition: Edition, what: str) -> Shown | None:
    """The words for an exhibit that needs a run, where there is none."""
    if edition.run:
        return None
    return lacking(
        _("This list was brought in as it was printed, without %(what)s.") % {"what": what},
        _("Only a list that is worked out here has them."),
    )
