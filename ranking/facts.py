"""Sentences about a list that an editor can put into a text: each worked out from the rows and naming its query."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from ranking.editions import Edition, Entry
from ranking.exhibits.words import in_sentence, is_chinese, several
from ranking.groups import Grouped, column_scheme, group_entries, label_of, schemes_of
from ranking.history import Comparison, compared, histories
from ranking.movement import (
    Move,
    first_ever_groups,
    first_timers,
    group_records,
    leader_streak,
    rank_records,
)
from weighting.models import Unit

MOST_NAMES, MOST_MOVERS, MOST_GROUPS = 12, 3, 8
FEWEST_OF_ALL = 2  # "all 1 of 1" says nothing


@dataclass(frozen=True)
class Fact:
    """One sentence in both languages, and in both the query that it answers."""

    code: str
    text: str
    text_en: str
    query: str
    query_en: str

    @property
    def here(self) -> str:
        """The sentence in the reader's language."""
        return self.text if is_chinese() else self.text_en

    @property
    def query_here(self) -> str:
        """The query in the reader's language."""
        return self.query if is_chinese() else self.query_en


@dataclass(frozen=True)
class _Known:
    """What the sentences are worked out from, read once for both languages."""

    edition: Edition
    entries: tuple[Entry, ...]
    comparison: Comparison | None
    history: dict[int, tuple[Entry, ...]]
    schemes: tuple[dict, ...]
    everyone: tuple[Entry, ...]

    @property
    def newest(self) -> int:
        """The year of the newest list of the history."""
        return max(self.history)


def facts_of(edition: Edition) -> list[Fact]:
    """Every sentence that the edition's rows give, in the order an editor needs them."""
    known = _known(edition)
    if not known.entries:
        return []
    with override("zh-hans"):
        chinese = list(_all(known))
    with override("en"):
        english = list(_all(known))
    return [
        Fact(code, text, text_en, query, query_en)
        for (code, text, query), (_code, text_en, query_en) in zip(chinese, english, strict=True)
    ]


def _known(edition: Edition) -> _Known:
    own = edition.run.parameters["regions"] if edition.run else []
    schemes = schemes_of(edition) or [column_scheme(edition.entries, name) for name in own]
    return _Known(
        edition,
        edition.entries,
        compared(edition),
        dict(histories(edition, until=edition.year)),
        tuple(scheme for scheme in schemes if scheme["groups"]),
        _everyone(edition),
    )


def _everyone(edition: Edition) -> tuple[Entry, ...]:
    """Every unit of the data as an entry without a rank."""
    if edition.run is None:
        return ()
    units = Unit.objects.filter(dataset=edition.run.weight_set.dataset_id)
    return tuple(Entry(0, unit.code, unit.name, unit.name_en, unit.attributes) for unit in units)


def _all(known: _Known) -> Iterator[tuple[str, str, str]]:
    for find in FINDERS:
        yield from find(known)


def _tiers(known: _Known):
    counts = [
        (tier, sum(entry.tier == tier["number"] for entry in known.entries)) for tier in known.edition.tiers
    ]
    told = several(f"{label_of(tier)} {count}" for tier, count in counts if count)
    if told:
        text = _("The %(listed)d on the list, by tier: %(told)s.")
        yield (
            "tiers",
            text % {"listed": len(known.entries), "told": told},
            _("listed units counted by tier"),
        )


def _regions(known: _Known):
    for grouped in (group_entries(known.entries, scheme) for scheme in known.schemes):
        groups = grouped.by_size
        if not groups:
            continue
        told = several(f"{group.label} {group.count}" for group in groups[:MOST_GROUPS])
        text = (
            _("The list by %(scheme)s: %(told)s.")
            if len(groups) <= MOST_GROUPS
            else _("The list by %(scheme)s, most first: %(told)s.")
        )
        facts = {"scheme": in_sentence(grouped.label), "told": told}
        yield f"region:{grouped.scheme['code']}", text % facts, _by_scheme(grouped)


def _by_scheme(grouped: Grouped) -> str:
    facts = {"name": grouped.label, "version": grouped.scheme["version"]}
    return _("listed units counted by the scheme “%(name)s”, version %(version)s") % facts


def _all_of(known: _Known):
    for scheme in known.schemes:
        listed, everyone = group_entries(known.entries, scheme), group_entries(known.everyone, scheme)
        whole = [
            (group, everyone.counts[group.code])
            for group in listed.by_size
            if FEWEST_OF_ALL <= everyone.counts[group.code] == group.count
        ]
        if whole and len(whole) < len(listed.by_size):
            told = several(f"{group.label} ({group.count}/{total})" for group, total in whole)
            text = _("Wholly on the list: %(told)s.") % {"told": told}
            query = _("groups of “%(name)s” whose listed units are all their units in the data")
            yield f"all:{scheme['code']}", text, query % {"name": label_of(scheme)}


