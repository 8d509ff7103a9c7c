"""The editor's studio: what stands beside the list, edited, looked at and made ready to be proposed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ranking import key_figures, texts
from ranking.checklist import exhibit_states, obstacles
from ranking.editions import edition_preview
from ranking.exhibits.key_figures import value_of
from ranking.exhibits.words import said
from ranking.facts import facts_of
from ranking.forms import KeyFigureForm
from ranking.models import EditionText, KeyFigure, Supplement
from ranking.prose import Said, clean_prose
from ranking.studio import SavedMeanwhile, UnknownUnit, stamp_of, study_units
from survey.models import Study
from survey.refusal import InvalidInput
from survey.views.access import for_roles

STAFF, APPROVER, AUDITOR = "staff", "approver", "auditor"
READERS = (STAFF, APPROVER, AUDITOR)


def in_studio(request: HttpRequest, study: Study, here: str, context: dict) -> dict:
    """What every page of the studio needs: the outline, and whether the reader may change anything."""
    kept = {text.slot: text for text in EditionText.objects.filter(study=study)}
    units = {unit.code: unit for unit in study_units(study)}
    cases = [
        {"slot": slot, "label": units[code].label if code in units else code, "text": text}
        for slot, text in kept.items()
        if (code := slot.removeprefix(texts.CASE)) != slot
    ]
    return {
        "study": study,
        "here": here,
        "may_edit": may_edit(request),
        "slots": [
            {"slot": slot.name, "label": slot.label, "text": kept.get(slot.name)} for slot in texts.SLOTS
        ],
        "cases": cases,
        "figures": list(KeyFigure.objects.filter(study=study)),
        "tables": list(Supplement.objects.filter(study=study)),
    } | context


def may_edit(request: HttpRequest) -> bool:
    """Staff edit; approvers and auditors read."""
    return STAFF in request.roles or request.user.is_superuser


def refuse_readers(request: HttpRequest) -> None:
    """Stop everybody who may only read."""
    if request.method == "POST" and not may_edit(request):
        raise PermissionDenied


def acting(request: HttpRequest) -> dict:
    """Who acts, when, and on what the page showed."""
    return {
        "by": request.user.get_username(),
        "at": timezone.now(),
        "stamp": request.POST.get("stamp", ""),
    }


@for_roles(*READERS)
@require_GET
def edition_page(request: HttpRequest, study: Study) -> HttpResponse:
    """The edition at a glance: what there is, what is missing, and sentences to begin with."""
    edition = edition_preview(study)
    states = exhibit_states(edition) if edition else []
    context = {
        "edition": edition,
        "facts": facts_of(edition) if edition else [],
        "units": study_units(study) if may_edit(request) else [],
        "states": states,
        "obstacles": obstacles(edition, by=request.user, states=states) if edition else [],
    }
    return render(request, "ranking/studio.html", in_studio(request, study, "", context))


@for_roles(*READERS)
@require_http_methods(["GET", "POST"])
def text_page(request: HttpRequest, study: Study, slot: str) -> HttpResponse:
    """One text in both languages, with sentences to insert and how it will read."""
    refuse_readers(request)
    place = texts.slot_of(study, slot)
    edition = edition_preview(study)
    facts = facts_of(edition) if edition else []
    kept = texts.text_at(study, slot)
    shown = {"text": kept.text if kept else "", "text_en": kept.text_en if kept else ""}
    context, status = {"stamp": stamp_of(kept)}, 200
    if request.method == "POST":
        shown = {name: request.POST.get(name, "") for name in shown}
        context["stamp"] = request.POST.get("stamp", "")
        inserted = next((fact for fact in facts if fact.code == request.POST.get("insert")), None)
        if inserted:
            shown = {name: _joined(words, getattr(inserted, name)) for name, words in shown.items()}
        elif "look" not in request.POST:
            try:
                texts.save_text(study, slot, **shown, **acting(request))
            except SavedMeanwhile as refusal:
                context, status = conflict(refusal), refusal.status
            except InvalidInput as refusal:
                context["problem"], status = refusal, refusal.status
            else:
                messages.success(request, _("Saved."))
                return redirect("edition-text", study.slug, slot)
    context |= {"place": place, "slot": slot, "facts": facts, "shown": shown, "looks": _looks(shown)}
    return render(
        request, "ranking/studio_text.html", in_studio(request, study, slot, context), status=status
    )


def conflict(refusal: SavedMeanwhile) -> dict:
    """What a page shows that somebody else was faster than; its next save is on purpose."""
    return {
        "conflict": refusal,
        "theirs": refusal.kept,
        "theirs_rows": _rows(refusal.kept) if isinstance(refusal.kept, KeyFigure) else [],
        "stamp": stamp_of(refusal.kept),
    }


def _rows(kept: KeyFigure) -> list[tuple]:
    """What is stored, by the labels of the form."""
    return [(field.label, field.value()) for field in KeyFigureForm(instance=kept)]


def _joined(words: str, sentence: str) -> str:
    """A sentence on a line of its own at the end of what was typed."""
    return f"{words.rstrip()}\n{sentence}" if words.strip() else sentence


def _looks(shown: dict) -> list[Said]:
    """How both languages will read."""
    return [Said(clean_prose(shown["text"]), "zh-Hans"), Said(clean_prose(shown["text_en"]), "en")]


@for_roles(STAFF)
@require_POST
def rendered(request: HttpRequest, study: Study) -> HttpResponse:
    """How a text will read, for the editor's page that asks while it is typed."""
    language = "en" if request.POST.get("language") == "en" else "zh-Hans"
    said = Said(clean_prose(request.POST.get("text", ""))[: texts.LONGEST], language)
    return render(request, "ranking/_rendered.html", {"said": said})


