"""What an exhibit is: one shape for page, image, file and report."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from django.utils.translation import get_language

TEXT, INTEGER, NUMBER, PERCENT = "text", "integer", "number", "percent"
STEP, LARGEST = 20, 1000  # pixels of the heights in exhibits.css


@dataclass(frozen=True)
class Column:
    """One column of a table; PERCENT holds shares from 0 to 1, shown times 100; ``keyed`` words are told below it."""

    code: str
    label: str
    kind: str = TEXT
    unit: str = ""
    decimals: int = 0
    keyed: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of plain values in the order of the columns: text, int, float or None."""

    columns: tuple[Column, ...]
    rows: tuple[tuple, ...]
    grouped: int = 0  # so many first columns repeat from row to row, and may be merged where they do

    def values(self, code: str) -> list:
        """One column from top to bottom."""
        place = [column.code for column in self.columns].index(code)
        return [row[place] for row in self.rows]


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
    height: int = 360  # pixels the chart needs
    narrow_height: int = 0  # the same on a phone, where it differs
    paper_height: int = 0  # the same on paper, where it differs
    paper_least: int = 0  # how low it may become on a full sheet, where that differs from a fifth less
    is_rigid: bool = False  # whether names keep their places at this height alone

    @property
    def size(self) -> str:
        """The classes of ``exhibits.css`` that give the chart its room."""
        return f"high-{_step(self.height)} narrow-{_step(self.narrow_height or self.height)}"


def _step(height: int) -> int:
    """The height, up to the next step that the style sheet has."""
    return min(LARGEST, STEP * ceil(height / STEP))


@dataclass(frozen=True)
class Choice:
    """Something readers may choose of an exhibit, such as the indicator of an axis: values with their labels."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str


@dataclass(frozen=True)
class Exhibit:
    """One table or figure: ``name`` is its address, ``number`` its place in the white paper (表4), if it has one.

    ``show`` takes what was chosen by name; ``choices`` says what there is to choose.
    """

    name: str
    number: str
    label: str
    show: Callable[..., Shown]
    choices: Callable[..., tuple[Choice, ...]] | None = None

    @property
    def printed(self) -> str:
        """The number in the white paper in the reader's language: 表4 or Table 4."""
        if (get_language() or "").startswith("zh"):
            return self.number
        return self.number.replace("表", "Table ").replace("图", "Figure ")
