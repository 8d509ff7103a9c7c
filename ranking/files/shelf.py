"""Files of a publication as rows: asked for, waiting, found again. A worker makes them (`ranking.files.making`)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from ranking.models import Proof, Publication, PublicationFile, Run
from ranking.models.files import MadeFile
from survey.doorbell import ring_on_commit
from survey.sealing import canonical_bytes, sha256_hex

TASK = "ranking.tasks.make_publication_file"
PROOF_TASK = "ranking.tasks.make_proof"
MAKER = 1  # raised with every change of what the files say or how they look
LANGUAGES = {"zh": "zh-hans", "en": "en"}
LEASE = timedelta(minutes=5)  # a worker that has not finished by then is taken for dead
MOST_TRIES = 3
KINDS = PublicationFile.Kind


@dataclass(frozen=True)
class Product:
    """One kind of file: how it is named and what it is for the browser."""

    kind: str
    stem: str
    media_type: str


OFFICE = "application/vnd.openxmlformats-officedocument"
PRODUCTS = (
    Product(KINDS.PDF, "report", "application/pdf"),
    Product(KINDS.DOCX, "report", f"{OFFICE}.wordprocessingml.document"),
    Product(KINDS.XLSX, "workbook", f"{OFFICE}.spreadsheetml.sheet"),
    Product(KINDS.ZIP, "tables", "application/zip"),
)


@dataclass(frozen=True)
class Name:
    """What an address such as ``report.zh.pdf`` means."""

    product: Product
    suffix: str

    @property
    def language(self) -> str:
        """The language of the file as Django calls it."""
        return LANGUAGES[self.suffix]

    def __str__(self) -> str:
        return f"{self.product.stem}.{self.suffix}.{self.product.kind}"


NAMES = {str(name): name for name in (Name(one, suffix) for one in PRODUCTS for suffix in LANGUAGES)}


def file_key(publication: Publication, name: Name) -> str:
    """The hash of everything a file follows from."""
    facts = {"manifest": publication.sha256, "kind": name.product.kind, "language": name.language}
    return sha256_hex(canonical_bytes(facts | {"maker": MAKER}))


def request_file(publication: Publication, name: Name, *, at: datetime) -> PublicationFile:
    """The file of today's maker; asked for where nobody has asked yet."""
    file, created = PublicationFile.objects.get_or_create(
        key=file_key(publication, name),
        defaults={
            "publication": publication,
            "kind": name.product.kind,
            "language": name.language,
            "requested_at": at,
        },
    )
    if created:
        ring_on_commit(TASK, [file.pk])
    return file


def request_files(publication: Publication, *, at: datetime) -> None:
    """Ask for every file of an approved revision."""
    for name in NAMES.values():
        request_file(publication, name, at=at)


def newest_file(publication: Publication, name: Name) -> PublicationFile | None:
    """The newest finished file, else what is known of the one that was asked for last; a preview has none."""
    if publication.pk is None:
        return None
    found = PublicationFile.objects.filter(
        publication=publication, kind=name.product.kind, language=name.language
    ).order_by("-pk")
    return found.filter(status=PublicationFile.Status.DONE).first() or found.first()


def proof_key(run: Run, edition: bytes, language: str) -> str:
    """The hash of everything a proof follows from."""
    facts = {"run": run.sha256, "edition": sha256_hex(edition), "language": language, "maker": MAKER}
    return sha256_hex(canonical_bytes(facts))


def find_proof(run: Run, edition: bytes, language: str) -> Proof | None:
    """The proof of exactly this edition, asked for or finished."""
    return Proof.objects.filter(key=proof_key(run, edition, language)).first()


def request_proof(run: Run, edition: bytes, language: str, *, at: datetime) -> Proof:
    """The proof of this edition; older ones of the run in the same language go."""
    key = proof_key(run, edition, language)
    Proof.objects.filter(run=run, language=language).exclude(key=key).delete()
    proof, created = Proof.objects.get_or_create(
        key=key, defaults={"run": run, "edition": edition, "language": language, "requested_at": at}
    )
    if created:
        ring_on_commit(PROOF_TASK, [proof.pk])
    return proof


def take(
    file_id: int, *, at: datetime, model: type[MadeFile] = PublicationFile
) -> PublicationFile | Proof | None:
    """Begin a waiting file; None where another worker has it, it is finished or gone."""
    free = Q(taken_at=None) | Q(taken_at__lt=at - LEASE)
    waiting = model.objects.filter(free, pk=file_id, status=model.Status.QUEUED)
    if not waiting.update(taken_at=at, tries=F("tries") + 1, progress=0):
        return None
    return model.objects.get(pk=file_id)


def waiting_files(*, at: datetime, model: type[MadeFile] = PublicationFile) -> list[int]:
    """Files that no worker has, or whose worker died, oldest first."""
    free = Q(taken_at=None) | Q(taken_at__lt=at - LEASE)
    queued = model.objects.filter(free, status=model.Status.QUEUED)
    return list(queued.order_by("pk").values_list("pk", flat=True))
