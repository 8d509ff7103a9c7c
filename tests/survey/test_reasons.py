"""Reasons: under a name of their own, read before release, word for word only in a crowd."""

from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from survey import reasons
from survey.feedback import release_feedback
from survey.models import Comment, Membership, Reason, Response, Round
from survey.participation import rewrite_answers
from tests.cast import POINTS, answer, bearer, close, make_panel, make_study, open_next, sign_in

pytestmark = pytest.mark.django_db
NAMES = [f"Expert {number:02d}" for number in range(10)]


def written_round(size=10, texts=("one reason", "another reason", "a third reason")) -> Round:
    study = make_study()
    names = NAMES[:size]
    codes = make_panel(study, names)
    round = open_next(study)
    for name in names:
        answer(round, codes[name], POINTS["Ana"])
    for name, text in zip(names, texts, strict=False):
        posted = {"reason-a1": text}
        reasons.save_comments(round, bearer(study, codes[name]), posted, sides={"a1": "above"})
    return close(round)


def test_what_was_written_is_written_anew_in_random_order_with_the_answers():
    study = make_study()
    make_panel(study)
    round = open_next(study)
    for number in range(8):
        Comment.objects.create(round=round, author=f"{number:032}", item="a1", body=f"words {number}")
    before = {row.pk: (row.author, row.body) for row in Comment.objects.all()}
    rewrite_answers(round)
    after = {row.pk: (row.author, row.body) for row in Comment.objects.all()}
    assert not before.keys() & after.keys() and sorted(before.values()) == sorted(after.values())
    place = {"postgresql": "ctid", "sqlite": "rowid"}[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM survey_comment ORDER BY {place}")
        assert [UUID(str(row[0])) for row in cursor.fetchall()] == sorted(after)


def act(name: str, reason: Reason, by="coco", text=""):
    return getattr(reasons, name)(reason, by=by, at=timezone.now(), text=text)


def test_a_comment_cannot_be_joined_to_an_answer():
    written_round()
    pseudonyms = set(Response.objects.values_list("pseudonym", flat=True))
    authors = set(Comment.objects.values_list("author", flat=True))
    assert not pseudonyms & authors
    assert not {field.name for field in Comment._meta.get_fields()} - {
        "id",
        "round",
        "author",
        "item",
        "side",
        "body",
    }
    assert not [field for field in Reason._meta.get_fields() if field.name in ("author", "at", "created")]


def test_the_order_of_the_copies_is_not_the_order_of_writing():
    texts = [f"text {number:02d}" for number in range(10)]
    orders = {
        tuple(written_round_again(texts).reasons.order_by("pk").values_list("original", flat=True))
        for _ in range(3)
    }
    assert len(orders) > 1
    assert all(sorted(order) == texts for order in orders)


def written_round_again(texts) -> Round:
    study = make_study(slug=f"study-{Round.objects.count()}")
    round = open_next_with(study)
    Comment.objects.bulk_create(
        Comment(round=round, author=f"{place:032d}", item="a1", side="above", body=text)
        for place, text in enumerate(texts)
    )
    return close(round)


def open_next_with(study):
    make_panel(study, NAMES[:1])
    return open_next(study)


def test_text_is_stripped_of_what_hides_or_reorders():
    hostile = "  café\u202egnp.exe\u200b\x00\r\n<b>x</b>  "
    assert reasons.clean_text(hostile) == "cafégnp.exe <b>x</b>"
    with pytest.raises(reasons.ReasonTooLong):
        reasons.clean_text("字" * 501)
    assert len(reasons.clean_text("字" * 500)) == 500


def test_every_text_is_read_before_the_feedback_is_released():
    round = written_round()
    with pytest.raises(reasons.ReasonsWaiting):
        release_feedback(round, by="coco", at=timezone.now())
    first, second, third = round.reasons.all()
    act("accept_reason", first)
    act("hold_reason", second, text="names a person")
    act("paraphrase_reason", third, text="in other words")
    with pytest.raises(reasons.ReasonsWaiting):
        release_feedback(round, by="coco", at=timezone.now())
    with pytest.raises(reasons.SecondPersonNeeded):
        act("check_paraphrase", third, by="coco")
    act("check_paraphrase", third, by="ava")
    document = release_feedback(round, by="coco", at=timezone.now()).document()
    assert document["reasons"] == {"a1": {"above": sorted([first.original, "in other words"])}}
    with pytest.raises(reasons.ReasonsReleased):
        act("hold_reason", first, text="too late")


@pytest.mark.parametrize(("size", "texts"), [(9, "abc"), (10, "ab")])
def test_in_a_small_panel_only_checked_paraphrases_are_shown(size, texts):
    round = written_round(size, texts)
    for reason in round.reasons.all():
        with pytest.raises(reasons.WordsNotAllowed):
            act("accept_reason", reason)
        act("paraphrase_reason", reason, text="said otherwise")
        act("check_paraphrase", reason, by="ava")
    shown = release_feedback(round, by="coco", at=timezone.now()).document()["reasons"]
    assert set(shown["a1"]["above"]) == {"said otherwise"}


def test_holding_back_needs_a_note_and_paraphrasing_a_text():
    reason = written_round().reasons.first()
    for name in ("hold_reason", "paraphrase_reason"):
        with pytest.raises(reasons.NoteNeeded):
            act(name, reason, text=" \u200b ")


def test_an_emptied_reason_is_taken_back_and_standing_by_is_counted():
    study = make_study()
    who = bearer(study, make_panel(study)["Ana"])
    round = open_next(study)
    sides = {"a1": "below"}
    reasons.save_comments(round, who, {"reason-a1": "why"}, sides=sides)
    assert reasons.own_comments(round, who)["a1"].body == "why"
    reasons.save_comments(round, who, {"reason-a1": "", "stand-a1": "1"}, sides=sides)
    assert reasons.written(round)["a1"] == reasons.Written(without=1)
    reasons.save_comments(round, who, {"reason-a1": ""}, sides=sides)
    assert not Comment.objects.exists()


def test_the_page_reads_the_copies_and_the_approver_only_checks(client):
    round = written_round()
    address = f"/studies/{round.study.slug}/reasons/"
    reason = round.reasons.first()
    sign_in(client, "ava")
    assert client.post(f"{address}{reason.pk}/accept/").status_code == 404
    sign_in(client, "coco")
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "3 reasons are to be settled" in page
    assert client.post(f"{address}{reason.pk}/accept/").status_code == 302
    assert client.post(f"{address}{reason.pk}/hold/", {"text": "a name"}).status_code == 302
    reason.refresh_from_db()
    assert (reason.status, reason.note) == ("held", "a name")
    user = get_user_model().objects.get(username="stefan")
    assert Membership.objects.filter(user=user, role="staff").exists()
    sign_in(client, "stefan")
    assert client.get(address).status_code == 403
