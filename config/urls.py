"""All addresses of the house."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView

from config.language import language
from config.schema import schema
from survey.views import account
from survey.views.access import for_everybody

urlpatterns = [
    path("", include("ranking.urls")),
    path("", include("weighting.urls")),
    path("", include("survey.urls")),
    path("login/", account.sign_in, name="login"),
    path("login/code/", account.sign_in_code, name="login-code"),
    path("account/second-factor/", account.second_factor_page, name="second-factor"),
    path("logout/", for_everybody(require_POST(LogoutView.as_view())), name="logout"),
    path("language/", language, name="set_language"),
    path("api/v1/schema/", schema, name="api-schema"),
    path("favicon.ico", for_everybody(RedirectView.as_view(url="/static/img/favicon.svg")), name="favicon"),
]

handler400 = "config.refusals.bad_request"
handler403 = "config.refusals.forbidden"
handler404 = "config.refusals.not_found"
handler500 = "config.refusals.broken"
