from django.urls import path

from reports.dashboards import views

urlpatterns = [
    path("", views.dashboards, name="dashboards"),
    path("<slug:picture>/", views.dashboard, name="dashboard"),
    path("<slug:picture>.csv", views.dashboard_file, name="dashboard_file"),
]
