"""Which kinds of events each side may read, and from when on, against a table written by hand; no kind is forgotten."""

import ast
from pathlib import Path

import pytest

from scorecards.events import record
from scorecards.models import Membership, Scorecard
from scorecards.record.disclosure import KINDS, When, kinds, readable_events
from scorecards.states import Action, ScorecardState
from tests.world import walk

PROJECT = Path(__file__).resolve().parents[2]
S = ScorecardState

# Never the agency's to read, whatever the state.
# Each side reads what its own people took.
READING = {"read_evidence", "export_report", "export_tables", "make_again"}
HIDDEN_FROM_AGENCIES = {
    "assign", "hand_over", "reopen_review", "order_publishing", "cancel_publishing", "sample", "rule_again",
}  # fmt: skip
AFTER_PUBLICATION = {"rule", "amend", "carry_over"}
AGENCYS_OWN = {
    "answer", "propose", "take_back", "endorse", "withdraw_endorsement", "send_back", "cancel_send_back", "comment",
    "plan", "share_out", "finish_parts", "prefill", "take_over",
    "attach_evidence", "withdraw_evidence", "use_evidence", "replace_evidence", "describe_evidence", "add_link",
    "withdraw_link", "scan_evidence", "hold_evidence", "evidence_altered",
}  # fmt: skip
# Recorded at the agency, not on a scorecard: forms given out, colleagues standing in, reasons to reuse, people who
# come and go.
NOT_ON_A_SCORECARD = {
    "unassign", "tailor", "share", "delegate", "end_delegation", "add_reason", "remove_reason", "invite",
    "withdraw_invitation", "join", "change_role", "leave", "reset_sign_in", "password_link", "correct_person",
    "read_contacts", "export_person", "forget_person", "add_agency", "change_agency",
}  # fmt: skip
RECORDING = {"record", "_record", "record_file", "record_link"}


@pytest.fixture
def all_kinds(world):
    """One event of each kind on the ICT centre's scorecard, done by กมล; nothing else of them is real."""
    for kind in KINDS:
        record(
            world.card.agency, actor=world.kamon, action=str(kind), subject=f"scorecard:{world.card.pk}",
            scorecard=world.card,
        )  # fmt: skip
    return world


def read_by(world, name, state) -> set[str]:
    Scorecard.objects.filter(pk=world.card.pk).update(state=state)
    world.card.refresh_from_db()
    return set(readable_events(world.card, getattr(world, name)).values_list("action", flat=True))


@pytest.mark.parametrize("state", [S.OPEN, S.SUBMITTED, S.IN_REVIEW, S.CONCLUDED, S.APPROVED])
@pytest.mark.parametrize("person", ["arun", "busaba", "chat"])
def test_until_the_publication_the_agency_reads_no_draft_of_a_ruling(all_kinds, person, state):
    hidden = HIDDEN_FROM_AGENCIES | AFTER_PUBLICATION | READING
    read = read_by(all_kinds, person, state)
    assert read & hidden == set()
    assert {str(one) for one in KINDS} - read <= hidden | {"judge_file"}


def test_after_it_the_agency_reads_the_rulings_and_still_nothing_internal(all_kinds):
    read = read_by(all_kinds, "chat", S.PUBLISHED)
    assert {str(one) for one in KINDS} - read == HIDDEN_FROM_AGENCIES | READING


def test_what_is_said_of_a_file_is_told_by_the_return_that_follows(world):
    facts = {"actor": world.kamon, "subject": "evidence:x", "scorecard": world.card}
    for action in ("judge_file", "return", "judge_file"):
        record(world.card.agency, action=action, **facts)
    numbers = readable_events(world.card, world.chat).filter(action="judge_file")
    assert [one.number for one in numbers] == [2]  # 1: opened, 3: returned, 4: a draft again


@pytest.mark.parametrize("state", [S.SUBMITTED, S.IN_REVIEW, S.RETURNED, S.PUBLISHED])
def test_the_assessing_side_reads_nothing_of_the_agencys_own_work(all_kinds, state):
    everything = {str(one) for one in KINDS}
    assert read_by(all_kinds, "kamon", state) == everything - AGENCYS_OWN - {"sample", "rule_again"}
    for overseer in ("khamron", "chawi", "cho"):
        assert read_by(all_kinds, overseer, state) == everything - AGENCYS_OWN


def test_each_side_reads_who_of_it_read_a_file(world):
    facts = {"action": "read_evidence", "subject": "evidence:x", "scorecard": world.card}
    record(world.card.agency, actor=world.arun, **facts)
    record(world.card.agency, actor=world.khwan, **facts)

    def readers(person):
        rows = readable_events(world.card, person).filter(action="read_evidence")
        return [one.actor for one in rows]

    assert readers(world.chat) == [world.arun]
    assert readers(world.khamron) == [world.khwan]


def test_whoever_belongs_to_the_agency_reads_as_the_agency(all_kinds):
    world = all_kinds
    Membership.objects.create(user=world.chan, agency=world.card.agency, role="head")
    assert "rule" not in read_by(world, "chan", S.IN_REVIEW)


def test_no_kind_is_forgotten():
    """Whatever the code records has a line in the table, or is recorded elsewhere than on a scorecard."""
    assert {str(one) for one in Action} <= {str(one) for one in KINDS}
    assert recorded_kinds() - {str(one) for one in KINDS} == NOT_ON_A_SCORECARD
    assert {str(one) for one in KINDS} == {*map(str, kinds("agency", *When))}


def recorded_kinds() -> set[str]:
    """The kinds of events that stand in the product's source as words."""
    found = set()
    for app in ("scorecards", "evidence", "reports"):
        for path in (PROJECT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                found |= {one for one in words_of(node) if one.isidentifier()}
    return found


def words_of(node) -> set[str]:
    if isinstance(node, ast.Assign) and [getattr(one, "id", "") for one in node.targets] == ["action"]:
        return constants(node.value)
    if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in RECORDING:
        return set()
    given = [*node.args[1:3], *(one.value for one in node.keywords if one.arg == "action")]
    return {word for one in given for word in constants(one)}


def constants(node) -> set[str]:
    if isinstance(node, ast.IfExp):
        return constants(node.body) | constants(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def test_the_world_walked_to_its_end_is_read_by_both_sides(world):
    walk(world, S.PUBLISHED)
    told = ["open", "submit", "begin_review", "rule", "conclude", "approve", "publish"]
    assert [one.action for one in readable_events(world.card, world.kamon).order_by("number")] == told
    assert {"answer", "propose", "endorse", *told} == read_by(world, "arun", S.PUBLISHED)
