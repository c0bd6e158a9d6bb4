from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from scorecards import views

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("scorecards/<int:pk>/", views.scorecard, name="scorecard"),
    path("entries/<int:pk>/", views.entry, name="entry"),
    path("review/<int:pk>/<str:code>/", views.review, name="review"),
]
