"""Values made to hurt whatever reads them: more than two thousand, the same ones in every run."""

import json
import random
import urllib.parse

MARK = "<svg onload=alert(1)>"
NUMBERS = (
    "1e309 -1e309 1e400 NaN nan inf -inf Infinity -0 0 -1 1 ٣ ١٢ １２ ½ ² 五 Ⅷ 1e-400 5e-324 0x10 1_000 1,5"
)
NUMBERS += " 1.5.2 --1 +1 1e"
NUMBERS += " 9223372036854775807 9223372036854775808 2147483648 -2147483649 100.00000000000001"
NUMBERS += " 99.99999999999999 1/3 0.1 50.5"
NUMBERS += " 1e5 1e2 00 007 0b1 1j 1L 1.0 101 1000000 True false null None []"
DATES = "0000-00-00T00:00 9999-12-31T23:59 2026-02-30T10:00 1969-12-31T23:59 2026-11-27T25:00"
DATES += " +10000-01-01T00:00 2026-10-25T02:30"
DATES += " 0001-01-01T00:00 2026-W10 20261127 2026-12-31T18:00Z 2026-12-31 31/12/2026"
MARKUP = [
    MARK,
    "<script>alert(1)</script>",
    "</script><script>alert(1)//",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</textarea><svg onload=alert(1)>",
    "</title><svg onload=alert(1)>",
    "<!--",
    "]]>",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "{{ 7|add:7 }}{% debug %}",
    "{% include 'base.html' %}",
    "${7*7}#{7*7}<%= 7*7 %>",
    "&lt;svg&gt;&#x3c;",
    "%3Csvg%20onload%3D1%3E",
    "%(name)s %s %d %",
    "{0} {0.__class__} {}",
    "\\u003csvg\\u003e",
]
STATEMENTS = [
    "' OR '1'='1",
    "'; DROP TABLE survey_study; --",
    '" OR ""="',
    "\\'; SELECT pg_sleep(9); --",
    "1 UNION SELECT 1,2,3",
    "$$; COMMIT; --",
    "%' OR name LIKE '%",
    "_%\\",
    "/*",
    "x'00'",
    "`id`",
    "$(id)",
    "; ls |",
]
FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://x.example","y")',
    "＝1+1",
    "=cmd|' /C calc'!A0",
    "'=1",
]
PLACES = [
    "../../../../etc/passwd",
    "..\\..\\x",
    "C:\\con",
    "\\\\host\\share",
    "file:///etc/hostname",
    "/dev/zero",
    ".",
    "..",
    "~",
    "a/b",
    "a%2fb",
    "%00",
    "%",
    "?x=1#y",
    "//evil.example/",
    "https://evil.example/",
    "http:evil.example",
    "/\\evil.example",
    "new",
    "CON",
    "x" * 255,
]
HEADERS = [
    "x\r\nSet-Cookie: a=b",
    "x\nBcc: y@example.org",
    "x\r\n\r\n<html>",
    "\r",
    "\n",
    "\r\n",
    "a\tb",
    "\x0b\x0c",
]
CHARACTERS = [
    "\0",
    "a\0b",
    "\x01\x02\x1b[31m",
    "\x7f",
    "\x85",
    "\xa0",
    "\u00ad",
    "\u200b",
    "\u200e",
    "\u202eevil",
    "\u2066\u2069",
    "\u2028\u2029",
    "\ufeff",
    "\ufffe\uffff",
    "\ud800",
    "\udfff\ud800",
    "\U0010ffff",
    "\ue000",
    "𠮷",
    "👩‍👩‍👧‍👦",
    "e" + "\u0301" * 300,
    "é",
    "e\u0301",
    "ﬀ",
    "İıſK",
    "ß",
    "ＡＢＣ",
    "مرحبا",
    "עברית",
    "\u0e01" * 40,
    "㍿㎏",
    " ",
    "\u3000",
    "",
    "   ",
    "-",
    "_",
    "'",
    '"',
    "\\",
    "—",
]
BYTES = [
    b"\xff\xfe",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf5\x80\x80\x80",
    b"\x80",
    b"a\xffb",
    b"\xe4\xb8",
    "衡".encode("gb18030"),
]
JSONS = [
    "{}",
    "[]",
    "null",
    "true",
    '""',
    "0",
    "1e400",
    '{"a": 1, "a": 2}',
    '{"survey": []}',
    '{"survey": null, "weighting": 1, "ranking": "x"}',
    '{"survey": {"rounds": 1e309}}',
    '{"survey": {"rounds": true}}',
    '{"survey": {"no_such_rule": 1}}',
    '{"no_such_section": {}}',
    '{"": {"": ""}}',
    '{"__proto__": {"x": 1}}',
    '"\\ud800"',
    '{"\\udc00": 1}',
    "[" * 5_000,
    "[" * 31 + "]" * 31,
    "1 2",
    "[1,]",
    "{'a': 1}",
    '{"a": 0.1e-999999999}',
    "9" * 400,
    "-",
]
LINES = [
    "a@b",
    '"a b"@example.org',
    "x@[127.0.0.1]",
    "a@例え.jp",
    "a" * 300 + "@example.org",
    "a@" + "b" * 300 + ".org",
    "x, y, z, w, v",
    ",,,,",
    "王芳, wang@example.org, 示例大学, zh",
    "x, wang@example.org\nx, wang@example.org",
    "=1, a@example.org, +1, en",
    "x, a@example.org\r\nBcc: z@example.org, y, zh",
    "x, a@example.org, y, xx",
    "x; a@example.org; y",
    "a1,a1",
    "a1,,\nA,B",
    '"',
    '"a\n',
    "000G-40R4-0M30-E209-185G-R38E-1W81-24GK-R",
    "oooG 4oR4 oM3o E2o9 185G R38E 1W81 24GK R",
    "０００Ｇ",
    "#000G40R4",
    "0" * 16,
    "f" * 64,
    "0123456789abcdef",
    "a" * 88,
]
LONG = [
    "x" * 501,
    "衡" * 10_000,
    "9" * 5_000,
    "x," * 30_000,
    "\n" * 20_000,
    "0." + "3" * 10_000,
    " " * 10_000 + "1",
    MARK * 4_000,
]
SHARP = [
    MARK,
    "\0",
    "1e309",
    "NaN",
    "٣",
    "",
    " ",
    "-1",
    "\u202e",
    "衡" * 10_000,
    b"\xed\xa0\x80",
    "[" * 5_000,
    None,
    "=1+1",
    "9" * 400,
]
TURNS = {
    "behind a zero byte": lambda text: "\0" + text,
    "before a zero byte": lambda text: text + "\0",
    "on a second line": lambda text: "x\n" + text,
    "with a line end": lambda text: text + "\r\n",
    "twice": lambda text: text + text,
    "in quotes": lambda text: f'"{text}"',
    "as JSON": lambda text: json.dumps(text),
    "in a list": lambda text: json.dumps([text]),
    "in an object": lambda text: json.dumps({"survey": {"rounds": text}, text: 1}),
    "percent-encoded": lambda text: urllib.parse.quote(text, errors="surrogatepass"),
    "wide": lambda text: "".join(
        chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text
    ),
    "upper case": str.upper,
    "backwards": lambda text: text[::-1],
    "between commas": lambda text: f"{text},{text},{text}",
    "marked": lambda text: text + MARK,
    "behind the right answer": lambda text: "1 " + text,
    "in brackets": lambda text: f"({text})",
    "from the right": lambda text: f"\u202e{text}\u202c",
}


