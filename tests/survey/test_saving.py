"""Saving while people type: numbered packets, two devices, and that no packet is ever merged silently."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.models import Response
from survey.responses import draft_tag
from tests.cast import POINTS, close, make_panel, make_study, open_next

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat(client):
    study = make_study()
    codes = make_panel(study)
    round = open_next(study)
    client.post("/j", {"code": codes["Ana"]})
    return study, round, codes


def page_tag(client, group="A"):
    return client.get(f"/e/group/{group}/").context["page"].tag


def save(client, number, points, *, tag, page="p1", group="A"):
    return client.post(f"/e/group/{group}/save/", {**points, "tag": tag, "page": page, "number": number})


def stored():
    return Response.objects.get().draft


def test_packets_of_one_page_count_in_their_order_whatever_order_they_arrive_in(client, seat):
    tag = page_tag(client)
    assert save(client, 1, {"a1": "10"}, tag=tag).status_code == 200
    assert save(client, 3, {"a1": "30"}, tag=tag).status_code == 200  # the answer to 1 was lost on the way
    assert save(client, 2, {"a1": "20"}, tag=tag).status_code == 200  # a late packet is ignored
    assert save(client, 3, {"a1": "99"}, tag=tag).status_code == 200  # and so is one that comes twice
    assert stored() == {"a1": 30}


def test_late_packet_is_ignored_though_the_content_came_back_to_what_it_was(client, seat):
    tag = page_tag(client)
    save(client, 1, {"a1": "10"}, tag=tag)
    save(client, 3, {"a1": ""}, tag=tag)
    save(client, 2, {"a1": "10"}, tag=tag)
    assert stored() == {"a1": None}


def test_two_devices_are_never_merged_and_the_person_sees_both_values(client, seat):
    tag = page_tag(client)
    save(client, 1, {"a1": "80", "a2": "20"}, tag=tag, page="tablet")
    refused = save(client, 1, {"a1": "60", "a2": "20"}, tag=tag, page="phone")
    assert (refused.status_code, refused.json()["code"]) == (409, "stale_answer")
    shown = client.post("/e/group/A/", {"a1": "60", "a2": "20", "tag": tag, "page": "phone", "number": "2"})
    assert shown.status_code == 409
    assert [(row.key, row.saved, row.typed) for row in shown.context["conflict"]] == [("a1", "80", "60")]
    assert stored() == {"a1": 80, "a2": 20}
    kept = client.post("/e/group/A/", {"a1": "60", "tag": shown.context["page"].tag})
    assert kept.status_code == 400  # saved as chosen: 80 in all
    assert stored() == {"a1": 60, "a2": 20}


def test_other_device_in_another_group_is_no_conflict(client, seat):
    tag = page_tag(client)
    assert (
        save(client, 1, {"b1": "50"}, tag=page_tag(client, "B"), page="tablet", group="B").status_code == 200
    )
    assert save(client, 1, {"a1": "60"}, tag=tag, page="phone").status_code == 200
    assert stored() == {"b1": 50, "a1": 60}


def test_same_answer_from_two_devices_is_no_conflict(client, seat):
    tag = page_tag(client)
    save(client, 1, {"a1": "60"}, tag=tag, page="tablet")
    assert save(client, 1, {"a1": "60"}, tag=tag, page="phone").status_code == 200


def test_what_cannot_be_read_is_stored_as_empty_not_as_the_number_it_replaced(client, seat):
    tag = page_tag(client)
    tag = save(client, 1, {"a1": "60", "a2": "40"}, tag=tag).json()["tag"]
    save(client, 2, {"a1": "600"}, tag=tag)
    assert stored() == {"a1": None, "a2": 40}


def test_save_says_by_name_that_the_round_is_closed(client, seat):
    tag = page_tag(client)
    close(seat[1])
    refused = save(client, 1, {"a1": "60"}, tag=tag)
    assert (refused.status_code, refused.json()["code"]) == (409, "round_closed")


def test_marks_are_noise_without_the_code_and_go_when_the_round_closes(client, seat):
    save(client, 7, {"a1": "70", "a2": "30"}, tag=page_tag(client), page="secretpage")
    mark = Response.objects.get().draft_marks["A"]
    assert len(mark) == 16 and mark != "7" and "secretpage" not in str(Response.objects.values())
    for group, points in (("top", {"A": 60, "B": 40}), ("B", {"b1": 50, "b2": 50})):
        client.post(f"/e/group/{group}/", points)
    close(seat[1])
    assert Response.objects.get().draft_marks == {}


@pytest.mark.parametrize(
    "sender", [{"page": "<b>", "number": "1"}, {"page": "p", "number": "-1"}, {"page": "p"}]
)
def test_strange_sender_is_a_page_without_script(client, seat, sender):
    tag = page_tag(client)
    assert client.post("/e/group/A/save/", {"a1": "60", "tag": tag, **sender}).status_code == 200
    assert client.post("/e/group/A/save/", {"a1": "61", "tag": tag, **sender}).status_code == 409


def test_unknown_group_is_not_the_first_one(client, seat):
    assert client.post("/e/group/zz/save/", {"A": "60"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_saves_at_the_same_moment_lose_nothing(client, seat):
    """Six requests into three groups at once: every group holds one whole packet, none is lost to another group's."""
    tags = {group: page_tag(client, group) for group in ("top", "A", "B")}
    items = {"top": ("A", "B"), "A": ("a1", "a2"), "B": ("b1", "b2")}
    cookies = client.cookies

    def send(job):
        group, number = job
        own = Client()
        own.cookies = cookies
        points = dict.fromkeys(items[group], str(10 * number))
        answer = save(own, number, points, tag=tags[group], page="p" + group, group=group)
        connection.close()
        return answer.status_code

    jobs = [(group, number) for number in (1, 2) for group in items]
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(send, jobs)) == {200}
    assert stored() == dict.fromkeys([code for pair in items.values() for code in pair], 20)


FIELDS = {"top": ("A", "B"), "A": ("a1", "a2"), "B": ("b1", "b2")}
TYPED = st.one_of(st.integers(0, 110).map(str), st.sampled_from(["", "50", "５０", "49.5", "x", "-1", "100"]))
ACTS = st.one_of(
    st.tuples(st.sampled_from(["save", "post"]), st.sampled_from([*FIELDS]), TYPED, TYPED),
    st.tuples(st.just("split"), st.sampled_from([*FIELDS]), st.integers(0, 100).map(str)),
    st.tuples(st.just("submit")),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=3, max_size=12))
def test_no_sequence_of_posts_ever_leaves_a_submitted_sum_that_is_not_the_total(client, seat, acts):
    for act, *rest in [*acts, ("submit",)]:
        if act == "submit":
            client.post("/e/submit/", {})
        elif act == "split":
            group, points = rest
            client.post(
                f"/e/group/{group}/", dict(zip(FIELDS[group], (points, str(100 - int(points))), strict=True))
            )
        else:
            group, *points = rest
            path = f"/e/group/{group}/" + ("save/" if act == "save" else "")
            client.post(path, dict(zip(FIELDS[group], points, strict=True)))
        row = Response.objects.first()
        if row and row.values is not None:
            assert [sum(row.values[code] for code in codes) for codes in FIELDS.values()] == [100, 100, 100]
            assert set(row.values) == set(POINTS["Ana"])
            assert draft_tag(row.values)
