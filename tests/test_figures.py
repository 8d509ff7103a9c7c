"""How figures are shown: rounded once, at display."""

import pytest

from config.templatetags.figures import along, answer, bar, figure, fixed, percent, upto, whole


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (80.25318787316746, 1, "80.3"),
        (66.58706035371084, 1, "66.6"),
        (0.0, 2, "0.00"),
        (-0.001, 2, "0.00"),
        (12345.678, 0, "12346"),
        (99.96, 1, "100.0"),
    ],
)
def test_fixed_rounds_instead_of_cutting_off(value, places, shown):
    assert fixed(value, places) == shown


def test_fixed_shows_a_dash_where_there_is_no_number():
    assert fixed(None, 2) == percent(None) == figure(None) == "–"


def test_percent_rounds_the_share():
    assert percent(0.26124537, 2) == "26.12"
    assert percent(0.8109289) == "81.1"


def test_figure_keeps_six_significant_digits():
    assert figure(0.000123456789) == "0.000123457"
    assert figure(39500.0) == "39,500"
    assert figure(123456789.4) == "123,456,789"


def test_whole_rounds_half_to_even():
    assert whole(2.5) == "2"
    assert whole(None) == ""


@pytest.mark.parametrize(
    ("value", "full", "length"),
    [
        (25.0, 100, "25.0"),
        (3.0, 4.0, "75.0"),
        (120.0, 100, "100.0"),
        (-2.0, 100, "0.0"),
        (None, 100, "0"),
        (1.0, 0, "0"),
    ],
)
def test_bar_stays_between_nothing_and_the_full_length(value, full, length):
    assert bar(value, full) == length


def test_answer_has_at_most_one_decimal():
    assert [answer(value) for value in (200 / 7, 20.0, 7.5, 5, None)] == ["28.6", "20", "7.5", "5", "–"]


def test_range_of_one_number_is_that_number():
    assert upto(2.0, 4.5) == "2–4.5"
    assert upto(2, 2.0) == "2"


@pytest.mark.parametrize(
    ("value", "low", "high", "place"),
    [
        (55, "", 60, "91.67"),
        (1, 1, 5, "0.00"),
        ("2", 1, 5, "25.00"),
        (None, 0, 50, ""),
        ("many", 0, 50, ""),
        (1, 1, 1, ""),
    ],
)
def test_mark_lies_along_its_strip(value, low, high, place):
    assert along(value, low, high) == place
