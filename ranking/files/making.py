"""What a worker does: make one file of a publication, or the proof of an edition, telling how far it is."""

from collections.abc import Callable
from datetime import datetime

from django.utils import translation

from ranking.editions import Edition, edition_of, edition_of_proof
from ranking.files.pdf import report_pdf
from ranking.files.shelf import MOST_TRIES, take
from ranking.files.tables import tables_zip
from ranking.files.word import report_docx
from ranking.files.workbook import edition_xlsx
from ranking.models import Proof, Publication, PublicationFile
from ranking.models.files import MadeFile
from survey.refusal import InvalidTransition
from survey.sealing import sha256_hex

KINDS, STATUS = PublicationFile.Kind, PublicationFile.Status
Step = Callable[[int], None]
MAKERS: dict[str, Callable[..., bytes]] = {
    KINDS.PDF: report_pdf,
    KINDS.DOCX: report_docx,
    KINDS.XLSX: edition_xlsx,
    KINDS.ZIP: tables_zip,
}
GAVE_UP = "gave_up"
NOTICED = 5  # percent between two notes of progress


def make_file(file_id: int, *, at: datetime) -> PublicationFile | None:
    """Make one waiting file; one that is finished or in another worker's hands is left as it is.

    A worker that dies leaves a waiting row, which is found again; after several such ends it is given up.
    """
    file = take(file_id, at=at)
    return file and _made(file, file.kind, _edition_of_file, at=at)


def make_proof(proof_id: int, *, at: datetime) -> Proof | None:
    """The same for the proof of an edition that nobody has proposed yet."""
    proof = take(proof_id, at=at, model=Proof)
    return proof and _made(proof, KINDS.PDF, edition_of_proof, at=at)


def _edition_of_file(file: PublicationFile) -> Edition:
    return edition_of(Publication.objects.defer("bundle").get(pk=file.publication_id))


def _made(
    file: MadeFile, kind: str, edition_of_it: Callable[..., Edition], *, at: datetime
) -> MadeFile | None:
    """What was taken, finished or given up."""
    if file.tries > MOST_TRIES:
        return finish(file, STATUS.FAILED, failure={"code": GAVE_UP}, finished_at=at)
    content = make_content(edition_of_it(file), kind, file.language, step=_stepper(file))
    return finish(
        file,
        STATUS.DONE,
        content=content,
        size=len(content),
        sha256=sha256_hex(content),
        progress=100,
        finished_at=at,
    )


def make_content(edition: Edition, kind: str, language: str, *, step: Step = lambda percent: None) -> bytes:
    """The bytes of one file of an edition in one language."""
    with translation.override(language):
        return MAKERS[kind](edition, step=step)


def _stepper(file: MadeFile) -> Step:
    """Note progress in the row, at most every few percent."""
    told = [0]

    def step(percent: int) -> None:
        if percent - told[0] >= NOTICED:
            told[0] = percent
            type(file).objects.filter(pk=file.pk, status=STATUS.QUEUED).update(progress=percent)

    return step


def finish(file: MadeFile, status: str, **fields) -> MadeFile | None:
    try:
        file.advance(status, **fields)
    except InvalidTransition:  # a twin was faster, and the bytes are the same; or a newer proof was asked for
        return type(file).objects.filter(pk=file.pk).first()
    return file
