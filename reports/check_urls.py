from django.urls import path

from reports import check_views

urlpatterns = [
    path("", check_views.check_any, name="check_any"),
    path("<slug:code>", check_views.check, name="check"),
]
