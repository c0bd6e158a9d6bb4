"""Appeals: asked within the window, decided by somebody other than the first, published by a second; the old stays."""

import datetime as dt

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction

from indicators.refusals import Refused
from scorecards.clock import database_now
from scorecards.events import verify
from scorecards.models import Appeal, Event, History, Publication
from scorecards.results.appealing import appeal, decide, publish_revision
from scorecards.reviewing import review
from scorecards.states import Decision
from tests.world import publish_denied

UPHELD, DISMISSED = Appeal.Outcome.UPHELD, Appeal.Outcome.DISMISSED


@pytest.fixture
def denied(world):
    """Published with step 3 denied: 2.0000 instead of 3.0000."""
    world.publication = publish_denied(world)
    return world


def asked(world, reason="ผลสำรวจเป็นของปีนี้ ดูหน้า 3"):
    return appeal(world.publication, indicator=world.entry.indicator, reason=reason, actor=world.chat)


def agree(key="step3"):
    return review.RulingChange(key, Decision.AGREE)


def score(publication):
    return publication.scored["children"][0]["children"][0]["score_shown"]


def test_upheld_it_is_a_new_publication_beside_the_old_one(denied):
    found = decide(
        asked(denied), outcome=UPHELD, decision="หลักฐานเป็นของปีนี้", rulings=[agree()], actor=denied.khwan
    )
    assert Publication.objects.count() == 1  # until a second person publishes
    revised = publish_revision(found, actor=denied.chan)
    old = Publication.objects.get(number=1)
    assert (score(old), score(revised)) == ("2.0000", "3.0000")
    assert old.content_hash == denied.publication.content_hash
    assert revised.content["revised"] == [
        {"of": 1, "indicator": "4", "reason": "หลักฐานเป็นของปีนี้", "appeal": found.pk}
    ]
    assert revised.content["rulings"]["4"]["step3"]["reviewer"] == "ขวัญ"
    assert old.content["rulings"]["4"]["step3"]["reviewer"] == "กมล"
    assert History.objects.get(indicator=denied.entry.indicator).value == "3.0000"
    assert verify(denied.card.agency) == []
    assert [one.action for one in Event.objects.order_by("-number")[:3]] == [
        "publish_revision", "decide_appeal", "appeal",
    ]  # fmt: skip


def test_dismissed_the_result_stands_and_the_reason_is_kept(denied):
    found = decide(asked(denied), outcome=DISMISSED, decision="ผลสำรวจลงวันที่ปีก่อน", actor=denied.khwan)
    with pytest.raises(Refused):
        publish_revision(found, actor=denied.chan)
    assert Publication.objects.count() == 1


@pytest.mark.parametrize("person", ["kamon", "khamron"])
def test_whoever_ruled_concluded_or_approved_first_does_not_decide(denied, person):
    with pytest.raises(Refused) as refused:
        decide(asked(denied), outcome=DISMISSED, decision="เห็นตามเดิม", actor=getattr(denied, person))
    assert "ผู้อื่น" in str(refused.value)


def test_who_decided_does_not_publish(denied):
    found = decide(asked(denied), outcome=UPHELD, decision="เห็นด้วย", rulings=[agree()], actor=denied.chan)
    with pytest.raises(Refused):
        publish_revision(found, actor=denied.chan)
    assert publish_revision(found, actor=denied.chawi).number == 2


def test_the_window_ends_by_the_databases_clock(denied, tampering):
    late = database_now() - dt.timedelta(days=settings.APPEAL_DAYS)
    Publication.objects.update(published_at=late)
    denied.publication.refresh_from_db()
    with pytest.raises(Refused) as refused:
        asked(denied)
    assert "สิ้นสุด" in str(refused.value)
    Publication.objects.update(published_at=late + dt.timedelta(minutes=1))
    denied.publication.refresh_from_db()
    assert asked(denied)


def test_one_appeal_for_an_indicator_and_a_double_click_asks_once(denied):
    facts = {
        "indicator": denied.entry.indicator,
        "reason": "ดูหน้า 3",
        "actor": denied.chat,
        "request_key": "k" * 32,
    }
    assert appeal(denied.publication, **facts) == appeal(denied.publication, **facts)
    with pytest.raises(Refused):
        asked(denied)
    assert Appeal.objects.count() == 1


@pytest.mark.parametrize(
    ("outcome", "decision", "rulings"),
    [(UPHELD, "เห็นด้วย", []), (UPHELD, " ", [agree()]), (DISMISSED, "", []), ("", "ก", []),
     (UPHELD, "ก", [review.RulingChange("step3", Decision.CHANGE, {"value": "maybe"}, "ก")]),
     (UPHELD, "ก", [review.RulingChange("step3", Decision.CHANGE, {"value": "no"}, "")])],
)  # fmt: skip
def test_a_decision_that_cannot_stand_is_refused(denied, outcome, decision, rulings):
    found = asked(denied)
    with pytest.raises(Refused):
        decide(found, outcome=outcome, decision=decision, rulings=rulings, actor=denied.khwan)
    found.refresh_from_db()
    assert found.outcome == ""


def test_only_the_heads_and_coordinators_of_the_agency_appeal(denied):
    for person in (denied.arun, denied.busaba, denied.fah, denied.kamon):
        with pytest.raises(Refused):
            appeal(denied.publication, indicator=denied.entry.indicator, reason="ก", actor=person)
    with pytest.raises(Refused):
        asked(denied, reason=" ")


@pytest.mark.parametrize(
    "field", ["reason", "files", "outcome", "decision", "changes", "decided_at", "revision"]
)
def test_what_was_asked_decided_and_published_can_be_neither_changed_nor_removed(denied, field):
    found = decide(
        asked(denied), outcome=UPHELD, decision="หลักฐานเป็นของปีนี้", rulings=[agree()], actor=denied.khwan
    )
    publish_revision(found, actor=denied.chan)
    value = {
        "files": [{"name": "ปลอม.pdf"}],
        "outcome": DISMISSED,
        "changes": {},
        "decided_at": database_now(),
        "revision": denied.publication,
    }
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Appeal.objects.update(**{field: value.get(field, "ปลอม")})
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Appeal.objects.all()._raw_delete("default")
