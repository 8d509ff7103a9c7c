"""What stands beside the example's list: texts, key figures and the clusters, from ``data/cities-2021/edition``.

Texts hold names in braces that are filled from the list as it came out, so that no sentence says what the rows do not.
"""

import csv
from datetime import datetime

from config.example import FOLDER, MATRIX
from ranking.editions import Edition, Entry, edition_to_propose
from ranking.facts import facts_of
from ranking.key_figures import save_figure
from ranking.models import EditionText, KeyFigure, Run, Supplement
from ranking.supplements import columns_of, save_table, split_table
from ranking.texts import CASE, SLOTS, save_text
from survey.models.study import Study
from survey.uploads import read_rows

TEXTS = FOLDER / "edition"
LANGUAGES = {"text": "zh", "text_en": "en"}
NATIONAL_VALUE_ADDED = 450_904  # 100 million yuan, 2021
LISTED_MANUFACTURERS = 3_101  # A shares, March 2022
GREEN_PARKS = 224  # official lists 2017 to 2021
NEAR_LAST = 10
HEADING = "## "
CLUSTERS = {
    "code": "clusters",
    "title": "先进制造业集群决赛优胜者",
    "title_en": "Winners of the national advanced-manufacturing cluster competition",
    "note": "上海为直辖市，不在参评的地级市之列，故其两个集群不标所在城市。英文名称为本项目所译。",
    "note_en": "Shanghai is a municipality and not among the cities evaluated, so its two clusters name no host. "
    "The English names are ours.",
    "source": "赛迪顾问，先进制造业百强市 2022，表5",
    "source_en": "CCID Consulting, Top 100 cities in advanced manufacturing 2022, Table 5",
}


def write_edition(run: Run, *, by: str, at: datetime) -> None:
    """Texts, key figures and the clusters for a run of the example; a study that has texts already keeps them."""
    study = run.study
    if EditionText.objects.filter(study=study).exists():
        return
    acting = {"by": by, "at": at, "stamp": ""}
    if not Supplement.objects.filter(study=study, code=CLUSTERS["code"]).exists():
        _write_clusters(study, acting)
    edition, rows = edition_to_propose(run), _city_rows()
    for fields in _figures(edition, rows):
        if not KeyFigure.objects.filter(study=study, code=fields["code"]).exists():
            save_figure(study, "", fields=fields, **acting)
    _write_texts(edition_to_propose(run), rows, acting)


def _write_clusters(study: Study, acting: dict) -> None:
    header, rows = split_table(read_rows((TEXTS / "clusters.csv").read_bytes()))
    columns = columns_of(header, rows, study=study)
    save_table(study, "", fields=CLUSTERS, columns=columns, rows=rows, **acting)


def _city_rows() -> dict[str, dict[str, str]]:
    """The figures of every city by its code, as they stand in the example's table."""
    with MATRIX.open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def _sum(edition: Edition, rows: dict, column: str) -> float:
    """The sum of a column over the listed cities."""
    return sum(float(rows[entry.code][column] or 0) for entry in edition.entries)


def _hosted(edition: Edition) -> tuple[int, int]:
    """How many clusters stand in a listed city, and how many there are."""
    table = next(table for table in edition.document["supplements"] if table["code"] == CLUSTERS["code"])
    place = next(at for at, column in enumerate(table["columns"]) if column["kind"] == "units")
    listed = {entry.code for entry in edition.entries}
    hosts = [set(str(row[place]).split(";")) for row in table["rows"]]
    return sum(bool(codes & listed) for codes in hosts), len(hosts)


def _figures(edition: Edition, rows: dict) -> list[dict]:
    """Key figures of the list that came out; every denominator has a source of its own."""
    hosted, clusters = _hosted(edition)
    return [
        _share(
            "value-added",
            ("第二产业增加值占全国比重", "Share of the country's secondary value added"),
            (_sum(edition, rows, "sec_value_added"), "上榜城市之和，亿元", "Listed cities, 100 million yuan"),
            (NATIONAL_VALUE_ADDED, "全国，亿元", "The country, 100 million yuan"),
            2021,
            (
                "分子：示例数据（S1）；分母：国家统计局，2021年国民经济和社会发展统计公报",
                "Numerator: figures of the example (S1); denominator: National Bureau of Statistics, "
                "Statistical Communiqué 2021",
            ),
        ),
        _share(
            "listed-manufacturers",
            ("制造业A股上市公司占全国比重", "Share of the country's A-share manufacturers"),
            (
                _sum(edition, rows, "listed_manufacturers"),
                "注册地在上榜城市，家",
                "Domiciled in listed cities",
            ),
            (LISTED_MANUFACTURERS, "全国，家", "The country"),
            2022,
            (
                "2022年3月A股公司名单（S4），行业按人工归类",
                "List of A-share companies, March 2022 (S4), industries sorted by hand",
            ),
        ),
        _share(
            "green-parks",
            ("国家级绿色工业园区占全国比重", "Share of the national green industrial parks"),
            (
                _sum(edition, rows, "green_parks"),
                "位于上榜城市且能定位，个",
                "In listed cities, those that could be placed",
            ),
            (GREEN_PARKS, "2017—2021年名单合计，个", "On the lists of 2017 to 2021"),
            2021,
            (
                "工业和信息化部绿色制造名单（S7）；92%的园区可定位，故略有低估",
                "Green-manufacturing lists of the Ministry of Industry and Information Technology (S7); 92% of the "
                "parks could be placed, so the share is a little low",
            ),
        ),
        _share(
            "clusters",
            ("决赛优胜集群位于上榜城市的比重", "Winning clusters that stand in a listed city"),
            (float(hosted), "位于上榜城市，个", "In listed cities"),
            (clusters, "全部优胜集群，个", "All winning clusters"),
            2022,
            (CLUSTERS["source"], CLUSTERS["source_en"]),
        ),
    ]


