"""How wide words are when they are drawn, and how they are broken and cut to the room there is.

The widths are those of Noto Sans SC, which pictures and reports are drawn with; the fonts of browsers are much alike.
"""

from math import ceil

WIDE_FROM = 0x2E80  # the first CJK character
ASCII = (  # thousandths of the letters' size, from the space on
    *(224, 323, 474, 555, 555, 921, 680, 278, 338, 338, 467, 555, 278, 347, 278, 392, *[555] * 10),
    *(278, 278, 555, 555, 555, 474, 946, 608, 657, 638, 688, 589, 552, 689, 728, 293, 535, 646, 543, 812),
    *(723, 742, 633, 742, 635, 596, 599, 721, 575, 878, 573, 531, 603, 338, 392, 338, 555, 559, 606, 563),
    *(618, 510, 620, 554, 325, 564, 607, 275, 275, 552, 284, 926, 610, 606, 620, 620, 388, 468, 377, 607),
    *(521, 802, 498, 521, 475, 338, 270, 338, 555),
)
OTHER = {"–": 536, "−": 555, "²": 411, "°": 370}
LATIN_UNTIL, LATIN = 0x250, 600  # accented letters
BOLD = 1.07  # how much wider bold letters are
CLOSING = "，。；：、）》”’％！？"  # no line begins with these
OPENING = "（《“‘"  # no line ends with these
NARROWER = 4  # pixels by which lines are tried narrower until they are alike
ELLIPSIS = "…"


def text_width(text: str, size: float = 12, *, bold: bool = False) -> int:
    """How many pixels a text takes, rounded up."""
    thousandths = sum(_letter(letter) * (BOLD if bold and ord(letter) < WIDE_FROM else 1) for letter in text)
    return ceil(thousandths * size / 1000)


def _letter(letter: str) -> int:
    place = ord(letter) - 0x20
    if 0 <= place < len(ASCII):
        return ASCII[place]
    return OTHER.get(letter, LATIN if ord(letter) < LATIN_UNTIL else 1000)


def wrapped(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """The text on lines that fit: Chinese between any two characters, other writing between words."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and text_width((line + piece).rstrip(), size, bold=bold) > room:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> list[str]:
    """What stays together: a word with its space or hyphen, a Chinese character with the stop behind it."""
    pieces: list[str] = []
    for character in text:
        is_wide = ord(character) > WIDE_FROM and character not in CLOSING
        after_wide = bool(pieces) and ord(pieces[-1][-1]) > WIDE_FROM and character not in CLOSING
        is_open = bool(pieces) and pieces[-1][-1] in OPENING
        if not pieces or ((is_wide or after_wide or pieces[-1][-1] in " -") and not is_open):
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces


def broken(text: str, room: float, size: float = 12, *, most: int = 0) -> str:
    """The text on as few lines as the room allows, all about as long; on ``most`` lines the last one may be cut."""
    lines = wrapped(text, size, room)
    if most and len(lines) > most:
        lines[most - 1 :] = [cut("".join(_joined(lines[most - 1 :])), size, room, always=True)]
        return "\n".join(lines)
    return "\n".join(_balanced(text, size, room, lines))


def _balanced(text: str, size: float, room: float, lines: list[str]) -> list[str]:
    """Lines that are about as long as each other, no more of them."""
    count, narrower = len(lines), room - NARROWER
    while count > 1 and len(found := wrapped(text, size, narrower)) == count:
        if max(text_width(line, size) for line in found) > narrower:
            break
        lines, narrower = found, narrower - NARROWER
    return lines


def _joined(lines: list[str]):
    """Lines one after another, with the space that stood between words."""
    for place, line in enumerate(lines):
        is_word = place and ord(lines[place - 1][-1]) < WIDE_FROM and lines[place - 1][-1] != "-"
        yield f" {line}" if is_word else line


def cut(text: str, size: float, room: float, *, always: bool = False) -> str:
    """The text, or as much of it as fits before an ellipsis."""
    if not always and text_width(text, size) <= room:
        return text
    while text and text_width(f"{text}{ELLIPSIS}", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}{ELLIPSIS}"


def line_height(size: float) -> int:
    """Pixels from one line to the next."""
    return round(1.4 * size)
