"""The example study: 293 cities and the open figures of 2021, with its region schemes and the white paper's list."""

import csv
import json
from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from ranking.models import PastEdition
from ranking.past_lists import PastTexts, import_past_list, newest_units, tier_list
from ranking.past_tables import match_units, read_past_list
from survey.frameworks import read_framework
from survey.models import Membership, Series, Study
from survey.studies import create_study
from survey.uploads import read_rows
from weighting.groupings import newest_grouping, read_groups, save_grouping
from weighting.year_figures import import_year, newest_year

FOLDER = settings.BASE_DIR / "data" / "cities-2021"
MATRIX = FOLDER / "cities.csv"
WHITE_PAPER = settings.BASE_DIR / "data" / "white-paper-2022.csv"
YEARS_FOLDER = settings.BASE_DIR / "data" / "cities-2018-2022"
YEARS = (2018, 2019, 2020, 2021, 2022)
GROUPINGS = settings.BASE_DIR / "data" / "groupings"
SLUG = "cities-2021"
WHITE_PAPER_TEXTS = PastTexts(
    name="先进制造业百强市 2022（赛迪顾问）",
    name_en="Top 100 cities in advanced manufacturing 2022 (CCID Consulting)",
    source="赛迪顾问《先进制造业百强市 2022》，2022年10月，表2",
    source_en="CCID Consulting, 先进制造业百强市 2022, October 2022, Table 2",
    comparability=(
        "白皮书由其自己的专家和24项指标得出，各市得分没有公布；本例的指标多为替代量。"
        "两份榜单只能比较位次，不能比较得分。"
    ),
    comparability_en=(
        "The white paper has its own experts and 24 indicators and prints no city's score; most figures of the example "
        "are proxies. The two lists can be compared by rank only, never by score."
    ),
)
WHITE_PAPER_INDICATORS = 24
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
    load_groupings(series, at=at)
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
def load_groupings(series: Series, *, at: datetime) -> None:
    """The four regions, the provinces and north and south by both lines, each where the series has no such scheme."""
    for scheme in json.loads((GROUPINGS / "schemes.json").read_text(encoding="utf-8")):
        if newest_grouping(series, scheme["code"]) is None:
            table = list(csv.reader((GROUPINGS / f"{scheme['code']}.csv").open(encoding="utf-8")))
            save_grouping(series, groups=read_groups(table), by="system", at=at, **scheme)


@transaction.atomic
def load_white_paper(study: Study, *, at: datetime) -> PastEdition:
    """The white paper's list as a past edition of the series; made on first use, the same one afterwards."""
    found = PastEdition.objects.filter(series=study.series, year=2022, kind=PastEdition.Kind.IMPORTED).first()
    if found:
        return found
    rows, tiers = read_past_list(read_rows(WHITE_PAPER.read_bytes())), study.protocol["ranking"]["tiers"]
    return import_past_list(
        study.series,
        2022,
        match_units(rows, newest_units(study.series)),
        WHITE_PAPER_TEXTS,
        tiers=tier_list(tiers["cuts"], tiers["names"], tiers["names_en"], listed=len(rows)),
        indicators=WHITE_PAPER_INDICATORS,
        by="system",
        at=at,
    )


def load_years(study: Study, *, by: str, at: datetime) -> None:
    """The real figures of 2018 to 2022 on the indicators that have some in every year, for a study of the example."""
    for year in YEARS:
        if newest_year(study, year) is None:
            content = (YEARS_FOLDER / f"{year}.csv").read_bytes()
            import_year(study, year, content, file_name=f"{year}.csv", by=by, at=at)


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
