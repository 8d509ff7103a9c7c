"""Who may see a page: the bearer of a code, or a person with a role in the study's series."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from survey.expert_session import current_bearer
from survey.models import Study


def for_bearer(view):
    """Call the view with the bearer of the code; everybody else is asked for a code."""

    @wraps(view)
    @never_cache
    def wrapped(request, *args, **kwargs):
        bearer = current_bearer(request)
        if bearer is None:
            messages.info(request, _("Please enter your code to go on. What you saved is kept."))
            return redirect("enter")
        return view(request, bearer, *args, **kwargs)

    return wrapped


def for_roles(*roles: str):
    """Call the view with the study in place of its short name, for people who hold one of the roles there.

    A study of a series in which the person has no role at all does not exist for them (404).
    """

    def decorate(view):
        @wraps(view)
        @login_required
        @never_cache
        def wrapped(request, slug, *args, **kwargs):
            study = get_object_or_404(
                Study.objects.for_user(request.user).select_related("series"), slug=slug
            )
            held = study.roles_of(request.user)
            if roles and not held & set(roles) and not request.user.is_superuser:
                raise PermissionDenied
            request.roles = held
            return view(request, study, *args, **kwargs)

        return wrapped

    return decorate
