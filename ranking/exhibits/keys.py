"""Long words that many rows share, such as sources: a number in the table, the words once below it.

Files for programs keep the words in every row; pages and reports do not.
"""

from dataclasses import replace

from ranking.exhibits.shapes import Table


def with_keys(table: Table) -> tuple[Table, tuple[tuple[str, str], ...]]:
    """The table with [1] in place of words of its keyed columns, and the words by their numbers, as they come."""
    places = [place for place, column in enumerate(table.columns) if column.keyed]
    found = dict.fromkeys(row[place] for row in table.rows for place in places if row[place])
    marks = {words: f"[{number}]" for number, words in enumerate(found, 1)}
    rows = (
        tuple(marks.get(value, value) if place in places else value for place, value in enumerate(row))
        for row in table.rows
    )
    return replace(table, rows=tuple(rows)), tuple((mark, words) for words, mark in marks.items())


def told_keys(keys: tuple[tuple[str, str], ...]) -> str:
    """The words with their numbers in one line."""
    return "  ".join(f"{mark} {words}" for mark, words in keys)
