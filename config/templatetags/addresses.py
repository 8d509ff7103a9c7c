"""Links inside a published list."""

from django import template
from django.urls import reverse

register = template.Library()


@register.simple_tag(takes_context=True)
def list_url(context, name, **parts):
    """The address of another page of the same list; it stays inside the revision, or the preview, that is read."""
    slug = context["study"].slug
    if context.get("preview"):
        page = reverse(name, kwargs={"slug": slug, **parts})
        return context["preview"] + page.removeprefix(reverse("list", kwargs={"slug": slug}))
    if context.get("revision") is not None:
        parts["revision"] = context["revision"]
    return reverse(name, kwargs={"slug": slug, **parts})
