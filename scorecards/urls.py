from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path, register_converter

from scorecards import assignment_views, review_views, views


class EntryAction:
    regex = "endorse|send_back"
    to_python = to_url = staticmethod(str)


class ReviewAction:
    regex = "begin_review|return|conclude|reopen_review|approve|publish"
    to_python = to_url = staticmethod(str)


register_converter(EntryAction, "entry_action")
register_converter(ReviewAction, "review_action")

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("scorecards/", views.scorecards, name="scorecards"),
    path("scorecards/<int:pk>/", views.scorecard, name="scorecard"),
    path("scorecards/<int:pk>/missing", views.missing, name="missing"),
    path("scorecards/<int:pk>/submit", views.submit, name="submit"),
    path("scorecards/<int:pk>/recall", views.recall, name="recall"),
    path("entries/<int:pk>/", views.entry, name="entry"),
    path("entries/<int:pk>/preview", views.preview, name="preview"),
    path("entries/<int:pk>/save", views.save_field, name="save_field"),
    path("entries/<int:pk>/<entry_action:action>", views.move_entry, name="move_entry"),
    path("frameworks/<int:pk>/agencies/", assignment_views.assignments, name="assignments"),
    path(
        "frameworks/<int:pk>/agencies/workbook",
        assignment_views.assignments_workbook,
        name="assignments_workbook",
    ),
    path(
        "frameworks/<int:pk>/agencies/import", assignment_views.import_assignments, name="import_assignments"
    ),
    path("frameworks/<int:pk>/agencies/assign", assignment_views.assign_agencies, name="assign_agencies"),
    path(
        "frameworks/<int:pk>/agencies/open/<int:months>",
        assignment_views.open_scorecards,
        name="open_scorecards",
    ),
    path("frameworks/agency/<int:pk>/", assignment_views.assignment, name="assignment"),
    path("frameworks/agency/<int:pk>/owners", assignment_views.assignment_owners, name="assignment_owners"),
    path("frameworks/agency/<int:pk>/take-back", assignment_views.unassign_agency, name="unassign_agency"),
    path("scorecards/<int:pk>/move/<int:form>/", assignment_views.move_form, name="move_form"),
    path("review/", review_views.review_queue, name="review_queue"),
    path("review/<int:pk>/", review_views.decide, name="decide"),
    path("review/<int:pk>/do/<review_action:action>", review_views.move_scorecard, name="move_scorecard"),
    path("review/<int:pk>/<str:code>/", review_views.review, name="review"),
    path("review/<int:pk>/<str:code>/preview", review_views.review_preview, name="review_preview"),
]
