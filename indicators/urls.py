from django.urls import path

from indicators import views

urlpatterns = [
    path("", views.frameworks, name="frameworks"),
    path("<int:pk>/", views.framework, name="framework"),
    path("<int:pk>/file", views.framework_file, name="framework_file"),
]