def _leader(known: _Known):
    streak = leader_streak(known.history)
    if streak and streak.years > 1:
        text = _("%(unit)s leads the list for %(years)d years running.")
        facts = {"unit": streak.entry.label, "years": streak.years}
        yield "leader", text % facts, _("first ranks of the lists of %(years)s") % _years(known)


def _moved(known: _Known):
    if known.comparison is None:
        return
    query = _query_of(known.comparison)
    moved = known.comparison.movement
    facts = {"year": known.comparison.older.year}
    if moved.entrants:
        names = _names(move.entry for move in moved.entrants)
        text = _("New on the list since %(year)d (%(count)d): %(names)s.")
        yield "entrants", text % {**facts, "count": len(moved.entrants), "names": names}, query
    if moved.exits:
        text = _("On the list of %(year)d and no longer (%(count)d): %(names)s.")
        yield "exits", text % {**facts, "count": len(moved.exits), "names": _names(moved.exits)}, query
    for code, movers, text in (
        ("risers", moved.risers, _("Most places gained since %(year)d: %(told)s.")),
        ("fallers", moved.fallers, _("Most places lost since %(year)d: %(told)s.")),
    ):
        if movers:
            yield code, text % {**facts, "told": several(map(_move, movers[:MOST_MOVERS]))}, query


def _move(move: Move) -> str:
    facts = {"unit": move.entry.label, "before": move.before.rank, "now": move.entry.rank}
    if move.is_clear is False:
        return _("%(unit)s (%(before)d → %(now)d, the intervals overlap: not a clear change)") % facts
    return _("%(unit)s (%(before)d → %(now)d)") % facts


def _query_of(comparison: Comparison) -> str:
    facts = {"newer": comparison.newer.year, "older": comparison.older.year}
    if comparison.is_alike:
        return _("lists of %(newer)d and %(older)d, both worked out on the same indicators") % facts
    return _("lists of %(newer)d and %(older)d as they were made, not on the same indicators") % facts


def _first_timers(known: _Known):
    found = first_timers(known.history)
    if found and len(known.history) > 1:
        text = _("Listed for the first time: %(names)s.") % {"names": _names(found)}
        yield (
            "first",
            text,
            _("units of the newest list that none of the lists of %(years)s has") % _years(known),
        )


def _records(known: _Known):
    found = rank_records(known.history)
    if found:
        told = several(
            _("%(unit)s (%(rank)d, best before: %(best)d in %(year)d)")
            % {
                "unit": one.entry.label,
                "rank": one.entry.rank,
                "best": one.best_before,
                "year": one.year_before,
            }
            for one in found[:MOST_MOVERS]
        )
        text = _("Never ranked as high before: %(told)s.") % {"told": told}
        yield (
            "records",
            text,
            _("newest rank against the best rank in the lists of %(years)s") % _years(known),
        )


def _group_records(known: _Known):
    for attribute in dict.fromkeys(scheme["attribute"] for scheme in known.schemes):
        records, new = group_records(known.history, attribute), first_ever_groups(known.history, attribute)
        labels = _labels(known, attribute)
        query = _("listed units by “%(name)s” in the lists of %(years)s") % {
            "name": attribute,
            **_years(known),
        }
        if new:
            text = _("On the list for the first time: %(names)s.")
            yield (
                f"new:{attribute}",
                text % {"names": several(labels.get(one.name, one.name) for one in new)},
                query,
            )
        more = [one for one in records if one.most_before][:MOST_GROUPS]
        if more:
            told = several(
                _("%(name)s (%(count)d, most before: %(most)d)")
                % {"name": labels.get(one.name, one.name), "count": one.count, "most": one.most_before}
                for one in more
            )
            yield f"record:{attribute}", _("More listed units than ever: %(told)s.") % {"told": told}, query


def _labels(known: _Known, attribute: str) -> dict[str, str]:
    """What the values of an attribute are called in the reader's language."""
    if is_chinese():
        return {}
    every = (*known.everyone, *known.history.get(known.newest, ()))
    return {
        entry.place[attribute]: entry.place.get(f"{attribute}_en", "") or entry.place[attribute]
        for entry in every
        if entry.place.get(attribute)
    }


FINDERS: tuple[Callable, ...] = (
    _tiers,
    _regions,
    _all_of,
    _leader,
    _moved,
    _first_timers,
    _records,
    _group_records,
)


def _years(known: _Known) -> dict[str, str]:
    return {"years": f"{min(known.history)}–{known.newest}"}


def _names(entries) -> str:
    """The first names of many, and how many more there are."""
    found = list(entries)
    shown = several(entry.label for entry in found[:MOST_NAMES])
    more = len(found) - MOST_NAMES
    return shown if more <= 0 else _("%(names)s and %(count)d more") % {"names": shown, "count": more}
