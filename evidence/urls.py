from django.urls import path

from evidence import dialog_views, upload_views, views

CRITERION = "entries/<int:entry_pk>/<str:criterion_key>/"

urlpatterns = [
    path(CRITERION, views.evidence_upload, name="evidence_upload"),
    path(f"{CRITERION}more", dialog_views.evidence_more, name="evidence_more"),
    path(f"{CRITERION}use", dialog_views.evidence_use, name="evidence_use"),
    path(f"{CRITERION}link", dialog_views.evidence_link, name="evidence_link"),
    path(f"{CRITERION}begin", upload_views.upload_begin, name="evidence_upload_begin"),
    path("uploads/<uuid:pk>/", upload_views.upload_piece, name="evidence_upload_piece"),
    path("uploads/<uuid:pk>/finish", upload_views.upload_finish, name="evidence_upload_finish"),
    path("links/<uuid:pk>/withdraw", dialog_views.evidence_link_withdraw, name="evidence_link_withdraw"),
    path("<uuid:pk>/", views.evidence_download, name="evidence_download"),
    path("<uuid:pk>/view", views.evidence_view, name="evidence_view"),
    path("<uuid:pk>/about", dialog_views.evidence_about, name="evidence_about"),
    path("<uuid:pk>/replace", views.evidence_replace, name="evidence_replace"),
    path("<uuid:pk>/withdraw", views.evidence_withdraw, name="evidence_withdraw"),
]
