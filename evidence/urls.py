from django.urls import path

from evidence import views

urlpatterns = [
    path("entries/<int:entry_pk>/<str:criterion_key>/", views.evidence_upload, name="evidence_upload"),
    path("<uuid:pk>/", views.evidence_download, name="evidence_download"),
    path("<uuid:pk>/withdraw", views.evidence_withdraw, name="evidence_withdraw"),
]
