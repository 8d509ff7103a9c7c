"""What the frozen answers say: every statistic of a closed round as one document, for those the rules let see it.

A document holds figures of the panel alone, never of a row. It is stored when a round is adopted, so that it
outlives the names that join an expert's answers from round to round.
"""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from survey.core.verdicts import concordance_level
from survey.models import Indicator, Round, RoundStatistics, Study
from survey.refusal import Refusal
from survey.round_document import read_record, round_document
from survey.sealing import canonical_bytes, sha256_hex


class NotDisclosed(Refusal):
    """Exact figures wait until a round is adopted, and for enough answers."""

    code = "not_disclosed"
    message = gettext_lazy("The exact statistics of round %(number)d may not be shown.")


def may_show_results(round: Round) -> bool:
    """Exact statistics are shown once a round is adopted and enough experts answered.

    A rehearsal hides nothing, nor does an imported panel: whoever imported it holds its answers.
    """
    study = round.study
    hides = not (study.is_rehearsal or study.is_imported)
    enough = round.answers >= study.rules["disclosure"]["distribution"]
    return round.is_closed and (not hides or (study.adopted_round_id is not None and enough))


def round_statistics(round: Round) -> dict:
    """Everything the answers of a round say, items in the framework's order; raises `NotDisclosed`."""
    stored = RoundStatistics.objects.filter(round=round).first()
    if stored is None or not may_show_results(round):
        raise NotDisclosed(number=round.number)
    return _in_order(stored.document(), round.study)


def _in_order(document: dict, study: Study) -> dict:
    """The document is stored as canonical JSON, which sorts by code."""
    places = dict(Indicator.ever.filter(study=study).values_list("code", "position"))
    for group in document["groups"]:
        group["items"] = dict(
            sorted(group["items"].items(), key=lambda item: places.get(item[0], len(places)))
        )
    return document


def store_statistics(study: Study, *, at: datetime) -> int:
    """Freeze the statistics of every round that may be shown and has none yet; returns how many."""
    missing = study.rounds.closed().filter(statistics=None).select_related("study")
    shown = [round for round in missing if may_show_results(round)]
    for round in shown:
        content = canonical_bytes(round_document(read_record(round)))
        RoundStatistics.objects.create(
            round=round, content=content, sha256=sha256_hex(content), worked_out_at=at
        )
    return len(shown)


def agreement_words(w: float | None) -> str:
    """Kendall's W in words, after the table of Schmidt 1997 (*Decision Sciences* 28(3), table 2)."""
    words = {
        None: _("cannot be worked out"),
        "very_weak": _("very weak agreement"),
        "weak": _("weak agreement"),
        "moderate": _("moderate agreement"),
        "strong": _("strong agreement"),
        "unusually_strong": _("unusually strong agreement"),
    }
    return words[concordance_level(w)]