def _share(code: str, name: tuple, numerator: tuple, denominator: tuple, year: int, source: tuple) -> dict:
    """The fields of a share: names in Chinese and English, each sum with what it is."""
    return {
        "code": code,
        "form": KeyFigure.Form.SHARE,
        "name": name[0],
        "name_en": name[1],
        "unit": "",
        "unit_en": "",
        "numerator": round(numerator[0], 2),
        "numerator_name": numerator[1],
        "numerator_name_en": numerator[2],
        "denominator": float(denominator[0]),
        "denominator_name": denominator[1],
        "denominator_name_en": denominator[2],
        "reference": None,
        "reference_name": "",
        "reference_name_en": "",
        "year": year,
        "source": source[0],
        "source_en": source[1],
    }


def _write_texts(edition: Edition, rows: dict, acting: dict) -> None:
    """Every text whose file there is; a case only where its city is on the list."""
    facts = {fact.code: fact for fact in facts_of(edition)}
    listed = {entry.code: entry for entry in edition.entries}
    for slot in SLOTS:
        told = {
            field: _filled(_words(slot.name, language), _list_words(edition, facts, field))
            for field, language in LANGUAGES.items()
        }
        save_text(edition.study, slot.name, **told, **acting)
    for file in sorted(TEXTS.glob("case-*.zh.txt")):
        name = file.name.removesuffix(".zh.txt")
        entry = listed.get(name.removeprefix("case-"))
        if entry:
            told = {
                field: _filled(_words(name, language), _city_words(edition, entry, rows[entry.code], field))
                for field, language in LANGUAGES.items()
            }
            save_text(edition.study, f"{CASE}{entry.code}", **told, **acting)


def _words(name: str, language: str) -> str:
    return (TEXTS / f"{name}.{language}.txt").read_text(encoding="utf-8")


def _filled(words: str, values: dict[str, str]) -> str:
    """The text with the names in braces filled in; a line that is nothing but a name without a value goes."""
    lines = []
    for line in words.strip().split("\n"):
        filled = line
        for name, value in values.items():
            filled = filled.replace(f"{{{name}}}", value)
        if not (filled.startswith("{") and filled.endswith("}")):
            lines.append(filled)
    return "\n".join(_without_empty_parts([line for line in lines if line.strip()]))


def _without_empty_parts(lines: list[str]) -> list[str]:
    """The lines without headings that nothing follows."""
    following = [*lines[1:], HEADING]
    return [
        line
        for line, after in zip(lines, following, strict=True)
        if not (line.startswith(HEADING) and after.startswith(HEADING))
    ]


def _list_words(edition: Edition, facts: dict, field: str) -> dict[str, str]:
    """What the texts of the whole list say by numbers."""
    entries, share = edition.entries, edition.document["key_figures"][0]
    near = entries[max(0, len(entries) - NEAR_LAST - 1)]
    tenth = entries[min(NEAR_LAST, len(entries)) - 1]
    words = {code: getattr(fact, field) for code, fact in facts.items()}
    return words | {
        "listed": str(len(entries)),
        "share": f"{100 * share['numerator'] / share['denominator']:.1f}",
        "ranges": str(sum(entry.rank_low != entry.rank_high for entry in entries)),
        "first_gap": f"{entries[0].score - tenth.score:.1f}",
        "last_gap": f"{near.score - entries[-1].score:.2f}",
        "near_last": str(near.rank),
    }


def _city_words(edition: Edition, entry: Entry, row: dict[str, str], field: str) -> dict[str, str]:
    """What the text of a city says by numbers: its place, and its figures as people write them."""
    english = field == "text_en"
    tier = next(tier for tier in edition.tiers if tier["number"] == entry.tier)
    interval = "" if entry.rank_low is None else f"{entry.rank_low}–{entry.rank_high}"
    figures = {
        name: f"{float(row[name]):,g}" for name in edition.run.weight_set.dataset.codes if row.get(name)
    }
    return figures | {
        "rank": str(entry.rank),
        "interval": (f" ({interval})" if english else f"（{interval}）") if interval else "",
        "tier": tier["name_en"] if english else tier["name"],
    }
