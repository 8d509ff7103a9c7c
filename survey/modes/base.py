"""What a way of asking must bring: one object for each value of the protocol's rule ``survey.elicitation``."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext_lazy

from survey.core.disclosure import RELEASED, ReleasedFigures, group_weights
from survey.questionnaire import Group


@dataclass(frozen=True)
class Scale:
    """The scale on which an indicator's figures are shown: ends, grid of the feedback, bin of the histogram change."""

    low: float
    high: float
    grid: float
    bin: float


class Mode(ABC):
    """One way of asking. ``values`` is an answer: one flat dict of field keys to whole numbers or short texts.

    A key is an indicator's code where a field belongs to one indicator; other keys hold a colon or a tilde, which no
    indicator code may have. None and a missing key both mean: not answered.
    """

    code: str
    template: str  # the fields of a group, inside the form of survey/group.html
    foot: str  # what stands below them, with the button that goes on
    script: str = ""  # static path of the page's module
    style: str = ""  # static path of a style sheet of its own
    has_strips = False  # whether the page draws the panel's figures as strips
    figures_are_weights = True  # whether the figures, closed, are the expert's weights
    is_rating = False  # whether a figure is a mark on a scale, with a meaning of its own
    adds_up = False  # whether a group's figures are parts of one total
    label: str  # its name, for the coordinator who chooses it
    when: str  # what it is good for, for the same
    task: str  # what the expert does, in one sentence
    rounded: str  # how the figures fed back are rounded
    told: str = gettext_lazy("points inside the group")  # what the figures fed back are

    def fields(self, group: Group, rules: dict) -> tuple[str, ...]:
        """The keys of a group's fields, in order."""
        return group.codes

    @abstractmethod
    def read(self, posted, group: Group, rules: dict) -> tuple[dict, dict]:
        """What was posted as (changes, faults) by key; None for an emptied field, nothing for one not posted."""

    @abstractmethod
    def check(self, group: Group, values: dict, rules: dict) -> None:
        """Raise the named refusal that says what is missing or wrong in the group."""

    @abstractmethod
    def shares(self, group: Group, values: dict, rules: dict) -> dict[str, float]:
        """The weights of one expert inside a checked group, by indicator code; they add to 1."""

    @abstractmethod
    def figures(self, group: Group, values: dict, rules: dict) -> dict[str, float]:
        """What statistics and feedback speak of in a checked group, by indicator code, on the scale of the answer."""

    def matrix(self, group: Group, answers: list[dict], rules: dict) -> np.ndarray:
        """The same for many checked answers at once, shape (experts, items)."""
        return np.array([[*self.figures(group, values, rules).values()] for values in answers], dtype=float)

    @abstractmethod
    def scale(self, rules: dict) -> Scale:
        """The scale of those figures."""

    def strip_ends(self, group: Group, marks, rules: dict) -> tuple[float, float]:
        """The ends of the strips that a group's figures are drawn on; ``marks`` are those figures."""
        scale = self.scale(rules)
        return scale.low, scale.high

    def told_weights(self, group: Group, medians: dict, rules: dict) -> dict[str, float] | None:
        """The group's weights as the panel's released medians have them; None where they give none."""
        weights = group_weights([ReleasedFigures(RELEASED, median=each) for each in medians.values()])
        return None if weights is None else dict(zip(medians, weights, strict=True))

    def form(self, group: Group, values: dict, rules: dict) -> object:
        """What the template needs beside the rows; ``values`` holds the fields as shown, numbers or texts."""
        return None

    def live(self, group: Group, values: dict, rules: dict) -> object:
        """What the answers so far come to, where the page shows that; None elsewhere."""
        return None

    def advice(self, group: Group, values: dict, rules: dict) -> bool:
        """Whether a finished group deserves a second look before the expert goes on."""
        return False

    @abstractmethod
    def typed(self, group: Group, shares: dict, rules: dict) -> dict[str, str]:
        """What somebody who means these shares would type into the group's fields; a simulated expert does."""

    def write(self, key: str, value, rules: dict) -> str:
        """A stored value as a person would type it."""
        return "" if value is None else str(value)

    def status(self, group: Group, values: dict, rules: dict) -> str:
        """What an unfinished group still lacks, in a few words for the list of groups."""
        return ""
