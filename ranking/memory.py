"""What a process remembers for a moment, so that a thousand readers a second do not ask the database the same thing."""

import time
from collections.abc import Callable


class ShortMemory:
    """Answers by key, for so many seconds each; empty ones are not kept, as anybody can ask for what is not there."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.answers: dict[str, tuple[float, str]] = {}

    def recall(self, key: str, ask: Callable[[], str]) -> str:
        """The answer that was given a moment ago, or a new one."""
        kept = self.answers.get(key)
        if kept is not None and time.monotonic() < kept[0]:
            return kept[1]
        answer = ask()
        if answer:
            self.answers[key] = (time.monotonic() + self.seconds, answer)
        return answer

    def forget(self) -> None:
        """Ask anew the next time."""
        self.answers = {}


revisions_seen = ShortMemory(seconds=1.0)
