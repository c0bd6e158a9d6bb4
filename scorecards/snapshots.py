"""What a submission and a publication freeze: all that was judged, in words and figures as they stood, and its hash."""

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import translation
from django.utils.translation import gettext_lazy

from indicators.scoring import content_hash
from scorecards.clock import database_now
from scorecards.delegation import name_in_role, name_of, roles_held
from scorecards.fields import check_fields
from scorecards.models import NARRATIVE, Agency, Publication, Scorecard, Submission
from scorecards.plans import plan_on_record
from scorecards.rulings_asked import rulings_asked
from scorecards.scoring import answers_of_scorecard, find_indicator, score_answers
from scorecards.states import Role

# The words under which a report is sent; each submission keeps those that held then.
DECLARATION = gettext_lazy("I declare that the results and the evidence are true and complete.")

# What a submission holds beside answers, words and people; higher apps append theirs when they start (evidence does).
PARTS: list[Callable[[Scorecard], dict]] = []


def freeze_submission(scorecard: Scorecard, actor: User, *, at: dt.datetime) -> Submission:
    """The submission of a scorecard as it stands: answers, narrative, plans, people, evidence and the scored tree, with
    the hash over all of it, sent at this moment. Call inside the verb's transaction, under the scorecard's lock."""
    answers = answers_of_scorecard(scorecard)
    scored = score_answers(scorecard, answers)
    content = {"answers": answers, **_told(scorecard, scored, actor), **_sender(scorecard, actor)}
    for part in PARTS:
        content |= part(scorecard)
    last = scorecard.submissions.first()
    submission = Submission(
        scorecard=scorecard,
        number=last.number + 1 if last else 1,
        framework_hash=scorecard.framework.content_hash,
        content=content,
        scored=scored,
        rulings_asked=rulings_asked(scorecard, answers, codes=content["people"]),
        content_hash=content_hash(
            {"framework": scorecard.framework.content_hash, "content": content, "scored": scored}
        ),
        submitted_by=actor,
        submitted_at=at,
    )
    check_fields(submission)
    submission.save(force_insert=True)
    return submission


def freeze_publication(
    scorecard: Scorecard,
    submission: Submission,
    *,
    content: dict[str, Any],
    approved_by: User | None,
    actor: User,
) -> Publication:
    """The publication of a submission: `content` (the answers that hold, the rulings, why it was revised), the scored
    tree of these answers, and the hash over it all. Call inside the verb's transaction, under the scorecard's lock."""
    scored = score_answers(scorecard, content["answers"])
    last = scorecard.publications.first()
    publication = Publication(
        scorecard=scorecard,
        submission=submission,
        number=last.number + 1 if last else 1,
        content=content,
        scored=scored,
        content_hash=content_hash(
            {"submission": submission.content_hash, "content": content, "scored": scored}
        ),
        approved_by=approved_by,
        published_by=actor,
        published_at=database_now(),
    )
    check_fields(publication)
    publication.save(force_insert=True)
    return publication


def _told(scorecard: Scorecard, scored: dict[str, Any], actor: User) -> dict:
    """Narrative, notes, plans and people of a snapshot, by indicator code."""
    told: dict[str, dict] = {"narrative": {}, "notes": {}, "people": {}, "plans": {}}
    named = cache(lambda user, role: name_in_role(user, agency=scorecard.agency, role=role))
    head = _head_of(scorecard) if _coordinates(actor, scorecard.agency) else named(actor, Role.HEAD)
    entries = scorecard.entries.select_related("indicator", "proposed_by", "endorsed_by").prefetch_related(
        "answers"
    )
    for entry in entries:
        code = entry.indicator.code
        told["narrative"][code] = {name: getattr(entry, name) for name in NARRATIVE}
        told["notes"][code] = {
            answer.criterion_key: answer.note for answer in entry.answers.all() if answer.note
        }
        if entry.plan:
            entry.scorecard = scorecard
            told["plans"][code] = plan_on_record(entry, find_indicator(scored, code))  # type: ignore[arg-type]
        told["people"][code] = {
            "collector": named(entry.proposed_by, Role.COLLECTOR),
            "supervisor": named(entry.endorsed_by, Role.SUPERVISOR),
            "head": head,
        }
    return told


def _coordinates(actor: User, agency: Agency) -> bool:
    """Whether the report is sent in the head's name."""
    return (agency.pk, Role.HEAD) not in roles_held(actor)


def _head_of(scorecard: Scorecard) -> str:
    """The head's name where a coordinator sends; "" where nobody is on record as the head, to be written by hand."""
    head = (
        scorecard.agency.memberships.filter(role=Role.HEAD, user__is_active=True)
        .select_related("user")
        .first()
    )
    return name_of(head.user) if head else ""


def _sender(scorecard: Scorecard, actor: User) -> dict:
    """Who sends under which words, in all languages: an agency may be renamed, a sentence reworded."""
    agency = scorecard.agency
    sender = name_in_role(
        actor, agency=agency, role=Role.COORDINATOR if _coordinates(actor, agency) else Role.HEAD
    )
    told: dict = {"sent_by": sender, "agency": {}, "ministry": {}, "declaration": {}}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            told["agency"][language] = agency.name
            told["ministry"][language] = str(agency.ministry)
            told["declaration"][language] = str(DECLARATION)
    return told
