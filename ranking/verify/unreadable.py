"""The one refusal of the verifier: a file that is no bundle."""


class Unreadable(Exception):
    """The file cannot be read as a bundle; ``reason`` is a key of `ranking.verify.words.REASONS`."""

    def __init__(self, reason: str, name: str = ""):
        super().__init__(reason, name)
        self.reason, self.name = reason, name
