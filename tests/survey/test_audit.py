"""The audit chain: append-only where the database can hold it, and every change of a past event is noticed."""

import os
import random
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from survey.anchors import mail_chain_head
from survey.audit import GENESIS, Head, chain_fault, chain_head, event_hash, record_event
from survey.models import AuditEvent
from tests.cast import POINTS, answer, make_panel, make_study, open_next, sign_in, tampering

pytestmark = pytest.mark.django_db
MUTATIONS = int(os.environ.get("AUDIT_MUTATIONS", "340"))
FIELDS = ("actor", "action", "subject", "detail", "at", "previous", "hash")


def chain(length=6):
    for number in range(length):
        record_event(
            actor="coco", action=f"act-{number}", subject="towns", at=timezone.now(), detail={"n": number}
        )


def test_untouched_chain_holds():
    assert chain_fault() is None and chain_head() == Head(0, GENESIS)
    chain()
    assert chain_fault() is None
    assert chain_fault([chain_head()]) is None


@pytest.mark.parametrize("field", FIELDS)
def test_changed_event_is_named(field):
    chain()
    values = {"detail": {"n": 99}, "at": timezone.now()}
    with tampering():
        AuditEvent.objects.filter(sequence=3).update(**{field: values.get(field, "f" * 60)})
    assert chain_fault().sequence == 3


def test_deleted_event_is_named():
    chain()
    with tampering():
        AuditEvent.objects.filter(sequence=2).delete()
    assert chain_fault().sequence == 2


def test_experts_leave_no_trace_in_the_chain():
    study = make_study()
    codes = make_panel(study)
    round = open_next(study)
    events = AuditEvent.objects.count()
    answer(round, codes["Ana"], POINTS["Ana"])
    assert AuditEvent.objects.count() == events > 0


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE survey_auditevent SET actor = 'nobody' WHERE sequence = 2",
        "DELETE FROM survey_auditevent WHERE sequence = 6",
        "TRUNCATE survey_auditevent",
    ],
)
def test_postgresql_refuses_to_change_the_chain(sql):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no such promise, and the documents say so")
    chain()
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
    ):
        cursor.execute(sql)
    assert chain_fault() is None and chain_head().sequence == 6


def rechain(rows: list[AuditEvent]) -> None:
    """Work the numbers and hashes out anew, as somebody would who knows how it is done."""
    previous = GENESIS
    for number, row in enumerate(rows, start=1):
        row.sequence, row.previous = number, previous
        row.hash = previous = event_hash(row)


def flip(rows, luck):
    row, field = luck.choice(rows), luck.choice(FIELDS)
    value = getattr(row, field)
    if field == "at":
        value += luck.choice([-1, 1]) * timezone.timedelta(microseconds=luck.randint(1, 10**6))
    elif field == "detail":
        value = {"n": value["n"] + 1}
    else:
        place = luck.randrange(len(value))
        value = value[:place] + ("1" if value[place] != "1" else "2") + value[place + 1 :]
    setattr(row, field, value)
    return row.sequence, rows


def delete(rows, luck):
    gone = luck.randrange(len(rows))
    return gone + 1, rows[:gone] + rows[gone + 1 :]


def insert(rows, luck):
    """A made-up act with hashes that are right in themselves, and everybody behind it one number later."""
    place = luck.randrange(len(rows))
    made = AuditEvent(at=timezone.now(), actor="ava", action="publish", subject="towns", detail={"n": 0})
    made.sequence, made.previous = place + 1, rows[place].previous
    made.hash = event_hash(made)
    for row in rows[place:]:
        row.sequence += 1
    named = min(place + 2, len(rows))  # the made-up act fits; the one behind it, or the noted head, does not
    return named, [*rows[:place], made, *rows[place:]]


def reorder(rows, luck):
    first, second = sorted(luck.sample(range(len(rows)), 2))
    rows[first].sequence, rows[second].sequence = rows[second].sequence, rows[first].sequence
    return first + 1, rows


def truncate(rows, luck):
    kept = luck.randrange(len(rows))
    return kept + 1, rows[:kept]


