"""What stands in the way of proposing an edition: one list for the page that shows it and the act that minds it.

Some of it must be put right; the rest may be accepted, with a reason that is frozen and published with the list.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from ranking.editions import Edition
from ranking.exhibits.registry import exhibits_of
from ranking.exhibits.shapes import Exhibit
from ranking.exhibits.words import several
from ranking.groups import group_entries, label_of, schemes_of
from ranking.models import Publication
from ranking.signing import KeyLocked, public_key_pem, signing_key, signs_elsewhere
from ranking.texts import ABSENT, CASE, COMPARABILITY, SLOTS
from survey.models import Membership

OK, MISSING, ABSENCE = "ok", "missing", "absent"
NEAR = 1e-9


@dataclass(frozen=True)
class Obstacle:
    """One thing in the way; ``must`` where no reason helps. ``page`` and ``part`` lead to where it is put right."""

    code: str
    text: str
    must: bool = False
    page: str = ""
    part: str = ""


@dataclass(frozen=True)
class State:
    """An exhibit and whether it can be shown: what is missing, or why its absence was accepted."""

    exhibit: Exhibit
    kind: str
    title: str = ""
    why: str = ""
    has_alt: bool = True

    @property
    def slot(self) -> str:
        """Where the reason of an absence is written."""
        return f"{ABSENT}{self.exhibit.name}"


def exhibit_states(edition: Edition) -> list[State]:
    """Every exhibit in the order of the report, as it would be shown now."""
    return [_state(edition, exhibit) for exhibit in exhibits_of(edition).values()]


def _state(edition: Edition, exhibit: Exhibit) -> State:
    shown = exhibit.show(edition)
    if not shown.missing:
        return State(exhibit, OK, shown.title, has_alt=bool(shown.alt or shown.chart is None))
    reason = edition.document.get("texts", {}).get(f"{ABSENT}{exhibit.name}", {})
    accepted = reason.get("text") or reason.get("text_en")
    return State(exhibit, ABSENCE, why=accepted) if accepted else State(exhibit, MISSING, why=shown.missing)


def obstacles(
    edition: Edition, *, by: AbstractBaseUser | None, states: list[State] | None = None
) -> list[Obstacle]:
    """Everything in the way of proposing the edition; ``by`` is who would propose."""
    found = [*_people(edition, by), *_key(), *_totals(edition), *_figures(edition)]
    found += [*_exhibits(exhibit_states(edition) if states is None else states)]
    found += [*_names(edition), *_texts(edition), *_sources(edition)]
    return sorted(found, key=lambda obstacle: not obstacle.must)


def _people(edition: Edition, by) -> Iterator[Obstacle]:
    approvers = Membership.objects.filter(
        series=edition.series, role=Membership.Role.APPROVER, user__is_active=True
    )
    if not approvers.exclude(user=by).exists():
        yield Obstacle(
            "no_approver", _("No second person with the approver role could approve it."), must=True
        )
    if Publication.objects.filter(study=edition.study, status=Publication.Status.EMBARGOED).exists():
        yield Obstacle("embargo_waits", _("An approved revision waits for its instant."), must=True)


def _key() -> Iterator[Obstacle]:
    try:
        if signs_elsewhere():
            public_key_pem()
        else:
            signing_key()
    except (KeyLocked, OSError, ValueError):
        yield Obstacle("no_key", _("The signing key cannot be opened."), must=True)


def _totals(edition: Edition) -> Iterator[Obstacle]:
    """Sums that readers would check: tiers and groups against the list, weights against one."""
    listed = len(edition.entries)
    tiered = sum(entry.tier > 0 for entry in edition.entries)
    if tiered != listed:
        facts = {"tiered": tiered, "listed": listed}
        yield Obstacle(
            "tiers_do_not_add_up", _("%(tiered)d of %(listed)d listed have a tier.") % facts, must=True
        )
    for scheme in schemes_of(edition):
        outside = group_entries(edition.entries, scheme).outside
        if outside:
            facts = {"name": label_of(scheme), "count": len(outside)}
            text = _("The scheme “%(name)s” has no group for %(count)d listed.") % facts
            yield Obstacle(f"outside:{scheme['code']}", text)
    weights = edition.run.weight_set.weights.filter(indicator__children=None)
    total = sum(weight.effective for weight in weights)
    if abs(total - 1) > NEAR:
        yield Obstacle(
            "weights_do_not_add_up", _("The final weights add up to %s, not to 1.") % total, must=True
        )


def _figures(edition: Edition) -> Iterator[Obstacle]:
    for figure in edition.document["key_figures"]:
        named = {"name": figure["name"] or figure["code"]}
        page = {"page": "edition-figure", "part": figure["code"]}
        if not figure["source"] or not figure["source_en"]:
            text = _("Key figure “%(name)s”: the source is not named in both languages.") % named
            yield Obstacle(f"figure_source:{figure['code']}", text, **page)
        if not figure["name_en"]:
            yield Obstacle(
                f"figure_name:{figure['code']}",
                _("Key figure “%(name)s” has no English name.") % named,
                **page,
            )


def _exhibits(states: list[State]) -> Iterator[Obstacle]:
    for state in states:
        name = f"{state.exhibit.printed} {state.exhibit.label}".strip()
        if state.kind == MISSING:
            text = f"{name}: {state.why}"
            yield Obstacle(f"exhibit:{state.exhibit.name}", text, page="edition-text", part=state.slot)
        elif state.kind == OK and not state.has_alt:
            yield Obstacle(
                f"alt:{state.exhibit.name}",
                _("%(name)s: the chart has no words for those who cannot see it.") % {"name": name},
            )


def _names(edition: Edition) -> Iterator[Obstacle]:
    if not edition.name or not edition.name_en:
        yield Obstacle("title", _("The study has no title in both languages."))


def _texts(edition: Edition) -> Iterator[Obstacle]:
    texts = edition.document["texts"]
    for slot in SLOTS:
        if slot.name != COMPARABILITY or edition.document["past"]:
            yield from _bilingual(slot.name, str(slot.label), texts.get(slot.name, {}))
    listed = {entry.code: entry.label for entry in edition.entries}
    for slot, said in texts.items():
        code = slot.removeprefix(CASE)
        if code == slot:
            continue
        yield from _bilingual(slot, _("Case: %(unit)s") % {"unit": listed.get(code, code)}, said)
        if code not in listed:
            text = _("There is a case about %(unit)s, which is not on the list.") % {"unit": code}
            yield Obstacle(f"unlisted:{code}", text, page="edition-text", part=slot)


def _bilingual(slot: str, label: str, said: dict) -> Iterator[Obstacle]:
    lacking = [
        name for name, words in ((_("Chinese"), "text"), (_("English"), "text_en")) if not said.get(words)
    ]
    if lacking:
        text = _("%(label)s: no text in %(languages)s.") % {"label": label, "languages": several(lacking)}
        yield Obstacle(f"text:{slot}", text, page="edition-text", part=slot)


def _sources(edition: Edition) -> Iterator[Obstacle]:
    leaves = edition.study.indicators.filter(children=None)
    without = [leaf.code for leaf in leaves if not leaf.source and not leaf.source_en]
    if without:
        text = _("Indicators without a source: %(codes)s.") % {"codes": ", ".join(without[:12])}
        yield Obstacle("indicator_sources", text)
    for table in edition.document["supplements"]:
        if not table["source"] and not table["source_en"]:
            text = _("Table “%(name)s” has no source.") % {"name": table["title"]}
            yield Obstacle(f"table_source:{table['code']}", text, page="edition-table", part=table["code"])
