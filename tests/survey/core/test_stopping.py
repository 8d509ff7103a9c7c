"""The stopping rule: the announced rounds first, then stability, retention and registration."""

import pytest

from survey.core.stopping import StopRule, stop_advice

SETTLED = [(True, True)] * 26 + [(False, True)] * 3
EARLY = StopRule(early_stop=True)


def advise(verdicts=SETTLED, **options):
    options = {"round_number": 3, "rule": EARLY, "retained": 18, "earlier": 20} | options
    return stop_advice(verdicts, **options)


def test_a_settled_panel_may_stop_early_when_that_was_registered():
    found = advise()

    assert (found.allowed, found.code) == (True, "early_stop")
    assert (found.items, found.converged, found.stable_disagreement, found.moving) == (29, 26, 3, 0)
    assert (found.stable, found.stable_share, found.retention) == (29, 1.0, 0.9)


@pytest.mark.parametrize(
    ("options", "allowed", "code"),
    [
        ({"round_number": 5, "rule": StopRule(), "retained": 1}, True, "announced_rounds_done"),
        ({"round_number": 6, "rule": StopRule()}, True, "announced_rounds_done"),
        ({"round_number": 1}, False, "first_round"),
        ({"verdicts": [*SETTLED, (False, False)]}, False, "items_moving"),
        ({"verdicts": [*SETTLED, (True, None)]}, False, "items_moving"),
        ({"verdicts": [*SETTLED, (False, False)], "weights_stable": True}, True, "early_stop"),
        ({"retained": 14}, True, "early_stop"),  # exactly 70 percent
        ({"retained": 13}, False, "retention_too_low"),
        ({"retained": None, "earlier": None}, False, "retention_too_low"),
        ({"rule": StopRule()}, False, "not_registered"),
    ],
)
def test_advice_names_the_rule_that_decided(options, allowed, code):
    found = advise(**options)

    assert (found.allowed, found.code) == (allowed, code)


def test_five_announced_rounds_are_the_default():
    assert (StopRule().rounds, StopRule().early_stop) == (5, False)


def test_without_items_there_is_no_number():
    assert advise([], round_number=1).stable_share is None
