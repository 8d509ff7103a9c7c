"""The guides use the words of the pages, and say the same in both languages."""

import re

import pytest
from babel.messages.pofile import read_po

from config.catalogue import LOCALE
from tests.documents import GUIDES, ROOT, headings, prose, spans


def labels(language: str) -> list[re.Pattern]:
    """Every text of the pages in the language; what stands for a value matches one word."""
    with (LOCALE / "django.po").open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    texts = []
    for message in catalogue:
        found = message.id if language == "en" else message.string
        texts += [found] if isinstance(found, str) else [*found]
    return [re.compile(re.sub(r"%\\?\(\w+\\?\)[sd]", r"\\S+", re.escape(text))) for text in texts if text]


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_guides_use_the_words_of_the_pages(page):
    language = "zh" if page.name.endswith(".zh.md") else "en"
    joint = "" if language == "zh" else " "
    bold = [re.sub(r"\s*\n\s*", joint, text) for text in re.findall(r"\*\*(.+?)\*\*", prose(page), re.S)]
    known = labels(language)
    assert len(bold) > 10
    assert [text for text in bold if not any(label.fullmatch(text) for label in known)] == []


@pytest.mark.parametrize("name", ["expert", "coordinator", "staff"])
def test_guides_say_the_same_in_both_languages(name):
    english, chinese = (ROOT / "docs" / "guides" / f"{name}{ending}.md" for ending in ("", ".zh"))
    assert headings(english) == headings(chinese)
    assert sorted(spans(english)) == sorted(spans(chinese))
    assert prose(english).count("**") == prose(chinese).count("**")
