"""What an exhibit is: one shape for page, image, file and report."""

from collections.abc import Callable
from dataclasses import dataclass

from ranking.editions import Edition

TEXT, INTEGER, NUMBER, PERCENT = "text", "integer", "number", "percent"


@dataclass(frozen=True)
class Column:
    """One column of a table; PERCENT holds shares from 0 to 1, shown times 100."""

    code: str
    label: str
    kind: str = TEXT
    unit: str = ""
    decimals: int = 0


@dataclass(frozen=True)
class Table:
    """Rows of plain values in the order of the columns: text, int, float or None."""

    columns: tuple[Column, ...]
    rows: tuple[tuple, ...]


@dataclass(frozen=True)
class Shown:
    """An exhibit as it is shown for one edition in the reader's language; ``missing`` says in words why it cannot be.

    ``chart`` is an ECharts option, None for exhibits that are tables alone; ``table`` carries the same figures.
    ``title`` states the finding, ``subtitle`` the measure and its unit, ``note`` the source and what to beware of.
    """

    title: str
    subtitle: str = ""
    table: Table | None = None
    chart: dict | None = None
    alt: str = ""
    note: str = ""
    missing: str = ""


@dataclass(frozen=True)
class Exhibit:
    """One table or figure: ``name`` is its address, ``number`` its place in the white paper (表4), if it has one."""

    name: str
    number: str
    label: str
    show: Callable[[Edition], Shown]
