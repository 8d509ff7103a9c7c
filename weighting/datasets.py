"""Importing and sealing data."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from survey.audit import record_event
from survey.indicators import register_tree_guard
from survey.models import Study
from survey.plain_names import plain_name
from survey.refusal import Refusal
from survey.sealing import canonical_bytes, sha256_hex
from survey.uploads import read_rows
from weighting.imports import read_matrix
from weighting.models import Dataset, Unit
from weighting.trees import study_tree


class NoIndicators(Refusal):
    """The study has no tree that figures could belong to."""

    code = "no_indicators"
    message = _("The study has no indicators yet, so there is nothing to import figures for.")


class DataImported(Refusal):
    """Figures were imported for the tree as it is."""

    code = "data_imported"
    message = _("Figures were imported already, so the indicator tree stands.")


def refuse_tree_change(study: Study) -> None:
    """The columns of a matrix are those of the tree: no change once figures are there."""
    if Dataset.objects.filter(study=study).exists():
        raise DataImported


register_tree_guard(refuse_tree_change)


def import_dataset(study: Study, content: bytes, *, file_name: str, by: str, at: datetime) -> Dataset:
    """A new version of the study's matrix from an uploaded table; nothing is changed where the table has faults.

    Units are kept in the order of their codes, whatever the order of the table's rows.
    """
    if not study.indicators.exists():
        raise NoIndicators
    codes = [indicator.code for indicator in study_tree(study).leaves]
    matrix = read_matrix(read_rows(content), codes=codes)
    with transaction.atomic():
        latest = Dataset.objects.filter(study=study).aggregate(Max("version"))["version__max"] or 0
        dataset = Dataset.objects.create(
            study=study,
            version=latest + 1,
            file_name=plain_name(file_name)[:200],
            file_sha256=sha256_hex(content),
            codes=matrix.codes,
            attributes=matrix.attributes,
            imported_at=at,
        )
        Unit.objects.bulk_create(
            [
                Unit(
                    dataset=dataset,
                    position=position,
                    code=row.code,
                    name=row.name,
                    name_en=row.name_en,
                    attributes=row.attributes,
                    values=row.values,
                )
                for position, row in enumerate(sorted(matrix.rows, key=lambda row: row.code))
            ],
            batch_size=500,
        )
        record_event(
            actor=by,
            action="import_dataset",
            subject=f"{study.slug} v{dataset.version}",
            at=at,
            detail={"units": len(matrix.rows), "file_sha256": dataset.file_sha256},
        )
    return dataset


@transaction.atomic
def seal_dataset(dataset: Dataset, *, by: str, at: datetime) -> Dataset:
    """Freeze the figures with their hash; only sealed data are weighed."""
    dataset.seal(at=at, sha256=sha256_hex(canonical_bytes(dataset_document(dataset))))
    record_event(
        actor=by,
        action="seal_dataset",
        subject=f"{dataset.study.slug} v{dataset.version}",
        at=at,
        detail={"sha256": dataset.sha256},
    )
    return dataset


def dataset_document(dataset: Dataset) -> dict:
    """What the seal covers, the same whatever the order of the rows."""
    units = sorted(dataset.units.values_list("code", "name", "name_en", "attributes", "values"))
    return {
        "codes": dataset.codes,
        "units": [
            {
                "code": code,
                "name": name,
                "name_en": name_en,
                "attributes": attributes,
                "values": _figures(values),
            }
            for code, name, name_en, attributes, values in units
        ],
    }


def _figures(values: list) -> list[float | None]:
    """The figures as floats: a database may give a large whole number back as an integer."""
    return [None if value is None else float(value) for value in values]
