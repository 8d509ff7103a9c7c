"""Exhibit pages and their files: everything from one source, right without a script, and safe to open."""

import csv
import io
import json
import struct
import xml.etree.ElementTree as ElementTree

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from python_calamine import CalamineWorkbook

from ranking.editions import edition_of
from ranking.exhibits.registry import exhibits_of
from ranking.publications import propose_publication, publish
from tests.ranking.test_exhibits import TOWNS, towns_matrix
from tests.ranking.test_runs import TIERS, run_of, weighed

pytestmark = pytest.mark.django_db
HOSTILE = '=1+1</text><script>alert(1)</script>"&'
DRAWN = ("svg", "narrow.svg", "still.svg", "still-narrow.svg")


def published(matrix):
    rules = {"listed": 6, "tiers": {**TIERS, "cuts": [2, 6]}, "regions": ["half", "region", "province"]}
    run = run_of(weighed(matrix, experts=6, **rules))
    people = get_user_model().objects
    proposal = propose_publication(run, by=people.get(username="stefan"), at=timezone.now())
    return publish(proposal, by=people.get(username="ava"), sha256=proposal.sha256, at=timezone.now())


@pytest.fixture
def publication():
    return published(towns_matrix())


def answer(client, rest, **headers):
    return client.get(f"/lists/towns/exhibits/{rest}", headers={"accept-language": "en", **headers})


def test_picture_book_shows_every_exhibit_or_says_why_not(client, publication):
    page = answer(client, "").content.decode()
    for name, exhibit in exhibits_of(edition_of(publication)).items():
        shown = exhibit.show(edition_of(publication))
        assert (f'id="{name}"' in page) is not bool(shown.missing), name
    assert "There is no earlier list to compare with." in page


def test_every_page_has_table_still_picture_and_downloads(client, publication):
    for name, exhibit in exhibits_of(edition_of(publication)).items():
        page = answer(client, f"{name}/")
        assert page.status_code == 200, name
        shown, text = exhibit.show(edition_of(publication)), page.content.decode()
        if shown.missing:
            assert "<table" not in text, name
            continue
        assert f"/lists/towns/exhibits/{name}.csv" in text and "<tbody" in text, name
        assert ("data-chart=" in text and "still-narrow.svg" in text) is (shown.chart is not None), name


def test_regions_have_a_still_picture_of_every_scheme(client, publication):
    page = client.get("/lists/towns/regions/", headers={"accept-language": "en"}).content.decode()
    for number in (1, 2):
        assert f'src="/lists/towns/regions/{number}.svg"' in page
        picture = client.get(f"/lists/towns/regions/{number}.svg?narrow")
        assert picture["Content-Type"].startswith("image/svg+xml") and b"<svg" in picture.content
    assert client.get("/lists/towns/regions/9.svg").status_code == 404


def test_every_exhibit_is_drawn_without_styles_and_scripts(client, publication):
    for name, exhibit in exhibits_of(edition_of(publication)).items():
        shown = exhibit.show(edition_of(publication))
        for kind in DRAWN:
            picture = answer(client, f"{name}.{kind}")
            has_it = not shown.missing and (shown.chart is not None or not kind.startswith("still"))
            assert (picture.status_code == 200) is has_it, (name, kind)
            if has_it:
                tree = ElementTree.fromstring(picture.content.decode())
                inside = {(node.tag.rsplit("}", 1)[-1], key) for node in tree.iter() for key in node.attrib}
                assert not {one for one in inside if one[0] in ("script", "style") or one[1] == "style"}
                assert picture.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_pictures_have_the_size_they_promise(client, publication):
    def size(path):
        content = client.get(path).content
        assert content.startswith(b"\x89PNG")
        return struct.unpack(">II", content[16:24])

    assert size("/lists/towns/exhibits/tiers.png")[0] == 2 * 1080
    assert size("/lists/towns/exhibits/tiers.card.png") == (1200, 630)
    assert size("/lists/towns/card.png") == size("/lists/towns/r1/card.png") == (1200, 630)


