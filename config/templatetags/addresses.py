"""Links inside a published list."""

from django import template
from django.urls import reverse

register = template.Library()


@register.simple_tag(takes_context=True)
def list_url(context, name, **parts):
    """The address of another page of the same list; on pages of one revision it stays inside that revision."""
    if context.get("revision") is not None:
        parts["revision"] = context["revision"]
    return reverse(name, kwargs={"slug": context["study"].slug, **parts})
