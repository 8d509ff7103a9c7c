"""A rehearsal: a simulated panel goes through the rounds of a copy of the study, at the public door.

For coordinators who want to see the protocol at work before they invite anybody. The copy is marked for good.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from survey.core.simulation import PanelRules, SimulatedExpert, simulated_panel
from survey.credentials import issue_code
from survey.feedback import release_feedback
from survey.feedback_pages import last_feedback
from survey.models import Round, Study
from survey.modes import mode_of
from survey.modes.points import units
from survey.panel import Invitee, invite_experts
from survey.questionnaire import Group, questionnaire
from survey.reasons import accept_reason
from survey.rehearsal_browser import ExpertBrowser
from survey.results import round_statistics
from survey.rounds import adopt_round, close_round, open_round
from survey.self_assessment import asked_scope, choices, names, scopes
from survey.studies import copy_for_rehearsal

BY = "rehearsal"
AT_ONCE = 4
OPEN_FOR = timedelta(days=7)
WRITING = 0.15  # how often a simulated expert writes a reason beside a group
FOR_MORE = (
    "数据口径比较一致，可比性好。",
    "与产业基础关系最直接，应当占较大比重。",
    "政策导向明确，未来几年更重要。",
    "The figures are collected alike everywhere, so they compare well.",
)
FOR_LESS = (
    "短期波动较大，不宜给得太高。",
    "与同组其他指标有重叠，酌情降低。",
    "It overlaps with another indicator of this group.",
)


@dataclass(frozen=True)
class RoundFacts:
    """What one round of a rehearsal came to."""

    number: int
    of: int
    invited: int
    answers: int
    concordance: float | None
    stable: int | None
    items: int
    sha256: str


@dataclass
class Rehearsal:
    """A rehearsal in progress: the copy of the study, its simulated experts and their codes."""

    study: Study
    url: str
    clock: Callable[[], datetime]
    groups: list[Group]
    experts: list[tuple[str, SimulatedExpert]]
    rules: PanelRules

    def run(self, rounds: int) -> Iterator[RoundFacts]:
        """Play the first ``rounds`` rounds; a shorter rehearsal leaves the next one open, a whole one is adopted."""
        planned = self.study.rules["rounds"]
        for number in range(1, min(rounds, planned) + 1):
            yield self._play(number, planned)
        if rounds < planned:
            self._open(rounds + 1)
        else:
            adopt_round(self.study.rounds.get(number=planned), by=BY, at=self.clock())

    def _open(self, number: int) -> Round:
        round, now = self.study.rounds.get(number=number), self.clock()
        return open_round(round, deadline=now + OPEN_FOR, by=BY, at=now)

    def _play(self, number: int, planned: int) -> RoundFacts:
        self._open(number)
        medians = self._medians()
        present = [(code, expert) for code, expert in self.experts if self._stays(expert, number)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda pair: self._answer(*pair, medians), present))
        round = close_round(self.study.rounds.get(number=number), by=BY, at=self.clock())
        self._read(round)
        release_feedback(round, by=BY, at=self.clock())
        return round_facts(round, planned)

    def _stays(self, expert: SimulatedExpert, number: int) -> bool:
        if number > 1 and expert.generator.random() < self.rules.dropout:
            expert.has_left = True
        return not expert.has_left

    def _medians(self) -> dict[str, list[float | None]]:
        """The group weights of the last feedback, as every expert sees them."""
        feedback = last_feedback(self.study)
        if feedback is None:
            return {}
        told = feedback.document()["group_weights"]
        return {group.code: [told[group.code][code] for code in group.codes] for group in self.groups}

    def _answer(self, code: str, expert: SimulatedExpert, medians: dict) -> None:
        browser, rules = ExpertBrowser(self.url), self.study.rules
        browser.enter(code)
        if asked_scope(rules) != "none" and not expert.last:  # later rounds begin with what was said
            browser.assess(self._assessment(expert))
        for group in self.groups:
            points = expert.answer(group.code, medians.get(group.code), total=units(rules))
            shares = {code: n / units(rules) for code, n in zip(group.codes, points, strict=True)}
            typed = mode_of(rules).typed(group, shares, rules) | self._reason(group, expert, medians, shares)
            browser.fill_group(group.code, typed | {"go": "anyway"})
        browser.submit()

    def _reason(
        self, group: Group, expert: SimulatedExpert, medians: dict, shares: dict[str, float]
    ) -> dict[str, str]:
        """Now and then a sentence about one indicator of the group, once the panel has been told its figures."""
        if medians.get(group.code) is None or expert.voice.random() >= WRITING:
            return {}
        place = int(expert.voice.integers(len(group.codes)))
        code, told = group.codes[place], medians[group.code][place]
        words = FOR_MORE if told is None or shares[code] > told else FOR_LESS
        return {f"reason-{code}": words[int(expert.voice.integers(len(words)))]}

    def _read(self, round: Round) -> None:
        """Accept what was written, as a coordinator would."""
        for reason in round.reasons.all():
            accept_reason(reason, by=BY, at=self.clock())

    def _assessment(self, expert: SimulatedExpert) -> dict[str, str]:
        """A self-assessment: rather familiar, each basis of judgement by chance."""
        rules, drawn = self.study.rules, {}
        for scope in scopes(self.groups, rules):
            for name in names(rules):
                known = choices(name, rules)
                drawn[scope.key(name)] = str(known[min(int(expert.voice.integers(3)), len(known) - 1)])
        return drawn


def start_rehearsal(
    study: Study,
    *,
    experts: int,
    seed: int,
    url: str,
    clock: Callable[[], datetime],
    rules: PanelRules | None = None,
) -> Rehearsal:
    """Copy the study, fill the copy's panel with simulated experts and give each a code."""
    rules = rules or PanelRules()
    copy = copy_for_rehearsal(study, by=BY, at=clock())
    invitees = [
        Invitee(name=f"模拟专家 {number:02d}", email=f"expert-{number:02d}@simulated.invalid")
        for number in range(1, experts + 1)
    ]
    invite_experts(copy, invitees, by=BY, at=clock())
    groups = questionnaire(copy)
    panel = simulated_panel(
        {group.code: len(group.items) for group in groups}, experts=experts, seed=seed, rules=rules
    )
    codes = [issue_code(expert) for expert in copy.experts.order_by("email")]
    return Rehearsal(copy, url, clock, groups, list(zip(codes, panel, strict=True)), rules)


def round_facts(round: Round, planned: int) -> RoundFacts:
    """What a closed round came to."""
    found = round_statistics(round)
    return RoundFacts(
        number=round.number,
        of=planned,
        invited=round.invited,
        answers=round.answers,
        concordance=found["leaves"]["w"],
        stable=found["stop"]["stable"] if round.number > 1 else None,
        items=found["stop"]["items"],
        sha256=round.sha256,
    )
