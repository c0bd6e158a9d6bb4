from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.urls import include, path

# Secrets of second factors and of sign-ons are nobody's to read; people's pages do what is to be done.
admin.site.unregister([Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession])
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
