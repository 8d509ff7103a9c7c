"""Numbers on a scale of their own, collected elsewhere and imported: nobody is asked in this way."""

import numpy as np
from django.utils.translation import gettext_lazy

from survey.modes.base import Mode, Scale
from survey.questionnaire import Group, GroupUnfinished

FINEST = 20  # parts of a long scale, for histograms


class Collected(Mode):
    """One number for each item, any of which may be missing."""

    code = "collected"
    template = foot = ""
    is_rating = True
    label = gettext_lazy("Numbers on a scale, collected elsewhere")
    when = gettext_lazy("For panels that were asked elsewhere; no expert is asked in this way here.")
    task = gettext_lazy("You rate every item on the scale.")
    rounded = gettext_lazy("They are not rounded.")

    def read(self, posted, group: Group, rules: dict) -> tuple[dict, dict]:
        """Nothing: answers come from a file alone."""
        return {}, {}

    def check(self, group: Group, values: dict, rules: dict) -> None:
        """Refuse a group in which an answer is missing."""
        missing = [item.label for item in group.items if values.get(item.code) is None]
        if missing:
            raise GroupUnfinished(group=group.label, missing=", ".join(missing))

    def shares(self, group: Group, values: dict, rules: dict) -> dict[str, float]:
        """Each number over the sum of the group's numbers; equal shares where all are 0."""
        total = sum(values[code] for code in group.codes)
        return {code: values[code] / total if total else 1 / len(group.codes) for code in group.codes}

    def figures(self, group: Group, values: dict, rules: dict) -> dict[str, float]:
        """The numbers themselves."""
        return {code: values[code] for code in group.codes}

    def matrix(self, group: Group, answers: list[dict], rules: dict) -> np.ndarray:
        """The numbers of many answers; NaN where one is missing."""
        return np.array(
            [[values.get(code, np.nan) for code in group.codes] for values in answers], dtype=float
        )

    def scale(self, rules: dict) -> Scale:
        """From the lowest to the highest number of the file's scale; bins of one, or of a twentieth of a long scale."""
        low, high = rules["collected"]["low"], rules["collected"]["high"]
        width = max(1, (high - low) / FINEST)
        return Scale(low=low, high=high, grid=width, bin=width)

    def typed(self, group: Group, shares: dict, rules: dict) -> dict[str, str]:
        """Nothing: nobody types an answer."""
        return {}
