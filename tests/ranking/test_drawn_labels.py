"""Every chart of the example's edition on a phone, a desk and paper: no word covers another, none is cut."""

from dataclasses import replace

import pytest
from django.utils import translation

from ranking.drawing import chart_svg
from ranking.editions import edition_of
from ranking.exhibits.registry import exhibits_of
from ranking.files.pictures import WIDTH, paper_heights
from ranking.measured import measured
from ranking.profiles import profile_of
from ranking.unit_charts import profile_radar
from tests.published_example import publish_edition
from tests.ranking.drawn_texts import faults

pytestmark = pytest.mark.django_db
PHONE, DESK = 312, 870
FEWEST = 17  # exhibits with a chart
LONG = {
    "name": "某某自治区某某某自治州某某国家级经济技术开发区",
    "name_en": "Development Zone of a Very Long Name, Far Away",
}


def charts_of(edition):
    """Every exhibit with a chart, and the radar of the page of a unit with a very long name."""
    for name, exhibit in exhibits_of(edition).items():
        if (shown := exhibit.show(edition)).chart is not None:
            yield name, shown
    first = edition.entries[0]
    profile = profile_of(edition, measured(edition.run), first, None)
    yield "unit", profile_radar(edition, replace(profile, entry=replace(first, **LONG)), LONG["name_en"])


def test_no_words_of_any_chart_cover_each_other_or_leave_the_picture():
    edition = edition_of(publish_edition())
    found, drawn = {}, set()
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for name, shown in charts_of(edition):
                drawn.add(name)
                sizes = (
                    (PHONE, shown.narrow_height or shown.height),
                    (DESK, shown.height),
                    *((WIDTH, height) for height in paper_heights(shown)),
                )
                for width, height in sizes:
                    svg = chart_svg(shown.chart, width=width, height=height)
                    if faulty := faults(svg, width, height):
                        found[language, name, width, height] = faulty
    assert found == {}
    assert len(drawn) > FEWEST, sorted(drawn)
