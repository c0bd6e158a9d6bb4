from django.urls import path, register_converter

from reports import batch_views, summary_views, table_views, views


class TableKind:
    regex = "xlsx|csv|json"
    to_python = to_url = staticmethod(str)


register_converter(TableKind, "table_kind")

urlpatterns = [
    path("", batch_views.report_history, name="report_history"),
    path("batches/", batch_views.batch_list, name="batches"),
    path("batches/new/", batch_views.new_batch, name="new_batch"),
    path("batches/<uuid:pk>/", batch_views.batch, name="batch"),
    path("batches/<uuid:pk>/<slug:verb>/", batch_views.change_batch, name="change_batch"),
    path("batches/files/<uuid:pk>/", batch_views.batch_file, name="batch_file"),
    path("scorecards/<int:pk>/", views.report_request, name="report_request"),
    path("submissions/<int:pk>/receipt/", views.receipt_request, name="receipt_request"),
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("documents/<uuid:pk>/", views.document, name="document"),
    path("entries/<int:pk>/form.docx", views.entry_docx, name="entry_docx"),
    path("tables/", table_views.tables_page, name="tables"),
    path(
        "tables/<str:form>/<int:year>/<int:months>/summary/",
        summary_views.summary_request,
        name="summary_request",
    ),
    path(
        "tables/<str:form>/<int:year>/<int:months>.<table_kind:kind>",
        table_views.agencies_table,
        name="agencies_table",
    ),
]
