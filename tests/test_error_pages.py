"""The pages that must work when nothing else does: no request, no user, no database."""

import pytest
from django.template.loader import get_template
from django.utils import translation

BARE = ["400.html", "403_csrf.html", "500.html"]
WITH_REQUEST = ["403.html", "404.html", "409.html"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", BARE)
def test_bare_error_page_needs_no_context_and_names_the_next_step(name, language):
    with translation.override(language):
        page = get_template(name).render()

    assert f'<html lang="{language}">' in page
    assert 'class="btn btn-primary" href="/"' in page
    assert "csrfmiddlewaretoken" not in page


@pytest.mark.parametrize("name", WITH_REQUEST)
def test_error_page_names_the_next_step_to_a_stranger(name, rf):
    page = get_template(name).render({}, rf.get("/nowhere/"))

    assert "btn btn-primary" in page
    keeps_tokens_to_itself = name == "404.html"  # asked for by browsers unbidden: no form, so no token
    assert ('name="next" value="/nowhere/"' in page) is not keeps_tokens_to_itself


def test_refusal_page_shows_the_reason_and_escapes_it(rf):
    page = get_template("409.html").render({"detail": "Round <2> is closed.", "back": "/e/"}, rf.get("/e/"))

    assert "Round &lt;2&gt; is closed." in page
    assert 'href="/e/"' in page
