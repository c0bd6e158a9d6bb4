"""You get it through the user: another agency's people, and people without an agency, get 404 everywhere."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from scorecards.states import ScorecardState
from tests.world import walk

OWN_PAGES = ["scorecard", "missing", "submit", "recall", "report_request"]
CONFIGURING = {"edit_part", "edit_tree", "undo_edit", "try_part", "settle_example", "begin_next_year", "begin_version",
               "publish_framework", "discard_framework", "framework_differences", "assignments", "assign_agencies",
               "open_scorecards", "assignment", "framework_workbook", "assignments_workbook",
               "import_assignments", "assignment_owners", "unassign_agency", "move_form"}  # fmt: skip
ENTRY_PAGES = ["entry", "preview", "save_field"]


def paths_of(world) -> list[str]:
    """Every address that belongs to the ICT centre's scorecard."""
    card, entry = world.card.pk, world.entry.pk
    return [
        *(reverse(name, args=[card]) for name in OWN_PAGES),
        *(reverse(name, args=[entry]) for name in ENTRY_PAGES),
        *(reverse("move_entry", args=[entry, action]) for action in ("endorse", "send_back")),
        reverse("evidence_upload", args=[entry, "step1"]),
        reverse("decide", args=[card]),
        reverse("review", args=[card, "4"]),
        reverse("review_preview", args=[card, "4"]),
        *(
            reverse("move_scorecard", args=[card, one])
            for one in ("begin_review", "return", "conclude", "publish")
        ),
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
    known = {*OWN_PAGES, *ENTRY_PAGES, "move_entry", "evidence_upload", "decide", "review", "review_preview",
             "move_scorecard", "evidence_download", "evidence_withdraw", "job", "document", "framework",
             "framework_file", *CONFIGURING}  # fmt: skip
    named = {
        pattern.name
        for resolver in get_resolver().url_patterns
        for pattern in [resolver, *getattr(resolver, "url_patterns", [])]
        if getattr(pattern, "name", None)
        and "<" in str(pattern.pattern)
        and "admin" not in str(resolver.pattern)
    }
    assert named == known
