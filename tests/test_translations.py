"""Both languages are whole: every text has its Chinese, and the compiled catalogue is the readable one."""

import string

from babel.messages.mofile import read_mo

from config.catalogue import LOCALE, extracted, read_catalogue


def texts(catalogue):
    return {
        (message.id if isinstance(message.id, str) else message.id[0]): message
        for message in catalogue
        if message.id
    }


def test_every_text_has_a_chinese_translation():
    known = texts(read_catalogue())
    missing = [text for text in texts(extracted()) if text not in known or not any(known[text].string)]
    assert len(texts(extracted())) > 200
    assert not missing


def test_no_translation_has_lost_its_text():
    assert not set(texts(read_catalogue())) - set(texts(extracted()))


def test_translations_keep_their_placeholders():
    wrong = []
    for text, message in texts(read_catalogue()).items():
        chinese = message.string if isinstance(message.string, str) else message.string[0]
        if placeholders(text) != placeholders(chinese) and not isinstance(message.id, tuple):
            wrong.append(text)
    assert not wrong


def placeholders(text: str) -> set[str]:
    named = {part.split(")")[0] for part in text.split("%(")[1:]}
    braces = {name for _, name, _, _ in string.Formatter().parse(text) if name} if "{" in text else set()
    return named | braces


def test_compiled_catalogue_is_up_to_date():
    with (LOCALE / "django.mo").open("rb") as file:
        compiled = texts(read_mo(file))
    assert strings(compiled) == strings(texts(read_catalogue()))


def strings(catalogue):
    """The translations alone; the forms of a plural as a list, whichever way they were read."""
    return {
        text: message.string if isinstance(message.string, str) else list(message.string)
        for text, message in catalogue.items()
    }
