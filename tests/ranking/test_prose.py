"""Texts of an edition: a little markup, and nothing that is typed ever becomes more than text."""

import time

import pytest
from django.template import engines
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ranking.editions import Edition
from ranking.prose import Block, Said, Span, clean_prose, read_prose, said

TEXT = """## 特征
百强市**东部过半**。
- 苏州
- **深圳** 第一
1. 一
2、二
### 小标题
3.5 percent stays a paragraph
"""
HOSTILE = (
    "<script>alert(1)</script>",
    "**<img src=x onerror=alert(1)>**",
    "## </h3><svg onload=alert(1)>",
    "- [x](javascript:alert(1))",
    "{{ secret }} {% include 'x' %}",
    "\u202eevil\u202c \u0000\u0007\u200b",
    "**" * 5000,
    "**a " * 5000,
    "#" * 10_000,
)


def rendered(text, level=3) -> str:
    return engines["django"].from_string("{% prose text level %}").render({"text": text, "level": level})


def test_blocks_are_what_the_marks_say():
    assert read_prose(TEXT) == (
        Block("heading", ((Span("特征"),),)),
        Block("paragraph", ((Span("百强市"), Span("东部过半", bold=True), Span("。")),)),
        Block("bullets", ((Span("苏州"),), (Span("深圳", bold=True), Span(" 第一")))),
        Block("numbers", ((Span("一"),), (Span("二"),))),
        Block("small", ((Span("小标题"),),)),
        Block("paragraph", ((Span("3.5 percent stays a paragraph"),),)),
    )
    assert Said(TEXT, "zh-Hans").plain.startswith("特征 百强市东部过半。 苏州 深圳 第一 一 二")


def test_page_shows_the_blocks_with_headings_from_the_level_on():
    html = rendered(Said(TEXT, "zh-Hans"), 2)
    assert '<div class="prose" lang="zh-Hans"><h2>特征</h2>' in html
    assert "<ul><li>苏州</li><li><strong>深圳</strong> 第一</li></ul><ol><li>一</li>" in html
    assert "<h3>小标题</h3>" in html
    assert rendered("  \n ").strip() == rendered(None).strip() == ""


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text(text):
    begun = time.process_time()
    html = rendered(text)
    assert time.process_time() - begun < 1
    for danger in ("<script", "<img", "<svg", "\u202e", "\u0000", "\u200b", "href"):
        assert danger not in html


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_any_text_is_read_and_no_word_is_lost_or_made_a_tag(text):
    blocks = read_prose(text)
    kept = "".join(letter for letter in clean_prose(text) if letter.isalpha())
    told = "".join(
        letter for block in blocks for item in block.items for span in item for letter in span.text
    )
    assert [letter for letter in told if letter.isalpha()] == list(kept)
    assert clean_prose(clean_prose(text)) == clean_prose(text)
    shell = rendered(text)
    assert shell.count("<") == sum(
        shell.count(f"<{tag}") for tag in ("div", "/div", "h3", "/h3", "h4", "/h4", "p>", "/p>")
    ) + sum(shell.count(f"<{tag}") for tag in ("ul", "/ul", "ol", "/ol", "li", "/li", "strong", "/strong"))


def test_reader_gets_the_other_language_where_one_is_missing():
    texts = {"advice": {"text": "建议", "text_en": ""}, "headline": {"text": "标题", "text_en": "Headline"}}
    edition = Edition(None, 2026, "", "", 3, (), {"texts": texts})
    with translation.override("en"):
        assert said(edition, "headline") == Said("Headline", "en")
        assert said(edition, "advice") == Said("建议", "zh-Hans")
        assert said(edition, "features") is None
    with translation.override("zh-hans"):
        assert said(edition, "headline") == Said("标题", "zh-Hans")
