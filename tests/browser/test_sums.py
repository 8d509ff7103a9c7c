"""No sequence of edits, steps, balances, undos and reloads ever submits a group that does not add up to 100.

The browser half: seeded random sequences drive the real page of the real site; after each the answer that was counted
is looked up. What the page says of the sum must be true at every step.
"""

import random
import unicodedata

import pytest

from survey.models import Response
from tests.cast import make_panel, make_study, open_next

pytestmark = pytest.mark.django_db(transaction=True)
TREE = "code,parent,name,name_en,direction\n" + "\n".join(
    f"{code},,指标{code},Item {code},1" for code in "ABCD"
)
TYPED = ["0", "5", "12", "25", "３０", "33", "40%", "100", "101", "-3", "abc", "", "7.5", "12½"]
KEYS = [
    "ArrowUp",
    "ArrowDown",
    "PageUp",
    "PageDown",
    "Alt+KeyR",
    "Alt+KeyP",
    "Control+KeyZ",
    "Control+Shift+KeyZ",
]
BUTTONS = ["undo", "redo", "clear", "balance", "apply", "cancel"]
SEQUENCES, ACTS = 5, 14


def start(open_page, step, width):
    study = make_study(framework=TREE, protocol={"survey": {"step": step}})
    code = make_panel(study)["Ana"]
    round = open_next(study)
    page = open_page("/j", language="en-GB", width=width)
    page.fill("[name=code]", code)
    page.locator("form button.btn-primary").first.click()
    page.wait_for_load_state()
    page.goto("/e/group/top/")
    return page, round


def points(page) -> list[str]:
    return page.eval_on_selector_all("[data-row] input[type=text]", "fields => fields.map((f) => f.value)")


def act(page, rng: random.Random) -> None:
    """One thing that somebody may do to the page."""
    kind = rng.choice(["type", "type", "key", "button", "button", "step", "reload"])
    row = page.locator("[data-row] input[type=text]").nth(rng.randrange(4))
    if kind == "type":
        row.fill(rng.choice(TYPED))
    elif kind == "key":
        row.focus()
        page.keyboard.press(rng.choice(KEYS))
    elif kind == "step":
        page.locator("[data-row]").nth(rng.randrange(4)).locator("button[data-step]").nth(
            rng.randrange(2)
        ).click()
    elif kind == "button":
        button = page.locator(f"[data-{rng.choice(BUTTONS)}]")
        if button.is_visible() and button.is_enabled():
            button.click()
    elif rng.random() < 0.3:
        page.wait_for_timeout(150)
        page.reload()


def as_number(text: str, step: float) -> float | None:
    """What a field says, or None where it says nothing that can stand."""
    plain = unicodedata.normalize("NFKC", text.replace("½", ".5")).strip().removesuffix("%")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if 0 <= value <= 100 and (value / step).is_integer() else None


def says_the_truth(page, step: float) -> None:
    """ "Done" stands on the page if and only if every row has points and they add up to 100."""
    numbers = [as_number(text, step) for text in points(page)]
    page.locator("[data-words]").wait_for()
    is_done = page.locator("[data-remaining]").get_attribute("data-state") == "done"
    if any(text.strip() and as_number(text, step) is None for text in points(page)):
        assert not is_done  # something on the page cannot be read as it is
        return
    assert is_done == (None not in numbers and sum(numbers) == 100), points(page)


def counted(round) -> dict | None:
    return Response.objects.filter(round=round, values__isnull=False).values_list("values", flat=True).first()


def submit(page) -> None:
    """Save the group, go to the review and press the button there, where there is one."""
    page.locator("[data-row] input[type=text]").first.blur()
    page.locator("[data-next]").click()
    page.wait_for_load_state()
    page.goto("/e/review/")
    button = page.locator("form[action='/e/submit/'] button")
    if button.count() and button.first.is_enabled():
        button.first.click()
        page.wait_for_load_state()


@pytest.mark.parametrize(("step", "width", "seed"), [(1, 1280, 1), (0.5, 360, 2)])
def test_no_sequence_of_acts_submits_another_sum(open_page, step, width, seed):
    page, round = start(open_page, step, width)
    rng, submitted = random.Random(seed), 0
    for _ in range(SEQUENCES):
        page.goto("/e/group/top/")
        for _ in range(ACTS):
            act(page, rng)
            says_the_truth(page, step)
        if rng.random() < 0.5 and page.locator("[data-balance]").is_visible():
            page.locator("[data-balance]").click()
            if page.locator("[data-apply]").is_visible():
                page.locator("[data-apply]").click()
                says_the_truth(page, step)
        submit(page)
        answer = counted(round)
        if answer is not None:
            submitted += 1
            assert sum(answer.values()) == 100 / step
            assert set(answer) == set("ABCD") and all(
                type(value) is int and value >= 0 for value in answer.values()
            )
    assert submitted, "no sequence came to an answer: the test shows nothing"


def test_half_points_go_from_the_field_to_the_count(open_page):
    page, round = start(open_page, 0.5, 1280)
    for place, typed in enumerate(["12½", "３７．５", "25", "25"]):
        page.locator("[data-row] input[type=text]").nth(place).fill(typed)
    submit(page)
    assert counted(round) == {"A": 25, "B": 75, "C": 50, "D": 50}
    page.goto("/e/group/top/")
    assert points(page) == ["12.5", "37.5", "25", "25"]
