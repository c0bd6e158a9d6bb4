"""Addresses below a scorecard's own."""

from django.urls import path

from reports import table_views, urls  # noqa: F401 - urls registers the kinds of files

urlpatterns = [
    path("<int:pk>/results.<table_kind:kind>", table_views.scorecard_table, name="scorecard_table"),
]
