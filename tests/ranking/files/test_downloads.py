"""The page of files and the files under their addresses for good."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from ranking.files.making import make_file
from ranking.files.shelf import NAMES
from ranking.models import PublicationFile
from ranking.publications import propose_publication, publish, withdraw
from tests.cast import sign_in
from tests.ranking.test_publications import person, propose, published
from tests.ranking.test_runs import run_of, weighed

pytestmark = pytest.mark.django_db
ZIP = "/lists/towns/r1/files/tables.zh.zip"


@pytest.fixture
def publication():
    return published()


def make(publication, name="tables.zh.zip"):
    found = NAMES[name]
    row = PublicationFile.objects.get(
        publication=publication, kind=found.product.kind, language=found.language
    )
    return make_file(row.pk, at=timezone.now())


def test_page_names_every_file_with_state_size_and_hash(client, publication):
    file = make(publication)
    page = client.get("/lists/towns/downloads/", headers={"accept-language": "en"}).content.decode()

    assert page.count("waiting for a worker") == len(NAMES) - 1 and "data-waiting" in page
    assert file.sha256 in page and ZIP in page
    assert "First publication" in page and publication.sha256[:12] in page


def test_file_that_waits_answers_202_and_says_that_one_may_leave(client, publication):
    answer = client.get(ZIP, headers={"accept-language": "en"})

    assert answer.status_code == 202 and answer["Cache-Control"] == "no-store"
    assert "you may leave this page" in answer.content.decode()


def test_finished_file_is_served_for_good(client, publication):
    file = make(publication)
    answer = client.get(ZIP)

    assert answer.status_code == 200 and answer["Content-Type"] == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    assert answer["ETag"] == f'"{file.sha256}"'
    assert client.get(ZIP, headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert client.head(ZIP).status_code == 200
    assert client.get("/lists/towns/files/tables.zh.zip").content == answer.content


def test_name_of_the_file_is_given_in_chinese_and_in_plain_letters(client, publication):
    make(publication)
    header = client.get(ZIP)["Content-Disposition"]

    assert 'attachment; filename="towns-r1-tables.zh.zip"' in header
    assert "filename*=UTF-8''%E5%9F%8E%E9%95%87%E8%AF%84%E4%BB%B7" in header


def test_nobody_knows_of_other_files(client, publication):
    for name in ("report.zh.exe", "x", "report.de.pdf", "..%2Fx"):
        assert client.get(f"/lists/towns/r1/files/{name}").status_code == 404
    assert client.get("/lists/towns/r7/files/tables.zh.zip").status_code == 404


def test_post_asks_for_a_file_that_nobody_asked_for(client, publication):
    PublicationFile.objects.all().delete()
    page = client.get(ZIP, headers={"accept-language": "en"})
    assert "Make this file" in page.content.decode()

    assert client.post(ZIP).status_code == 302
    assert client.post(ZIP).status_code == 302
    assert PublicationFile.objects.count() == 1


def test_withdrawn_list_gives_nothing(client, publication):
    make(publication)
    withdraw(publication, by=person("ava"), note="wrong", at=timezone.now())

    assert client.get(ZIP).status_code == 410
    assert client.get("/lists/towns/downloads/").status_code == 410
    assert client.get("/lists/towns/files/tables.zh.zip").status_code == 410


def test_replaced_revision_keeps_its_files(client, publication):
    make(publication)
    proposal = propose(publication.run, note="again")
    publish(proposal, by=person("ava"), sha256=proposal.sha256, at=timezone.now())

    assert client.get(ZIP).status_code == 200
    assert client.get("/lists/towns/files/tables.zh.zip").status_code == 202


def test_proposal_and_embargoed_revision_give_nothing(client):
    now = timezone.now()
    proposal = propose_publication(
        run_of(weighed()), by=person("stefan"), at=now, embargo_until=now + timedelta(hours=1)
    )
    assert client.get(ZIP).status_code == 404
    embargoed = publish(proposal, by=person("ava"), sha256=proposal.sha256, at=now)
    make(embargoed)

    assert client.get(ZIP).status_code == 404
    assert client.get("/lists/towns/downloads/").status_code == 404


def test_file_that_could_not_be_made_is_told_without_an_error(client, publication):
    PublicationFile.objects.update(status="failed", failure={"code": "gave_up"})
    answer = client.get(ZIP, headers={"accept-language": "en"})

    assert answer.status_code == 202 and "could not be made" in answer.content.decode()


def test_staff_see_the_state_on_the_page_of_publishing(client, publication):
    make(publication)
    sign_in(client, "stefan")
    page = client.get("/studies/towns/publish/", headers={"accept-language": "en"}).content.decode()

    assert "Files of the edition" in page and "All tables (CSV)" in page and ZIP in page


def test_preview_and_proposal_show_the_page_and_give_no_file(client, publication):
    propose(publication.run, note="again")
    sign_in(client, "stefan")
    for base in ("/studies/towns/edition/preview/", "/studies/towns/publish/2/preview/"):
        assert client.get(f"{base}downloads/").status_code == 200, base
        assert client.get(f"{base}files/tables.zh.zip").status_code == 404, base
