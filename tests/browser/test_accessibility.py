"""Every page that is open to everybody, looked over by axe-core: in Chinese on a desk, in English on a phone.

The pages come from the URL conf: a new public page is looked over as soon as it has an address.
"""

from pathlib import Path

import pytest
from django.test import Client

from tests.access.test_matrix import ALL, RULES, addresses, own_records
from tests.access.world import make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
AXE = Path(__file__).resolve().parent.parent / "vendor" / "axe-core" / "axe.min.js"
RUN = """
  async () => {
    const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const found = await axe.run(document, { resultTypes: ["violations"], runOnly: rules });
    const places = (nodes) => nodes.slice(0, 3).map(({ target }) => target.join(" ")).join(" | ");
    return found.violations.filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${places(nodes)} (${nodes.length})`);
  }
"""
STATES = {  # pages that say more when they are asked for more
    "what-if": "?by=own&w.A=1&w.a1=1&pin=x",
    "compare": "?units=x,y",
    "list": "?q=nowhere",
}


def public_pages(study) -> dict[str, str]:
    """Every page a reader without an account can open, by name; the pages of one revision have the same templates."""
    values, found = own_records(study), {}
    for name, address in addresses(values):
        if RULES[name][0] is not ALL or f"/r{values['revision']}/" in address:
            continue
        answer = Client().get(address, headers={"accept-language": "en"})
        if answer.status_code < 400 and answer.headers.get("Content-Type", "").startswith("text/html"):
            found[name] = address
    return found | {f"{name} {query}": found[name] + query for name, query in STATES.items()}


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 1280), ("en-GB", 360)])
def test_no_public_page_shuts_anybody_out(open_page, language, width):
    pages = public_pages(make_world().own)
    assert {"home", "privacy", "list", "unit", "compare", "movement", "what-if", "tiers", "method"} <= set(
        pages
    )
    faults, source = [], AXE.read_text(encoding="utf-8")
    page = open_page(language=language, width=width)
    for name, address in pages.items():
        page.goto(address, wait_until="load")
        page.evaluate(source)
        faults += [f"{name} {fault}" for fault in page.evaluate(RUN)]
    print(f"\n{len(pages)} pages, {language}, {width} px")
    assert not faults, "\n".join(faults)
