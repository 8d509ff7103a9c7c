"""The one place where figures read the counted answers: of closed rounds only, as columns without names.

Statistics, feedback, reports and benchmarks all come through here, so that no figure can leave an open round (D1 of
the disclosure rules, docs/trust.md).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.utils.translation import gettext_lazy as _

from survey.answers import is_skipped
from survey.core.agreement import TOP_BANDS
from survey.models import Response, Round
from survey.modes import mode_of
from survey.questionnaire import Group, questionnaire
from survey.refusal import Refusal


class RoundNotClosed(Refusal):
    """No figure leaves an open round."""

    code = "round_not_closed"
    message = _("Round %(number)d is not closed yet, so there is no feedback.")


@dataclass(frozen=True)
class AnswerScale:
    """The numbers an item's answers are made of: their range, the grid of feedback, the bins of a histogram."""

    low: float
    high: float
    grid: float
    bin_width: float
    is_rating: bool = False

    @property
    def full_mark(self) -> float | None:
        """The highest answer of a rating scale; None for shared points, where it means nothing."""
        return self.high if self.is_rating else None

    @property
    def banded(self) -> float | None:
        """The highest answer where the scale has a usual band of agreement: 1 to 5, 1 to 7, 1 to 9."""
        return self.full_mark if self.low == 1 and self.full_mark in TOP_BANDS else None


def answer_scale(rules: dict) -> AnswerScale:
    """The scale of the study's answers."""
    mode = mode_of(rules)
    scale = mode.scale(rules)
    return AnswerScale(scale.low, scale.high, scale.grid, scale.bin, is_rating=mode.is_rating)


def item_matrix(group: Group, answers: list[dict], rules: dict) -> np.ndarray:
    """Every expert's number for each item of the group, shape (experts, items); NaN where the group was not judged.

    The answers are counted ones, so they are not checked again.
    """
    if not rules.get("cannot_judge"):
        return mode_of(rules).matrix(group, answers, rules).reshape(len(answers), len(group.codes))
    judged = np.array([not is_skipped(group, values) for values in answers], dtype=bool)
    matrix = np.full((len(answers), len(group.codes)), np.nan)
    if judged.any():
        counted = [values for values, counts in zip(answers, judged, strict=True) if counts]
        matrix[judged] = mode_of(rules).matrix(group, counted, rules)
    return matrix


