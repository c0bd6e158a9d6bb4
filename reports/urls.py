from django.urls import path

from reports import views

urlpatterns = [
    path("scorecards/<int:pk>/", views.report_request, name="report_request"),
    path("submissions/<int:pk>/receipt/", views.receipt_request, name="receipt_request"),
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("documents/<uuid:pk>/", views.document, name="document"),
    path("entries/<int:pk>/form.docx", views.entry_docx, name="entry_docx"),
]
