"""Standard input: a CSV or XLSX file. Standard output: its rows of text as JSON. Standard error: seconds and kB used.

Run as a process of its own with limits on memory and time, so that a hostile file harms nobody else. The exit code says
how it went: 0 read, 2 no table, 3 too large, 4 locked with a password, 5 an old or foreign workbook, 6 a workbook with
macros, links to other files or definitions of its own.
"""

import csv
import io
import json
import re
import resource
import sys
import zipfile

MEMORY = 256 * 2**20
SECONDS = 5
MOST_CELLS = 1_000_000
LONGEST_CELL = 100_000
MOST_UNPACKED = 50 * 2**20
MOST_ENTRIES = 200
MOST_RATIO = 100
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ACTIVE = re.compile(r"(^|/)(vbaProject\.bin|externalLinks/|embeddings/|activeX/|ddeLink)", re.I)


class Refused(Exception):
    """The file is not read; ``exit_code`` says why."""

    def __init__(self, exit_code: int):
        super().__init__(exit_code)
        self.exit_code = exit_code


class TooLarge(Refused):
    """The table passes a limit."""

    def __init__(self):
        super().__init__(3)


def main() -> int:
    """Read, write, and say by the exit code how it went."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        content = sys.stdin.buffer.read()
        rows = read_table(content)
        json.dump(rows, sys.stdout, ensure_ascii=True)
        code = 0
    except Refused as refused:
        code = refused.exit_code
    except MemoryError:
        code = 3
    except Exception:
        code = 2
    used = resource.getrusage(resource.RUSAGE_SELF)
    sys.stderr.write(f"{used.ru_utime + used.ru_stime:.2f} {most_memory()}")
    return code


def most_memory() -> int:
    """The most memory this process ever held, in kB (Linux; 0 elsewhere)."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except OSError:
        return 0


def read_table(content: bytes) -> list[list[str]]:
    """Rows of the file, whatever its name says."""
    if content.startswith(OLD_WORKBOOK):
        raise Refused(4 if ENCRYPTED in content else 5)
    return read_xlsx(content) if content.startswith(b"PK") else read_csv(content)


def read_csv(content: bytes) -> list[list[str]]:
    """Rows of a comma, semicolon or tab separated text in UTF-8 or GB 18030."""
    text = text_of_bytes(content)
    header = text.split("\n", 1)[0]
    separator = max(",;\t", key=header.count)
    if text.count(separator) > MOST_CELLS:
        raise TooLarge
    csv.field_size_limit(LONGEST_CELL)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    return even(rows)


def text_of_bytes(content: bytes) -> str:
    """The text, without characters that no table needs."""
    if b"\x00" in content:
        raise ValueError("not a text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


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
        names = {entry.filename for entry in entries}
        if any(entry.flag_bits & 1 for entry in entries):
            raise Refused(4)
        if "xl/workbook.xml" not in names:
            raise Refused(5)
        if any(ACTIVE.search(name) for name in names):
            raise Refused(6)
        for entry in entries:
            part = archive.read(entry)  # every byte: a broken checksum ends here
            if b"<!DOCTYPE" in part[:1000] or b"<!ENTITY" in part[:1000]:
                raise Refused(6)
            if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                refuse_far_cells(part)


def refuse_far_cells(sheet: bytes) -> None:
    """Refuse a sheet whose last row times its last column is no table."""
    rows = max((int(found) for found in re.findall(rb'<(?:\w+:)?row[^>]*?\br="(\d{1,9})"', sheet)), default=0)
    cells = re.findall(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,4})(\d{1,9})"', sheet)
    columns = max((column_number(name) for name in {name for name, _row in cells}), default=0)
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
    if isinstance(cell, str) and len(cell) > LONGEST_CELL:
        raise TooLarge
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
