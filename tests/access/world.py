"""A small world with something behind every address: a finished study, a running one, and a stranger's."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from ranking.backward import recompute_years, request_recomputation
from ranking.models import EditionText, KeyFigure, Supplement
from ranking.publications import propose_publication, publish
from ranking.runs import compute_run, request_run
from survey.models import Membership, Reason, Series, Study
from survey.rounds import adopt_round
from tests.cast import (
    MATRIX,
    POINTS,
    PROTOCOL,
    answer,
    close,
    make_panel,
    make_study,
    open_next,
    password_hash,
)
from weighting.datasets import import_dataset, seal_dataset
from weighting.groupings import newest_grouping, save_grouping
from weighting.weight_sets import build_weight_set, request_weight_set
from weighting.year_figures import import_year

ROLES = ("coordinator", "staff", "approver", "auditor")
PEOPLE = {"coordinator": "coco", "staff": "stefan", "approver": "ava", "auditor": "aude", "nobody": "nora"}


@dataclass(frozen=True)
class World:
    """The studies, a code of the running one's panel, and one of the stranger's."""

    own: Study
    running: Study
    foreign: Study
    code: str
    foreign_code: str

    def visitor(self, name: str, **options) -> Client:
        """A browser in which the person sits: a role of `PEOPLE`, ``expert``, ``foreign expert`` or ``anonymous``."""
        client = Client(raise_request_exception=False, **options)
        if name in PEOPLE:
            client.force_login(get_user_model().objects.get(username=PEOPLE[name]))
        elif name != "anonymous":
            typed = self.foreign_code if name.startswith("foreign") else self.code
            assert client.post("/j", {"code": typed}).status_code == 302
        return client


def make_world() -> World:
    """Everything, built by the same acts the pages call."""
    own, running = _finished("towns"), make_study("running", {**PROTOCOL, "survey": {"rounds": 2}})
    codes = make_panel(running)
    answer(open_next(running), codes["Bo"], POINTS["Bo"])
    foreign, foreign_code = _finished("foreign"), None
    foreign_running = make_study("foreign-running")
    foreign_code = make_panel(foreign_running)["Ana"]
    open_next(foreign_running)
    strangers = Series.objects.create(slug="strangers", name="别家的榜")
    Study.objects.filter(slug__startswith="foreign").update(series=strangers)
    for role, name in PEOPLE.items():
        user, _ = get_user_model().objects.get_or_create(
            username=name, defaults={"password": password_hash()}
        )
        if role in ROLES:
            Membership.objects.get_or_create(series=own.series, user=user, role=role)
    return World(*map(_again, (own, running, foreign)), code=codes["Ana"], foreign_code=foreign_code)


def _write_edition(study: Study) -> None:
    """A text, a key figure and a table, called as everything else in this world."""
    EditionText.objects.create(study=study, slot="headline", text="标题", text_en="Headline")
    KeyFigure.objects.create(study=study, code="x", form="count", name="个数", numerator=3)
    column = {"code": "n", "name": "名", "name_en": "Name", "kind": "text"}
    Supplement.objects.create(study=study, code="x", title="表", columns=[column], rows=[["一"]])


def _again(study: Study) -> Study:
    return Study.objects.get(pk=study.pk)


def _finished(slug: str) -> Study:
    """A study with an adopted round, sealed data, weights, a run, a published list and a proposed next one."""
    study, now = make_study(slug, {**PROTOCOL, "survey": {"rounds": 1}}), timezone.now()
    codes, round = make_panel(study), open_next(study)
    for name, code in codes.items():
        answer(round, code, POINTS[name])
    round = close(round)
    Reason.objects.create(round=round, original="x", status=Reason.Status.PARAPHRASED, read_by="somebody")
    adopt_round(round, by="coco", at=now)
    study = _again(study)
    dataset = import_dataset(study, MATRIX.encode(), file_name="t.csv", by="stefan", at=now)
    seal_dataset(dataset, by="stefan", at=now)
    weight_set = build_weight_set(request_weight_set(dataset, by="stefan", at=now), at=now)
    run = compute_run(request_run(weight_set, by="stefan", at=now), at=now)
    other_years(run, at=now)
    _write_edition(study)
    people = get_user_model().objects
    stefan, ava = people.get(username="stefan"), people.get(username="ava")
    first = propose_publication(run, by=stefan, at=now)
    publish(first, by=ava, sha256=first.sha256, at=now)
    propose_publication(run, by=stefan, at=now, note="again")
    return _again(study)


def other_years(run, *, at) -> None:
    """A list of 2025, worked out backwards on two of the indicators, and a region scheme."""
    table = "code,name,a2,b1\nx,甲城,20,6\ny,乙城,5,4\nz,丙城,10,9\n"
    import_year(run.study, 2025, table.encode(), file_name="2025.csv", by="stefan", at=at)
    recompute_years(request_recomputation(run, by="stefan", at=at), at=at)
    groups = [{"code": "east", "name": "东", "name_en": "East", "values": ["east"]}]
    if newest_grouping(run.study.series, "sides") is None:
        save_grouping(
            run.study.series, code="sides", attribute="region", groups=groups, by="stefan", at=at, name="东西"
        )
