"""``manage.py audit verify``: check the chain of acts from the first event to the last, and against noted heads."""

import re

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from ranking.publications import anchored_heads
from survey.audit import Head, chain_fault, chain_head

NOT_CHECKED = 2


class Command(BaseCommand):
    """Exit 0 where the chain holds, 1 where an event was changed, removed or put in, 2 where it cannot be checked."""

    help = (
        "Check the audit chain against itself, against all manifests and against noted heads; print its head."
    )

    def add_arguments(self, parser):
        """What to do, and heads that somebody wrote down."""
        parser.add_argument("act", nargs="?", choices=["verify"], default="verify")
        parser.add_argument("--anchor", action="append", default=[], metavar="NUMBER:HASH")

    def handle(self, *args, anchor, **options):
        """Walk the chain."""
        noted = [_read_anchor(text) for text in anchor]
        try:
            heads = [*noted, *anchored_heads()]
            fault, head = chain_fault(heads), chain_head()
        except DatabaseError as error:
            raise CommandError(f"The chain cannot be read: {error}", returncode=NOT_CHECKED) from error
        if fault is not None:
            raise CommandError(f"The chain does not hold at event {fault.sequence}: it {fault.reason}.")
        checked = f"{len(heads)} noted heads agree" if heads else "no noted heads to compare with"
        self.stdout.write(f"The chain holds: {head.sequence} events, head {head.hash}; {checked}.")


def _read_anchor(text: str) -> Head:
    """A head as the page of acts prints it: number, colon, hash."""
    found = re.fullmatch(r"(\d+):([0-9a-f]{64})", text)
    if not found:
        raise CommandError(f"“{text}” is not NUMBER:HASH.", returncode=NOT_CHECKED)
    return Head(int(found[1]), found[2])