@dataclass(frozen=True)
class PanelAnswers:
    """Every counted answer of a closed round; rows in the order of ``keys``, opaque names that reach no person."""

    round: Round
    groups: tuple[Group, ...]
    values: dict[str, dict]

    @cached_property
    def keys(self) -> list[str]:
        """The row names, sorted."""
        return list(self.values)

    @cached_property
    def scale(self) -> AnswerScale:
        """The scale of the answers."""
        return answer_scale(self.round.study.rules)

    @cached_property
    def codes(self) -> set[str]:
        """The items that were asked."""
        return {code for group in self.groups for code in group.codes}

    @cached_property
    def _matrices(self) -> dict[str, np.ndarray]:
        rules = self.round.study.rules
        return {group.code: item_matrix(group, [*self.values.values()], rules) for group in self.groups}

    @cached_property
    def _rows_of(self) -> dict[int, np.ndarray]:
        return {}

    @cached_property
    def _shares(self) -> dict[str, np.ndarray]:
        return {}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self.values)}

    def matrix(self, group: Group) -> np.ndarray:
        """The group's answers, shape (experts, items); NaN = none."""
        return self._matrices[group.code]

    @cached_property
    def columns(self) -> dict[str, np.ndarray]:
        """Each item's answers, shape (experts,); NaN = none."""
        return {
            code: column
            for group in self.groups
            for code, column in zip(group.codes, self.matrix(group).T, strict=True)
        }

    def by_key(self, code: str) -> dict[str, float]:
        """Each answer to one item by its row name; NaN = none."""
        return dict(zip(self.values, self.columns[code].tolist(), strict=True))

    def rows_by_key(self, group: Group) -> dict[str, tuple]:
        """Each row of the group's answers by its row name."""
        return dict(zip(self.values, map(tuple, self.matrix(group).tolist()), strict=True))

    def codes_of(self, group_code: str) -> tuple[str, ...]:
        """The items the group had in this round; empty where it was not asked."""
        return next((group.codes for group in self.groups if group.code == group_code), ())

    def rows_of(self, other: "PanelAnswers") -> np.ndarray:
        """The row here of each row of the other round; -1 where it is not here."""
        if other.round.pk not in self._rows_of:
            places, keys = self._places, other.values
            found = range(len(keys)) if [*places] == [*keys] else (places.get(key, -1) for key in keys)
            self._rows_of[other.round.pk] = np.fromiter(found, dtype=int, count=len(keys))
        return self._rows_of[other.round.pk]

    def is_among(self, other: "PanelAnswers") -> np.ndarray:
        """Whether each row is in the other round as well."""
        return other.rows_of(self) >= 0

    def aligned(self, code: str, other: "PanelAnswers") -> np.ndarray:
        """The item's answers of the other round's rows, in their order; NaN where a row or the item is not here."""
        if code not in self.codes or not self.values:
            return np.full(len(other.values), np.nan)
        places = self.rows_of(other)
        return np.where(places < 0, np.nan, self.columns[code][places])

    def shares(self, group: Group) -> np.ndarray:
        """The group's answers as shares, shape (experts, items); a row of NaN where it was not judged."""
        if group.code not in self._shares:
            self._shares[group.code] = self._shares_of(group)
        return self._shares[group.code]

    def judged_shares(self, group: Group) -> np.ndarray:
        """The rows of `shares` without a gap."""
        shares = self.shares(group)
        return shares[~np.isnan(shares).any(axis=1)]

    def mean_shares(self, group: Group) -> np.ndarray:
        """The mean of those rows as one row; NaN where nobody judged the group."""
        rows = self.judged_shares(group)
        return rows.mean(axis=0)[None, :] if len(rows) else np.full((1, len(group.codes)), np.nan)

    def _shares_of(self, group: Group) -> np.ndarray:
        rules = self.round.study.rules
        matrix = self.matrix(group)
        if not mode_of(rules).figures_are_weights:
            judged = [not is_skipped(group, values) for values in self.values.values()]
            rows = [
                [*mode_of(rules).shares(group, values, rules).values()]
                if counts
                else [np.nan] * len(group.codes)
                for values, counts in zip(self.values.values(), judged, strict=True)
            ]
            return np.array(rows, dtype=float).reshape(matrix.shape)
        sums = matrix.sum(axis=1, keepdims=True)
        return np.divide(matrix, sums, out=np.full_like(matrix, np.nan), where=sums > 0)

    def leaf_shares(self) -> np.ndarray:
        """Each expert's share of the whole for every asked node without asked children, shape (experts, leaves).

        The product of the shares along the path, to twelve decimals: only noise is left there, so that 0.2 × 0.3
        ties with 0.3 × 0.2. An only child, which is not asked, has all of its parent's share.
        """
        paths = along_paths(self.groups, self.shares)
        return np.round([*paths.values()], 12).reshape(len(paths), len(self.values)).T


def along_paths(groups: tuple[Group, ...], shares: Callable[[Group], np.ndarray]) -> dict[str, np.ndarray]:
    """The product of the shares along the path of every asked node without asked children, by its code.

    ``shares`` gives a group's shares, shape (rows, items).
    """
    whole: dict[str, np.ndarray] = {}
    inner = set()
    for group in groups:  # parents stand before their children
        node = group.parent
        while node is not None and node.code not in whole:
            node = node.parent
        inner |= {node.code} if node else set()
        above = whole[node.code][:, None] if node else 1
        whole |= dict(zip(group.codes, (shares(group) * above).T, strict=True))
    return {code: column for code, column in whole.items() if code not in inner}


def closed_answers(round: Round) -> PanelAnswers:
    """The counted answers of a closed round; raises `RoundNotClosed`."""
    if not round.is_closed:
        raise RoundNotClosed(number=round.number)
    counted = Response.objects.filter(round=round, values__isnull=False)
    values = dict(counted.parsed("pseudonym"))
    return PanelAnswers(round, tuple(questionnaire(round.study, round.number)), values)
