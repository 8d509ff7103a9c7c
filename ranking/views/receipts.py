"""The page on which an expert finds the own receipt among those of a published list."""

import re
import unicodedata
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from ranking.models import Publication
from ranking.views.reading import for_readers, list_page
from survey.models import Round
from survey.responses import receipt

RECEIPT = re.compile(r"[0-9a-f]{16}([0-9a-f]{48})?")


@dataclass(frozen=True)
class Lookup:
    """What was typed, whether it can be a receipt, and the rounds in which it counts."""

    typed: str
    is_receipt: bool
    rounds: tuple[Round, ...]


@for_readers
@require_http_methods(["GET", "HEAD", "POST"])
def receipts(request: HttpRequest, publication: Publication) -> HttpResponse:
    """All receipts of a published list, and whether one of them is there.

    What is looked for comes by POST, so that it stands in no log of addresses: a receipt beside an address would lead
    from a person to an answer.
    """
    turns = list(publication.study.rounds.closed())
    rounds = [{"round": turn, "receipts": [receipt(leaf) for leaf in turn.receipts()]} for turn in turns]
    found = _lookup(request.POST.get("receipt", "")[:200], turns) if request.method == "POST" else None
    context = {"rounds": rounds, "lookup": found}
    return list_page(request, publication, "ranking/receipts.html", context)


def _lookup(typed: str, rounds: list[Round]) -> Lookup:
    """Look for a receipt, short or in full; spaces, dashes, capital and full-width letters do not matter."""
    plain = re.sub(r"[\s-]+", "", unicodedata.normalize("NFKC", typed)).lower()
    if not RECEIPT.fullmatch(plain):
        return Lookup(typed.strip(), False, ())
    counted = [turn for turn in rounds if any(leaf.startswith(plain) for leaf in turn.receipts())]
    return Lookup(typed.strip(), True, tuple(counted))
