"""Comparisons and places in a real browser on a phone: what is shown while judging is what the core works out."""

import pytest
from playwright.sync_api import expect

from survey.models import Response
from survey.modes import mode_of
from survey.questionnaire import questionnaire
from tests.browser.test_expert_phone import PHONE, seat
from tests.cast import make_panel, make_study, open_next
from tests.walk.test_modes import FRAMEWORK

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(open_page):
    """The first group of a study in the given way, on a phone."""

    def sit_down(mode):
        study = make_study(protocol={"survey": {"elicitation": mode}}, framework=FRAMEWORK)
        code = make_panel(study, ("Ana",))["Ana"]
        open_next(study)
        page = open_page(**PHONE)
        seat(page, study, code, "/e/group/top/")
        return page, study

    return sit_down


def choose(page, key, value):
    page.locator(f'[name="{key}"]').select_option(str(value))


def test_live_consistency_is_the_cores(asked):
    page, study = asked("ahp")
    group, mode = questionnaire(study)[0], mode_of(study.rules)
    for judged in ({"A~B": 9, "A~C": -9, "B~C": 9}, {"A~B": 2, "A~C": 4, "B~C": 3}):
        for key, value in judged.items():
            choose(page, key, value)
        found = mode.live(group, judged, study.rules)
        expect(page.locator(".m-now")).to_contain_text(f"{found.ratio:.3f}")
        expect(page.locator(".m-live li")).to_have_count(len(found.looks))
        weights = page.locator(".m-weights dd").all_text_contents()
        assert [float(text) for text in weights] == [round(100 * share, 1) for _name, share in found.weights]
    assert not Response.objects.filter(values__isnull=False).exists()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_best_worst_asks_only_what_does_not_follow(asked):
    page, study = asked("bwm")
    choose(page, "top:best", "A")
    choose(page, "top:worst", "C")
    expect(page.locator('[data-side="from-best"] [data-code]:visible')).to_have_count(2)
    expect(page.locator('[data-side="to-worst"] [data-code]:visible')).to_have_count(1)
    for key, value in {"B:from-best": 4, "C:from-best": 8, "B:to-worst": 8}.items():
        choose(page, key, value)
    expect(page.locator(".m-now")).to_contain_text(f"{24 / 56:.3f}")
    choose(page, "B:to-worst", 2)
    expect(page.locator(".m-now")).to_contain_text("0.000")
    choose(page, "top:best", "B")  # what followed from the old end is asked anew
    assert page.locator('[name="A:from-best"]').input_value() == ""
    assert questionnaire(study)


def test_places_change_places(asked):
    page, _study = asked("ranking")
    for place, code in enumerate("ABC", start=1):
        choose(page, code, place)
    page.locator("[data-place-row]").nth(2).locator('[data-move="-1"]').click()
    assert [page.locator(f'[name="{code}"]').input_value() for code in "ABC"] == ["1", "3", "2"]
