"""Hostile values in many fields of one request, sent again wherever one field may have hidden another.

A value counts for a field only where the field's own form refused it, where the request was answered without a
refusal and the view looked the field up, or where nothing else in the request was hostile.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

from tests.access.fields import Answer, Site, Target, hostile_upload
from tests.access.hostile import MARK, catalogue, hurt_inside

VALUES = catalogue()
KEEPS = {
    "group": ("survey_response", "survey_comment", "survey_pending")
}  # a draft is kept though not submitted


def fault_of(answer: Answer, name: str = "") -> str:
    """What is wrong with an answer to hostile values, or nothing."""
    if answer.broken:
        return answer.broken
    if answer.status >= 500 or answer.status == 429:
        return f"answered {answer.status}"
    if answer.kept and not all(any(table in sql for table in KEEPS.get(name, ())) for sql in answer.changes):
        return answer.kept
    return "shows markup that was sent to it" if MARK in answer.text else ""


def holds_nul(value) -> bool:
    """Whether the door refuses the value before any view sees it."""
    return any(
        "\0" in part for part in (value if isinstance(value, list) else [value]) if isinstance(part, str)
    )


def rows(names: tuple, values: list) -> list[dict]:
    """Every value for every field, each in another row; values that no view sees in rows of their own."""
    found = []
    for part in ([v for v in values if not holds_nul(v)], [v for v in values if holds_nul(v)]):
        found += [
            {name: part[(turn + 7 * place) % len(part)] for place, name in enumerate(names)}
            for turn in range(len(part))
        ]
    return found


@dataclass
class Sender:
    """Sends rows to one address and notes the faults."""

    site: Site
    target: Target
    rng: random.Random
    settled: int = 0
    faults: list = field(default_factory=list)
    refused: Counter = field(default_factory=Counter)  # alone, by more than a form
    alone: Counter = field(default_factory=Counter)

    def hurt(self, values: list, inside: float) -> list[str]:
        """Every field with every value; of long right answers now and then one place alone."""
        for row in rows(self.target.names, values):
            stubborn = [name for name in row if self._is_stubborn(name)]
            self.settle({name: value for name, value in row.items() if name not in stubborn})
            for name in stubborn:
                self.settle({name: row[name]})
            for name, value in row.items():
                right = self.target.right[name] or ""
                if len(right) > 20 and self.rng.random() < inside:
                    self._send({name: hurt_inside(right, self.rng, value)})
        return self.faults

    def hurt_files(self, values: list) -> list[str]:
        """Every file with every value in its name and cells: in turn a table of nothing else, and the right one."""
        for name in self.target.files:
            rights = sorted({"", self.target.right_files.get(name, "")})
            for turn, value in enumerate(values):
                self._send({}, {name: hostile_upload(value, rights[turn % len(rights)])})
                self.settled += 1
        return self.faults

    def settle(self, row: dict) -> None:
        """Send the row, and once more what something else in it may have hidden."""
        if not row:
            return
        answer = self._send(row)
        if len(row) == 1:
            self._note(next(iter(row)), answer)
            self.settled += 1
            return
        done = set(row) & (answer.looked_up if answer.status < 400 else answer.refused)
        if all(map(holds_nul, row.values())) and answer.status == 400:
            self._send(dict([self.rng.choice(list(row.items()))]))
            done = set(row)
        self.settled += len(done)
        rest = {name: value for name, value in row.items() if name not in done}
        for part in [rest] if done else _halves(rest):
            self.settle(part)

    def _note(self, name: str, answer: Answer) -> None:
        self.alone[name] += 1
        self.refused[name] += answer.status >= 400 and name not in answer.refused

    def _is_stubborn(self, name: str) -> bool:
        """Whether the field hides all others of its row: a button, or mostly refused otherwise than by a form."""
        refused_mostly = self.alone[name] > 10 and self.refused[name] > self.alone[name] / 2
        return self.target.right[name] is None or refused_mostly

    def _send(self, hostile: dict, files: dict | None = None) -> Answer:
        target = self.target
        carried = target.carrying(hostile, files)
        answer = self.site.ask(target.visitor, target.method, target.address, **carried)
        fault = fault_of(answer, target.name)
        if fault:
            self.faults.append(
                f"{target.visitor} {target.method} {target.address} {str(hostile)[:300]}: {fault}"
            )
        return answer


def _halves(row: dict) -> list[dict]:
    pairs = list(row.items())
    return [dict(pairs[: len(pairs) // 2]), dict(pairs[len(pairs) // 2 :])]
