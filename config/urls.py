from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path

# Django's admin holds accounts alone, for superusers alone: a name, an address or a superuser's right that is wrong.
# Agencies, rounds and people have their pages, where a change is recorded; secrets of second factors and of sign-ons
# are nobody's to read.
admin.site.unregister(
    [Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession, Group]
)
admin.site.has_permission = lambda request: request.user.is_active and request.user.is_superuser
admin.site.login = secure_admin_login(admin.site.login)  # no door beside the one at /login/

handler500 = "config.outage.server_error"
urlpatterns = [
    path("", include("scorecards.urls")),
    path("", include("config.operations.urls")),
    path("frameworks/", include("indicators.urls")),
    path("evidence/", include("evidence.urls")),
    path("reports/", include("reports.urls")),
    path("check/", include("reports.check_urls")),
    path("dashboards/", include("reports.dashboards.urls")),
    path("scorecards/", include("reports.card_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