def rewrite(rows, luck):
    """One act changed, and the whole chain worked out anew behind it: only the noted head tells."""
    victim = luck.choice(rows)
    victim.actor = "somebody else"
    rechain(rows)
    return len(rows), rows


def cut_and_rewrite(rows, luck):
    """Some acts taken out, the rest worked out anew: the chain is shorter than its noted head."""
    kept = [row for row in rows if luck.random() < 0.7] or rows[:1]
    rechain(kept[: len(rows) - 1])
    return len(kept[: len(rows) - 1]) + 1, kept[: len(rows) - 1]


KINDS = (flip, delete, insert, reorder, truncate, rewrite, cut_and_rewrite)


def test_every_random_mutation_is_found_and_named():
    """Against the head that was noted: flip, delete, insert, reorder, truncate, and the whole chain anew."""
    chain(12)
    head, luck, missed = chain_head(), random.Random(2026), []
    with tampering():
        for number in range(MUTATIONS):
            kind = KINDS[number % len(KINDS)]
            sid = transaction.savepoint()
            named, rows = kind(list(AuditEvent.objects.order_by("sequence")), luck)
            AuditEvent.objects.all().delete()
            AuditEvent.objects.bulk_create(rows)
            fault = chain_fault([head])
            if fault is None or fault.sequence != named:
                missed.append((kind.__name__, named, fault))
            transaction.savepoint_rollback(sid)
    assert not missed
    assert chain_fault([head]) is None


def test_the_chain_alone_cannot_see_its_own_rewriting():
    """The reason for the anchors: without one, a chain worked out anew looks whole."""
    chain(12)
    head = chain_head()
    with tampering():
        rows = list(AuditEvent.objects.order_by("sequence"))
        rewrite(rows, random.Random(1))
        AuditEvent.objects.all().delete()
        AuditEvent.objects.bulk_create(rows)
    assert chain_fault() is None
    assert chain_fault([head]).sequence == 12


def verify(*arguments) -> str:
    out = StringIO()
    call_command("audit", "verify", *arguments, stdout=out)
    return out.getvalue()


def test_command_says_0_1_or_2():
    chain()
    head = chain_head()
    assert head.hash in verify("--anchor", f"{head.sequence}:{head.hash}")
    with pytest.raises(CommandError) as unread:
        verify("--anchor", "six")
    assert unread.value.returncode == 2
    with pytest.raises(CommandError, match="event 6") as broken:
        verify("--anchor", f"6:{'f' * 64}")
    assert broken.value.returncode == 1


def test_page_shows_all_acts_and_the_head(client):
    study = make_study()
    sign_in(client, "ava")
    page = client.get(f"/studies/{study.slug}/acts/").content.decode()
    head = chain_head()
    assert f"{head.sequence}:{head.hash}" in page
    assert client.get(f"/studies/{study.slug}/acts/?page=nonsense").status_code == 200


def test_head_is_mailed_out_of_the_house_and_finds_a_chain_worked_out_anew(settings):
    settings.AUDIT_MAIL = ["keeper@example.org", "other@example.org"]
    make_study()
    mail.outbox.clear()
    assert mail_chain_head(at=timezone.now()) == 2
    first, second = mail.outbox
    head = chain_head()
    assert first.to == ["keeper@example.org"] and second.to == ["other@example.org"]
    assert f"audit verify --anchor {head.sequence}:{head.hash}" in first.body
    assert chain_fault([Head(head.sequence, head.hash)]) is None
    assert chain_fault([Head(head.sequence, "0" * 64)]) is not None
    settings.AUDIT_MAIL = []
    assert mail_chain_head(at=timezone.now()) == 0


def test_every_act_on_record_has_words():
    root = Path(__file__).resolve().parents[2]
    words = (root / "templates" / "survey" / "_event.html").read_text(encoding="utf-8")
    acts = set()
    for room in ("survey", "weighting", "ranking"):
        for path in (root / room).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            acts |= set(re.findall(r'record_event\([^)]*?action="(\w+)"', source))
            acts |= set(re.findall(r'_record\(publication, "(\w+)"', source))
    assert len(acts) > 30
    assert sorted(act for act in acts if f'event.action == "{act}"' not in words) == []
