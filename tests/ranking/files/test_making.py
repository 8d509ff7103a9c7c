"""Files as rows: asked for once, made by one worker at a time, found again where a worker died."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ranking.files import shelf
from ranking.files.making import make_file
from ranking.files.shelf import LEASE, MOST_TRIES, NAMES, request_files, take, waiting_files
from ranking.models import PublicationFile
from survey.refusal import InvalidTransition
from survey.sealing import sha256_hex
from tests.ranking.test_publications import published

pytestmark = pytest.mark.django_db
STATUS = PublicationFile.Status


@pytest.fixture
def publication():
    return published()


def row(publication, name="tables.en.zip") -> PublicationFile:
    product = NAMES[name]
    return PublicationFile.objects.get(
        publication=publication, kind=product.product.kind, language=product.language
    )


def test_approval_asks_for_every_file_once(publication):
    request_files(publication, at=timezone.now())

    assert PublicationFile.objects.filter(publication=publication).count() == len(NAMES) == 8


def test_file_is_made_and_kept_with_its_hash(publication):
    made = make_file(row(publication).pk, at=timezone.now())

    assert (made.status, made.progress, made.tries) == (STATUS.DONE, 100, 1)
    assert made.sha256 == sha256_hex(bytes(made.content)) and made.size == len(made.content)


def test_finished_file_is_not_made_again(publication):
    file = make_file(row(publication).pk, at=timezone.now())

    assert make_file(file.pk, at=timezone.now() + 2 * LEASE) is None
    with pytest.raises(InvalidTransition):
        file.advance(STATUS.FAILED)


def test_file_in_a_workers_hands_is_left_to_it(publication):
    now = timezone.now()
    file = row(publication)

    assert take(file.pk, at=now) is not None
    assert take(file.pk, at=now + timedelta(seconds=1)) is None
    assert file.pk not in waiting_files(at=now + timedelta(seconds=1))


def test_file_of_a_dead_worker_is_found_again_and_made(publication):
    now = timezone.now()
    file = take(row(publication).pk, at=now)
    later = now + LEASE + timedelta(seconds=1)

    assert file.pk in waiting_files(at=later)
    assert make_file(file.pk, at=later).status == STATUS.DONE


def test_file_that_kills_every_worker_is_given_up(publication):
    now = timezone.now()
    for number in range(MOST_TRIES):
        assert take(row(publication).pk, at=now + number * 2 * LEASE) is not None
    given_up = make_file(row(publication).pk, at=now + MOST_TRIES * 2 * LEASE)

    assert (given_up.status, given_up.failure) == (STATUS.FAILED, {"code": "gave_up"})
    assert waiting_files(at=now + 99 * LEASE).count(given_up.pk) == 0


def test_other_maker_makes_another_file_and_the_old_one_stays(publication, monkeypatch):
    old = make_file(row(publication).pk, at=timezone.now())
    monkeypatch.setattr(shelf, "MAKER", shelf.MAKER + 1)
    new = shelf.request_file(publication, NAMES["tables.en.zip"], at=timezone.now())

    assert new.key != old.key
    assert shelf.newest_file(publication, NAMES["tables.en.zip"]) == old
