"""The people and scorecards of deadline_night, made by the product's own verbs; run inside its installation."""

from django.contrib.auth.models import User

from indicators.documents import read_framework_file
from indicators.publishing import load_framework, publish
from scorecards import workflow
from scorecards.models import Agency, Membership, Round, Scorecard
from scorecards.reviewing import review
from scorecards.rounds.opening import open_scorecard
from scorecards.states import Role
from tests.world import fill, make_world

AT_WORK, READY, REVIEWED = 40, 20, 20
COLLECTORS = 3
LONG_FORM = "sdo-2562"


def fill_night() -> dict:
    """Forty offices at work on a form of many indicators, twenty ready to send, twenty sent and under review.

    Returns {"people": [{"kind", "name", "card", …}]}: what each of the 220 works on."""
    world = make_world()
    form = publish(load_framework(read_framework_file(LONG_FORM)), actor=world.chawi)
    facts = {
        name: getattr(world.round, name) for name in ("months", "opens_at", "closes_at", "review_closes_at")
    }
    round_ = Round.objects.create(year=form.year, **facts)
    people = []
    for number in range(AT_WORK):
        people += at_work(world, number, form, round_)
    for number in range(READY):
        card, heads = complete(world, f"ready-{number}")
        people.append({"kind": "sender", "name": heads[Role.HEAD].username} | work_of(card))
    for number in range(REVIEWED):
        people.append(under_review(world, number))
    return {"people": people}


def office(world, code: str) -> Agency:
    return Agency.objects.create(
        code=code, name_th=f"สำนักงาน {code}", ministry=world.agencies["ict"].ministry, kind="office"
    )


def member(agency, role, number=0) -> User:
    user = User.objects.create(username=f"{role}-{agency.code}-{number}", first_name=f"{role} {agency.code}")
    Membership.objects.create(user=user, agency=agency, role=role)
    return user


def work_of(card) -> dict:
    return {"card": card.pk, "entries": list(card.entries.values_list("pk", flat=True))}


def at_work(world, number, form, round_) -> list[dict]:
    """Three collectors who share the indicators, a supervisor, and a head in every second office."""
    agency = office(world, f"work-{number}")
    card = open_scorecard(agency, form, round_)
    work, found = work_of(card), []
    for place in range(COLLECTORS):
        own = work | {"entries": work["entries"][place::COLLECTORS]}
        found.append({"kind": "collector", "name": member(agency, Role.COLLECTOR, place).username} | own)
    found.append({"kind": "supervisor", "name": member(agency, Role.SUPERVISOR).username} | work)
    head = member(agency, Role.HEAD)
    return found + ([{"kind": "head", "name": head.username} | work] if number % 2 else [])


def complete(world, code) -> tuple[Scorecard, dict]:
    """An office whose scorecard is endorsed, and its people by role."""
    agency = office(world, code)
    people = {role: member(agency, role) for role in (Role.COLLECTOR, Role.SUPERVISOR, Role.HEAD)}
    card = open_scorecard(agency, world.framework, world.round)
    entry = fill(world, card, collector=people[Role.COLLECTOR])
    workflow.endorse(workflow.propose(entry, actor=people[Role.COLLECTOR]), actor=people[Role.SUPERVISOR])
    return card, people


def under_review(world, number) -> dict:
    """A sent scorecard and the reviewer who has begun on it."""
    card, people = complete(world, f"sent-{number}")
    reviewer = member(world.agencies["opdc"], Role.REVIEWER, number)
    card.reviewers.add(reviewer)
    submission = workflow.submit(card, actor=people[Role.HEAD], declared=True)
    card = Scorecard.objects.get(pk=card.pk)
    review.begin_review(card, actor=reviewer)
    code = card.entries.get().indicator.code
    return {
        "kind": "reviewer",
        "name": reviewer.username,
        "code": code,
        "submission": submission.pk,
    } | work_of(card)
