from django.urls import include, path, register_converter

from scorecards.answering import plan_views, teamwork_views, views, workbook_views
from scorecards.calibrating import sampling_views
from scorecards.calibrating import views as calibration_views
from scorecards.people import contact_views, privacy_views
from scorecards.people import views as people_views
from scorecards.record import comparing_views
from scorecards.record import views as record_views
from scorecards.results import appeal_views, committee_views, public_views, publish_views
from scorecards.reviewing import dialogue_views, queue_views, return_views, review_assigning_views
from scorecards.reviewing import views as review_views
from scorecards.rounds import (
    agency_views,
    assignment_views,
    calendar_views,
    extension_views,
    time_request_views,
)
from scorecards.waiting import reminder_views


class EntryAction:
    regex = "endorse|withdraw_endorsement|send_back|cancel_send_back|take_back"
    to_python = to_url = staticmethod(str)


class FileKind:
    regex = "csv|json"
    to_python = to_url = staticmethod(str)


class ReviewAction:
    regex = "begin_review|return|conclude|reopen_review|approve|publish"
    to_python = to_url = staticmethod(str)


register_converter(EntryAction, "entry_action")
register_converter(FileKind, "file_kind")
register_converter(ReviewAction, "review_action")

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("scorecards.accounts.urls")),
    path("people/", people_views.agencies_people, name="agencies_people"),
    path("people/new", agency_views.new_agency, name="new_agency"),
    path("people/<slug:code>/", people_views.people, name="people"),
    path("people/<slug:code>/about", agency_views.edit_agency, name="edit_agency"),
    path("people/<slug:code>/ministry", agency_views.edit_ministry, name="edit_ministry"),
    path("people/<slug:code>/invite", people_views.invite_person, name="invite_person"),
    path(
        "people/<slug:code>/invitations/<int:pk>/withdraw", people_views.withdraw, name="withdraw_invitation"
    ),
    path("people/<slug:code>/members/<int:pk>/", people_views.member, name="member"),
    path("people/<slug:code>/members/<int:pk>/account", people_views.correct_person, name="correct_person"),
    path("join/<str:token>/", people_views.join_agency, name="join"),
    path("me/data", privacy_views.my_data, name="my_data"),
    path("privacy/", privacy_views.privacy_log, name="privacy_log"),
    path("privacy/<int:pk>/", privacy_views.person_privacy, name="person_privacy"),
    path("privacy/<int:pk>/export", privacy_views.person_export, name="person_export"),
    path("me/reminders", reminder_views.reminders, name="reminders"),
    path("me/reminders/seen", reminder_views.notices_seen, name="notices_seen"),
    path("results/", public_views.results, name="results"),
    path("results/<int:year>.<file_kind:kind>", public_views.results_file, name="results_file"),
    path(
        "results/<int:year>/<slug:code>.<file_kind:kind>",
        public_views.results_file,
        name="agency_results_file",
    ),
    path("results/<int:year>/<slug:code>/", public_views.agency_results, name="agency_results"),
    path("scorecards/", views.scorecards, name="scorecards"),
    path("scorecards/<int:pk>/", views.scorecard, name="scorecard"),
    path("scorecards/<int:pk>/contacts", contact_views.contacts, name="contacts"),
    path("scorecards/<int:pk>/missing", views.missing, name="missing"),
    path("scorecards/<int:pk>/submit", views.submit, name="submit"),
    path("scorecards/<int:pk>/more-time", time_request_views.ask_time, name="ask_time"),
    path("scorecards/<int:pk>/more-time/withdraw", time_request_views.withdraw_time, name="withdraw_time"),
    path("scorecards/<int:pk>/recall", views.recall, name="recall"),
    path("scorecards/<int:pk>/workbook", workbook_views.scorecard_workbook, name="scorecard_workbook"),
    path("scorecards/<int:pk>/workbook/import", workbook_views.import_answers, name="import_answers"),
    path("entries/<int:pk>/workbook", workbook_views.entry_workbook, name="entry_workbook"),
    path("entries/<int:pk>/", views.entry, name="entry"),
    path("entries/<int:pk>/preview", views.preview, name="preview"),
    path("entries/<int:pk>/save", views.save_field, name="save_field"),
    path("entries/<int:pk>/plan", plan_views.entry_plan, name="entry_plan"),
    path("entries/<int:pk>/history", comparing_views.entry_history, name="entry_history"),
    path("entries/<int:pk>/comment/<str:criterion_key>", teamwork_views.comment, name="comment"),
    path("entries/<int:pk>/parts", teamwork_views.entry_parts, name="entry_parts"),
    path("entries/<int:pk>/parts/done", teamwork_views.parts_done, name="parts_done"),
    path("scorecards/<int:pk>/record", record_views.scorecard_record, name="scorecard_record"),
    path("scorecards/<int:pk>/changes", comparing_views.scorecard_changes, name="scorecard_changes"),
    path("me/delegations", teamwork_views.delegations, name="delegations"),
    path("me/delegations/<int:pk>/end", teamwork_views.end_standing_in, name="end_standing_in"),
    path("entries/<int:pk>/<entry_action:action>", views.move_entry, name="move_entry"),
    path("frameworks/years/<int:year>/", calendar_views.year_rounds, name="year_rounds"),
    path(
        "frameworks/years/<int:year>/<int:months>/more-time",
        extension_views.extend_deadlines,
        name="extend_deadlines",
    ),
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
    path("frameworks/<int:pk>/agencies/move/<int:form>", assignment_views.move_all, name="move_all"),
    path("frameworks/agency/<int:pk>/", assignment_views.assignment, name="assignment"),
    path("frameworks/agency/<int:pk>/owners", assignment_views.assignment_owners, name="assignment_owners"),
    path("frameworks/agency/<int:pk>/take-back", assignment_views.unassign_agency, name="unassign_agency"),
    path(
        "frameworks/agency/<int:pk>/extend/<int:card>",
        extension_views.extend_deadline,
        name="extend_deadline",
    ),
    path(
        "frameworks/agency/<int:pk>/late/<int:months>",
        extension_views.open_report_late,
        name="open_late",
    ),
    path("frameworks/more-time/<int:pk>/", time_request_views.answer_time, name="answer_time"),
    path("scorecards/<int:pk>/move/<int:form>/", assignment_views.move_form, name="move_form"),
    path("review/", queue_views.review_queue, name="review_queue"),
    path("review/assign/", review_assigning_views.assign_reviews, name="assign_reviews"),
    path("review/filters/<int:pk>/delete", queue_views.delete_filter, name="delete_filter"),
    path("review/indicator/<int:pk>/<str:code>/", calibration_views.calibrate, name="calibrate"),
    path("review/indicator/<int:pk>/<str:code>/reasons", calibration_views.add_reason, name="add_reason"),
    path(
        "review/indicator/<int:pk>/<str:code>/reasons/<int:reason>/remove",
        calibration_views.remove_reason,
        name="remove_reason",
    ),
    path("review/samples/", sampling_views.samples, name="samples"),
    path("review/samples/<int:pk>/", sampling_views.sample_agreement, name="sample_agreement"),
    path("review/second/<int:pk>/", sampling_views.second_review, name="second_review"),
    path("review/committee/", committee_views.committee, name="committee"),
    path("review/publish/", publish_views.publish_approved, name="publish_approved"),
    path("review/publish/orders/<int:pk>/cancel", publish_views.cancel_order, name="cancel_order"),
    path("review/<int:pk>/", review_views.decide, name="decide"),
    path("review/<int:pk>/do/<review_action:action>", review_views.move_scorecard, name="move_scorecard"),
    path("review/<int:pk>/hand-over", review_assigning_views.hand_over, name="hand_over"),
    path("review/appeals/", appeal_views.appeals, name="appeals"),
    path("review/appeals/<int:pk>/", appeal_views.decide_appeal, name="decide_appeal"),
    path("review/appeals/<int:pk>/publish", appeal_views.publish_appeal, name="publish_appeal"),
    path("entries/<int:pk>/appeal", appeal_views.open_appeal, name="open_appeal"),
    path("review/<int:pk>/return", return_views.return_scorecard, name="return_scorecard"),
    path("review/<int:pk>/<str:code>/save", dialogue_views.save_rulings, name="save_rulings"),
    path(
        "review/<int:pk>/<str:code>/ask/<str:criterion_key>",
        dialogue_views.ask_agency,
        name="ask_agency",
    ),
    path("review/<int:pk>/<str:code>/file/<uuid:file_id>", dialogue_views.judge, name="judge_file"),
    path(
        "entries/<int:pk>/answer/<int:question>",
        dialogue_views.answer_reviewer,
        name="answer_reviewer",
    ),
    path("review/<int:pk>/<str:code>/resolution", committee_views.amend_indicator, name="amend_indicator"),
    path("review/<int:pk>/<str:code>/", review_views.review, name="review"),
    path("review/<int:pk>/<str:code>/preview", review_views.review_preview, name="review_preview"),
]
