"""The table of the attacks, printed at the end of a run: attack, hit rate, chance, limit, verdict."""

import pytest

TABLE = pytest.StashKey[list]()


@pytest.fixture
def attack_table(request):
    """The lines of the table; each attack adds its own."""
    return request.config.stash.setdefault(TABLE, [])


def pytest_terminal_summary(terminalreporter, config):
    """Print the lines."""
    if lines := config.stash.get(TABLE, []):
        terminalreporter.section("attacks on anonymity")
        head = ("attack", "on", "hits", "tries", "rate", "chance", "limit", "at 24", "verdict")
        for line in (head, *lines):
            terminalreporter.write_line("{:<42}{:<7}{:>6}{:>7}{:>9}{:>9}{:>9}{:>9}  {}".format(*line))
