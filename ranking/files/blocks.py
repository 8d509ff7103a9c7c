"""What a report is made of: one list of blocks, which becomes a PDF, a Word document or a part of a workbook."""

from dataclasses import dataclass, field

from ranking.exhibits.shapes import Shown, Table

Spans = tuple[tuple[str, bool], ...]  # runs of letters, bold or not
Node = dict  # a formula: t = kind, s = letters of a leaf, c = parts


@dataclass(frozen=True)
class Heading:
    """A chapter (level 1), a section (2) or a heading inside one (3)."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; ``role`` is text, lead (the headline) or small."""

    spans: Spans
    role: str = "text"


@dataclass(frozen=True)
class Points:
    """A list; ``numbered`` where the order counts."""

    items: tuple[Spans, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Facts:
    """Names with values, such as hashes."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Notice:
    """What a reader must know first."""

    title: str
    text: str


@dataclass(frozen=True)
class Cards:
    """Figures of the whole edition: value, unit, name, and what each is made of."""

    items: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class Ranks:
    """表2 as it is printed: rank, interval, name, province, score, tier, in blocks of 25 with two ranks a line."""

    caption: str
    heads: tuple[str, ...]
    tier_head: str
    rows: tuple[tuple[str, str, str, str, str, int], ...]
    tiers: tuple[tuple[int, str], ...]
    note: str


@dataclass(frozen=True)
class Figure:
    """An exhibit; ``is_whole`` says that its table stands right under the chart, else it is in the annex."""

    name: str
    label: str
    shown: Shown
    table: Table | None


@dataclass(frozen=True)
class Sheet:
    """A table with its name: of the method, or of an exhibit that is too long for the text."""

    caption: str
    table: Table
    note: str = ""


@dataclass(frozen=True)
class Formula:
    """One formula."""

    node: Node


Block = Heading | Paragraph | Points | Facts | Notice | Cards | Ranks | Figure | Sheet | Formula


@dataclass(frozen=True)
class Report:
    """A whole report in one language; ``scores`` are those of the list with their tiers, for the cover."""

    title: str
    other_title: str
    series: str
    year: int
    language: str
    state: str
    mark: str
    warning: str
    facts: tuple[tuple[str, str], ...]
    scores: tuple[tuple[float, int], ...]
    blocks: tuple[Block, ...]
    words: dict[str, str] = field(default_factory=dict)


def plain(text: str) -> Spans:
    """A text without bold runs."""
    return ((text, False),)
