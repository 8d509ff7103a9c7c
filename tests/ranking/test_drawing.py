"""Charts on the server: one V8 for many threads, limits that hold, names that stay names, Chinese that is drawn."""

import asyncio
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from math import dist
from xml.etree import ElementTree

import pytest
from django.conf import settings

from ranking.charts import tier_colours
from ranking.drawing import DrawingFailed, Engine, as_attributes, chart_svg, png_of
from ranking.exhibits.label_places import label_places
from ranking.exhibits.line_ends import end_offsets, round_ends
from ranking.lettering import broken, cut, text_width, wrapped
from ranking.pictures import _headline
from tests.ranking.drawn_texts import real_width

BAR = {
    "xAxis": {"type": "category", "data": ["深圳", "<b>&\"'"]},
    "yAxis": {"type": "value"},
    "series": [{"type": "bar", "data": [1, 2], "label": {"show": True, "formatter": "{b}"}}],
}


def test_chart_is_drawn_with_its_names_as_text():
    tree = ElementTree.fromstring(chart_svg(BAR, width=600, height=300))
    texts = {node.text for node in tree.iter() if node.tag.endswith("text")}
    assert {"深圳", "<b>&\"'"} <= texts
    assert not [node for node in tree.iter() if "style" in node.attrib or node.tag.endswith("style")]
    assert (tree.get("width"), tree.get("height")) == ("600", "300")


def test_many_threads_share_one_engine():
    def draw(number):
        option = BAR | {"title": {"text": f"number {number}"}}
        return f"number {number}<" in chart_svg(option, width=400, height=200)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(draw, range(40)))


def test_engine_that_began_beside_an_event_loop_works_when_that_has_ended():
    engine = Engine()

    async def begin():
        return engine.draw(json.dumps(BAR), 400, 200)

    with closing(engine), ThreadPoolExecutor(1) as thread:
        first = thread.submit(asyncio.run, begin()).result(20)
        again = thread.submit(engine.draw, json.dumps(BAR), 400, 200).result(20)
    assert as_attributes(again) == as_attributes(first)


def test_same_option_gives_the_same_picture():
    assert chart_svg(BAR, width=400, height=200) == chart_svg(BAR, width=400, height=200)


def test_endless_drawing_is_stopped_and_the_next_one_works():
    engine = Engine(seconds=1.0)
    try:
        heavy = {
            "xAxis": {},
            "yAxis": {},
            "series": [{"type": "line", "smooth": True, "data": [1, 2] * 2_000_000}],
        }
        with pytest.raises(DrawingFailed):
            engine.draw(json.dumps(heavy), 800, 400)
        assert engine.draw(json.dumps(BAR), 400, 200).startswith("<svg")
    finally:
        engine.close()


def test_refused_option_is_named():
    with pytest.raises(DrawingFailed, match=r"xAxis|axis|undefined"):
        chart_svg(
            {"xAxis": {}, "series": [{"type": "bar", "xAxisIndex": 7, "data": [1]}]}, width=400, height=200
        )


def test_chinese_is_no_tofu():
    """Two different characters must give two different pictures, which boxes would not."""

    def picture(text):
        return png_of(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><text x="5" y="30" font-size="24"'
            f' font-family="Noto Sans SC">{text}</text></svg>'
        )

    assert len({picture(text) for text in ("衡", "深", "圳", " ", "A")}) == 5


def test_process_that_drew_ends():
    code = (
        "import django; django.setup(); from ranking.drawing import chart_svg; "
        "print(len(chart_svg({'series': []}, width=100, height=50)))"
    )
    command, environment = (
        [sys.executable, "-c", code],
        {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
    )
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, capture_output=True, timeout=60, check=True, env=environment
    )
    assert int(done.stdout) > 0


def test_more_than_four_tiers_go_evenly_through_the_colours():
    assert tier_colours(4) == ["#0A2A55", "#1F66AE", "#5A93CE", "#8B93A1"]
    assert len(set(tier_colours(7))) == 7
    assert (tier_colours(7)[0], tier_colours(7)[-1]) == ("#0A2A55", "#8B93A1")
    assert tier_colours(1) == ["#0A2A55"] and tier_colours(0) == []


