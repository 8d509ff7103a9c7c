"""The audit chain: every change of a past event is noticed."""

import pytest
from django.utils import timezone

from survey.audit import chain_break, record_event
from survey.models import AuditEvent
from tests.cast import POINTS, answer, make_panel, make_study, open_next

pytestmark = pytest.mark.django_db


def chain(length=6):
    for number in range(length):
        record_event(
            actor="coco", action=f"act-{number}", subject="towns", at=timezone.now(), detail={"n": number}
        )


def test_untouched_chain_holds():
    chain()
    assert chain_break() is None


@pytest.mark.parametrize("field", ["actor", "action", "subject", "detail", "at", "previous", "hash"])
def test_changed_event_is_found(field):
    chain()
    values = {"detail": {"n": 99}, "at": timezone.now()}
    AuditEvent.objects.filter(sequence=3).update(**{field: values.get(field, "f" * 60)})
    assert chain_break() in (3, 4)


def test_deleted_event_is_found():
    chain()
    AuditEvent.objects.filter(sequence=2).delete()
    assert chain_break() == 3


def test_experts_leave_no_trace_in_the_chain():
    study = make_study()
    codes = make_panel(study)
    round = open_next(study)
    events = AuditEvent.objects.count()
    answer(round, codes["Ana"], POINTS["Ana"])
    assert AuditEvent.objects.count() == events > 0
