"""Published worlds, and readers without an account."""

import pytest
from django.test import Client

from evidence.models import Evidence
from scorecards import workflow
from scorecards.models import Agency, Assignment, Owner, Publication, Scorecard
from scorecards.reviewing import review
from scorecards.states import ScorecardState
from tests.world import changes, disagreement, fill, walk

# Nothing that holds one of these may be seen by the public.
CANARY = "นกขมิ้น"
WHERE = ["note", "narrative", "evidence", "ruling", "person", "telephone", "remark", "draft"]


@pytest.fixture
def reader():
    """Somebody without an account."""
    return Client()


@pytest.fixture
def published(world):
    """The ICT centre's result is published, the other office's is not even sent."""
    walk(world, ScorecardState.PUBLISHED)
    world.publication = world.card.publications.get()
    return world


def secret(place):
    assert place in WHERE
    return f"{CANARY}-{place}"


@pytest.fixture
def planted(world):
    """A published result with a canary in everything that is not for the public, and a canary in another's draft."""
    for username in ("arun", "busaba", "chat", "kamon", "khamron", "chan"):
        person = getattr(world, username)
        person.first_name, person.last_name = secret("person"), username
        person.save()
    _own_work(world)
    submission = workflow.submit(world.card, actor=world.chat, declared=True)
    review.begin_review(world.card, actor=world.kamon)
    ruling = disagreement(reason=secret("ruling"))
    review.rule(submission, actor=world.kamon, indicator=world.entry.indicator, rulings=[ruling])
    review.agree_to_all(submission, actor=world.kamon, indicator=world.entry.indicator)
    review.conclude(world.card, actor=world.kamon)
    review.approve(world.card, actor=world.khamron)
    world.publication = review.publish(world.card, actor=world.chan)
    draft = changes({"step1": "yes"}, obstacles=secret("draft"))
    workflow.save_entry(world.other.entries.get(), actor=world.duangjai, changes=draft)
    return world


def _own_work(world):
    facts = {"agency": world.agencies["ict"], "framework": world.framework, "form": world.framework}
    given = Assignment.objects.create(**facts)
    Owner.objects.create(assignment=given, indicator_code="4", duty="collector", name=secret("person"),
                         telephone=secret("telephone"))  # fmt: skip
    Evidence.objects.create(entry=world.entry, criterion_key="step1", name=f"{secret('evidence')}.pdf", size=1,
                            media_type="application/pdf", sha256="0" * 64, uploaded_by=world.arun,
                            uploaded_at=world.round.opens_at)  # fmt: skip
    entry = fill(world)
    entry.answers.filter(criterion_key="step1").update(note=secret("note"))
    narrative = changes({}, version=entry.version, obstacles=secret("narrative"))
    workflow.save_entry(entry, actor=world.arun, changes=narrative)
    workflow.propose(entry, actor=world.arun)
    workflow.send_back(entry, actor=world.busaba, remark=secret("remark"))
    workflow.propose(entry, actor=world.arun)
    workflow.endorse(entry, actor=world.busaba)


def crowd(world, many):
    """Until there are `many` published agencies: more with the same result as the ICT centre's."""
    source = world.card.publications.get()
    for number in range(Publication.objects.count(), many):
        agency = Agency.objects.create(
            code=f"office-{number}",
            name_th=f"สำนักงานที่ {number}",
            ministry=world.agencies["ict"].ministry,
            kind="office",
        )
        card = Scorecard.objects.create(
            agency=agency, framework=world.framework, round=world.round, state=ScorecardState.PUBLISHED
        )
        submission, publication = source.submission, Publication.objects.get(pk=source.pk)
        submission.pk, submission.scorecard, submission._state.adding = None, card, True
        submission.content = submission.content | {"agency": {"th": agency.name_th, "en": agency.name_th}}
        submission.save(force_insert=True)
        publication.pk, publication.scorecard, publication.submission = None, card, submission
        publication.save(force_insert=True)
        source = Publication.objects.get(pk=source.pk)
