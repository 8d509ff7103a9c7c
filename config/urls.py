"""All addresses of the house."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import RedirectView
from django.views.i18n import set_language

from survey.views.access import for_everybody

urlpatterns = [
    path("", include("ranking.urls")),
    path("", include("weighting.urls")),
    path("", include("survey.urls")),
    path(
        "login/",
        for_everybody(
            require_http_methods(["GET", "HEAD", "POST"])(
                LoginView.as_view(template_name="survey/login.html", redirect_authenticated_user=True)
            )
        ),
        name="login",
    ),
    path("logout/", for_everybody(require_POST(LogoutView.as_view())), name="logout"),
    path("language/", for_everybody(require_POST(set_language)), name="set_language"),
    path("favicon.ico", for_everybody(RedirectView.as_view(url="/static/img/favicon.svg")), name="favicon"),
]
