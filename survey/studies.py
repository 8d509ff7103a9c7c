"""Creating studies, and copying one for a rehearsal."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from survey.audit import record_event
from survey.frameworks import Node, create_indicators
from survey.models import Indicator, Round, Series, Study
from survey.plain_names import plain_name
from survey.protocol import check_fit, check_origin, complete_protocol, protocol_sha256
from survey.refusal import Refusal


class SlugTaken(Refusal):
    """Another study has this short name."""

    code = "slug_taken"
    message = _("A study with the short name “%(slug)s” exists already. Choose another short name.")


class PanelImported(Refusal):
    """The panel was asked elsewhere; its answers are there to be looked at."""

    code = "panel_imported"
    message = _(
        "This panel was asked elsewhere and imported: it can be analysed, but nobody joins it, no round opens "
        "and no weights come from it."
    )


def require_live(study: Study) -> None:
    """Refuse an imported panel where a live one is needed."""
    if study.is_imported:
        raise PanelImported


@transaction.atomic
def create_study(
    series: Series, nodes: list[Node], *, slug: str, name: str, year: int, by: str, at, **texts
) -> Study:
    """A study with its tree, its complete protocol and its first round in draft."""
    if Study.objects.filter(slug=slug).exists():
        raise SlugTaken(slug=slug)
    protocol = complete_protocol(texts.pop("protocol", None))
    check_origin(protocol, is_imported=texts.get("is_imported", False))
    texts["name_en"] = plain_name(texts.get("name_en", ""))
    study = Study.objects.create(
        series=series,
        slug=slug,
        name=plain_name(name) or slug,
        year=year,
        protocol=protocol,
        languages=["zh-hans", "en"],
        **texts,
    )
    create_indicators(study, nodes)
    check_fit(protocol, leaf_directions(study))
    Round.objects.create(study=study, number=1)
    record_event(actor=by, action="create_study", subject=slug, at=at)
    return study


class ProtocolFrozen(Refusal):
    """The rules stand since round 1 opened."""

    code = "protocol_frozen"
    message = _("The protocol was frozen when round 1 opened, so it cannot be changed any more.")


@transaction.atomic
def change_protocol(study: Study, protocol: dict, *, by: str, at) -> Study:
    """Other rules for a study whose round 1 has not opened yet."""
    complete = complete_protocol(protocol)
    check_origin(complete, is_imported=study.is_imported)
    check_fit(complete, leaf_directions(study))
    if not Study.objects.filter(pk=study.pk, protocol_sha256="").update(protocol=complete):
        raise ProtocolFrozen
    detail = {"sha256": protocol_sha256(complete)}
    record_event(actor=by, action="change_protocol", subject=study.slug, at=at, detail=detail)
    return Study.objects.get(pk=study.pk)


@transaction.atomic
def copy_for_rehearsal(study: Study, *, by: str, at) -> Study:
    """A copy of the study's tree and protocol with an empty panel, marked as a rehearsal for good."""
    require_live(study)
    number = 1 + Study.objects.filter(slug__startswith=f"{study.slug}-rehearsal-").count()
    rehearsal = create_study(
        study.series,
        tree_nodes(study),
        slug=f"{study.slug}-rehearsal-{number}",
        name=f"{study.name}（演练 {number}）",
        name_en=f"{study.name_en or study.name} (rehearsal {number})",
        year=study.year,
        introduction=study.introduction,
        introduction_en=study.introduction_en,
        protocol=study.protocol,
        is_rehearsal=True,
        by=by,
        at=at,
    )
    return rehearsal


def leaf_directions(study: Study) -> dict[str, int]:
    """The direction (1, -1) of every indicator that carries figures, by its code."""
    return dict(study.indicators.filter(children=None).values_list("code", "direction"))


def tree_nodes(study: Study) -> list[Node]:
    """The study's tree as framework rows."""
    indicators = Indicator.objects.filter(study=study).select_related("parent")
    return [
        Node(
            **{
                name: getattr(indicator, name)
                for name in Node.__dataclass_fields__
                if name not in ("parent", "direction")
            },
            parent=indicator.parent.code if indicator.parent else "",
            direction=str(indicator.direction),
        )
        for indicator in indicators
    ]


def tree_rows(study: Study) -> list[dict]:
    """The study's tree from the top, each node with its depth and whether it has children."""
    depth, rows = {}, []
    for indicator in study.indicators.all():
        depth[indicator.pk] = depth.get(indicator.parent_id, -1) + 1
        rows.append({"indicator": indicator, "depth": depth[indicator.pk]})
    parents = {row["indicator"].parent_id for row in rows}
    return [row | {"is_parent": row["indicator"].pk in parents} for row in rows]