def test_words_are_broken_where_their_writing_allows():
    assert broken("Green and intensive development", 80) == "Green and\nintensive\ndevelopment"
    assert wrapped("绿色集约，发展", 10, 45) == ["绿色集", "约，发展"]
    assert wrapped("工厂（累计）", 10, 35) == ["工厂", "（累", "计）"]
    assert broken("科创板与创业板上市公司数", 110, 11) == "科创板与创业\n板上市公司数"
    assert wrapped("one two three", 10, text_width("one two", 10)) == ["one two", "three"]
    assert wrapped("", 10, 50) == []
    assert cut("深圳市", 10, 25) == "深…"
    assert broken("National advanced-manufacturing winners", 90, most=2) == "National\nadvanced-ma…"


def test_names_of_bubbles_keep_out_of_each_others_way():
    spots = [(250, 150), (280, 150), (490, 295)]
    shifts = label_places(spots, [30, 20, 10], [60, 60, 60], plot=(500, 300))
    assert shifts[0][0] < 0 < shifts[1][0] and shifts[0][1] == shifts[1][1] == 0
    assert spots[2][0] + shifts[2][0] + 30 <= 500 and spots[2][1] + shifts[2][1] + 7.5 <= 300


def test_names_of_a_crowd_all_find_places_off_every_bubble_and_line():
    sizes, lines = [30] * 6, [(0, 112, 306, 116)]
    spots = [(20, 135), (38, 150), (45, 140), (70, 150), (50, 165), (20, 175)]
    shifts = label_places(spots, sizes, [62] * 6, plot=(306, 300), taken=lines)
    for (x, y), (across, down) in zip(spots, shifts, strict=True):
        left, right, top, bottom = x + across - 31, x + across + 31, y + down - 7.5, y + down + 7.5
        nearest = [(min(max(left, a), right), min(max(top, b), bottom)) for a, b in spots]
        assert all(dist(point, spot) >= 14.9 for point, spot in zip(nearest, spots, strict=True))
        assert bottom <= 112 or top >= 116


def test_name_without_a_free_place_is_left_out():
    spots = [(20, 10)] * 4
    shifts = label_places(spots, [8] * 4, [50] * 4, plot=(60, 20), near=True)
    assert shifts.count(None) == 4
    assert label_places(spots[:1], [8], [30], plot=(60, 20)) == [(22.0, 0.0)]
    assert label_places([], [], [], plot=(60, 20)) == []


@pytest.mark.parametrize("bold", [False, True])
def test_width_of_words_is_that_of_the_font_they_are_drawn_with(bold):
    for text in (
        "Green and intensive development",
        "1,234.5 – 18%",
        "单位面积第二产业增加值（亿元）",
        "Xi'an 西安",
    ):
        assert text_width(text, 12, bold=bold) == pytest.approx(
            real_width(text, 12, bold=bold), rel=0.05, abs=1
        )


def test_names_at_line_ends_keep_their_order_and_stay_inside():
    values, pixels = [50, 49, 48, 1, 0.5, None], 200
    moved = end_offsets(values, low=0, high=50, pixels=pixels, step=15)
    spots = [pixels * (50 - value) / 50 + shift for value, shift in zip(values[:5], moved[:5], strict=True)]
    assert all(below - above >= 15 - 1e-6 for above, below in pairwise(spots))
    assert max(spots) <= pixels and moved[5] == 0 and moved[0] == 0


def test_ends_of_axes_are_round():
    assert round_ends([4, 59], from_zero=True) == (0, 70)
    assert round_ends([32.4, 98.8]) == (30, 110)
    assert round_ends([5, 5]) == (0, 10)


def test_long_title_of_a_card_gets_smaller_and_then_an_end():
    assert _headline("word " * 6, 600)[0] == 42
    size, lines = _headline("word " * 20, 600)
    assert size < 42 and len(lines) == 3 and "".join(lines).count("word") == 20
    size, lines = _headline("很长的标题" * 60, 600)
    assert size == 28 and len(lines) == 3 and lines[-1].endswith("…")