@for_roles(STAFF)
@require_POST
def add_case(request: HttpRequest, study: Study) -> HttpResponse:
    """Begin the case text of a unit, named by code or by name."""
    wanted = request.POST.get("unit", "").strip()[:200]
    units = study_units(study)
    found = [unit for unit in units if unit.code == wanted]
    found = found or [unit for unit in units if wanted and wanted in (unit.name, unit.name_en)]
    if len(found) != 1:
        raise UnknownUnit(code=wanted[:60])
    return redirect("edition-text", study.slug, f"{texts.CASE}{found[0].code}")


@for_roles(*READERS)
@require_http_methods(["GET", "POST"])
def figure_page(request: HttpRequest, study: Study, code: str = "") -> HttpResponse:
    """One key figure: both sums, and what they give."""
    refuse_readers(request)
    kept = get_object_or_404(KeyFigure, study=study, code=code) if code else None
    named = str(kept or "")
    form = KeyFigureForm(request.POST or None, instance=kept)
    context, status = {"stamp": request.POST.get("stamp", stamp_of(kept))}, 200
    if request.method == "POST":
        if "remove" in request.POST:
            return _remove_figure(request, study, code)
        status = 400
        if form.is_valid() and "look" in request.POST:
            status = 200
        elif form.is_valid():
            try:
                saved = key_figures.save_figure(study, code, fields=form.cleaned_data, **acting(request))
            except SavedMeanwhile as refusal:
                context, status = conflict(refusal), refusal.status
            except InvalidInput as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Saved."))
                return redirect("edition-figure", study.slug, saved.code)
    context |= {"form": form, "code": code, "named": named, "shown": _shown_figure(form)}
    here = f"figure:{code}" if code else "figure"
    return render(
        request, "ranking/studio_figure.html", in_studio(request, study, here, context), status=status
    )


def _remove_figure(request: HttpRequest, study: Study, code: str) -> HttpResponse:
    key_figures.remove_figure(study, code, **acting(request))
    messages.success(request, _("Removed. What was published keeps it."))
    return redirect("edition", study.slug)


def _shown_figure(form: KeyFigureForm) -> dict | None:
    """The value and the difference of what stands in the form, or what stands in their way."""
    if form.is_bound:
        if not form.is_valid():
            return None
        figure = form.cleaned_data
    elif form.instance.pk:
        figure = {name: getattr(form.instance, name) for name in form.fields}
    else:
        return None
    try:
        key_figures.refuse_impossible(figure)
    except InvalidInput as refusal:
        return {"problem": refusal}
    return {
        "figure": figure,
        "name": said(figure, "name"),
        "reference_name": said(figure, "reference_name"),
        "value": value_of(figure),
        "difference": key_figures.difference_of(figure),
        "unit": "%" if figure["form"] == KeyFigure.Form.SHARE else said(figure, "unit"),
    }
