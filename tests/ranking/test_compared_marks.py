"""Marks of compared units on one line: none covers another."""

from itertools import pairwise

from ranking.comparison import LANE, LINE, MOST, TOUCHING, Cell, ComparedRow


def _row(*positions):
    cells = tuple(Cell(None, None, position, 0.0, 0.0) for position in positions)
    return ComparedRow(None, 1, True, cells)


def test_marks_that_would_touch_give_way_up_and_down():
    plot = _row(1.0, 0.2, None, 1.0, 0.98, 0.5).plot
    assert [number for number, _position, _down in plot.marks] == [2, 6, 5, 1, 4]
    for (_one, left, up), (_two, right, down) in pairwise(plot.marks):
        assert right - left >= TOUCHING or up != down
    assert len({down for _number, position, down in plot.marks if position > 0.9}) == 3
    assert all(LANE / 2 <= down <= plot.height - LANE / 2 for *_mark, down in plot.marks)


def test_line_is_as_high_as_its_marks_need():
    assert (_row(0.1, 0.5).plot.height, _row(0.1, 0.5).plot.middle) == (LINE, LINE / 2)
    assert _row(*[1.0] * MOST).plot.height == LINE + LANE * (MOST - 1)
    assert _row(None, None).plot.marks == ()
