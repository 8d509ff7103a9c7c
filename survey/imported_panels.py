"""A panel that was asked elsewhere: a study of its own with closed rounds, which no live panel is ever mixed with."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from survey import errands
from survey.frameworks import Node
from survey.imported_answers import PreparedPanel
from survey.models import Indicator, PanelUpload, Round, Series, Study
from survey.panel_table import POINTS
from survey.protocol import protocol_sha256
from survey.refusal import InvalidInput
from survey.studies import create_study


class InvitedWrong(InvalidInput):
    """The numbers of invited experts do not fit the rounds."""

    code = "invited_wrong"
    message = _("Write one number of invited experts for each round, none below its answers: %(answers)s.")


def imported_rules(panel: PreparedPanel, rules: dict | None = None) -> dict:
    """The survey section for the answers; ``rules`` may state thresholds."""
    stated = {
        "rounds": len(panel.answers),
        "elicitation": "points" if panel.kind == POINTS else "collected",
        "step": panel.step,
        "cannot_judge": panel.kind == POINTS and panel.missing > 0,
        "collected": {"low": panel.low, "high": panel.high},
        "self_assessment": {**(panel.tables or {}), "scope": panel.scope},
    }
    return {**(rules or {}), **stated}


@transaction.atomic
def import_panel(
    series: Series,
    panel: PreparedPanel,
    *,
    slug: str,
    name: str,
    year: int,
    by: str,
    at: datetime,
    invited: list[int] | None = None,
    rules: dict | None = None,
    **texts,
) -> Study:
    """A study with the panel's answers, done at once where the process may write answers, else soon by a worker."""
    invited = invited or panel.experts
    if len(invited) != len(panel.experts) or any(a < b for a, b in zip(invited, panel.experts, strict=True)):
        raise InvitedWrong(answers=", ".join(map(str, panel.experts)))
    study = create_study(
        series,
        [Node(**node) for node in panel.nodes],
        slug=slug,
        name=name,
        year=year,
        by=by,
        at=at,
        is_imported=True,
        protocol={"survey": imported_rules(panel, rules)},
        **texts,
    )
    Study.objects.filter(pk=study.pk).update(protocol_sha256=protocol_sha256(study.protocol))
    _date_items(study, panel)
    Round.objects.filter(study=study).update(invited=invited[0])
    for number, asked in enumerate(invited[1:], start=2):
        Round.objects.create(study=study, number=number, invited=asked)
    PanelUpload.objects.create(study=study, content=panel.content())
    last = Round.objects.select_related("study").get(study=study, number=len(invited))
    errands.ask("import", last, by=by, at=at)
    return Study.objects.get(pk=study.pk)


def _date_items(study: Study, panel: PreparedPanel) -> None:
    """Write down from which to which round each item was asked; a leaf that nobody ever answered was not."""
    for code, (first, last) in panel.rounds_of.items():
        until = None if last == len(panel.answers) else last
        Indicator.objects.filter(study=study, code=code).update(since_round=first, until_round=until)
    inner = [node["parent"] for node in panel.nodes]
    never = Indicator.objects.filter(study=study).exclude(code__in=[*panel.rounds_of, *inner])
    never.update(since_round=len(panel.answers) + 1)
