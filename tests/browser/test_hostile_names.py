"""Names made to hurt, in mails, titles, pages, pictures and files: they are shown, and do nothing."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.utils import timezone

from config.access import url_patterns
from ranking.models import Publication
from ranking.publications import propose_publication, publish
from survey.formulas import csv_text
from survey.frameworks import read_framework
from survey.letters import queue_letters, send_letter
from survey.models import Letter, Series
from survey.panel import invite_experts, read_roster
from survey.rounds import adopt_round
from survey.studies import create_study
from tests.access.test_matrix import PUBLIC_PAGE, RULES, filled_address, own_records
from tests.cast import POINTS, PROTOCOL, answer, close, make_panel, make_study, open_next
from tests.ranking.test_runs import run_of
from weighting.datasets import import_dataset, seal_dataset
from weighting.weight_sets import build_weight_set, request_weight_set

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
HURT = "window.hurt=1"
STUDY = f"</title><svg onload={HURT}>\u202e评价\r\nBcc: z@example.org"
SHOWN = f"</title><svg onload={HURT}>评价 Bcc: z@example.org"
NAMES = [
    f"<svg onload={HURT}>",
    f"</script><script>{HURT}</script>",
    f'"><img src=x onerror={HURT}>',
    "\u202e城\u2066a\r\nb\u2028c",
    "𠮷野" + "e\u0301" * 30,
    '=HYPERLINK("http://x.example")',
    "长" * 200,
    "{{ 7|add:7 }}${7*7}&lt;b&gt;",
]
FRAMEWORK = csv_text(
    [
        ["code", "parent", "name", "name_en", "direction"],
        ["A", "", NAMES[0], NAMES[1], 1],
        ["B", "", NAMES[2], NAMES[0], 1],
        ["a1", "A", NAMES[1], NAMES[2], 1],
        ["a2", "A", NAMES[5], NAMES[0], -1],
        ["b1", "B", NAMES[7], NAMES[2], 1],
        ["b2", "B", f"{NAMES[0]}2", NAMES[1], 1],
    ]
)
MARKS = "document.querySelectorAll('[onload],[onerror]').length"
SEEN = f"() => ({{hurt: window.hurt, marks: {MARKS}, text: document.body.innerText}})"


def hostile_list() -> Publication:
    """A published list on which every name hurts."""
    make_study("plain")  # the cast at the desk
    series, now = Series.objects.get(), timezone.now()
    Series.objects.update(name=f"榜<svg onload={HURT}>", name_en=f"Index<svg onload={HURT}>")
    study = create_study(
        series,
        read_framework(FRAMEWORK),
        slug="hostile",
        name=STUDY,
        name_en=STUDY,
        year=2026,
        by="coco",
        at=now,
        protocol={**PROTOCOL, "survey": {"rounds": 1}, "ranking": {**PROTOCOL["ranking"], "listed": 8}},
    )
    codes, round = make_panel(study), open_next(study)
    for name, code in codes.items():
        answer(round, code, POINTS[name])
    adopt_round(close(round), by="coco", at=now)
    study.refresh_from_db()
    rows = [["code", "name", "name_en", "region", "province", "a1", "a2", "b1", "b2"]]
    rows += [
        [f"u{place}", name, name, NAMES[place % 3], NAMES[0], place + 1, 9 - place, place % 4 + 1, place + 2]
        for place, name in enumerate(NAMES)
    ]
    dataset = import_dataset(study, csv_text(rows).encode(), file_name=f"{NAMES[0]}.csv", by="stefan", at=now)
    seal_dataset(dataset, by="stefan", at=now)
    run = run_of(build_weight_set(request_weight_set(dataset, by="stefan", at=now), at=now))
    assert run.is_done, run.failure
    people = get_user_model().objects
    proposal = propose_publication(run, by=people.get(username="stefan"), at=now)
    return publish(proposal, by=people.get(username="ava"), sha256=proposal.sha256, at=now)


def public_addresses(values: dict) -> list[tuple[str, str]]:
    """Name and address of every page and file about the list that anybody may read."""
    return [
        (pattern.name, filled_address(whole, values))
        for whole, pattern in url_patterns()
        if whole.startswith("lists/<slug:slug>/")
        and "r<int" not in whole
        and RULES.get(pattern.name) == PUBLIC_PAGE
    ]


def test_no_name_does_anything_on_any_page_or_in_any_picture(open_page):
    publication = hostile_list()
    values = {**own_records(publication.study), "slug": "hostile", "revision": 1, "code": "u0"}
    page, faults, shown = open_page(), [], ""
    page.on("dialog", lambda dialog: faults.append(f"asked: {dialog.message}"))
    for name, address in public_addresses(values):
        answer = page.request.get(address)
        if answer.status == 404:
            continue  # not made for this list
        if answer.status >= 400:
            faults.append(f"{name} {address}: {answer.status}")
            continue
        header = answer.headers.get("content-disposition", "")
        assert re.fullmatch(r'(attachment; filename="[\w.-]+")?', header.replace("inline", "attachment")), (
            header
        )
        kind = answer.headers["content-type"]
        if header.startswith("attachment") or not kind.startswith(("text/html", "image/svg")):
            continue
        page.goto(address)
        seen = (
            page.evaluate(SEEN)
            if kind.startswith("text/html")
            else {"marks": 0, "hurt": page.evaluate("window.hurt"), "text": ""}
        )
        shown += seen["text"]
        if seen["hurt"] or seen["marks"]:
            faults.append(f"{name} {address}: {seen['hurt']} {seen['marks']}")
        if name in ("list", "method", "unit"):
            assert "</title>" in page.title() or name == "unit", page.title()
    assert not faults, "\n".join(faults)
    assert all(name in shown for name in (NAMES[0], NAMES[1], NAMES[5], SHOWN))
    assert "\u202e" not in shown


def test_title_and_desk_pages_show_the_name_and_nothing_more(open_page, client):
    publication = hostile_list()
    page = open_page("/login/")
    page.fill("[name=username]", "stefan")
    page.fill("[name=password]", "a long enough password")
    page.click("main button[type=submit], main .btn-primary")
    page.wait_for_url("**/studies/")
    run = publication.run_id
    paths = (
        "",
        "acts/",
        "data/1/",
        "weights/",
        "run/",
        f"run/{run}/units/u1/",
        "publish/",
        "protocol/",
        "robustness/",
    )
    for path in paths:
        page.goto(f"/studies/hostile/{path}")
        seen = page.evaluate(SEEN)
        assert not seen["hurt"] and not seen["marks"], path
        assert SHOWN in page.title() or SHOWN in seen["text"], path


def test_mail_has_one_subject_line_and_a_plain_body():
    study = make_study("mailed")
    type(study).objects.filter(pk=study.pk).update(name=STUDY, name_en=STUDY)  # as if it had come another way
    roster = f'"{NAMES[0]}\nBcc: z@example.org", ana@example.org, "{NAMES[1]}", en\n'
    invite_experts(study, read_roster(roster), by="coco", at=timezone.now())
    queue_letters(study.experts.all(), Letter.Kind.INVITATION)
    mail.outbox.clear()
    for letter in Letter.objects.all():
        assert send_letter(letter.pk, at=timezone.now())
    assert mail.outbox
    for sent in mail.outbox:
        source = sent.message().as_bytes().decode()
        head, _, _body = source.partition("\n\n")
        assert sent.subject.splitlines() == [sent.subject] and SHOWN in sent.subject
        assert not re.search(r"^bcc:", head, re.I | re.M) and sent.recipients() == ["ana@example.org"]
        assert "text/html" not in source and f"Dear {NAMES[0]} Bcc: z@example.org," in sent.body
