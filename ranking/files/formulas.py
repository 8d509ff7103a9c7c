"""The formulas of the method, read from the very words and MathML of the method page, as blocks of a report."""

from html.parser import HTMLParser

from django.template.loader import render_to_string

from ranking.files.blocks import Block, Facts, Formula, Heading, Node, Paragraph, Points, plain
from ranking.listing import aggregations_of
from ranking.models import Run

KINDS = {
    "mfrac": "frac",
    "msub": "sub",
    "msup": "sup",
    "msubsup": "subsup",
    "munder": "under",
    "mover": "over",
    "munderover": "underover",
    "msqrt": "sqrt",
}
VOID = {"br", "mspace", "img"}
TEMPLATE = "ranking/_formulas.html"


class Tree(HTMLParser):
    """A page as nested nodes: t = tag, c = parts, s = letters of a leaf."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = {"t": "root", "c": []}
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        node = {"t": tag, "c": []}
        self.open[-1]["c"].append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.open[-1]["c"].append({"t": tag, "c": []})

    def handle_endtag(self, tag):
        while len(self.open) > 1 and self.open.pop()["t"] != tag:
            pass

    def handle_data(self, data):
        self.open[-1]["c"].append({"t": "text", "s": data, "c": []})


def formula_blocks(run: Run) -> tuple[Block, ...]:
    """Every formula that the run was made with, under its heading."""
    weighting = run.weight_set.parameters
    context = {
        "weighting": weighting,
        "ranking": run.parameters,
        "aggregations": aggregations_of(run),
        "objective": weighting.get("objective", "variation"),
    }
    tree = Tree()
    tree.feed(render_to_string(TEMPLATE, context))
    return tuple(block for item in found(tree.root, "li") for block in _blocks(item))


def found(node: dict, tag: str) -> list[dict]:
    """The nearest nodes of the tag below a node."""
    parts = [[part] if part["t"] == tag else found(part, tag) for part in node["c"]]
    return [one for part in parts for one in part]


def words(node: dict) -> str:
    """The text of a node with single spaces."""
    return " ".join(_letters(node).split())


def _letters(node: dict) -> str:
    return node.get("s", "") + "".join(map(_letters, node["c"]))


def _blocks(node: dict):
    for part in node["c"]:
        text = words(part)
        if part["t"] == "h3":
            yield Heading(3, text)
        elif part["t"] == "math":
            yield Formula(_node({"t": "mrow", "c": part["c"]}))
        elif part["t"] == "dl":
            names, values = found(part, "dt"), found(part, "dd")
            yield Facts(tuple(zip(map(words, names), map(words, values), strict=True)))
        elif part["t"] in ("ul", "ol"):
            yield Points(tuple(plain(words(item)) for item in found(part, "li")))
        elif part["t"] == "p" and text:
            yield Paragraph(plain(text))
        elif part["t"] == "div":
            yield from _blocks(part)


def _node(part: dict) -> Node:
    tag, parts = part["t"], [one for one in part["c"] if one["t"] != "text"]
    if tag in ("mi", "mn", "mo", "mtext"):
        return {"t": tag[1:], "s": words(part)}
    if tag == "mspace":
        return {"t": "space"}
    if tag in KINDS:
        inner = [{"t": "mrow", "c": parts}] if tag == "msqrt" else parts
        return {"t": KINDS[tag], "c": [_node(one) for one in inner]}
    return {"t": "row", "c": [_node(one) for one in parts]}


def spoken(node: Node) -> str:
    """The formula on one line, for those who hear it."""
    parts = [spoken(part) for part in node.get("c", ())]
    forms = {
        "frac": "({0}) / ({1})",
        "sub": "{0}_{1}",
        "sup": "{0}^({1})",
        "subsup": "{0}_{1}^({2})",
        "under": "{0}_({1})",
        "over": "mean {0}",
        "underover": "{0}_({1})^({2})",
        "sqrt": "√({0})",
    }
    if node["t"] in forms:
        return forms[node["t"]].format(*parts)
    return node.get("s", " ") if node["t"] != "row" else "".join(parts)
