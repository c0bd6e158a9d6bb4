"""You get it through the user: another agency's people, and people without an agency, get 404 everywhere."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from scorecards.states import ScorecardState
from tests.world import walk

OWN_PAGES = [
    "scorecard",
    "contacts",
    "missing",
    "submit",
    "recall",
    "report_request",
    "scorecard_changes",
    "scorecard_record",
    "scorecard_workbook",
    "import_answers",
    "ask_time",
    "withdraw_time",
    "answer_time",
]
CONFIGURING = {"edit_part", "edit_tree", "parts_elsewhere", "undo_edit", "try_part", "settle_example",
               "begin_next_year", "begin_version",
               "publish_framework", "discard_framework", "framework_differences", "assignments", "assign_agencies",
               "open_scorecards", "assignment", "framework_workbook", "assignments_workbook",
               "import_assignments", "assignment_owners", "unassign_agency", "move_form",
               "extend_deadline", "open_late", "extend_deadlines", "year_rounds", "move_all", "person_privacy",
               "person_export"}  # fmt: skip
MANAGING = {
    "people",
    "edit_agency",
    "edit_ministry",
    "invite_person",
    "withdraw_invitation",
    "member",
    "correct_person",
    "join",
}  # tests/accounts
ATTACHING = ["evidence_upload", "evidence_more", "evidence_use", "evidence_link", "evidence_upload_begin"]
PUBLIC = {"agency_results", "results_file", "agency_results_file", "check"}  # for everybody: tests/public
MOVES = ["endorse", "withdraw_endorsement", "send_back", "cancel_send_back", "take_back"]
ENTRY_PAGES = [
    "entry",
    "preview",
    "save_field",
    "entry_plan",
    "entry_history",
    "entry_parts",
    "parts_done",
    "entry_workbook",
    "entry_docx",
]


def paths_of(world) -> list[str]:
    """Every address that belongs to the ICT centre's scorecard."""
    card, entry = world.card.pk, world.entry.pk
    return [
        *(reverse(name, args=[card]) for name in OWN_PAGES),
        *(reverse(name, args=[entry]) for name in ENTRY_PAGES),
        *(reverse("move_entry", args=[entry, action]) for action in MOVES),
        *(reverse(name, args=[entry, "step1"]) for name in [*ATTACHING, "comment"]),
        *(reverse("scorecard_table", args=[card, kind]) for kind in ("xlsx", "csv", "json")),
        reverse("return_scorecard", args=[card]),
        reverse("decide", args=[card]),
        reverse("hand_over", args=[card]),
        reverse("review", args=[card, "4"]),
        reverse("review_preview", args=[card, "4"]),
        reverse("amend_indicator", args=[card, "4"]),
        reverse("save_rulings", args=[card, "4"]),
        reverse("ask_agency", args=[card, "4", "step1"]),
        reverse("judge_file", args=[card, "4", "0" * 8 + "-0000-4000-8000-" + "0" * 12]),
        reverse("answer_reviewer", args=[entry, 1]),
        reverse("open_appeal", args=[entry]),
        reverse("decide_appeal", args=[1]),
        reverse("publish_appeal", args=[1]),
        *(
            reverse("move_scorecard", args=[card, one])
            for one in ("begin_review", "return", "conclude", "publish")
        ),
        *(reverse(name, args=[world.framework.pk, "4"]) for name in ("calibrate", "add_reason")),
        reverse("remove_reason", args=[world.framework.pk, "4", 1]),
        *(reverse(name, args=[1]) for name in ("sample_agreement", "second_review")),
        *(reverse("receipt_request", args=[one.pk]) for one in world.card.submissions.all()),
    ]


@pytest.mark.parametrize("state", [ScorecardState.OPEN, ScorecardState.SUBMITTED, ScorecardState.PUBLISHED])
@pytest.mark.parametrize("stranger", ["duangjai", "ek", "fah", "khwan"])
def test_strangers_get_404_everywhere(world, sit, state, stranger):
    walk(world, state)
    client = sit(stranger)
    for path in paths_of(world):
        statuses = {client.get(path).status_code, client.post(path).status_code}
        assert 404 in statuses, path
        assert statuses <= {404, 405}, path  # 405: the address has no such method for anybody


@pytest.mark.parametrize("reader", ["kamon", "khamron", "chawi", "cho"])
def test_a_draft_is_nobodys_business_but_the_agencys(world, sit, reader):
    for path in paths_of(world):
        assert sit(reader).get(path).status_code in (404, 405), path


@pytest.mark.parametrize("reader", ["kamon", "khamron", "chawi", "cho"])
def test_what_was_sent_may_be_read_by_the_assessing_side_but_not_the_work_after_it(world, sit, reader):
    walk(world, ScorecardState.RETURNED)
    client = sit(reader)
    assert client.get(reverse("decide", args=[world.card.pk])).status_code == 200
    assert client.get(reverse("review", args=[world.card.pk, "4"])).status_code == 200
    assert client.get(reverse("entry", args=[world.entry.pk])).status_code == 404
    world.entry.answers.update(content={"value": "no"})  # the agency goes on working
    assert "3.0000" in client.get(reverse("scorecard", args=[world.card.pk])).content.decode()


@pytest.mark.parametrize("reader", ["kamon", "khamron", "chawi", "cho"])
def test_what_is_missing_in_work_that_goes_on_after_sending_is_the_agencys_own(world, sit, reader):
    walk(world, ScorecardState.RETURNED)
    assert sit("arun").get(reverse("missing", args=[world.card.pk])).status_code == 200
    assert sit(reader).get(reverse("missing", args=[world.card.pk])).status_code == 404
    assert sit(reader).post(reverse("submit", args=[world.card.pk])).status_code == 404


def test_the_agency_does_not_see_the_review(world, sit):
    walk(world, ScorecardState.IN_REVIEW)
    for person in ("arun", "busaba", "chat"):
        assert sit(person).get(reverse("decide", args=[world.card.pk])).status_code == 404
        assert sit(person).get(reverse("review_queue")).status_code == 404


def test_nobody_in_particular_is_asked_to_sign_in(world):
    for path in ["/", *paths_of(world)]:
        answer = Client().get(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/login/")


def test_no_address_was_forgotten_here(world):
    """Every address with a number in it belongs to the table above, or is read through visible_to elsewhere."""
    known = {*OWN_PAGES, *ENTRY_PAGES, "comment", "return_scorecard", "save_rulings",
             "ask_agency", "judge_file", "answer_reviewer", "open_appeal", "decide_appeal",
             "publish_appeal", "end_standing_in", "move_entry", *ATTACHING,
             "decide", "hand_over", "review", "review_preview", "amend_indicator",
             "move_scorecard", "evidence_download", "evidence_view", "evidence_about", "evidence_replace",
             "evidence_withdraw", "evidence_link_withdraw", "evidence_upload_piece", "evidence_upload_finish",
             "job", "try_again", "document", "summary_request", "batch", "change_batch", "batch_file", "framework",
             "scorecard_table", "agencies_table",
             "receipt_request", "calibrate", "add_reason", "remove_reason", "sample_agreement", "second_review",
             "delete_filter", "cancel_order", "dashboard", "dashboard_file",
             "framework_file", *CONFIGURING, *MANAGING, *PUBLIC}  # fmt: skip
    named = {
        pattern.name
        for resolver in get_resolver().url_patterns
        for pattern in [resolver, *getattr(resolver, "url_patterns", [])]
        if getattr(pattern, "name", None)
        and "<" in str(pattern.pattern)
        and "admin" not in str(resolver.pattern)
    }
    assert named == known