def catalogue() -> list:
    """Every value: text, bytes, None for a field that is missing, a list for one sent more than once."""
    rng = random.Random(20_260)
    plain = (
        NUMBERS.split()
        + DATES.split()
        + MARKUP
        + STATEMENTS
        + FORMULAS
        + PLACES
        + HEADERS
        + CHARACTERS
        + JSONS
    )
    plain += LINES
    turned = [turn(text) for text in plain for turn in TURNS.values() if len(text) < 2_000]
    rng.shuffle(turned)
    doubled = [rng.sample(plain, 2) for _ in range(40)] + [["1"] * 2_000]
    found = [*SHARP, *plain, *LONG, *BYTES, *doubled, *turned]
    return list({repr(value): value for value in found}.values())


def hurt_inside(text: str, rng: random.Random, value):
    """The right text with the value at one place of it: in one leaf of a JSON, else in one cell of one line."""
    wrong = value if isinstance(value, str) else "\0"
    try:
        whole = json.loads(text)
    except ValueError:
        whole = None
    if isinstance(whole, dict | list) and whole:
        _put(whole, rng, rng.choice([wrong, None, True, [], {}, -1, 0, 1e308, 2.5, [wrong], {wrong: wrong}]))
        return json.dumps(whole)
    lines = text.split("\n")
    place = rng.randrange(len(lines))
    cells = lines[place].split(",")
    cells[rng.randrange(len(cells))] = wrong
    lines[place] = ",".join(cells)
    return "\n".join(lines)


def _put(whole, rng: random.Random, wrong) -> None:
    """Exchange one leaf, however deep, or a whole branch now and then."""
    place = rng.choice(list(whole)) if isinstance(whole, dict) else rng.randrange(len(whole))
    if isinstance(whole[place], dict | list) and whole[place] and rng.random() < 0.9:
        _put(whole[place], rng, wrong)
    else:
        whole[place] = wrong
