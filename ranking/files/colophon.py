"""What a report says of itself: which revision, how to check it, what marks every page."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ranking.editions import Edition
from ranking.files.blocks import Block, Facts, Heading, Notice, Paragraph, plain
from ranking.views.reading import address_of

SHORT_HASH = 12


def published_on(edition: Edition) -> str:
    """The day of publication, of an approved revision the day it is to go out; empty for what is not approved."""
    publication = edition.publication
    at = (
        publication and publication.approved_by_id and (publication.embargo_until or publication.published_at)
    )
    return localtime(at).strftime("%Y-%m-%d") if at else ""


def state_of(edition: Edition) -> str:
    """Revision and day in one line, or why there are none."""
    if edition.past:
        return _("List of an earlier year")
    day = published_on(edition)
    if not day:
        return _("Preview, not published")
    return _("Revision %(revision)d, %(day)s") % {"revision": edition.revision, "day": day}


def revision_mark(edition: Edition) -> str:
    """What the running head says on the right."""
    if not edition.sha256:
        return _("Preview, not published")
    if edition.past:
        return edition.sha256[:SHORT_HASH]
    facts = {"revision": edition.revision, "hash": edition.sha256[:SHORT_HASH]}
    return _("Revision %(revision)d · manifest %(hash)s") % facts


def warning_of(edition: Edition) -> str:
    """What has to stand on every page."""
    if edition.study and edition.study.is_rehearsal:
        return _("Rehearsal: the experts' answers are simulated")
    if edition.past is None and not published_on(edition):
        return _("Preview: not approved, not published")
    return ""


def cover_facts(edition: Edition) -> tuple[tuple[str, str], ...]:
    """What the cover says under the title."""
    facts = [(_("Units listed"), str(len(edition.entries)))]
    if edition.run:
        facts.append((_("Units scored"), str(edition.run.facts["units"])))
        facts.append((_("Indicators"), str(edition.study.indicators.filter(children=None).count())))
    facts.append((_("Edition"), state_of(edition)))
    if edition.sha256:
        facts.append((_("Manifest"), edition.sha256[:SHORT_HASH]))
    return tuple(facts)


def check_blocks(edition: Edition) -> Iterator[Block]:
    """The last page: hashes, signature, address, how to check, how to quote."""
    yield Heading(1, _("Check it yourself"))
    warning = warning_of(edition)
    if warning:
        yield Notice(warning, _("Do not quote ranks from this document as findings."))
    if edition.publication is None or not published_on(edition):
        yield Paragraph(plain(_("This document was made before publication and is not signed.")))
        return
    publication = edition.publication
    yield Paragraph(
        plain(
            _(
                "The bundle holds everything this list follows from. With Heng's program on your own machine, without "
                "a network, you can work weights, scores, ranks and tiers out again; it says whether every digit "
                "agrees. This document was made from the same revision and carries its hash on every page."
            )
        )
    )
    site = settings.BASE_URL.rstrip("/")
    yield Facts(
        (
            (_("This revision"), site + address_of(publication, "list")),
            (_("The bundle"), site + address_of(publication, "bundle")),
            (_("Manifest (SHA-256)"), publication.sha256),
            (_("Signature (Ed25519, base 64)"), publication.signature),
            (
                _("Command"),
                f"python -m ranking.verify {publication.study.slug}-r{publication.revision}-bundle.zip",
            ),
        )
    )
    if publication.note:
        yield Notice(_("Note on this revision"), publication.note)
    yield Paragraph(
        plain(
            _(
                "Figures belong to the sources named beside them. Weights, scores and ranks may be quoted with the "
                "name of the list and its revision."
            )
        )
    )
