"""The one place where a text of an edition becomes part of a page."""

from django import template

from ranking.prose import BULLETS, HEADING, NUMBERS, SMALL_HEADING, Said, read_prose

register = template.Library()
TAGS = {BULLETS: "ul", NUMBERS: "ol"}


@register.inclusion_tag("ranking/_prose.html")
def prose(text, level=3):
    """The blocks of a text (`Said` or plain); its headings begin at the level."""
    level = int(level)
    levels = {HEADING: level, SMALL_HEADING: min(level + 1, 6)}
    blocks = text.blocks if isinstance(text, Said) else read_prose(text or "")
    shown = [
        {"items": block.items, "list": TAGS.get(block.kind), "level": levels.get(block.kind)}
        for block in blocks
    ]
    return {"blocks": shown, "lang": text.lang if isinstance(text, Said) else ""}
