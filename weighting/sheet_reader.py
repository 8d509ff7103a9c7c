"""Standard input: a CSV or XLSX file. Standard output: its rows of text as JSON. Exit 2: unreadable, 3: too large.

Run as a process of its own with limits on memory and time, so that a hostile file harms nobody else.
"""

import csv
import io
import json
import re
import resource
import sys
import zipfile

MEMORY = 2 * 2**30
SECONDS = 50
MOST_CELLS = 5_000_000
MOST_UNPACKED = 400 * 2**20
MOST_ENTRIES = 2_000
MOST_RATIO = 200


class TooLarge(Exception):
    """The table passes a limit."""


def main() -> int:
    """Read, write, and say by the exit code how it went."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    content = sys.stdin.buffer.read()
    try:
        rows = read_xlsx(content) if content.startswith(b"PK") else read_csv(content)
    except (TooLarge, MemoryError):
        return 3
    except Exception:
        return 2
    json.dump(rows, sys.stdout, ensure_ascii=True)
    return 0


def read_csv(content: bytes) -> list[list[str]]:
    """Rows of a comma, semicolon or tab separated text in UTF-8 or GB 18030."""
    if b"\x00" in content:
        raise ValueError("not a text")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    header = text.split("\n", 1)[0]
    separator = max(",;\t", key=header.count)
    csv.field_size_limit(100_000)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    return even(rows)


def read_xlsx(content: bytes) -> list[list[str]]:
    """Rows of the first sheet."""
    refuse_bombs(content)
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheet = workbook.get_sheet_by_index(0)
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise TooLarge
    return even([[text_of(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)])


def refuse_bombs(content: bytes) -> None:
    """Refuse an archive that unpacks to too much, and a sheet with a cell far outside any real table."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        if (
            len(entries) > MOST_ENTRIES
            or unpacked > MOST_UNPACKED
            or unpacked > MOST_RATIO * max(len(content), 4096)
        ):
            raise TooLarge
        for entry in entries:
            if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                refuse_far_cells(archive.read(entry))


def refuse_far_cells(sheet: bytes) -> None:
    """Refuse a sheet whose last row times its last column is no table."""
    rows = max(
        (int(number) for number in re.findall(rb'<(?:\w+:)?row[^>]*?\br="(\d{1,9})"', sheet)), default=0
    )
    cells = re.findall(rb'<(?:\w+:)?c[^>]*?\br="([A-Z]{1,4})(\d{1,9})"', sheet)
    columns = max((column_number(name) for name, _row in cells), default=0)
    rows = max([rows, *(int(row) for _name, row in cells)])
    if rows * columns > MOST_CELLS:
        raise TooLarge


def column_number(name: bytes) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number


def text_of(cell) -> str:
    """A cell as a person would type it: no trailing .0 on whole numbers, full precision otherwise."""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)


def even(rows: list[list[str]]) -> list[list[str]]:
    """Without empty rows at the end, and every row as long as the longest."""
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    if width * len(rows) > MOST_CELLS:
        raise TooLarge
    return [[*row, *[""] * (width - len(row))] for row in rows]


if __name__ == "__main__":
    sys.exit(main())
