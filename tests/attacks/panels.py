"""What is attacked: seeded panels of 24 with drop-outs, played by the real acts, beside leaky copies of two tables.

The leaky copies hold what a careless tool would: a row of each side in the order of the answers, never written anew,
and who answered kept for all rounds. They are tables of the tests alone.
"""

import os
import random
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils import timezone

from survey.feedback import release_feedback
from survey.models import Expert, Round, Study
from survey.participation import record_participation, rewrite_answers
from survey.reasons import save_comments
from tests.cast import answer, bearer, close, make_panel, make_study, open_next

STUDIES = int(os.environ.get("ATTACK_STUDIES", "2"))
EXPERTS, ROUNDS, STAYS = 24, 5, 0.75
PAIRS = ("a", "b", "c", "d", "e")
FRAMEWORK = "code,parent,name,name_en,direction\n" + "".join(
    f"{top.upper()},,{top},{top},1\n{top}1,{top.upper()},{top}1,{top}1,1\n{top}2,{top.upper()},{top}2,{top}2,1\n"
    for top in PAIRS
)
TABLES = ("participation", "response", "comment")
LEAKY = {f"survey_{name}": f"leaky_{name}" for name in TABLES}


@dataclass
class Panel:
    """One study after its last closing, with the truth that the attacker does not have."""

    study: Study
    codes: dict[str, str]
    experts: dict[str, str]  # name -> id
    pseudonyms: dict[str, str]  # name -> pseudonym
    authors: dict[str, str]  # name -> the name under which words of the last round stand
    answers: dict[tuple[int, str], dict] = field(default_factory=dict)  # round, name -> points
    order: dict[int, list[str]] = field(default_factory=dict)  # round -> names in the order of their answers
    reviser: str = ""

    @property
    def truth(self) -> dict[str, str]:
        """Whose answers are whose, of those who answered the last round: expert id -> pseudonym."""
        return {self.experts[name]: self.pseudonyms[name] for name in self.order[ROUNDS]}

    @property
    def written(self) -> dict[str, str]:
        """Whose words are whose, in the last round: expert id -> author."""
        return {self.experts[name]: self.authors[name] for name in self.order[ROUNDS]}

    def round(self, number: int = ROUNDS) -> Round:
        return self.study.rounds.get(number=number)


def make_leaky_tables() -> None:
    """Empty copies of both tables, kept as a careless tool would keep them."""
    with connection.cursor() as cursor:
        for real, leaky in LEAKY.items():
            cursor.execute(f"DROP TABLE IF EXISTS {leaky}")
            cursor.execute(f"CREATE TABLE {leaky} (LIKE {real} INCLUDING DEFAULTS)")
            cursor.execute(f"CREATE INDEX ON {leaky} (round_id)")


def drop_leaky_tables() -> None:
    with connection.cursor() as cursor:
        for leaky in LEAKY.values():
            cursor.execute(f"DROP TABLE {leaky}")


def play(number: int) -> Panel:
    """A study from its first round to its last closing; all acts are the site's own."""
    luck = random.Random(9000 + number)
    study = make_study(
        slug=f"attacked-{number}", framework=FRAMEWORK, protocol={"survey": {"rounds": ROUNDS}}
    )
    names = [f"Expert {place:02d}" for place in range(EXPERTS)]
    codes = make_panel(study, names)
    keys = {name: bearer(study, code).keys for name, code in codes.items()}
    panel = Panel(
        study=study,
        codes=codes,
        experts={expert.name: str(expert.pk) for expert in Expert.objects.filter(study=study)},
        pseudonyms={name: key.pseudonym for name, key in keys.items()},
        authors={name: key.comment_pseudonym(ROUNDS) for name, key in keys.items()},
    )
    for round_number in range(1, ROUNDS + 1):
        play_round(panel, round_number, luck)
    return panel


def play_round(panel: Panel, number: int, luck: random.Random) -> None:
    """One round; after half of the answers comes a batch, and a few answer twice."""
    round = open_next(panel.study)
    names = [name for name in panel.codes if luck.random() < STAYS]
    if number == 2:  # the same people, and one of them revises: what differencing is made for
        names = list(panel.order[1])
        panel.reviser = luck.choice(names)
    luck.shuffle(names)
    panel.order[number] = names
    for place, name in enumerate(names):
        points = draw_points(luck)
        if number == 2:
            points = dict(panel.answers[1, name])
            if name == panel.reviser:
                points |= revise(points, luck)
        panel.answers[number, name] = points
        answer(round, panel.codes[name], points)
        if number == ROUNDS:
            words = {"reason-a1": f"words {place}"}
            save_comments(round, bearer(panel.study, panel.codes[name]), words, sides={"a1": ""})
        write_leaky_rows(round, panel, name)
        if place == len(names) // 2:
            record_participation(round)
            rewrite_answers(round)
    for name in luck.sample(names, 3):
        answer(round, panel.codes[name], panel.answers[number, name])
    close(round)
    if number < ROUNDS:
        release_feedback(round, by="coco", at=timezone.now())


def draw_points(luck: random.Random) -> dict[str, int]:
    """A whole questionnaire; most people are near each other, as on a real panel."""
    shares = [luck.randint(14, 22) for _ in PAIRS]
    shares[-1] += 100 - sum(shares)
    points = dict(zip([top.upper() for top in PAIRS], shares, strict=True))
    for top in PAIRS:
        first = luck.randint(30, 70)
        points |= {f"{top}1": first, f"{top}2": 100 - first}
    return points


def revise(points: dict[str, int], luck: random.Random) -> dict[str, int]:
    """Every pair moved by some points between 5 and 20, either way."""
    moved = {}
    for top in PAIRS:
        first = min(max(points[f"{top}1"] + luck.choice(STEPS), 0), 100)
        moved |= {f"{top}1": first, f"{top}2": 100 - first}
    return moved


STEPS = [step for step in range(-20, 21, 5) if step]


@transaction.atomic
def write_leaky_rows(round: Round, panel: Panel, name: str) -> None:
    """What a careless tool writes at the moment of an answer: both sides, in one transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO leaky_comment SELECT * FROM survey_comment WHERE round_id = %s AND author = %s",
            [round.pk, panel.authors[name]],
        )
        cursor.execute(
            "INSERT INTO leaky_response SELECT * FROM survey_response WHERE round_id = %s AND pseudonym = %s",
            [round.pk, panel.pseudonyms[name]],
        )
        cursor.execute(
            "INSERT INTO leaky_participation (id, round_id, expert_id) VALUES (gen_random_uuid(), %s, %s)",
            [round.pk, panel.experts[name]],
        )