def test_csv_and_workbook_hold_the_table_and_metadata_names_its_columns(client, publication):
    edition = edition_of(publication)
    for name, exhibit in exhibits_of(edition).items():
        shown = exhibit.show(edition)
        if shown.missing:
            continue
        text = answer(client, f"{name}.csv").content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        facts = json.loads(answer(client, f"{name}.metadata.json").content)
        assert rows[0] == [column["code"] for column in facts["columns"]], name
        assert len(rows) - 1 == facts["rows"] == len(shown.table.rows), name
        for drawn, told in zip(rows[1:], shown.table.rows, strict=True):
            for cell, value in zip(drawn, told, strict=True):
                if isinstance(value, int | float):
                    assert float(cell) == value, (name, cell, value)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer(client, f"{name}.xlsx").content))
        last = sheet.get_sheet_by_index(0).to_python()[-len(shown.table.rows) :]
        for drawn, told in zip(last, shown.table.rows, strict=True):
            for cell, value in zip(drawn, told, strict=False):
                if isinstance(value, int | float):
                    assert cell == pytest.approx(value, abs=1e-12), (name, cell, value)


def test_reader_chooses_the_indicators_of_the_bubbles(client, publication):
    page = answer(client, "bubbles/?x=b1&y=a2").content.decode()
    assert "bubbles.csv?x=b1&amp;y=a2" in page
    chosen = json.loads(answer(client, "bubbles.metadata.json?x=b1&y=a2").content)["chosen"]
    assert chosen == {"x": "b1", "y": "a2"}
    strange = json.loads(answer(client, "bubbles.metadata.json?x=%27&y=nothing").content)["chosen"]
    assert strange == json.loads(answer(client, "bubbles.metadata.json").content)["chosen"]


def test_exhibit_can_be_framed_elsewhere_and_nothing_else_can(client, publication):
    frame, page = answer(client, "tiers/embed/"), answer(client, "tiers/")
    assert "frame-ancestors *" in frame.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in frame.headers
    assert "<script" not in frame.content.decode() and not frame.cookies
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_hostile_names_are_text_in_pictures_and_no_formula_in_tables(client):
    rows = [list(town) for town in TOWNS]
    rows[0][1] = rows[0][2] = HOSTILE
    lines = io.StringIO()
    csv.writer(lines).writerows(
        [["code", "name", "name_en", "half", "region", "province", "a1", "a2", "b1", "b2"]]
    )
    csv.writer(lines).writerows(rows)
    publication = published(lines.getvalue())
    for name, exhibit in exhibits_of(edition_of(publication)).items():
        if exhibit.show(edition_of(publication)).missing:
            continue
        tree = ElementTree.fromstring(answer(client, f"{name}.svg").content.decode())
        assert not [node for node in tree.iter() if node.tag.endswith("script")], name
        table = answer(client, f"{name}.csv").content.decode("utf-8-sig")
        assert "\n=1+1" not in table and ",=1+1" not in table and ',"=1+1' not in table, name
        assert "<script>alert" not in answer(client, f"{name}/").content.decode(), name


def test_other_sites_name_the_language(client, publication):
    page = answer(client, "tiers/").content.decode()
    assert "tiers/embed/?lang=en" in page and "tiers.svg?lang=en" in page
    for rest in ("tiers.svg", "tiers/embed/"):
        chinese, english = (
            answer(client, f"{rest}?lang={code}").content.decode() for code in ("zh-hans", "en")
        )
        assert "平均分由" in chinese and "Mean scores fall" in english
    assert answer(client, "tiers.svg?lang=xx").content == answer(client, "tiers.svg").content
    rows = json.loads(answer(client, "tiers.json").content)["rows"]
    assert (len(rows), rows[0]["rank"]) == (6, 1)


def test_unknown_exhibits_and_kinds_are_not_found(client, publication):
    for rest in ("nothing/", "nothing.svg", "tiers.exe", "tiers.svgz", "list.still.svg", "movement.png"):
        assert answer(client, rest).status_code == 404, rest
