"""Proposing: one checklist for page and act, a reason for what is missing, previews that nobody else sees."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone, translation
from pypdf import PdfReader

from ranking.checklist import obstacles
from ranking.editions import edition_of, edition_to_propose
from ranking.files.making import finish, make_proof
from ranking.files.shelf import take
from ranking.models import EditionText, KeyFigure, Proof, Publication, Supplement
from ranking.proposals import EmbargoPast, NotReady, ReasonMissing, propose_edition
from ranking.publications import RunNotDone, publication_differences, publish, withdraw
from ranking.verify.check import verify
from survey.models import Indicator, Membership
from tests.cast import sign_in
from tests.ranking.test_publications import person
from tests.ranking.test_runs import run_of, weighed

pytestmark = pytest.mark.django_db
WHY = "只有三个城镇,往年没有榜单。"


@pytest.fixture
def run():
    return run_of(weighed())


def codes(run, by="stefan"):
    with translation.override("en"):
        return [item.code for item in obstacles(edition_to_propose(run), by=person(by))]


def propose(run, accepting=WHY, **more):
    return propose_edition(run, by=person("stefan"), at=timezone.now(), accepting=accepting, **more)


def approve(proposal):
    return publish(proposal, by=person("ava"), sha256=proposal.sha256, at=timezone.now())


def write(run, slot, text="文", text_en="Text"):
    EditionText.objects.update_or_create(
        study=run.study, slot=slot, defaults={"text": text, "text_en": text_en}
    )


def test_every_obstacle_goes_when_it_is_put_right(run):
    found = codes(run)
    assert {"text:headline", "text:features", "text:advice", "indicator_sources", "exhibit:intervals"} <= set(
        found
    )
    for slot in ("headline", "features", "advice"):
        write(run, slot)
    for code in [code.partition(":")[2] for code in found if code.startswith("exhibit:")]:
        write(run, f"absent:{code}")
    Indicator.objects.filter(study=run.study, children=None).update(source="统计局")
    left = codes(run)
    assert left == [], left
    proposal = propose(run, accepting="")
    assert "accepted" not in edition_of(proposal).document


def test_half_a_text_a_figure_without_source_and_a_stray_case_are_seen(run):
    write(run, "headline", text_en="")
    write(run, "case:nowhere")
    KeyFigure.objects.create(study=run.study, code="f", form="count", name="数", numerator=1, source="甲")
    Supplement.objects.create(study=run.study, code="t", title="表", columns=[], rows=[])
    assert {"text:headline", "unlisted:nowhere", "figure_source:f", "figure_name:f", "table_source:t"} <= set(
        codes(run)
    )


def test_what_is_missing_goes_out_with_a_reason_or_not_at_all(run):
    with pytest.raises(ReasonMissing):
        propose(run, accepting=" \u200b ")
    assert not Publication.objects.exists()
    proposal = propose(run)
    kept = edition_of(proposal).document["accepted"]
    assert kept["reason"] == WHY
    assert [item["code"] for item in kept["missing"]] == codes(run)
    assert all(
        item["text"] and item["text_en"] and item["text"] != item["text_en"] for item in kept["missing"]
    )
    publication = approve(proposal)
    assert verify(bytes(Publication.objects.defer(None).get().bundle)).differences == ()
    assert publication_differences(publication) == []


def test_readers_learn_what_an_edition_goes_without(run, client):
    write(run, "absent:intervals", text="只有三位专家。")
    slug = approve(propose(run)).study.slug
    assert "只有三位专家。" in client.get(f"/lists/{slug}/exhibits/intervals/").content.decode()
    assert WHY in client.get(f"/lists/{slug}/method/").content.decode()


def test_no_reason_helps_without_a_second_person_or_a_key(run, settings, tmp_path):
    Membership.objects.filter(user__username="ava").delete()
    assert codes(run)[0] == "no_approver"
    with pytest.raises(NotReady):
        propose(run)
    Membership.objects.create(series=run.study.series, user=person("stefan"), role="approver")
    assert codes(run)[0] == "no_approver"  # the own role is not a second person
    settings.SIGNING_KEY_FILE = tmp_path / "no-key.pem"
    settings.SIGNING_KEY_FILE.write_text("not a key")
    assert "no_key" in codes(run)[:2]


def test_run_that_is_not_done_and_instants_that_passed_are_refused(run):
    with pytest.raises(EmbargoPast):
        propose(run, embargo_until=timezone.now())
    run.status = "queued"
    with pytest.raises(RunNotDone):
        propose(run)


# --- pages -----------------------------------------------------------------------------------------------------


def test_page_proposes_under_embargo_and_recalls(run, client):
    base, instant = f"/studies/{run.study.slug}/publish/", timezone.localtime() + timedelta(days=1)
    sign_in(client, "stefan")
    page = client.get(base).content.decode()
    assert 'name="accepting"' in page and 'name="embargo_until"' in page
    typed = {"run": run.pk, "accepting": WHY, "embargo_until": f"{instant:%Y-%m-%dT%H:%M}"}
    assert client.post(f"{base}propose/", typed | {"accepting": ""}).status_code == 400
    assert client.post(f"{base}propose/", typed | {"embargo_until": "tomorrow"}).status_code == 400
    assert client.post(f"{base}propose/", typed).status_code == 302
    proposal = Publication.objects.get()
    assert proposal.embargo_until == instant.replace(second=0, microsecond=0)
    sign_in(client, "ava")
    assert WHY in client.get(base).content.decode()
    assert client.post(f"{base}1/approve/", {"sha256": proposal.sha256}).status_code == 302
    assert client.get(f"/lists/{run.study.slug}/").status_code == 404
    assert f"{base}1/recall/" in client.get(base).content.decode()
    assert client.post(f"{base}1/recall/").status_code == 302
    assert client.post(f"{base}1/recall/").status_code == 409


def test_correction_of_a_text_alone_is_a_new_revision_with_a_note(run, client):
    first = approve(propose(run))
    base = f"/studies/{run.study.slug}/publish/"
    sign_in(client, "stefan")
    assert f"{base}propose/" not in client.get(base).content.decode()
    write(run, "advice", text="改正后的建议")
    assert f"{base}propose/" in client.get(base).content.decode()
    typed = {"run": run.pk, "accepting": WHY}
    assert client.post(f"{base}propose/", typed).status_code == 400  # readers must learn why
    assert client.post(f"{base}propose/", typed | {"note": "一处笔误。"}).status_code == 302
    second = approve(Publication.objects.get(revision=2))
    assert edition_of(second).document["texts"]["advice"]["text"] == "改正后的建议"
    first.refresh_from_db()
    assert first.is_replaced and client.get(f"/lists/{run.study.slug}/r1/").status_code == 200


def test_withdrawn_page_says_what_took_its_place(run, client):
    first = approve(propose(run))
    withdraw(first, by=person("ava"), note="数据有误。", at=timezone.now())
    slug = run.study.slug
    assert "数据有误。" in client.get(f"/lists/{slug}/").content.decode()
    second = approve(propose(run, note="更正。"))
    gone = client.get(f"/lists/{slug}/r1/")
    assert gone.status_code == 410 and f'href="/lists/{slug}/"' in gone.content.decode()
    assert client.get(f"/lists/{slug}/").status_code == 200 and second.is_live


@pytest.mark.parametrize(
    "page", ["", "overview/", "tiers/", "method/", "units/x/", "exhibits/", "exhibits/list/"]
)
def test_preview_is_the_readers_own_page_and_stays_inside(run, client, page):
    slug = run.study.slug
    base = f"/studies/{slug}/edition/preview/"
    assert client.get(base + page).status_code == 302  # to the door
    sign_in(client, "ava")
    answer = client.get(base + page)
    text = answer.content.decode()
    assert (
        answer.status_code == 200 and "preview-bar" in text and "no-store" in answer.headers["Cache-Control"]
    )
    assert f'href="{base}tiers/"' in text and f'href="/lists/{slug}/tiers/"' not in text
    assert not Publication.objects.exists()
    assert client.get(f"/lists/{slug}/{page}").status_code == 404


def test_paper_is_a_report_that_says_it_is_none(run, client):
    address = f"/studies/{run.study.slug}/edition/paper.pdf"
    assert client.get(address).status_code == 302
    sign_in(client, "ava")
    assert client.get(address).status_code == 202 and not Proof.objects.exists()  # looking asks for nothing
    for _click in range(2):
        assert client.post(address).status_code == 302
    assert b"data-waiting" in client.get(address).content
    make_proof(Proof.objects.get().pk, at=timezone.now())
    answer = client.get(address)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "预览，未发布" in text and "丙城" in text and "no-store" in answer.headers["Cache-Control"]


def test_changed_edition_has_another_proof_and_the_old_one_goes(run, client):
    address = f"/studies/{run.study.slug}/edition/paper.pdf"
    sign_in(client, "ava")
    client.post(address)
    old = take(Proof.objects.get().pk, at=timezone.now(), model=Proof)
    write(run, "headline", text="后来写的")
    assert client.get(address).status_code == 202 and client.post(address).status_code == 302
    assert Proof.objects.get().key != old.key
    assert (
        finish(old, Proof.Status.DONE, content=b"late") is None
    )  # its worker comes too late and does nothing


def test_preview_leads_nowhere_else(run, client):
    sign_in(client, "ava")
    for page in ("nowhere/", "r1/tiers/", "../../", "%2e%2e/", "tiers"):
        assert client.get(f"/studies/{run.study.slug}/edition/preview/{page}").status_code in (301, 404)


def test_approver_sees_the_proposal_as_it_was_frozen(run, client):
    proposal = propose(run)
    sign_in(client, "ava")
    address = f"/studies/{run.study.slug}/publish/{proposal.revision}/preview/"
    before = client.get(address).content
    write(run, "headline", text="后来写的")
    assert b"preview-bar" in before and "后来写的".encode() not in client.get(address).content
