from django.urls import path

from config.operations import views

urlpatterns = [
    path("health/live", views.alive, name="alive"),
    path("health/ready", views.ready, name="ready"),
    path("metrics", views.numbers, name="metrics"),
    path("operations/", views.operations, name="operations"),
    path("operations/jobs/<uuid:pk>/again", views.try_again, name="try_again"),
]
