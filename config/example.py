"""The example study: 293 cities and the open figures of 2021, from ``data/cities-2021``."""

import csv
import json
from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from survey.frameworks import read_framework
from survey.models import Membership, Series, Study
from survey.studies import create_study

FOLDER = settings.BASE_DIR / "data" / "cities-2021"
MATRIX = FOLDER / "cities.csv"
WHITE_PAPER = settings.BASE_DIR / "data" / "white-paper-2022.csv"
SLUG = "cities-2021"
PEOPLE = {
    "demo-coordinator": Membership.Role.COORDINATOR,
    "demo-staff": Membership.Role.STAFF,
    "demo-approver": Membership.Role.APPROVER,
}
INTRODUCTION = (
    "五位一体的先进制造业城市评价：创新能力、融合发展、经济带动、品牌质量、绿色集约。"
    "请您在每一组指标之间分配 100 分，分数表示您认为该指标应占的份量。"
)
INTRODUCTION_EN = (
    "Cities in advanced manufacturing, along five dimensions. In each group of indicators, please share out "
    "100 points: the points say how much you think each indicator should count."
)


@transaction.atomic
def load_example(*, at: datetime) -> Study:
    """The example study; made on first use, the same one afterwards."""
    series, _created = Series.objects.get_or_create(
        slug="advanced-manufacturing-cities",
        defaults={"name": "先进制造业百强市", "name_en": "Top 100 cities in advanced manufacturing"},
    )
    study = Study.objects.filter(slug=SLUG).first()
    return study or create_study(
        series,
        read_framework((FOLDER / "framework.csv").read_text(encoding="utf-8")),
        slug=SLUG,
        name="城市先进制造业评价 2021（示例）",
        name_en="Cities in advanced manufacturing 2021 (example)",
        introduction=INTRODUCTION,
        introduction_en=INTRODUCTION_EN,
        year=2021,
        protocol=json.loads((FOLDER / "protocol.json").read_text(encoding="utf-8")),
        by="system",
        at=at,
    )


@transaction.atomic
def demo_people(series: Series, *, password: str) -> None:
    """A coordinator, a staff member and an approver for the series, all with this password."""
    for name, role in PEOPLE.items():
        user, _created = get_user_model().objects.get_or_create(username=name)
        user.set_password(password)
        user.save()
        Membership.objects.get_or_create(series=series, user=user, role=role)


def white_paper_cities() -> set[str]:
    """The 100 cities of the white paper's list, by short Chinese name."""
    with WHITE_PAPER.open(encoding="utf-8") as file:
        return {row["name"] for row in csv.DictReader(file)}
