from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpResponse
from django.urls import include, path

admin.site.login = secure_admin_login(admin.site.login)  # no door beside the one at /login/


def alive(request):
    return HttpResponse("ok", content_type="text/plain")


handler500 = "config.outage.server_error"
urlpatterns = [
    path("", include("scorecards.urls")),
    path("frameworks/", include("indicators.urls")),
    path("evidence/", include("evidence.urls")),
    path("reports/", include("reports.urls")),
    path("check/", include("reports.check_urls")),
    path("dashboards/", include("reports.dashboards.urls")),
    path("scorecards/", include("reports.card_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("health/live", alive, name="alive"),
    path("admin/", admin.site.urls),
]
